"""Quotes that are billed: whole, or a deposit first and then the rest, which takes it off."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from core.invoice import Invoice
from core.quote import Quote
from core.terms import Terms
from core.usecases.billing import Asked, bill, bill_deposit
from core.usecases.desk import Desk
from core.usecases.invoice import issue
from core.usecases.quote import accept, create_quote, issue_quote
from tests.books.crediting import Crediting
from tests.books.ledger import Bill, Groups
from tests.books.office import PICKS, Paper, read
from tests.books.terms import TERMS, dated, draft_of
from tests.core import second_opinion


class Quoting(Crediting):
    """Each quote is billed to its end, with a deposit that is paid or without one.

    Its invoices are not voided nor credited here: what then follows is another story.
    """

    @rule(terms=TERMS, pick=PICKS, percent=st.integers(1, 99) | st.none())
    def quote(self, terms: dict[str, Any], pick: int, percent: int | None) -> None:
        terms = dated({**terms, "days_ago": None, "currency": "EUR"}, self.today)
        paper, sums = Paper(self.shop.id, terms, self.clients[pick % 2]), second_opinion.compute(terms)
        total: int = sums["payable"]
        if not total:
            return
        quote = self.act(lambda desk: self._offer(desk, paper))
        assert quote.total.minor == total
        left = {str(one["rate"]): (one["net"], one["tax"]) for one in sums["groups"]}
        deposit = second_opinion.half_up(Fraction(total * (percent or 0), 100))
        if 0 < deposit < total:
            first = self._billed(quote, paper, percent)
            assert first.total == deposit
            left = _less(left, first.groups)
            self._paid(first, *self.act(self._paying(first, deposit, self.today)))
        last = self._billed(quote, paper, None)
        assert last.groups == left
        assert last.total == total - (deposit if deposit < total else 0)

    async def _offer(self, desk: Desk, paper: Paper) -> Quote:
        made, _entry = await create_quote(desk, draft_of(paper.terms, paper.client), Terms(days=30))
        offered, _entry = await issue_quote(desk, await desk.work.quotes.lock(made.id))
        self.quotes.append(offered.label)
        self.ledger.counts["quote", str(self.today.year)] += 1
        assert offered.label == f"Q{self.today.year}-{self.ledger.counts['quote', str(self.today.year)]:04}"
        return (await accept(desk, offered))[0]

    def _billed(self, quote: Quote, paper: Paper, percent: int | None) -> Bill:
        async def make(desk: Desk) -> Invoice:
            known = await desk.work.quotes.lock(quote.id)
            asked = Asked(percent=None if percent is None else Decimal(percent))
            drafted = await (bill(desk, known) if percent is None else bill_deposit(desk, known, asked))
            return (await issue(desk, await desk.work.invoices.lock(drafted[0].id)))[0]

        invoice = self.act(make)

        document = invoice.issued
        groups = {
            str(Fraction(row.tax.rate)): (row.basis.minor, row.amount.minor)
            for row in document.totals.tax_rows
        }
        for earlier in document.prepaid:
            taken = {
                str(Fraction(row.tax.rate)): (row.basis.minor, row.amount.minor) for row in earlier.tax_rows
            }
            groups = _less(groups, taken)
        cents = invoice.total.minor - sum(net + tax for net, tax in groups.values())
        number = self._next_number(self.today)
        made = Bill(number, paper.client.name, "EUR", self.today, document.due_on, groups, cents, quoted=True)
        assert (document.number, invoice.total.minor) == (number, made.total)
        self.papers.append(Paper(invoice.id, paper.terms, paper.client, made))
        self.frozen[invoice.id] = self.act(read).frozen[invoice.id]
        self.ledger.issue(made)
        self.happened["quote billed"] += 1
        return made


def _less(groups: Groups, taken: Groups) -> Groups:
    return {
        rate: (net - taken.get(rate, (0, 0))[0], tax - taken.get(rate, (0, 0))[1])
        for rate, (net, tax) in groups.items()
    }
