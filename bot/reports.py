"""The files of reports: read in a transaction that changes nothing, then made off the event loop."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from bot.rendering import Renderer
from core.documents.chart import draw_chart
from core.documents.pdf import render_account
from core.documents.report_tables import aging_table, statement_table, summary_table
from core.documents.sheets import Table, as_csv, as_xlsx
from core.invoice import Period
from core.moments import local_day
from core.party import Business
from core.plan import Plan, plan_at
from core.report import Aging, Statement, Summary
from core.usecases.report import aging_on, statement_of, summary_of
from handlers.kinds import FileForm, ReportFile, ReportKind
from storage.engine import Storage
from storage.work import SqlWork


class ReportFiles:
    """Makes what a reply only names."""

    def __init__(self, storage: Storage, renderer: Renderer) -> None:
        self._storage = storage
        self._renderer = renderer

    async def make(self, business_id: UUID, wanted: ReportFile) -> bytes:
        """As the books stand when it is delivered. Raises InvalidInput for what cannot be printed."""
        async with self._storage.reading() as work:
            await work.enter(business_id)
            business = await work.businesses.get()
            now = self._storage.clock.now()
            plan = plan_at(await work.plans.get(), now)
            report = await _read(work, business, wanted, local_day(now, business.zone), plan)
            wants_logo = wanted.form is FileForm.PDF and business.logo is not None
            logo = await work.files.get(business.logo) if wants_logo and business.logo else None
        render = self._renderer
        match report:
            case Statement() if wanted.form is FileForm.PDF:
                return await render.make(render_account, report, logo)
            case Summary() if wanted.form is FileForm.PNG:
                return await render.draw(draw_chart, report, business.name, business.accent, wanted.language)
            case _:
                write = as_xlsx if wanted.form is FileForm.XLSX else as_csv
                return await render.make(write, _table(report, wanted.language))


async def _read(
    work: SqlWork, business: Business, wanted: ReportFile, today: date, plan: Plan
) -> Aging | Statement | Summary:
    period = Period(wanted.start, wanted.end)
    match wanted.report:
        case ReportKind.AGING:
            return await aging_on(work, wanted.end, wanted.currency)
        case ReportKind.STATEMENT:
            if wanted.client_id is None:
                raise ValueError("a statement is of a client")
            client = await work.clients.get(wanted.client_id)
            return await statement_of(work, business, client, period, today, plan)
        case ReportKind.SUMMARY:
            return await summary_of(work, period, wanted.currency)
        case ReportKind.EXPORT:
            raise ValueError("an export is more than one report")
        case _:
            assert_never(wanted.report)


def _table(report: Aging | Statement | Summary, language: str) -> Table:
    match report:
        case Aging():
            return aging_table(report, language)
        case Statement():
            return statement_table(report, language)
        case Summary():
            return summary_table(report, language)
        case _:
            assert_never(report)
