"""Which days a recurring invoice falls on. Every day is counted from the anchor, so that none of them ever drifts."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from core.terms import add_months

LAST = -1
"""As `nth`: the last one of the month."""
LAST_DAY = 31
"""As `day`: a shorter month has its own last day instead."""
MOST_EVERY = 60
_WEEK = 7
_NTH = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", LAST: "last"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Unit(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its anchor. By the week it falls on `weekday`; by the month on `day`, or on the nth `weekday`.

    A day that a month does not have is its last one: from 31 January on 28 February, and then on 31 March again
    (DOMAIN rules 25 and 26).
    """

    unit: Unit
    every: int
    """So many weeks or months apart: a quarter is 3 months, a year 12."""
    anchor: date
    """In the week or the month that counting begins with; nothing falls before it."""
    day: int = 0
    """1 to 31; 0 where it falls on a weekday."""
    weekday: int = 0
    """0 is Monday."""
    nth: int = 0
    """1 to 4 or LAST, of the weekdays of its month; 0 where it falls on a day of the month or comes by the week."""

    def __post_init__(self) -> None:
        by_week = self.unit is Unit.WEEK
        if not 1 <= self.every <= MOST_EVERY or not 0 <= self.weekday < _WEEK:
            raise ValueError("no such rule")
        if by_week and (self.day or self.nth):
            raise ValueError("a rule by the week has only a weekday")
        if not by_week and (self.nth not in _NTH if self.nth else not 1 <= self.day <= LAST_DAY):
            raise ValueError("a rule by the month falls on a day of it")

    def __str__(self) -> str:
        """As it is typed, in English: `monthly on 31`, `every 2 weeks on friday`, `monthly on 2nd tuesday`."""
        return f"{self._often()} on {self._when()}"

    def _often(self) -> str:
        usual = {(Unit.WEEK, 1): "weekly", (Unit.MONTH, 1): "monthly", (Unit.MONTH, 3): "quarterly",
                 (Unit.MONTH, 12): "yearly"}  # fmt: skip
        return usual.get((self.unit, self.every), f"every {self.every} {self.unit}s")

    def _when(self) -> str:
        if self.unit is Unit.WEEK:
            return _DAYS[self.weekday]
        if self.nth:
            return f"{_NTH[self.nth]} {_DAYS[self.weekday]}"
        return "last day" if self.day == LAST_DAY else str(self.day)


def next_on(rule: Rule, after: date) -> date:
    """The first day of the rule after that one, and not before its anchor."""
    return coming(rule, after, 1)[0]


def coming(rule: Rule, after: date, count: int) -> tuple[date, ...]:
    """So many days of the rule after that one."""
    days = _from(rule, _turn(rule, after))
    return tuple(islice((day for day in days if day > after and day >= rule.anchor), count))


def first_on(rule: Rule, earliest: date) -> Rule:
    """The same rule, counted from the first day on which it can fall: on or after that one.

    `quarterly on 5` said at the end of November begins with 5 December, and goes on from there.
    """
    each = replace(rule, every=1, anchor=earliest)
    return replace(rule, anchor=next_on(each, earliest - timedelta(days=1)))


def neighbours(rule: Rule, day: date) -> tuple[date, date]:
    """The days of the rule before and after one of its days, also before its anchor."""
    turn = _turn(rule, day)
    while _on(rule, turn) < day:
        turn += 1
    return _on(rule, turn - 1), _on(rule, turn + 1)


def _turn(rule: Rule, after: date) -> int:
    """A turn that is not later than the one wanted, and no more than a few before it."""
    if rule.unit is Unit.WEEK:
        gone = (after - rule.anchor).days // _WEEK
    else:
        gone = (after.year - rule.anchor.year) * 12 + after.month - rule.anchor.month
    return max(gone // rule.every - 1, 0)


def _from(rule: Rule, turn: int) -> Iterator[date]:
    while True:
        yield _on(rule, turn)
        turn += 1


def _on(rule: Rule, turn: int) -> date:
    if rule.unit is Unit.WEEK:
        monday = rule.anchor - timedelta(days=rule.anchor.weekday())
        return monday + timedelta(days=turn * rule.every * _WEEK + rule.weekday)
    month = add_months(rule.anchor.replace(day=1), turn * rule.every)
    length = calendar.monthrange(month.year, month.month)[1]
    if not rule.nth:
        return month.replace(day=min(rule.day, length))
    if rule.nth == LAST:
        last = month.replace(day=length)
        return last - timedelta(days=(last.weekday() - rule.weekday) % _WEEK)
    return month + timedelta(days=(rule.weekday - month.weekday()) % _WEEK + (rule.nth - 1) * _WEEK)
