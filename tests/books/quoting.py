"""Quotes that are billed: whole, or in deposits and then the rest, which takes them off; again where that is void."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from core.audit import Entry
from core.errors import BillhookError
from core.invoice import Invoice
from core.terms import Terms
from core.usecases.billing import Asked, bill, bill_deposit
from core.usecases.desk import Desk
from core.usecases.invoice import change_draft, issue
from core.usecases.quote import accept, create_quote, issue_quote
from tests.books.crediting import Crediting
from tests.books.ledger import Bill, Groups, Quote
from tests.books.office import PICKS, Paper, read
from tests.books.terms import TERMS, dated, draft_of, early_of, offered
from tests.core import second_opinion

LEAST = 1_000
"""In minor units: of less than that a share is a matter of cents."""
Billing = Callable[[Desk], Awaitable[tuple[Invoice, Entry]]]


class Quoting(Crediting):
    """What else happens to an invoice of a quote is in the other rules."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.offers: list[tuple[Quote, Paper]] = []
        """With what was typed, and the quote's id."""

    @rule(terms=TERMS, pick=PICKS, percent=st.integers(10, 60) | st.none(), rest=st.booleans())
    def quote(self, terms: dict[str, Any], pick: int, percent: int | None, rest: bool) -> None:
        """It is billed at once, or begun with a deposit that is paid, so that a story comes to more than that."""
        self._quote(terms, pick, percent, rest=rest)

    def _quote(self, terms: dict[str, Any], pick: int, percent: int | None, *, rest: bool) -> None:
        terms = dated({**terms, "days_ago": None, "currency": "EUR", "early": None}, self.today)
        sums = second_opinion.compute(terms)
        if sums["payable"] < LEAST:
            return
        paper = Paper(self.shop.id, terms, self.clients[pick % 2])
        groups = {str(one["rate"]): (one["net"], one["tax"]) for one in sums["groups"]}
        number, entry = self.act(lambda desk: self._offer(desk, paper))
        quote = Quote(number, sums["payable"], groups, sums["rounding"])
        self.offers.append((quote, paper))
        self.changed(
            entry,
            quote,
            lambda: quote.accepted and not any(one.counts for one in quote.bills),
            lambda: setattr(quote, "accepted", False),
        )
        if percent is not None:
            self._bill_deposit(quote, paper, percent, twice=False, pay=True)
        if percent is None or rest:
            self._bill_the_end(quote, paper, None, twice=False)

    async def _offer(self, desk: Desk, paper: Paper) -> tuple[str, Entry]:
        made, _entry = await create_quote(desk, draft_of(paper.terms, paper.client), Terms(days=30))
        offered, _entry = await issue_quote(desk, await desk.work.quotes.lock(made.id))
        paper.id = made.id
        self.quotes.append(offered.label)
        self.ledger.counts["quote", str(self.today.year)] += 1
        assert offered.label == f"Q{self.today.year}-{self.ledger.counts['quote', str(self.today.year)]:04}"
        return offered.label, (await accept(desk, offered))[1]

    @precondition(lambda self: self.offers)
    @rule(pick=PICKS, percent=st.integers(10, 60), twice=st.booleans(), pay=st.booleans())
    def ask_for_a_deposit(self, pick: int, percent: int, twice: bool, pay: bool) -> None:
        self._bill_deposit(*self.offers[pick % len(self.offers)], percent, twice=twice, pay=pay)

    @precondition(lambda self: self.offers)
    @rule(pick=PICKS, early=st.none() | st.just(("2", 7)), twice=st.booleans())
    def bill_to_its_end(self, pick: int, early: tuple[str, int] | None, twice: bool) -> None:
        self._bill_the_end(*self.offers[pick % len(self.offers)], early, twice=twice)

    def _bill_deposit(self, quote: Quote, paper: Paper, percent: int, *, twice: bool, pay: bool) -> None:
        amount = second_opinion.half_up(Fraction(quote.total * percent, 100))
        room = quote.total - sum(one.total for one in quote.deposits())
        allowed = 0 if quote.ended() or not quote.accepted else min(1 + twice, room // amount)

        made = self._billed(quote, paper, self._asking(paper.id, percent), 1 + twice, allowed)

        for invoice, entry in made:
            deposit = self._entered(quote, paper, invoice, entry, deposit=True)
            assert deposit.total == amount
            if pay:
                self._paid(deposit, *self.act(self._paying(deposit, amount, self.today)))

    def _bill_the_end(
        self, quote: Quote, paper: Paper, early: tuple[str, int] | None, *, twice: bool
    ) -> None:
        taken = quote.deposits()
        left, cents = quote.groups, quote.cents
        for deposit in taken:
            left, cents = _less(left, deposit.groups), cents - deposit.cents
        terms = {**paper.terms, "early": early}
        may = quote.accepted and not quote.ended() and self.ledger.are_settled(taken)

        made = self._billed(quote, paper, self._ending(paper.id, terms), 1 + twice, int(may))

        for invoice, entry in made:
            last = self._entered(quote, paper, invoice, entry, deposit=False)
            last.prepaid, last.early = taken, offered(terms, last.total, self.today)
            assert (last.groups, last.cents) == (left, cents)
            assert last.total == quote.total - sum(one.total for one in taken)

    def _asking(self, quote_id: UUID, percent: int) -> Billing:
        async def make(desk: Desk) -> tuple[Invoice, Entry]:
            known = await desk.work.quotes.lock(quote_id)
            return await bill_deposit(desk, known, Asked(percent=Decimal(percent)))

        return make

    def _ending(self, quote_id: UUID, terms: dict[str, Any]) -> Billing:
        async def make(desk: Desk) -> tuple[Invoice, Entry]:
            drafted = await bill(desk, await desk.work.quotes.lock(quote_id))
            early = early_of(terms)
            return (
                await change_draft(desk, drafted[0], replace(drafted[0].draft, early=early))
                if early
                else drafted
            )

        return make

    def _billed(
        self, quote: Quote, paper: Paper, draft: Billing, times: int, allowed: int
    ) -> list[tuple[Invoice, Entry]]:
        """So often at the same moment, of which so many may be."""

        async def make(desk: Desk) -> tuple[Invoice, Entry]:
            return await issue(desk, await desk.work.invoices.lock((await draft(desk))[0].id))

        done = self.act_at_once(*[make] * times)

        made = [one for one in done if not isinstance(one, BillhookError)]
        assert len(made) == allowed
        return sorted(made, key=lambda one: one[0].issued.number[-3:])

    def _entered(self, quote: Quote, paper: Paper, invoice: Invoice, entry: Entry, *, deposit: bool) -> Bill:
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
        made = Bill(
            number, paper.client.name, "EUR", self.today, document.due_on, groups, cents, quote, deposit
        )
        assert (document.number, invoice.total.minor) == (number, made.total)
        terms = {**paper.terms, "inclusive": invoice.draft.inclusive}
        mine = Paper(invoice.id, terms, paper.client, made)
        self.papers.append(mine)
        quote.bills.append(made)
        self.frozen[invoice.id] = self.act(read).frozen[invoice.id]
        self.ledger.issue(made)
        self.changed(
            entry, mine, lambda: self._may_be_void(made), lambda: self.ledger.void(made), in_turn=False
        )
        self.happened["quote billed"] += 1
        return made

    @invariant()
    def no_quote_is_billed_twice(self) -> None:
        for quote, _paper in self.offers:
            ends = [one for one in quote.bills if one.counts and not one.deposit]
            deposits = sum(one.total for one in quote.deposits())
            assert len(ends) <= 1
            assert deposits <= quote.total
            if ends:
                assert deposits + ends[0].total == quote.total


def _less(groups: Groups, taken: Groups) -> Groups:
    return {
        rate: (net - taken.get(rate, (0, 0))[0], tax - taken.get(rate, (0, 0))[1])
        for rate, (net, tax) in groups.items()
    }
