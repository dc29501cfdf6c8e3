"""All that is done in the office, and all of it taken back."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.books.importing import Importing
from tests.books.office import PICKS
from tests.books.terms import TERMS

LAST_YEAR = 70
"""Days before the clock's first morning in March."""


class Undoing(Importing):
    """Anything that was done, taken back in time or too late, once or by two at the same moment."""

    @initialize(terms=st.tuples(TERMS, TERMS, TERMS), over=st.integers(1, 5_000))
    def open(self, terms: tuple[dict[str, Any], ...], over: int) -> None:
        """With bills of one client, one of them of last year, one paid too much and one paid early, and with a quote
        that was billed in parts: a story is too short to come to all that alone.
        """
        self._quote(terms[1], 1, 30, rest=True)
        for each, ago, early in zip(terms, (None, LAST_YEAR, None), (None, None, ("2", 14)), strict=True):
            chosen = {"currency": terms[0]["currency"], "percent": None, "early": early}
            self._bill({**each, **chosen}, 0, ago)
        first = next((bill for bill in self.owing if bill.quote is None), None)
        for bill in [bill for bill in self.owing if bill.quote is None]:
            if bill.early or bill is first:
                off = bill.early.discount if bill.early else -over
                self._paid(bill, *self.act(self._paying(bill, self.ledger.owed(bill) - off, self.today)))

    @precondition(lambda self: self.changes)
    @rule(pick=PICKS, twice=st.booleans())
    def take_back(self, pick: int, twice: bool) -> None:
        self.take(self.changes[-1 - pick % min(len(self.changes), 6)], twice)

    @precondition(lambda self: self.changes)
    @rule()
    def take_back_the_last(self) -> None:
        self.take(self.changes[-1])

    @precondition(lambda self: any(map(self.may_be_undone, self.changes)))
    @rule(pick=PICKS)
    def take_back_what_may_be(self, pick: int) -> None:
        changes = [one for one in self.changes if self.may_be_undone(one)]
        self.take(changes[pick % len(changes)])
