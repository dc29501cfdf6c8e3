"""A second set of books in plain integers, by double entry; nothing of the product is imported.

Each entry adds up to zero in its currency. What is asked of a ledger is summed up from its entries alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Account = tuple[str, ...]
CASH: Account = ("cash",)
REVENUE: Account = ("revenue",)
VAT: Account = ("vat",)
CENTS: Account = ("cents",)
"""What inclusive prices leave between net and VAT."""


Groups = dict[str, tuple[int, int]]
"""Net and tax by the rate of a VAT group."""


@dataclass(eq=False, slots=True)
class Back:
    """What of a receipt's credit was given back, or moved to another bill."""

    amount: int
    on: date
    to: Receipt | None = None
    live: bool = True


@dataclass(eq=False, slots=True)
class Receipt:
    """Money that came in for one bill; or credit that moved there, when no money came."""

    bill: Bill
    amount: int
    applied: int
    on: date
    moved: bool = False
    backs: list[Back] = field(default_factory=list)
    live: bool = True

    @property
    def gone(self) -> int:
        return sum(back.amount for back in self.backs if back.live)

    @property
    def credit(self) -> int:
        return self.amount - self.gone - self.applied if self.live else 0


@dataclass(eq=False, slots=True)
class Note:
    """A credit note."""

    bill: Bill
    number: str
    on: date
    groups: Groups
    cents: int
    void: bool = False

    @property
    def total(self) -> int:
        return _sum(self.groups, self.cents)


@dataclass(eq=False, slots=True)
class Bill:
    """An issued invoice."""

    number: str
    client: str
    currency: str
    issued_on: date
    due_on: date
    groups: Groups
    cents: int
    quoted: bool = False
    """It bills a quote, or a part of one."""
    void: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def total(self) -> int:
        return _sum(self.groups, self.cents)

    @property
    def live_notes(self) -> list[Note]:
        return [note for note in self.notes if not note.void]

    @property
    def live_receipts(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.live]

    @property
    def credited(self) -> int:
        return sum(note.total for note in self.live_notes)

    @property
    def left(self) -> Groups:
        """What no credit note has taken off."""
        found = dict(self.groups)
        for note in self.live_notes:
            for rate, (net, tax) in note.groups.items():
                found[rate] = (found[rate][0] - net, found[rate][1] - tax)
        return found

    @property
    def left_cents(self) -> int:
        return self.cents - sum(note.cents for note in self.live_notes)


def _sum(groups: Groups, cents: int) -> int:
    return sum(net + tax for net, tax in groups.values()) + cents


