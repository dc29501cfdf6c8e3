"""Invoices that another program issued and that are brought in: owed and paid like others, and never revenue."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from core.audit import Entry
from core.importing import ClientRow, Import, InvoiceRow, Plan, Sheet
from core.money import Money
from core.usecases.desk import Desk
from core.usecases.importing import carry_out, keep_sheet, plan_import
from tests.books.ledger import Bill
from tests.books.office import CURRENCIES, PICKS, Paper, read
from tests.books.quoting import Quoting

MOST = 5
"""So few numbers that some of them come twice."""


class Importing(Quoting):
    """Files of one or two rows, taken back as a whole while nothing was done about any of them."""

    @rule(
        pick=PICKS, code=st.sampled_from(CURRENCIES), amount=st.integers(1, 90_000), ago=st.integers(0, 130),
        due_in=st.integers(0, 60), more=st.booleans(),
    )  # fmt: skip
    def bring_in(self, pick: int, code: str, amount: int, ago: int, due_in: int, more: bool) -> None:
        """With the rate of its day, where one happens to be known."""
        client, on = self.clients[pick % 2], self.today - timedelta(days=ago)
        numbers = [f"OLD-{(pick + place) % MOST}" for place in range(1 + more)]
        rows = tuple(
            InvoiceRow(
                place + 2, number, ClientRow(place + 2, client.name, client.address), on,
                on + timedelta(days=due_in), Money(amount + place, code),
            )
            for place, number in enumerate(numbers)
        )  # fmt: skip
        if {bill.number for bill in self.bills} & {*numbers}:
            assert self.act(lambda desk: plan_import(desk, Sheet(invoices=rows))).faults
            return

        done, entry = self.act(lambda desk: self._imported(desk, Sheet(invoices=rows)))

        papers, frozen = [], self.act(read).frozen
        for row, key in zip(rows, done.invoices, strict=True):
            groups = {"0": (row.open.minor, 0)}
            bill = Bill(row.number, client.name, code, on, row.due_on, groups, 0, imported=True)
            bill.rated = self.has_rate(code, on)
            papers.append(Paper(key, {"currency": code, "inclusive": False}, client, bill))
            self.frozen[key] = frozen[key]
            self.ledger.issue(bill)
        self.papers += papers
        self.changed(
            entry,
            done,
            lambda: not any(bill.touched for bill in _bills(papers)),
            lambda: self._forget(papers),
        )

    async def _imported(self, desk: Desk, sheet: Sheet) -> tuple[Import, Entry]:
        plan: Plan = await plan_import(desk, sheet)
        assert (plan.new, plan.faults) == ((), ())
        return await carry_out(desk, await keep_sheet(desk, "old.csv", b"Number"), plan)

    def _forget(self, papers: list[Paper]) -> None:
        for paper, bill in zip(papers, _bills(papers), strict=True):
            self.ledger.forget(bill)
            paper.gone = True
            del self.frozen[paper.id]


def _bills(papers: list[Paper]) -> list[Bill]:
    return [paper.bill for paper in papers if paper.bill is not None]
