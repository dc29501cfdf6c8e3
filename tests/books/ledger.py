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


@dataclass(eq=False, slots=True)
class Receipt:
    """Money that came in for one bill."""

    bill: Bill
    amount: int
    applied: int
    on: date
    live: bool = True


@dataclass(eq=False, slots=True)
class Bill:
    """An issued invoice. `groups` are its VAT groups: rate, net and tax."""

    number: str
    client: str
    currency: str
    issued_on: date
    due_on: date
    groups: tuple[tuple[str, int, int], ...]
    cents: int
    void: bool = False
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def net(self) -> int:
        return sum(net for _rate, net, _tax in self.groups)

    @property
    def tax(self) -> int:
        return sum(tax for _rate, _net, tax in self.groups)

    @property
    def total(self) -> int:
        return self.net + self.tax + self.cents


@dataclass(slots=True)
class Ledger:
    bills: list[Bill] = field(default_factory=list)
    entries: list[tuple[str, dict[Account, int]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How far each counter has come, by what it starts anew with."""

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
        self._bill(bill, 1)

    def void(self, bill: Bill, void: bool = True) -> None:
        """Or what was void is valid again."""
        bill.void = void
        self._bill(bill, -1 if void else 1)

    def _bill(self, bill: Bill, sign: int) -> None:
        amounts = {_owed(bill): bill.total, REVENUE: -bill.net, VAT: -bill.tax, CENTS: -bill.cents}
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
        for other in receipt.bill.receipts:
            more = min(other.amount - other.applied, self.owed(other.bill)) if other.live else 0
            other.applied += more
            self.post(other.bill.currency, {_credit(other.bill): more, _owed(other.bill): -more})

    def _receive(self, receipt: Receipt, sign: int) -> None:
        rest = receipt.amount - receipt.applied
        amounts = {CASH: receipt.amount, _owed(receipt.bill): -receipt.applied, _credit(receipt.bill): -rest}
        self.post(receipt.bill.currency, {account: sign * minor for account, minor in amounts.items()})

    # -- what reports should say -------------------------------------------------------------------

    @property
    def live_bills(self) -> Iterator[Bill]:
        return (bill for bill in self.bills if not bill.void)

    @property
    def live_receipts(self) -> Iterator[Receipt]:
        return (receipt for bill in self.bills for receipt in bill.receipts if receipt.live)

    def aging(self, today: date) -> dict[tuple[str, str], list[int]]:
        """By client and currency: what is not late, and up to 30, 60, 90 and more days late."""
        found: dict[tuple[str, str], list[int]] = {}
        for bill in self.live_bills:
            late = (today - bill.due_on).days
            place = 0 if late <= 0 else min(4, (late - 1) // 30 + 1)
            if self.owed(bill):
                found.setdefault((bill.client, bill.currency), [0] * 5)[place] += self.owed(bill)
        return found

    def account(self, client: str, currency: str) -> list[tuple[Any, ...]]:
        """Day, kind, number and amount of everything that moved the client's account, in no order."""
        bills = [
            (bill.issued_on, "invoice", bill.number, bill.total)
            for bill in self.live_bills
            if (bill.client, bill.currency) == (client, currency)
        ]
        receipts = [
            (receipt.on, "payment", receipt.bill.number, -receipt.amount)
            for receipt in self.live_receipts
            if (receipt.bill.client, receipt.bill.currency) == (client, currency)
        ]
        return [*bills, *receipts]

    def revenue(self, currency: str, first: date, last: date) -> dict[str, Any]:
        """What was billed in those days, its VAT groups by rate, and what came in."""
        bills = [
            bill for bill in self.live_bills if bill.currency == currency and first <= bill.issued_on <= last
        ]
        groups: dict[str, tuple[int, int]] = {}
        for rate, net, tax in (group for bill in bills for group in bill.groups):
            before = groups.get(rate, (0, 0))
            groups[rate] = (before[0] + net, before[1] + tax)
        received = sum(
            receipt.amount
            for receipt in self.live_receipts
            if receipt.bill.currency == currency and first <= receipt.on <= last
        )
        return {"invoiced": sum(bill.total for bill in bills), "received": received, "groups": groups}


def _owed(bill: Bill) -> Account:
    return ("owed", bill.client, bill.number)


def _credit(bill: Bill) -> Account:
    return ("credit", bill.client)