@dataclass(slots=True)
class Ledger:
    bills: list[Bill] = field(default_factory=list)
    entries: list[tuple[str, dict[Account, int]]] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """How far each counter has come, by its series and by what it starts anew with."""

    def post(self, currency: str, amounts: dict[Account, int]) -> None:
        assert sum(amounts.values()) == 0, amounts
        self.entries.append((currency, amounts))

    def balance(self, currency: str, *account: str) -> int:
        """Of one account, or of all whose names begin so."""
        return sum(
            minor
            for code, amounts in self.entries
            if code == currency
            for name, minor in amounts.items()
            if name[: len(account)] == account
        )

    def owed(self, bill: Bill) -> int:
        return self.balance(bill.currency, "owed", bill.client, bill.number)

    def credit(self, client: str, currency: str) -> int:
        return -self.balance(currency, "credit", client)

    # -- what happens ------------------------------------------------------------------------------

    def issue(self, bill: Bill) -> None:
        self.bills.append(bill)
        self._bill(bill, bill.groups, bill.cents, 1)

    def void(self, bill: Bill, void: bool = True) -> None:
        """Or what was void is valid again."""
        bill.void = void
        self._bill(bill, bill.groups, bill.cents, -1 if void else 1)

    def _bill(self, bill: Bill, groups: Groups, cents: int, sign: int) -> None:
        net, tax = (sum(group[place] for group in groups.values()) for place in (0, 1))
        amounts = {_owed(bill): net + tax + cents, REVENUE: -net, VAT: -tax, CENTS: -cents}
        self.post(bill.currency, {account: sign * minor for account, minor in amounts.items()})

    def pay(self, bill: Bill, amount: int, on: date) -> Receipt:
        receipt = Receipt(bill, amount, min(amount, self.owed(bill)), on)
        bill.receipts.append(receipt)
        self._receive(receipt, 1)
        return receipt

    def take_back(self, receipt: Receipt) -> None:
        """What the others of its bill brought too much settles what is owed again."""
        receipt.live = False
        self._receive(receipt, -1)
        self._settle(receipt.bill)

    def _receive(self, receipt: Receipt, sign: int) -> None:
        rest, credit = receipt.amount - receipt.applied, _credit(receipt.bill)
        amounts = {CASH: 0, _owed(receipt.bill): -receipt.applied, credit: -rest}
        amounts[credit if receipt.moved else CASH] += receipt.amount
        self.post(receipt.bill.currency, {account: sign * minor for account, minor in amounts.items()})

    def _settle(self, bill: Bill) -> None:
        """With the credit of its own receipts, the oldest first."""
        for receipt in bill.receipts:
            self._apply(receipt, min(receipt.credit, self.owed(bill)))

    def _apply(self, receipt: Receipt, more: int) -> None:
        """Less, below zero."""
        receipt.applied += more
        self.post(receipt.bill.currency, {_credit(receipt.bill): more, _owed(receipt.bill): -more})

    # -- what is corrected -------------------------------------------------------------------------

    def correct(self, note: Note) -> None:
        """What it takes off beyond what is owed becomes credit, of the newest receipts first."""
        over = max(0, note.total - self.owed(note.bill))
        note.bill.notes.append(note)
        self._bill(note.bill, note.groups, note.cents, -1)
        for receipt in reversed(note.bill.live_receipts):
            less = min(over, receipt.applied)
            self._apply(receipt, -less)
            over -= less

    def void_note(self, note: Note) -> None:
        note.void = True
        self._bill(note.bill, note.groups, note.cents, 1)
        self._settle(note.bill)

    def give_back(self, receipt: Receipt, amount: int, on: date) -> Back:
        assert 0 < amount <= receipt.credit
        back = Back(amount, on)
        receipt.backs.append(back)
        self.post(receipt.bill.currency, {_credit(receipt.bill): amount, CASH: -amount})
        return back

    def take_again(self, receipt: Receipt, back: Back) -> None:
        """What was given back was not."""
        back.live = False
        self.post(receipt.bill.currency, {_credit(receipt.bill): -back.amount, CASH: back.amount})
        self._settle(receipt.bill)

    def move(self, sources: list[tuple[Receipt, int]], bill: Bill, on: date) -> Receipt:
        """Credit of some receipts settles another bill of the same client."""
        amount = sum(part for _source, part in sources)
        assert amount <= self.owed(bill)
        receipt = Receipt(bill, amount, amount, on, moved=True)
        for source, part in sources:
            assert 0 < part <= source.credit
            assert (source.bill.client, source.bill.currency) == (bill.client, bill.currency)
            source.backs.append(Back(part, on, receipt))
        bill.receipts.append(receipt)
        self._receive(receipt, 1)
        return receipt

    def move_back(self, receipt: Receipt) -> None:
        receipt.live = False
        self._receive(receipt, -1)
        bills = {receipt.bill}
        for bill in self.bills:
            for source in bill.receipts:
                for back in source.backs:
                    if back.to is receipt:
                        back.live = False
                        bills.add(bill)
        for bill in bills:
            self._settle(bill)

    # -- what reports should say -------------------------------------------------------------------

    @property
    def live_bills(self) -> Iterator[Bill]:
        return (bill for bill in self.bills if not bill.void)

    def aging(self, today: date) -> dict[tuple[str, str], list[int]]:
        """By client and currency: what is not late, and up to 30, 60, 90 and more days late."""
        found: dict[tuple[str, str], list[int]] = {}
        for bill in self.live_bills:
            late = (today - bill.due_on).days
            place = 0 if late <= 0 else min(4, (late - 1) // 30 + 1)
            if self.owed(bill):
                found.setdefault((bill.client, bill.currency), [0] * 5)[place] += self.owed(bill)
        return found

    def account(self, client: str, currency: str) -> list[tuple[date, int]]:
        """Day and amount of everything that moved the client's account, in no order."""
        found = []
        for bill in self.bills:
            if (bill.client, bill.currency) == (client, currency):
                found += [] if bill.void else [(bill.issued_on, bill.total)]
                found += [(note.on, -note.total) for note in bill.live_notes]
                found += [(on, -amount) for on, amount in _money(bill)]
        return found

    def revenue(self, currency: str, first: date, last: date) -> dict[str, Any]:
        """What was billed in those days less what was credited, its VAT groups by rate, and what came in."""
        groups: Groups = {}
        invoiced = received = 0
        for bill in self.bills:
            if bill.currency != currency:
                continue
            papers = [] if bill.void else [(bill.issued_on, bill.groups, bill.cents, 1)]
            papers += [(note.on, note.groups, note.cents, -1) for note in bill.live_notes]
            for on, parts, cents, sign in papers:
                if first <= on <= last:
                    invoiced += sign * _sum(parts, cents)
                    for rate, (net, tax) in parts.items():
                        before = groups.get(rate, (0, 0))
                        groups[rate] = (before[0] + sign * net, before[1] + sign * tax)
            received += sum(amount for on, amount in _money(bill) if first <= on <= last)
        return {"invoiced": invoiced, "received": received, "groups": groups}


def _money(bill: Bill) -> Iterator[tuple[date, int]]:
    """What came in and went out; credit that moved is neither."""
    for receipt in bill.live_receipts:
        if not receipt.moved:
            yield receipt.on, receipt.amount
        yield from ((back.on, -back.amount) for back in receipt.backs if back.live and back.to is None)


def _owed(bill: Bill) -> Account:
    return ("owed", bill.client, bill.number)


def _credit(bill: Bill) -> Account:
    return ("credit", bill.client)
