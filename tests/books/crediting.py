"""What is corrected and given back: credit notes, refunds, and credit that settles another bill."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.audit import Entry
from core.credited_lines import Pick, Picks
from core.errors import BillhookError
from core.invoice import Line
from core.money import Money
from core.payment import Payment
from core.tax import Tax, TaxCategory
from core.usecases.client_credit import Used, refund, use_credit
from core.usecases.credit_note import Credited, Wanted, credit, void_credit_note
from core.usecases.desk import Desk
from tests.books.ledger import Bill, Groups, Note
from tests.books.office import PICKS, read
from tests.books.rules import Paying
from tests.core import second_opinion


class Crediting(Paying):
    """Rules about what clients get back."""

    @property
    def correctable(self) -> list[Bill]:
        found = [bill for bill in self.bills if not bill.void and not bill.imported]
        return [bill for bill in found if bill.total > bill.credited]

    @precondition(lambda self: self.correctable)
    @rule(pick=PICKS, share=st.integers(1, 99) | st.none(), twice=st.booleans())
    def correct(self, pick: int, share: int | None, twice: bool) -> None:
        """Some of what is left, or all of it, and sometimes by two at the same moment."""
        bill = self.correctable[pick % len(self.correctable)]
        left = bill.total - bill.credited
        amount = left if share is None else max(1, left * share // 100)
        if amount >= left - bill.left_cents:
            amount = left
        making = self._correcting(bill, None if share is None else Money(amount, bill.currency))

        if self.ledger.is_closed(bill):
            self.refuses(making)
            return
        done = self.act_at_once(*[making] * (1 + twice))

        made = [one for one in done if not isinstance(one, BillhookError)]
        assert made
        for one in sorted(made, key=lambda one: one.credit_note.number):
            assert one.credit_note.total.minor == amount
            self._corrected(bill, one)

    @precondition(lambda self: self.correctable)
    @rule(pick=PICKS, price=st.integers(1, 9_000), which=PICKS)
    def correct_a_line(self, pick: int, price: int, which: int) -> None:
        bill = self.correctable[pick % len(self.correctable)]
        rate = sorted(bill.groups)[which % len(bill.groups)]
        line = Line(
            "Returned", Decimal(price).scaleb(-second_opinion.PLACES[bill.currency]),
            tax=Tax(TaxCategory.STANDARD, Decimal(Fraction(rate).numerator) / Fraction(rate).denominator),
        )  # fmt: skip
        inclusive = self.paper_of(bill).terms["inclusive"]
        tax = second_opinion.vat(price, rate)
        typed = second_opinion.split_gross(price, rate) if inclusive else {"net": price, "tax": tax}
        net, (most, most_tax) = typed["net"], bill.left[rate]
        if not net or net > most or typed["tax"] > most_tax + 1 or self.ledger.is_closed(bill):
            self.refuses(self._correcting(bill, (line,)))
            return
        note = self._corrected(bill, self.act(self._correcting(bill, (line,))))
        assert note.groups == {rate: (net, most_tax if net == most else min(typed["tax"], most_tax))}

    @precondition(lambda self: self.correctable)
    @rule(pick=PICKS, which=st.sets(st.integers(1, 4), min_size=1), half=st.booleans())
    def correct_own_lines(self, pick: int, which: set[int], half: bool) -> None:
        """Lines by their places, of one of them only half; what amounts took before may have left too little."""
        bill = self.correctable[pick % len(self.correctable)]
        lines = self.paper_of(bill).terms["lines"]
        places = [place for place in sorted(which) if place <= len(lines)]
        quantity = (
            (Decimal(lines[places[0] - 1]["quantity"]) / 2).quantize(Decimal("0.0001")) if places else None
        )
        picks = [Pick(place, quantity if half and place == places[0] else None) for place in places]
        making = self._correcting(bill, Picks(tuple(picks)))

        (done,) = self.act_at_once(making)

        if isinstance(done, BillhookError):
            return
        assert not self.ledger.is_closed(bill)
        assert set(self._corrected(bill, done).groups) <= set(bill.groups)

    @precondition(lambda self: self.bills)
    @rule(pick=PICKS, more=st.integers(1, 50))
    def correct_too_much(self, pick: int, more: int) -> None:
        """And of what another program issued, anything."""
        bill = self.bills[pick % len(self.bills)]
        amount = more if bill.imported else bill.total - bill.credited + more
        self.refuses(self._correcting(bill, Money(amount, bill.currency)))

    def _correcting(self, bill: Bill, wanted: Wanted) -> Callable[[Desk], Awaitable[Credited]]:
        async def make(desk: Desk) -> Credited:
            return await credit(desk, await desk.work.invoices.lock(self.paper_of(bill).id), wanted, "wrong")

        return make

    def _corrected(self, bill: Bill, made: Credited) -> Note:
        on, document = max(self.today, bill.issued_on), made.credit_note.document
        self.ledger.counts["credit", str(on.year)] += 1
        number = f"CN{on.year}-{self.ledger.counts['credit', str(on.year)]:04}"
        assert (document.number, document.issued_on) == (number, on)
        groups = {
            str(Fraction(row.tax.rate)): (row.basis.minor, row.amount.minor)
            for row in document.totals.tax_rows
        }
        note = Note(bill, number, on, groups, document.totals.rounding.minor)
        assert note.total == document.totals.payable.minor
        self._is_taxed_well(bill, groups)
        self.ledger.correct(note)
        self.notes[made.credit_note.id] = note
        self.frozen[made.credit_note.id] = self.act(read).frozen[made.credit_note.id]
        self.changed(
            made.entry,
            note,
            lambda: self._may_be_voided(note),
            lambda: self.ledger.void_note(note),
            in_turn=False,
        )
        return note

    def _may_be_voided(self, note: Note) -> bool:
        closed = self.ledger.is_closed(note.bill)
        return not note.void and not closed and self.ledger.may_count_again(note.bill)

    def _is_taxed_well(self, bill: Bill, groups: Groups) -> None:
        """Of each VAT group not more than is left, and its VAT as EN 16931 has it, to a minor unit."""
        for rate, (net, tax) in groups.items():
            assert 0 <= net <= bill.left[rate][0]
            assert 0 <= tax <= bill.left[rate][1]
            assert abs(tax - second_opinion.vat(net, rate)) <= 1

    @precondition(lambda self: self.notes)
    @rule(pick=PICKS)
    def void_a_note(self, pick: int) -> None:
        key = list(self.notes)[pick % len(self.notes)]
        note = self.notes[key]

        async def declare(desk: Desk) -> Credited:
            return await void_credit_note(desk, await desk.work.credit_notes.get(key), "wrong")

        if not self._may_be_voided(note):
            self.refuses(declare)
            return
        self.act(declare)
        self.ledger.void_note(note)
        self.happened["credit note voided"] += 1

    # -- credit ------------------------------------------------------------------------------------

    @property
    def credited(self) -> list[Bill]:
        return [bill for bill in self.bills if any(receipt.credit for receipt in bill.receipts)]

    @precondition(lambda self: self.credited)
    @rule(pick=PICKS, share=st.integers(1, 120) | st.none(), days_ago=st.integers(0, 20))
    def give_back(self, pick: int, share: int | None, days_ago: int) -> None:
        bill = self.credited[pick % len(self.credited)]
        most, on = sum(receipt.credit for receipt in bill.receipts), self.today - timedelta(days=days_ago)
        amount = most if share is None else max(1, most * share // 100)
        giving = self._giving(bill, None if share is None else amount, on)
        if amount > most:
            self.refuses(giving)
            return
        done = self.act(giving)
        assert sum(-payment.amount.minor for payment, _entry in done) == amount
        for payment, entry in done:
            self._given_back(bill, payment, entry)

    def _giving(
        self, bill: Bill, amount: int | None, on: date
    ) -> Callable[[Desk], Awaitable[Sequence[tuple[Payment, Entry]]]]:
        async def hand_over(desk: Desk) -> Sequence[tuple[Payment, Entry]]:
            found = await desk.work.invoices.lock(self.paper_of(bill).id)
            money = None if amount is None else Money(amount, bill.currency)
            return await refund(desk, found, money, on, "transfer")

        return hand_over

    def _given_back(self, bill: Bill, payment: Payment, entry: Entry) -> None:
        """The newest receipts first."""
        assert payment.refunds is not None
        receipt = self.receipts[payment.refunds]
        assert receipt is [one for one in bill.live_receipts if one.credit][-1]
        back = self.ledger.give_back(receipt, -payment.amount.minor, payment.received_on)
        self.backs[payment.id] = back
        self.changed(
            entry, back, lambda: back.live, partial(self.ledger.take_again, receipt, back), in_turn=False
        )

    @precondition(lambda self: self.credited)
    @rule(pick=PICKS, twice=st.booleans())
    def use_credit(self, pick: int, twice: bool) -> None:
        """Sometimes for two bills at the same moment."""
        of = self.credited[pick % len(self.credited)]
        alike = [bill for bill in self.owing if (bill.client, bill.currency) == (of.client, of.currency)]
        if not alike:
            self.refuses(self._using(of))
            return
        bills = (alike * 2)[pick % len(alike) :][: 1 + (twice and len(alike) > 1)]

        done = self.act_at_once(*map(self._using, bills))

        made = [one for one in done if not isinstance(one, BillhookError)]
        assert made
        for one in sorted(made, key=lambda one: one.payment.id):
            bill = next(each for each in bills if self.paper_of(each).id == one.invoice.id)
            most = self.ledger.credit(bill.client, bill.currency)
            assert one.payment.amount.minor == min(most, self.ledger.owed(bill))
            self._used(bill, one)

    def _using(self, bill: Bill) -> Callable[[Desk], Awaitable[Used]]:
        async def settle(desk: Desk) -> Used:
            return await use_credit(desk, self.paper_of(bill).id)

        return settle

    def _used(self, bill: Bill, made: Used) -> None:
        rows = self.act(read).payments
        parts = {key: row for key, row in rows.items() if row.move_id == made.payment.id and row.refunds_id}
        sources = [(self.receipts[row.refunds_id], -row.amount_minor) for row in parts.values()]
        receipt = self.ledger.move(sources, bill, self.today)
        self.receipts[made.payment.id] = receipt
        for key, (source, _part) in zip(parts, sources, strict=True):
            self.backs[key] = next(back for back in source.backs if back.to is receipt)
        self.changed(
            made.entry, receipt, lambda: self._may_be_taken_back(receipt),
            partial(self.ledger.move_back, receipt), in_turn=False,
        )  # fmt: skip
