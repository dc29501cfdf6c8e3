"""What is billed and paid in the office: each rule does it by the product's use cases and enters it into the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.audit import Entry
from core.errors import BillhookError
from core.invoice import Invoice
from core.money import Money
from core.numbering import NumberPattern
from core.payment import Payment
from core.rates import ExchangeRate
from core.usecases.business import change_settings
from core.usecases.desk import Desk
from core.usecases.invoice import change_draft, create_draft, discard_draft, issue, void
from core.usecases.payment import record_payment
from tests.books.ledger import Bill, Receipt
from tests.books.office import CURRENCIES, PICKS, Paper, read
from tests.books.reporting import PER_EURO, Reporting
from tests.books.terms import TERMS, dated, draft_of, offered
from tests.core import second_opinion

PATTERNS = ("{YYYY}-{NNN}", "RE{YY}/{NNN}", "{NNN}")
FARTHEST = timedelta(days=366)
Issuing = Callable[[Desk], Awaitable[tuple[Invoice, Entry]]]


class Drafting(Reporting):
    """Drafts, and the bills that are made of them."""

    pattern = PATTERNS[0]

    @property
    def drafts(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.is_draft]

    @property
    def bills(self) -> list[Bill]:
        return self.ledger.bills

    def paper_of(self, bill: Bill) -> Paper:
        return next(paper for paper in self.papers if paper.bill is bill)

    @rule(terms=TERMS, pick=PICKS)
    def draft(self, terms: dict[str, Any], pick: int) -> None:
        self._draft(terms, pick)

    def _draft(self, terms: dict[str, Any], pick: int) -> None:
        client, terms = self.clients[pick % 2], dated(terms, self.today)

        made, entry = self.act(lambda desk: create_draft(desk, draft_of(terms, client)))

        assert made.total.minor == second_opinion.compute(terms)["payable"]
        paper = Paper(made.id, terms, client)
        self.papers.append(paper)
        self.changed(entry, paper, lambda: paper.is_draft, lambda: setattr(paper, "gone", True))

    @precondition(lambda self: self.drafts)
    @rule(terms=TERMS, pick=PICKS)
    def edit(self, terms: dict[str, Any], pick: int) -> None:
        paper, terms = self.drafts[pick % len(self.drafts)], dated(terms, self.today)
        before = paper.terms

        async def change(desk: Desk) -> tuple[Invoice, Entry]:
            found = await desk.work.invoices.lock(paper.id)
            return await change_draft(desk, found, draft_of(terms, paper.client))

        made, entry = self.act(change)

        assert made.total.minor == second_opinion.compute(terms)["payable"]
        paper.terms = terms
        self.changed(entry, paper, lambda: paper.is_draft, lambda: setattr(paper, "terms", before))

    @precondition(lambda self: self.drafts)
    @rule(pick=PICKS)
    def discard(self, pick: int) -> None:
        paper = self.drafts[pick % len(self.drafts)]

        async def throw_away(desk: Desk) -> Entry:
            return await discard_draft(desk, await desk.work.invoices.lock(paper.id))

        entry = self.act(throw_away)

        paper.gone = True
        self.changed(entry, paper, lambda: paper.gone, lambda: setattr(paper, "gone", False))

    @rule(pick=PICKS)
    def number_otherwise(self, pick: int) -> None:
        before, pattern = self.pattern, PATTERNS[pick % len(PATTERNS)]

        async def change(desk: Desk) -> Entry:
            changed = replace(desk.business, number_pattern=NumberPattern(pattern))
            return (await change_settings(desk, changed))[1]

        entry = self.act(change)

        self.pattern = pattern
        self.changed(entry, "business", lambda: True, lambda: setattr(self, "pattern", before))

    @rule(terms=TERMS, pick=PICKS)
    def bill(self, terms: dict[str, Any], pick: int) -> None:
        self._bill(terms, pick)

    def _bill(self, terms: dict[str, Any], pick: int, ago: int | None = None) -> None:
        """Drafted and issued at once: most of the rest needs one."""
        self._draft({**terms, "days_ago": ago}, pick)
        paper = self.papers[-1]
        self._issued(paper, *self.act(self._issuing(paper)))

    # -- issuing -----------------------------------------------------------------------------------

    @precondition(lambda self: self.drafts)
    @rule(pick=PICKS)
    def issue(self, pick: int) -> None:
        paper = self.drafts[pick % len(self.drafts)]
        if self._is_too_far(paper):
            self.refuses(self._issuing(paper))
        else:
            self._issued(paper, *self.act(self._issuing(paper)))

    @precondition(lambda self: len(self.drafts) > 1)
    @rule(pick=PICKS)
    def issue_two_at_once(self, pick: int) -> None:
        drafts = [paper for paper in self.drafts if not self._is_too_far(paper)]
        papers = {paper.id: paper for paper in (drafts * 2)[pick % len(drafts) :][:2]} if drafts else {}

        done = self.act_at_once(*map(self._issuing, papers.values()))

        made = [one for one in done if not isinstance(one, BillhookError)]
        assert len(made) == len(papers)
        for invoice, entry in sorted(made, key=lambda one: one[0].issued.number[-3:]):
            self._issued(papers[invoice.id], invoice, entry)

    @precondition(lambda self: self.drafts)
    @rule(pick=PICKS)
    def issue_one_twice_at_once(self, pick: int) -> None:
        paper = self.drafts[pick % len(self.drafts)]
        if self._is_too_far(paper):
            return

        done = self.act_at_once(self._issuing(paper), self._issuing(paper))

        (made,) = (one for one in done if not isinstance(one, BillhookError))
        self._issued(paper, *made)

    def _issuing(self, paper: Paper) -> Issuing:
        async def give_number(desk: Desk) -> tuple[Invoice, Entry]:
            code = paper.terms["currency"]
            if code != "EUR":
                await desk.work.rates.keep([ExchangeRate("EUR", code, self._day(paper), PER_EURO[code])])
            return await issue(desk, await desk.work.invoices.lock(paper.id))

        return give_number

    def _is_too_far(self, paper: Paper) -> bool:
        return abs(self._day(paper) - self.today) > FARTHEST

    def _day(self, paper: Paper) -> date:
        return paper.terms["issue_on"] or self.today

    def _issued(self, paper: Paper, invoice: Invoice, entry: Entry) -> None:
        on, sums = self._day(paper), second_opinion.compute(paper.terms)
        groups = {str(one["rate"]): (one["net"], one["tax"]) for one in sums["groups"]}
        bill = Bill(
            self._next_number(on), paper.client.name, paper.terms["currency"], on,
            on + timedelta(days=paper.terms["due_in"]), groups, sums["rounding"],
            early=offered(paper.terms, sums["payable"], on),
        )  # fmt: skip
        assert invoice.issued.number == bill.number
        paper.bill = bill
        self.rates.add((bill.currency, on))
        self.frozen[paper.id] = self.act(read).frozen[paper.id]
        self._vat_is_stated_at_home(bill, invoice)
        self.ledger.issue(bill)
        self.changed(
            entry, paper, lambda: self._may_be_void(bill), lambda: self.ledger.void(bill), in_turn=False
        )

    def _vat_is_stated_at_home(self, bill: Bill, invoice: Invoice) -> None:
        """In euro, as the law has it in Germany."""
        tax = sum(tax for _net, tax in bill.groups.values())
        if bill.currency == "EUR" or not tax:
            assert invoice.issued.home_tax is None
            return
        euro = Fraction(tax, 10 ** second_opinion.PLACES[bill.currency]) / Fraction(PER_EURO[bill.currency])
        assert invoice.issued.home_tax == Money(second_opinion.half_up(euro * 100), "EUR")

    def _next_number(self, on: date) -> str:
        period = str(on.year) if "YY" in self.pattern else ""
        self.ledger.counts["invoice", period] += 1
        count = f"{self.ledger.counts['invoice', period]:03}"
        year = (f"{on.year}-", f"RE{on.year % 100}/", "")[PATTERNS.index(self.pattern)]
        return year + count

    def _may_be_void(self, bill: Bill) -> bool:
        paid = sum(receipt.applied for receipt in bill.live_receipts)
        return not bill.void and not paid and not bill.credited and not self.ledger.is_closed(bill)

    @precondition(lambda self: self.bills)
    @rule(pick=PICKS)
    def void(self, pick: int) -> None:
        bill = self.bills[pick % len(self.bills)]

        async def declare(desk: Desk) -> Entry:
            found = await desk.work.invoices.lock(self.paper_of(bill).id)
            return (await void(desk, found, "wrong"))[1]

        if not self._may_be_void(bill):
            self.refuses(declare)
            return
        entry = self.act(declare)
        self.ledger.void(bill)
        self.changed(
            entry,
            self.paper_of(bill),
            lambda: bill.void and self.ledger.may_count_again(bill),
            lambda: self.ledger.void(bill, void=False),
        )


class Paying(Drafting):
    """Money that comes in."""

    @precondition(lambda self: self.owing)
    @rule(pick=PICKS, late=st.sampled_from((0, 1, 30, 31, 60, 61, 90, 91)))
    def wait_until_it_is_late(self, pick: int, late: int) -> None:
        """Up to a day on which its age changes."""
        bill = self.owing[pick % len(self.owing)]
        self.clock.advance(max(bill.due_on + timedelta(days=late) - self.today, timedelta()))
        self.reports_are_read()

    @property
    def owing(self) -> list[Bill]:
        return [bill for bill in self.bills if self.ledger.owed(bill)]

    @precondition(lambda self: self.bills)
    @rule(pick=PICKS, share=st.integers(0, 130), more=st.integers(0, 3), days_ago=st.integers(0, 40))
    def pay(self, pick: int, share: int, more: int, days_ago: int) -> None:
        """One that owes something, where there is one."""
        bills = self.owing or self.bills
        bill = bills[pick % len(bills)]
        amount, on = self.ledger.owed(bill) * share // 100 + more, self.today - timedelta(days=days_ago)
        if not amount or bill.void or not self.ledger.owed(bill):
            self.refuses(self._paying(bill, amount, on))
        else:
            self._paid(bill, *self.act(self._paying(bill, amount, on)))

    @precondition(lambda self: any(bill.early for bill in self.owing))
    @rule(pick=PICKS, more=st.integers(-1, 9), late=st.integers(0, 3))
    def pay_early(self, pick: int, more: int, late: int) -> None:
        """Less the discount, or a little more or less, up to its last day or just after."""
        bills = [bill for bill in self.owing if bill.early]
        bill = bills[pick % len(bills)]
        assert bill.early is not None
        amount = max(1, self.ledger.owed(bill) - bill.early.discount + more)
        on = min(self.today, bill.early.until + timedelta(days=late - 2))
        self._paid(bill, *self.act(self._paying(bill, amount, on)))

    @precondition(lambda self: self.owing)
    @rule(pick=PICKS, share=st.integers(40, 110))
    def pay_twice_at_once(self, pick: int, share: int) -> None:
        bill = self.owing[pick % len(self.owing)]
        amount = max(1, self.ledger.owed(bill) * share // 100)
        paying = self._paying(bill, amount, self.today)

        done = self.act_at_once(paying, paying)

        made = [one for one in done if not isinstance(one, BillhookError)]
        settled = amount + self.ledger.earned(bill, amount, self.today) >= self.ledger.owed(bill)
        assert len(made) == (1 if settled else 2)
        for payment, entry in sorted(made, key=lambda one: one[0].id):
            self._paid(bill, payment, entry)

    @precondition(lambda self: self.papers)
    @rule(pick=PICKS, amount=st.integers(1, 900), wrong=st.integers(0, 2))
    def pay_what_cannot_be_paid(self, pick: int, amount: int, wrong: int) -> None:
        """In another currency, less than nothing, or tomorrow; and of a draft anything."""
        paper = self.papers[pick % len(self.papers)]
        code = paper.terms["currency"]
        other = CURRENCIES[(CURRENCIES.index(code) + 1) % len(CURRENCIES)]
        money = (Money(amount, other), Money(-amount, code), Money(amount, code))[wrong]
        on = self.today + timedelta(days=1 if wrong == 2 and paper.bill else 0)

        async def receive(desk: Desk) -> object:
            found = await desk.work.invoices.lock(paper.id)
            return await record_payment(desk, found, money, on, "cash")

        self.refuses(receive)

    def _paying(
        self, bill: Bill, amount: int, on: date
    ) -> Callable[[Desk], Awaitable[tuple[Payment, Entry]]]:
        async def receive(desk: Desk) -> tuple[Payment, Entry]:
            found = await desk.work.invoices.lock(self.paper_of(bill).id)
            money = Money(amount, bill.currency)
            return (await record_payment(desk, found, money, on, "transfer"))[1:]

        return receive

    def _paid(self, bill: Bill, payment: Payment, entry: Entry) -> None:
        receipt = self.ledger.pay(bill, payment.amount.minor, payment.received_on)
        assert (payment.applied.minor, payment.discount_minor) == (receipt.applied, receipt.discount)
        self.happened["discount taken"] += bool(receipt.forgiven)
        self.receipts[payment.id] = receipt
        self.changed(
            entry,
            receipt,
            lambda: self._may_be_taken_back(receipt),
            lambda: self.ledger.take_back(receipt),
            in_turn=False,
        )

    def _may_be_taken_back(self, receipt: Receipt) -> bool:
        """With its discount its invoice may be owed again, although its quote was billed otherwise meanwhile."""
        again = not receipt.forgiven or self.ledger.may_count_again(receipt.bill)
        return receipt.live and not receipt.gone and again and not self.ledger.bears_a_discount(receipt)
