"""What reports and the overview say, held against what they should say by the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis.stateful import rule

from core.invoice import Period
from core.party import Client
from core.plan import Plan
from core.usecases.desk import Desk
from core.usecases.report import aging_on, statement_of, summary_of
from tests.books import expected
from tests.books.office import CURRENCIES, Office

EARLIEST, LATEST = date(2020, 1, 1), date(2039, 12, 31)
PER_EURO = {"JPY": Decimal("163.29"), "KWD": Decimal("0.33471")}


class Reporting(Office):
    """Read between other things, and in the end before and after all that can be is taken back."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rates: set[tuple[str, date]] = set()
        """Currencies, and the days for which a rate of theirs is kept."""

    def has_rate(self, code: str, on: date) -> bool:
        """Of that day, or of one of the seven before."""
        return code == "EUR" or any((code, on - timedelta(days=days)) in self.rates for days in range(8))

    @rule()
    def reports_are_read(self) -> None:
        self.act(self._reports_agree)

    async def _reports_agree(self, desk: Desk) -> None:
        await self._aging_agrees(desk)
        for client in self.clients:
            await self._statement_agrees(desk, client)
        for first, last in ((EARLIEST, LATEST), (self.today - timedelta(days=20), self.today)):
            await self._summary_agrees(desk, first, last)
            await self._converted_summary_agrees(desk, first, last)
        await self._overview_agrees(desk)

    def teardown(self) -> None:
        """In the end all that can be is taken back, the newest first."""
        self.reports_are_read()
        for change in reversed(self.changes):
            if self.may_be_undone(change):
                self.take(change)
                self.it_agrees()
        self.reports_are_read()

    async def _aging_agrees(self, desk: Desk) -> None:
        found = await aging_on(desk.work, self.today)
        names = {client.id: client.name for client in self.clients}
        assert {
            (names[row.client_id], table.currency): [money.minor for money in row.owed]
            for table in found.tables
            for row in table.rows
        } == expected.aging(self.ledger, self.today)

        converted = await aging_on(desk.work, self.today, "EUR")
        owed, left_out = expected.aging_in_euro(self.ledger, self.today, PER_EURO)
        rows = [row for table in converted.tables for row in table.rows]
        assert {names[row.client_id]: [money.minor for money in row.owed] for row in rows} == owed
        assert {(number, money.minor) for number, money in converted.left_out} == left_out

    async def _statement_agrees(self, desk: Desk, client: Client) -> None:
        """From a day in the middle on: what was before is in the opening balance."""
        middle = self.today - timedelta(days=15)

        statement = await statement_of(
            desk.work, desk.business, client, Period(middle, LATEST), self.today, Plan.BUSINESS
        )

        accounts = {account.currency: account for account in statement.accounts}
        for code in CURRENCIES:
            moved = expected.account(self.ledger, client.name, code)
            account = accounts.get(code)
            opening = sum(amount for on, amount in moved if on < middle)
            closing = sum(amount for _on, amount in moved)
            entries = sorted(one for one in moved if one[0] >= middle)
            if account is None:
                assert not opening
                assert not entries
                continue
            assert (account.opening.minor, account.closing.minor) == (opening, closing)
            found = [(posting.entry.on, posting.entry.amount.minor) for posting in account.postings]
            assert sorted(found) == entries
            owed = self.ledger.balance(code, "owed", client.name)
            assert closing == owed - self.ledger.credit(client.name, code)

    async def _summary_agrees(self, desk: Desk, first: date, last: date) -> None:
        summary = await summary_of(desk.work, Period(first, last))
        found = {one.currency: one.whole for one in summary.currencies}
        for code in CURRENCIES:
            wanted = expected.revenue(self.ledger, code, first, last)
            whole = found.get(code)
            if whole is None:
                assert (wanted.invoiced, wanted.received, wanted.groups) == (0, 0, {})
                continue
            assert (whole.invoiced.minor, whole.received.minor) == (wanted.invoiced, wanted.received)
            taxes = {str(Fraction(row.rate)): (row.net.minor, row.tax.minor) for row in whole.taxes}
            assert taxes == wanted.groups

    async def _converted_summary_agrees(self, desk: Desk, first: date, last: date) -> None:
        summary = await summary_of(desk.work, Period(first, last), "EUR")
        wanted = expected.revenue_in_euro(self.ledger, first, last, PER_EURO)
        assert {(number, money.minor) for number, money in summary.left_out} == wanted.left_out
        for one in summary.currencies:
            whole = one.whole
            assert one.currency == "EUR"
            assert (whole.invoiced.minor, whole.received.minor) == (wanted.invoiced, wanted.received)
            assert sum(row.tax.minor for row in whole.taxes) == wanted.tax
            nets = {rate: net for rate, (net, _tax) in wanted.groups.items()}
            assert {str(Fraction(row.rate)): row.net.minor for row in whole.taxes} == nets
        assert summary.currencies or not wanted.papers

    async def _overview_agrees(self, desk: Desk) -> None:
        found = await desk.work.invoices.overview(self.today)
        assert found.drafts == sum(paper.is_draft for paper in self.papers)
        sums = {one.currency: one for one in found.currencies}
        for code in CURRENCIES:
            wanted, one = expected.overview(self.ledger, code, self.today), sums.get(code)
            if one is None:
                assert not any(wanted.values())
                continue
            shown = (one.overdue.minor, one.overdue_count, one.soon.minor, one.soon_count)
            assert shown == tuple(wanted[name] for name in ("overdue", "overdue_count", "soon", "soon_count"))
            assert (one.issued.minor, one.received.minor) == (wanted["issued"], wanted["received"])
