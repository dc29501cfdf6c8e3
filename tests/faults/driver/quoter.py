"""What people do with quotes: offer, accept, bill a deposit that is paid, and then the rest, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tests.core import second_opinion
from tests.faults.driver.acts import issued, shown
from tests.faults.driver.bookkeeping import Bookkeeper
from tests.faults.driver.people import Answer, Talker
from tests.faults.driver.record import Bill, Offer, Told


class Quoter(Bookkeeper):
    """One of them with all that they can do, and quotes."""

    def quotes(self) -> None:
        offer = self._offered()
        if offer is None:
            return
        if offer.share and not self._deposited(offer):
            return
        taken = sum(deposit.total for deposit in offer.deposits)
        self._all_bill(offer, replace(offer.bill, total=offer.bill.total - taken, receipts=[]))

    def _offered(self) -> Offer | None:
        """A quote that was issued and accepted."""
        bill, text = self._typed()
        offer = Offer(bill, self.dice.choice((0, 0, 30, 50)))
        self.crew.office.offers.append(offer)
        drafted = self.me.says(f"/quote {text}; valid 365d", bill.ref)
        bill.drafted = drafted.told
        if drafted.told is not Told.DONE:
            return None
        total = re.escape(shown(bill.total))
        given = self.me.presses("Issue", drafted.message, rf"Quote (\S+) to {bill.client}: {total}, valid")
        bill.issued = given.told
        if given.found is None:
            return None
        bill.number = given.found[1]
        done = rf"{bill.client} accepted {bill.number}\."
        offer.accepted = self.me.says(f"/quote accept {bill.number}", done).told
        return offer if offer.accepted is Told.DONE else None

    def _deposited(self, offer: Offer) -> bool:
        amount = second_opinion.half_up(Fraction(offer.bill.total * offer.share, 100))
        deposit = replace(offer.bill, total=amount, number="", issued=None, drafted=Told.UNKNOWN, receipts=[])
        offer.deposits.append(deposit)
        said = f"/quote deposit {offer.bill.number} {offer.share}%"
        answer = self.me.says(said, rf"Draft of a deposit for [\s\S]*{deposit.ref}")
        deposit.drafted = answer.told
        self._gives_number(self.me, deposit, answer)
        if deposit.issued is not Told.DONE:
            return False
        return self._pay(self.me, deposit, amount).recorded is Told.DONE

    def _all_bill(self, offer: Offer, end: Bill) -> None:
        """Only one of them can."""
        end.number, end.issued, end.drafted = "", None, Told.UNKNOWN
        offer.end = end
        said = f"/quote convert {offer.bill.number}"
        talkers = self.crew.talkers
        since = [talker.telegram.arrived(talker.person) for talker in talkers]
        for talker in talkers:
            talker.telegram.says(talker.person, said)
        draft = rf"Draft (?:of the rest )?for [\s\S]*{end.ref}"
        # Whoever is busy with another quote hears of that one, too.
        billed = rf"\b{offer.bill.number} is (?:drafted|billed) already"
        answers = [
            talker.hears(said, moment, "", draft, billed)
            for talker, moment in zip(talkers, since, strict=True)
        ]
        end.drafted = _together(answers)
        for talker, answer in zip(talkers, answers, strict=True):
            if answer.told is Told.DONE:
                self._gives_number(talker, end, answer)

    def _gives_number(self, talker: Talker, bill: Bill, drafted: Answer) -> None:
        if drafted.told is not Told.DONE:
            return
        answer = talker.presses("Issue", drafted.message, issued(bill))
        bill.issued = answer.told
        if answer.found:
            bill.number = answer.found[1]


def _together(answers: Sequence[Answer]) -> Told:
    """What is known of one act that several tried."""
    told = {answer.told for answer in answers}
    return next((each for each in (Told.DONE, Told.UNKNOWN) if each in told), Told.REFUSED)
