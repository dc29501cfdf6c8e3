"""Reports as they are asked for: what is read, and put together by core/report.py. Nothing is changed."""

from __future__ import annotations

from datetime import date

from core.conversion import aging_in, summary_in
from core.early_discount import less_revenue
from core.errors import N_, InvalidInput
from core.invoice import Period
from core.language import client_language
from core.party import DEFAULT_ACCENT, Business, Client
from core.plan import Feature, Plan, includes
from core.ports import Work
from core.report import MOST_DAYS, MOST_ENTRIES, Aging, Statement, Summary, accounts, aging, summary


async def aging_on(work: Work, today: date, currency: str = "") -> Aging:
    """Who owes what, by how late it is on that day in the business's zone; with a currency, all of it in that one."""
    rows = await work.reports.aging(today)
    if not currency:
        return aging(today, rows)
    return aging_in(currency, today, rows, await work.reports.foreign_debts(currency))


async def statement_of(
    work: Work, business: Business, client: Client, period: Period, made_on: date, plan: Plan
) -> Statement:
    """The client's account, in their language. Raises InvalidInput for more entries than a statement holds."""
    entries = await work.reports.entries(client.id, period, MOST_ENTRIES + 1)
    if len(entries) > MOST_ENTRIES:
        raise InvalidInput(
            "period", N_("A statement holds at most {most} entries; please choose a shorter time."), "2026-Q1",
            most=MOST_ENTRIES,
        )  # fmt: skip
    openings = await work.reports.openings(client.id, period.start)
    return Statement(
        seller=business.party(),
        buyer=client.party(),
        period=period,
        made_on=made_on,
        accounts=accounts(openings, entries),
        language=client_language(business, client),
        iban=business.iban,
        bic=business.bic,
        footer=business.footer,
        accent=business.accent if includes(plan, Feature.COLOURS) else DEFAULT_ACCENT,
        branded=not includes(plan, Feature.UNBRANDED),
    )


async def summary_of(work: Work, period: Period, currency: str = "") -> Summary:
    """Revenue by the dates of invoices, and money by the days on which it came; with a currency, all of it in that
    one. Raises InvalidInput for more than thirty years.
    """
    if (period.end - period.start).days > MOST_DAYS:
        raise InvalidInput("period", N_("A report goes over at most thirty years."), "2026")
    reports = work.reports
    taxed, asked = less_revenue(await reports.early_discounts(period))
    billed = [*await reports.billed(period), *taxed]
    invoiced = [*await reports.invoiced(period), *asked]
    received = await reports.received(period)
    if not currency:
        return summary(period, billed, invoiced, received)
    foreign = await reports.foreign_entries(period, currency)
    return summary_in(currency, period, billed, invoiced, received, foreign)
