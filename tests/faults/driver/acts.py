"""What people do in a run, one act after the other, as their dice say."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.core import second_opinion
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_values import Impossible
from tests.faults.driver.online import PAGE, Browsers
from tests.faults.driver.people import CHANGED, TOO_LATE, Answer, Talker
from tests.faults.driver.record import Bill, Office, Receipt, Record, Told

MOST_ACTS = 40
"""After so many, somebody else comes: a chat that has grown long takes long to be looked through."""
WEIGHTS = {
    "bills": 6, "bills_much": 3, "pays": 4, "pays_twice": 2, "pays_together": 2, "voids": 2, "is_refused": 2,
    "edits_a_client": 2, "looks": 2, "leaves_a_draft": 1, "presses_what_is_not_theirs": 2, "mails": 3,
    "moves_the_digest": 1, "lists": 1, "pays_online": 4, "credits": 3, "repeats": 2,
    "quotes": 3,
}  # fmt: skip
"""The methods of an Actor, and how often each is chosen."""


def shown(minor: int) -> str:
    return f"EUR {minor // 100:,}.{minor % 100:02}"


@dataclass(slots=True)
class Crew:
    """The people of one business, who do not wait for each other."""

    telegram: FakeTelegram
    record: Record
    office: Office
    talkers: list[Talker]
    dice: random.Random
    nags: bool = False
    browsers: Browsers | None = None
    """Of the clients, where they pay online."""
    online: bool = False
    drafts: list[Bill] = field(default_factory=list)
    """Left alone on purpose, for those to press on who must not."""
    totals: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> bool:
        owner, mark = self.talkers[0], self.office.mark
        self.office.opened = owner.says(
            f"/start Studio {mark}; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
            "iban DE89370400440532013000; terms 14d",
            f"Studio {mark} is ready to send invoices",
        ).told
        if self.office.opened is not Told.DONE:
            return False
        for number in (1, 2):
            client = f"Kunde{number}{mark}"
            told = owner.says(
                f"/client add {client}, Ring 2, 20095 Hamburg, DE", f"{client} is now a client"
            ).told
            self.office.clients[client] = told
            self.office.emails[client] = {""}
        for talker in self.talkers[1:]:
            invited = owner.says("/invite admin", r"start=(\S+)")
            if invited.found and talker.says(f"/start {invited.found[1]}", "Welcome to").told is Told.DONE:
                self.office.joined += 1
            else:
                return False
        if self.browsers is not None:
            self.online = self.browsers.connect(self.office, owner)
        return Told.DONE in self.office.clients.values() and (not self.nags or self._has_no_rest(owner))

    def _has_no_rest(self, owner: Talker) -> bool:
        """Digests and reminders come at any time and on any day, soon after midnight."""
        wishes = {
            "/reminders quiet off; weekends off; holidays off; preview 2; at 3:00": "Saved",
            "/digest 0:30; all": "Saved",
        }
        return all(owner.says(text, done).told is Told.DONE for text, done in wishes.items())

    def clients(self) -> list[str]:
        return [client for client, told in self.office.clients.items() if told is Told.DONE]

    def terms(self, dice: random.Random) -> tuple[dict[str, Any], int]:
        """Of an invoice whose total no other one of this business has."""
        with self.lock:
            while True:
                lines = [
                    {"quantity": str(dice.randint(1, 9)), "price": f"{dice.randint(1000, 99999) / 100:.2f}",
                     "rate": rate, "category": "S"}
                    for rate in dice.choice((("19",), ("19", "7"), ("19", "19", "7")))
                ]  # fmt: skip
                percent = dice.choice((None, "10", "12.5"))
                terms: dict[str, Any] = {
                    "currency": "EUR", "inclusive": dice.random() < 0.3, "percent": percent, "amount": None,
                    "lines": lines,
                }  # fmt: skip
                total = int(second_opinion.compute(terms)["payable"])
                if total not in self.totals:
                    self.totals.add(total)
                    return terms, total


@dataclass(slots=True)
class Actor:
    """One of them, at work."""

    crew: Crew
    me: Talker
    dice: random.Random
    everybody: Callable[[], list[Crew]]
    mine: list[Bill] = field(default_factory=list)

    def work(self) -> None:
        focus = self.me.focus or tuple(WEIGHTS)
        acts: list[Callable[[], None]] = [getattr(self, name) for name in focus]
        weights = [1 if self.me.focus else WEIGHTS[name] for name in focus]
        for _each in range(MOST_ACTS):
            if self.me.is_over():
                return
            self.dice.choices(acts, weights)[0]()

    # -- invoices ----------------------------------------------------------------------------------

    def _draft(self) -> tuple[Bill, str]:
        bill, text = self._typed()
        self.crew.office.bills.append(bill)
        due = f"; due {self.dice.randint(1, 5)}d" if self.crew.nags else ""
        return bill, f"/invoice {text}{due}"

    def _typed(self) -> tuple[Bill, str]:
        """What an invoice and a quote are written like."""
        terms, total = self.crew.terms(self.dice)
        office = self.crew.office
        ref = f"{office.mark}-{self.dice.getrandbits(40):010x}"
        client = self.dice.choice(self.crew.clients())
        lines = ", ".join(
            f"{line['quantity']} x work{place} {office.mark} @ {line['price']} vat {line['rate']}%"
            for place, line in enumerate(terms["lines"])
        )
        options = [f"ref {ref}", *([f"discount {terms['percent']}%"] if terms["percent"] else [])]
        options += ["incl"] if terms["inclusive"] else []
        return Bill(office.mark, ref, client, terms, total), f"{client}: {lines}; {'; '.join(options)}"

    def _drafted(self, bill: Bill, answer: Answer) -> bool:
        bill.drafted, bill.message = answer.told, answer.message
        return answer.told is Told.DONE

    def _issues(self, bill: Bill) -> None:
        answer = self.me.presses("Issue", bill.message, issued(bill))
        bill.issued = answer.told
        if answer.found:
            bill.number, bill.message = answer.found[1], answer.message
            self.mine.append(bill)
            if self.crew.nags and self.dice.random() < 0.5:
                self._mail(bill)

    def bills(self) -> None:
        bill, text = self._draft()
        if not self._drafted(bill, self.me.says(text, bill.ref)):
            return
        if self.dice.random() < 0.3:
            # Impatiently; whatever the second press is told, it must not do anything.
            self._press_again("Issue", bill.message)
        self._issues(bill)

    def _press_again(self, label: str, message: int) -> None:
        try:
            self.me.telegram.presses(self.me.person, label, message=message)
        except Impossible:
            return

    def bills_much(self) -> None:
        """Several at once, without waiting for an answer in between."""
        made = [self._draft() for _each in range(3)]
        since = self.me.telegram.arrived(self.me.person)
        for _bill, text in made:
            self.me.telegram.says(self.me.person, text)
        for bill, text in made:
            self._drafted(bill, self.me.hears(text, since, "", bill.ref, None))
        drafted = [bill for bill, _text in made if bill.drafted is Told.DONE]
        for bill in drafted:
            self._issues(bill)

    def leaves_a_draft(self) -> None:
        bill, text = self._draft()
        if self._drafted(bill, self.me.says(text, bill.ref)):
            self.crew.drafts.append(bill)

    def _open(self) -> Bill | None:
        """One of mine that is issued, known in all its parts, and owes something."""
        found = [
            bill for bill in self.mine if bill.settled and bill.voided is None and bill.paid < bill.total
        ]
        return self.dice.choice(found) if found else None

    # -- money -------------------------------------------------------------------------------------

    def _amount(self, bill: Bill, part: int = 3) -> int:
        """One that this invoice has not had yet, and that leaves something for the next."""
        had = {receipt.amount for receipt in bill.receipts}
        most = max(1, (bill.total - bill.paid) // part)
        return next(
            amount
            for amount in iter(lambda: self.dice.randint(1, most), None)
            if amount not in had or most < 9
        )

    def _pay(self, talker: Talker, bill: Bill, amount: int) -> Receipt:
        receipt = Receipt(amount, Told.UNKNOWN)
        bill.receipts.append(receipt)
        since = talker.telegram.arrived(talker.person)
        talker.telegram.says(talker.person, f"/paid {bill.number} {amount / 100:.2f}")
        self._heard_of(talker, bill, receipt, since)
        return receipt

    def _heard_of(self, talker: Talker, bill: Bill, receipt: Receipt, since: int) -> None:
        answer = talker.hears("/paid", since, "", _received(bill, receipt.amount), None)
        receipt.recorded, receipt.message = answer.told, answer.message

    def pays(self) -> None:
        bill = self._open()
        if bill is None or bill.total - bill.paid < 30:
            return
        receipt = self._pay(self.me, bill, self._amount(bill))
        if receipt.recorded is Told.DONE and self.dice.random() < 0.4:
            back = f"Taken back: the payment on {bill.number}"
            receipt.reversed = self.me.presses("Undo", receipt.message, back, TOO_LATE.pattern).told

    def pays_together(self) -> None:
        """Everybody at the same moment, each with a sum of their own."""
        bill = self._open()
        if bill is None or bill.total - bill.paid < 3000:
            return
        receipts = []
        for talker in self.crew.talkers:
            amount = self._amount(bill, 3 * len(self.crew.talkers))
            receipt = Receipt(amount, Told.UNKNOWN)
            bill.receipts.append(receipt)
            receipts.append((talker, receipt, talker.telegram.arrived(talker.person)))
        for talker, receipt, _since in receipts:
            talker.telegram.says(talker.person, f"/paid {bill.number} {receipt.amount / 100:.2f}")
        for talker, receipt, since in receipts:
            self._heard_of(talker, bill, receipt, since)

    def pays_twice(self) -> None:
        """All of it, by two presses on the same button."""
        bill = self._open()
        if bill is None or bill.receipts or not bill.message:
            return
        receipt = Receipt(bill.total, Told.UNKNOWN)
        bill.receipts.append(receipt)
        self._press_again("Paid", bill.message)
        answer = self.me.presses("Paid", bill.message, _received(bill, bill.total))
        receipt.recorded, receipt.message = answer.told, answer.message
        if answer.told is Told.UNKNOWN:
            return
        bill.closed_at = time.time()
        self._press_again("Paid", bill.message)

    def pays_online(self) -> None:
        """The client does, and sometimes after a part of it came by other ways. Then too much is paid, unless the
        checkout was ended in time, or the client leaves it at that.
        """
        browsers, bill = self.crew.browsers, self._open()
        if bill is None or browsers is None or not self.crew.online:
            return
        # Another's link may come late.
        wanted = rf"The page of {bill.number} for [\s\S]*?{PAGE}"
        link = self.me.says(f"/paylink {bill.number}", wanted)
        checkout = browsers.press_pay(link.found[1]) if link.found else None
        bill.online = True
        if checkout is None:
            self.me.record.count("pays_online", Told.UNKNOWN)
            return
        if self.dice.random() < 0.4 and bill.total - bill.paid > 30:
            self._pay(self.me, bill, self._amount(bill))
            if self.dice.random() < 0.5:
                return
        paid = browsers.pay(checkout)
        self.me.record.count("pays_online", Told.DONE if paid else Told.REFUSED)
        if paid:
            bill.receipts.append(Receipt(checkout.amount, Told.DONE))

    def voids(self) -> None:
        bill = self._open()
        if bill is None or bill.paid:
            return
        answer = self.me.says(
            f"/void {bill.number} wrong {bill.ref}", rf"{bill.number} to {bill.client} over .* is void\."
        )
        bill.voided = answer.told
        if answer.told is not Told.DONE:
            return
        if self.dice.random() < 0.6:
            bill.closed_at = time.time()
        else:
            back = f"Taken back: {bill.number} is valid again"
            told = self.me.presses("Undo", answer.message, back, TOO_LATE.pattern).told
            bill.restored = told

    def is_refused(self) -> None:
        """What is not allowed is refused, and leaves nothing behind."""
        bill = self._open()
        if bill is None:
            return
        if bill.paid:
            self.me.says(f"/void {bill.number} {bill.ref}", "cannot be voided")
        else:
            self.me.says(f"/paid {bill.number} 1.00 USD", "is in EUR; USD is another currency")
            self.me.says("/cancel", "Cancelled|nothing to cancel")

    # -- what comes by itself ----------------------------------------------------------------------

    def mails(self) -> None:
        bill = self._open()
        if bill is not None:
            self._mail(bill)

    def _mail(self, bill: Bill) -> None:
        """Once."""
        if bill.mailed is not None:
            return
        office = self.crew.office
        address = f"books{self.dice.getrandbits(32):08x}@{office.mark.lower()}.example"
        with self.crew.lock:
            # It becomes the client's where they had none.
            office.emails[bill.client].add(address)
        said = f"/send {bill.number} to {address} now"
        done = rf"{bill.number} over .* is on its way to {address}"
        bill.mailed = self.me.says(said, done, CHANGED).told

    def moves_the_digest(self) -> None:
        """Whatever time is chosen on a day, that day has one digest. Always one of the morning: at any later one the
        clock might jump over the end of the date, which is by rule not made up for.
        """
        if self.crew.nags:
            self.me.says(
                f"/digest {self.dice.randint(0, 8)}:{self.dice.choice(('05', '25', '45'))}", "Digest"
            )

    # -- the rest ----------------------------------------------------------------------------------

    def edits_a_client(self) -> None:
        client = self.dice.choice(self.crew.clients())
        email = f"{self.dice.getrandbits(32):08x}@{self.crew.office.mark.lower()}.example"
        with self.crew.lock:
            self.crew.office.emails[client].add(email)
        self.me.says(f"/client edit {client}; email {email}", f"E-mail: {email}", CHANGED)

    def lists(self) -> None:
        self.me.says("/invoices", "Invoices|no invoice")

    def looks(self) -> None:
        text, done = self.dice.choice(
            (("/invoices", "Invoices|no invoice"), ("/overdue", "overdue"), ("/clients", "Clients"),
             ("/invoice 2026-0002", "2026-0002|no invoice"), ("/home", "."))
        )  # fmt: skip
        self.me.says(text, done)

    def presses_what_is_not_theirs(self) -> None:
        """With a client of their own making: the data of a button in another's chat, sent from this one."""
        crews = [self.crew, self.crew, *self.everybody()]
        drafts = list(self.dice.choice(crews).drafts)
        if not drafts:
            return
        bill = self.dice.choice(drafts)
        data = self._data_of(bill)
        if data:
            since = self.me.telegram.arrived(self.me.person)
            query = self.me.telegram.forges(self.me.person, data)
            self.me.hears("forged", since, query, "button is too old", None)

    def _data_of(self, bill: Bill) -> str:
        for crew in self.everybody():
            for talker in crew.talkers if crew.office.mark == bill.office else ():
                if talker is self.me:
                    continue
                for seen in talker.telegram.messages(talker.person):
                    if bill.ref in seen.text and seen.buttons:
                        return next((button.data for button in seen.buttons if button.label == "Issue"), "")
        return ""


def issued(bill: Bill) -> str:
    return rf"Issued (\S+) to {bill.client}: {re.escape(shown(bill.total))},"


def _received(bill: Bill, amount: int) -> str:
    return rf"{bill.client} paid {re.escape(shown(amount))} on {bill.number}"
