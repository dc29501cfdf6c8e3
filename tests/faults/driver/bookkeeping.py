"""What people do beyond billing and being paid: they correct, give back, and let invoices come by themselves."""

from __future__ import annotations

import re
import time

from tests.core import second_opinion
from tests.faults.driver.acts import Actor, shown
from tests.faults.driver.people import TOO_LATE
from tests.faults.driver.record import Bill, Correction, Repeated, Told

MOST_SERIES = 2
"""Of a business: each brings an invoice a week."""
DAYS = ("tuesday", "wednesday", "thursday")
"""A run begins on a Monday, and lasts until one of these at least."""


class Bookkeeper(Actor):
    """One of them with all that they can do."""

    def credits(self) -> None:
        """A credit note over more than is owed, so that some of what was paid is credit; taken back, or given back."""
        bill = self._open()
        if bill is None or bill.online or bill.total - bill.paid < 300:
            return
        receipt = self._pay(self.me, bill, self._amount(bill))
        if receipt.recorded is not Told.DONE:
            return
        # Nobody does anything else to it from here on.
        self.mine.remove(bill)
        over = self.dice.randint(1, receipt.amount)
        amount = min(bill.total - bill.paid + over, bill.total - 1)
        bill.correction = Correction(amount, amount - (bill.total - bill.paid))
        said = f"/credit {bill.number} {amount / 100:.2f} reason wrong {bill.ref}"
        answer = self.me.says(
            said, rf"CN\S+ to {bill.client} credits {re.escape(shown(amount))} of {bill.number}"
        )
        bill.correction.made = answer.told
        if answer.told is not Told.DONE:
            return
        if self.dice.random() < 0.4:
            back = self.me.presses("Undo", answer.message, r"Taken back: CN\S+ is void", TOO_LATE.pattern)
            bill.correction.voided = back.told
            return
        bill.closed_at = time.time()
        if bill.correction.over and self.dice.random() < 0.7:
            self._gives_back(bill, bill.correction)

    def _gives_back(self, bill: Bill, correction: Correction) -> None:
        done = rf"{re.escape(shown(correction.over))} of {bill.number} went back to {bill.client}"
        correction.given_back = self.me.says(f"/refund {bill.number}", done).told

    def repeats(self) -> None:
        office = self.crew.office
        if not self.crew.nags or len(office.series) >= MOST_SERIES:
            return
        price = f"{self.dice.randint(1000, 99999) / 100:.2f}"
        terms = {
            "currency": "EUR", "inclusive": False, "percent": None, "amount": None,
            "lines": [{"quantity": "1", "price": price, "rate": "19", "category": "S"}],
        }  # fmt: skip
        ref = f"{office.mark}-{self.dice.getrandbits(40):010x}"
        client = self.dice.choice(self.crew.clients())
        series = Repeated(ref, client, int(second_opinion.compute(terms)["payable"]))
        office.series.append(series)
        answer = self.me.says(
            f"/recurring {client} every {self.dice.choice(DAYS)}: 1 x rent {office.mark} @ {price} vat 19%; "
            f"then issue; ref {ref}",
            rf"Billed to {client} by itself from (\S+) on",
        )
        series.started = answer.told
        if answer.found:
            series.first = answer.found[1]
