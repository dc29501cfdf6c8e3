"""What reports should say of the ledger, each figure looked up in it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tests.books.ledger import Bill, Groups, Ledger
from tests.core import second_opinion

Ages = list[int]
"""What is not late, and what is up to 30, 60, 90 and more days late."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What one document, payment or discount adds to a report."""

    on: date
    invoiced: int = 0
    received: int = 0
    groups: Groups = field(default_factory=dict)


@dataclass(slots=True)
class Revenue:
    """Of some time in one currency."""

    invoiced: int = 0
    received: int = 0
    groups: Groups = field(default_factory=dict)
    tax: int = 0
    papers: int = 0
    """How many there were."""
    left_out: set[tuple[str, int]] = field(default_factory=set)

    def add(self, posted: Posted) -> None:
        self.invoiced += posted.invoiced
        self.received += posted.received
        self.papers += 1
        for rate, (net, tax) in posted.groups.items():
            before = self.groups.get(rate, (0, 0))
            self.groups[rate] = (before[0] + net, before[1] + tax)
            self.tax += tax


def age(bill: Bill, today: date) -> int:
    late = (today - bill.due_on).days
    return 0 if late <= 0 else min(4, (late - 1) // 30 + 1)


def aging(ledger: Ledger, today: date) -> dict[tuple[str, str], Ages]:
    """By client and currency."""
    found: dict[tuple[str, str], Ages] = {}
    for bill in ledger.bills:
        if ledger.owed(bill):
            found.setdefault((bill.client, bill.currency), [0] * 5)[age(bill, today)] += ledger.owed(bill)
    return found


def account(ledger: Ledger, client: str, currency: str) -> list[tuple[date, int]]:
    """Day and amount of everything that moved the client's account, in no order."""
    found = []
    for bill in ledger.bills:
        if (bill.client, bill.currency) == (client, currency):
            found += [] if bill.void else [(bill.issued_on, bill.total)]
            found += [(note.on, -note.total) for note in bill.live_notes]
            found += [(on, -amount) for on, amount in _money(bill)]
            found += [(one.on, -one.discount) for one in bill.live_receipts if one.discount]
    return found


def revenue(ledger: Ledger, currency: str, first: date, last: date) -> Revenue:
    """What was billed in those days less what was credited, its VAT groups by rate, and what came in."""
    found = Revenue()
    for bill in ledger.bills:
        for posted in _posted(bill):
            if bill.currency == currency and first <= posted.on <= last:
                found.add(posted)
    return found


def _posted(bill: Bill) -> Iterator[Posted]:
    papers = [] if bill.void or bill.imported else [(bill.issued_on, bill.total, bill.groups, 1)]
    papers += [(note.on, note.total, note.groups, -1) for note in bill.live_notes]
    papers += [(one.on, one.discount, one.forgiven, -1) for one in bill.live_receipts if one.discount]
    for on, amount, groups, sign in papers:
        signed = {rate: (sign * net, sign * tax) for rate, (net, tax) in groups.items()}
        yield Posted(on, sign * amount, groups=signed)
    for on, amount in _money(bill):
        yield Posted(on, received=amount)


def _money(bill: Bill) -> Iterator[tuple[date, int]]:
    """What came in and went out; credit that moved is neither."""
    for receipt in bill.live_receipts:
        if not receipt.moved:
            yield receipt.on, receipt.amount
        yield from ((back.on, -back.amount) for back in receipt.backs if back.live and back.to is None)


# -- all of it in euro ---------------------------------------------------------------------------------


def in_euro(minor: int, currency: str, per_euro: Mapping[str, object]) -> int:
    if currency == "EUR":
        return minor
    amount = Fraction(minor, 10 ** second_opinion.PLACES[currency])
    return second_opinion.half_up(amount / Fraction(str(per_euro[currency])) * 100)


def revenue_in_euro(ledger: Ledger, first: date, last: date, per_euro: Mapping[str, object]) -> Revenue:
    """Of each VAT group only the net; VAT is converted once for each document, and its sum is in `tax`."""
    found = Revenue()
    for bill in ledger.bills:
        for posted in _posted(bill):
            if not first <= posted.on <= last:
                continue
            if not bill.rated:
                found.left_out.add((bill.number, posted.invoiced or posted.received))
                continue

            def converted(minor: int, currency: str = bill.currency) -> int:
                return in_euro(minor, currency, per_euro)

            groups = {rate: (converted(net), 0) for rate, (net, _tax) in posted.groups.items()}
            found.add(Posted(posted.on, converted(posted.invoiced), converted(posted.received), groups))
            found.tax += converted(sum(tax for _net, tax in posted.groups.values()))
    return found


def aging_in_euro(
    ledger: Ledger, today: date, per_euro: Mapping[str, object]
) -> tuple[dict[str, Ages], set[tuple[str, int]]]:
    """By client, and what could not be converted."""
    found: dict[str, Ages] = {}
    left_out = set()
    for bill in ledger.bills:
        owed = ledger.owed(bill)
        if owed and not bill.rated:
            left_out.add((bill.number, owed))
        elif owed:
            ages = found.setdefault(bill.client, [0] * 5)
            ages[age(bill, today)] += in_euro(owed, bill.currency, per_euro)
    return found, left_out


# -- at a glance ---------------------------------------------------------------------------------------


def overview(ledger: Ledger, currency: str, today: date) -> Counter[str]:
    """What is late and what is due within a week, how many invoices each is; and this month's revenue."""
    found: Counter[str] = Counter()
    for bill in ledger.bills:
        days = (bill.due_on - today).days
        if bill.currency == currency and ledger.owed(bill) and days < 7:
            name = "overdue" if days < 0 else "soon"
            found[name] += ledger.owed(bill)
            found[f"{name}_count"] += 1
    first = today.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    month = revenue(ledger, currency, first, last)
    found["issued"], found["received"] = month.invoiced, month.received
    return found
