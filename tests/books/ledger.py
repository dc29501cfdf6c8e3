"""A second set of books in plain integers, by double entry; nothing of the product is imported. What reports should
say of it: expected.py.

Each entry adds up to zero in its currency. What is asked of a ledger is summed up from its entries alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.core import second_opinion

Account = tuple[str, ...]
CASH: Account = ("cash",)
REVENUE: Account = ("revenue",)
VAT: Account = ("vat",)
CENTS: Account = ("cents",)
"""What inclusive prices leave between net and VAT."""
BROUGHT: Account = ("brought",)
"""What other programs billed, and was still open when it was brought in."""


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
    forgiven: Groups = field(default_factory=dict)
    """The discount that it earned by coming early, by VAT groups."""
    backs: list[Back] = field(default_factory=list)
    live: bool = True

    @property
    def gone(self) -> int:
        return sum(back.amount for back in self.backs if back.live)

    @property
    def discount(self) -> int:
        return _sum(self.forgiven, 0)

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


@dataclass(frozen=True, slots=True)
class Early:
    """So much is off where all is there by that day."""

    percent: str
    until: date
    discount: int


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
    quote: Quote | None = None
    deposit: bool = False
    prepaid: list[Bill] = field(default_factory=list)
    """The deposits that it takes off."""
    early: Early | None = None
    rated: bool = True
    """Whether a rate into euro is stored with it, where it is in another currency."""
    imported: bool = False
    """Another program issued it; its groups are one without VAT over what was open."""
    touched: bool = False
    """Something was done about it since."""
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
        notes = sum(note.total for note in self.live_notes)
        return notes + sum(receipt.discount for receipt in self.live_receipts)

    @property
    def left(self) -> Groups:
        """What neither credit notes nor discounts have taken off."""
        found = dict(self.groups)
        taken = [note.groups for note in self.live_notes]
        for groups in [*taken, *(receipt.forgiven for receipt in self.live_receipts)]:
            for rate, (net, tax) in groups.items():
                found[rate] = (found[rate][0] - net, found[rate][1] - tax)
        return found

    @property
    def counts(self) -> bool:
        """Whether it bills anything still."""
        return not self.void and not 0 < self.total == self.credited

    @property
    def left_cents(self) -> int:
        return self.cents - sum(note.cents for note in self.live_notes)


@dataclass(eq=False, slots=True)
class Quote:
    """One that was accepted, and what it was billed with."""

    number: str
    total: int
    groups: Groups
    cents: int
    accepted: bool = True
    bills: list[Bill] = field(default_factory=list)

    def deposits(self, but: Bill | None = None) -> list[Bill]:
        return [bill for bill in self.bills if bill.deposit and bill.counts and bill is not but]

    def ended(self, but: Bill | None = None) -> bool:
        """Whether an invoice bills it to its end."""
        return any(bill.counts and not bill.deposit and bill is not but for bill in self.bills)


def _sum(groups: Groups, cents: int) -> int:
    return sum(net + tax for net, tax in groups.values()) + cents


def shared_out(bill: Bill, discount: int) -> Groups:
    """By what the bill has in each VAT group; of each share the VAT that is in it."""
    if not discount:
        return {}
    shares = second_opinion.shares(discount, [max(net + tax, 0) for net, tax in bill.groups.values()])
    found = {}
    for rate, share in zip(bill.groups, shares, strict=True):
        tax = second_opinion.half_up(share * Fraction(rate) / (100 + Fraction(rate)))
        found[rate] = (share - tax, tax)
    return found


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

    # -- what may happen ---------------------------------------------------------------------------

    def is_closed(self, bill: Bill) -> bool:
        """A deposit that was taken off already is neither voided nor credited, and that is not taken back either."""
        return bill.deposit and bill.quote is not None and bill.quote.ended()

    def may_count_again(self, bill: Bill) -> bool:
        """One that bills nothing any more may, unless its quote was billed otherwise meanwhile."""
        quote = bill.quote
        if quote is None or bill.counts:
            return True
        others = quote.deposits(bill)
        if quote.ended(bill):
            return False
        if bill.deposit:
            return bill.total + sum(other.total for other in others) <= quote.total
        return bill.prepaid == others and self.are_settled(others)

    def bears_a_discount(self, receipt: Receipt) -> bool:
        """Another one earned it because this one was there too."""
        others = any(other.forgiven for other in receipt.bill.live_receipts)
        return bool(receipt.applied) and others and not receipt.forgiven

    def are_settled(self, deposits: list[Bill]) -> bool:
        return not any(deposit.credited or self.owed(deposit) for deposit in deposits)

    # -- what happens ------------------------------------------------------------------------------

    def issue(self, bill: Bill) -> None:
        """Or bring it in, where another program issued it."""
        self.bills.append(bill)
        self._bill(bill, bill.groups, bill.cents, 1)

    def forget(self, bill: Bill) -> None:
        """It was never brought in."""
        self.bills.remove(bill)
        self._bill(bill, bill.groups, bill.cents, -1)

    def void(self, bill: Bill, void: bool = True) -> None:
        """Or what was void is valid again."""
        bill.void, bill.touched = void, True
        self._bill(bill, bill.groups, bill.cents, -1 if void else 1)

    def _bill(self, bill: Bill, groups: Groups, cents: int, sign: int) -> None:
        net, tax = (sum(group[place] for group in groups.values()) for place in (0, 1))
        earned = BROUGHT if bill.imported else REVENUE
        amounts = {_owed(bill): net + tax + cents, earned: -net, VAT: -tax, CENTS: -cents}
        self.post(bill.currency, {account: sign * minor for account, minor in amounts.items()})

    def pay(self, bill: Bill, amount: int, on: date) -> Receipt:
        forgiven = shared_out(bill, self.earned(bill, amount, on))
        receipt = Receipt(bill, amount, min(amount, self.owed(bill)), on, forgiven=forgiven)
        bill.receipts.append(receipt)
        self._receive(receipt, 1)
        return receipt

    def earned(self, bill: Bill, amount: int, on: date) -> int:
        """What it leaves open is forgiven where all was there in time and that is no more than the discount."""
        early, owed = bill.early, self.owed(bill)
        if early is None or on > early.until or amount >= owed:
            return 0
        if bill.credited and len(bill.groups) > 1:
            return 0
        rest = bill.total - bill.credited
        most = early.discount
        if bill.credited:
            most = min(most, second_opinion.half_up(rest * Fraction(early.percent) / 100))
        days = [receipt.on for receipt in bill.live_receipts]
        days += [back.on for receipt in bill.live_receipts for back in receipt.backs if back.live]
        before = any(receipt.forgiven for receipt in bill.live_receipts)
        in_time = not before and all(day <= early.until for day in days)
        return owed - amount if in_time and owed - amount <= most else 0

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
        if receipt.forgiven:
            self._bill(receipt.bill, receipt.forgiven, 0, -sign)
        receipt.bill.touched = True

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


def _owed(bill: Bill) -> Account:
    return ("owed", bill.client, bill.number)


def _credit(bill: Bill) -> Account:
    return ("credit", bill.client)
