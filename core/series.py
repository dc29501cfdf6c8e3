"""A recurring invoice: what is billed, on which days, what the clock does with it, and when it stops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from core.approval import needs_approval
from core.invoice import Draft, Period
from core.moments import instant, local_day
from core.money import Money
from core.party import Business, Member
from core.recurrence import LAST_DAY, Rule, Unit, coming, neighbours, next_on

MOST_FAILURES = 3
"""In a row; then it pauses and says so (DOMAIN rule 27)."""
MOST_TIMES = 999
LATEST = timedelta(days=31)
"""A day that was missed by more than that is passed over and told: nobody expects that invoice any more, and a clock
that had jumped must not issue years of them."""
PREVIEWED = 5
AT = time(7)
"""When the clock makes them, where the business is: before the digest."""
_DAY = timedelta(days=1)
_PAUSES = (timedelta(hours=1), timedelta(days=1))
"""After the first and the second failure."""


class Does(StrEnum):
    """What the clock does by itself on each day."""

    DRAFT = "draft"
    ISSUE = "issue"
    SEND = "send"
    """Issue it, and mail it to the client."""


class Covers(StrEnum):
    """Which time each invoice is for (BG-14)."""

    NOTHING = "none"
    AHEAD = "ahead"
    """From its day up to the day before the next one."""
    BEHIND = "behind"
    """From the day after the one before up to its day."""


class SeriesState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Series:
    """One recurring invoice. Each day of its rule is decided once: an invoice was made, or it was skipped."""

    id: UUID
    member_id: UUID
    """Who set it up: above the limit up to which they may issue alone, it only drafts and asks."""
    draft: Draft
    """Without a date of its own: each invoice is dated when it is made."""
    rule: Rule
    does: Does
    next_on: date | None
    """The first day that is not decided yet; None once it has ended."""
    next_at: datetime | None = None
    """When the clock comes by for it; None unless it is active."""
    state: SeriesState = SeriesState.ACTIVE
    until: date | None = None
    """The last day that counts."""
    times: int | None = None
    """How many invoices it makes in all."""
    made: int = 0
    failures: int = 0
    """In a row."""
    covers: Covers = Covers.NOTHING
    version: int = 0

    def days(self, count: int = PREVIEWED) -> tuple[date, ...]:
        """The days to come, as many of them as there are."""
        if self.next_on is None:
            return ()
        left = count if self.times is None else max(min(count, self.times - self.made), 0)
        days = coming(self.rule, self.next_on - _DAY, left)
        return tuple(day for day in days if self.until is None or day <= self.until)


def period_of(series: Series, day: date) -> Period | None:
    """The time that the invoice of that day is for."""
    before, after = neighbours(series.rule, day)
    match series.covers:
        case Covers.AHEAD:
            return Period(day, after - _DAY)
        case Covers.BEHIND:
            return Period(before + _DAY, day)
        case Covers.NOTHING:
            return None


def usual_cover(rule: Rule) -> Covers:
    """What the first and the last day of a month leave no doubt about; of other days somebody has to say it."""
    if rule.unit is Unit.WEEK or rule.nth:
        return Covers.NOTHING
    return {1: Covers.AHEAD, LAST_DAY: Covers.BEHIND}.get(rule.day, Covers.NOTHING)


def planned(series: Series, zone: str) -> Series:
    """The same with the moment at which the clock comes by: in the morning of its next day."""
    if series.state is not SeriesState.ACTIVE or series.next_on is None:
        return replace(series, next_at=None)
    return replace(series, next_at=instant(series.next_on, AT, zone))


def is_due(series: Series, now: datetime, zone: str) -> bool:
    """Whether its day is here or was missed, and no failure is waited out.

    The day counts beside the moment, which was planned by the settings of its time.
    """
    if series.state is not SeriesState.ACTIVE or series.next_on is None or series.next_at is None:
        return False
    return series.next_at <= now and series.next_on <= local_day(now, zone)


def too_late(series: Series, today: date) -> tuple[Series, int]:
    """The same on the first of its days that may still be made up for, and how many are passed over for that."""
    passed = 0
    while series.next_on is not None and today - series.next_on > LATEST:
        series, passed = went_on(series), passed + 1
    return series, passed


def went_on(series: Series, made: int = 0) -> Series:
    """After its next day was decided, with an invoice or without: on to the day after that, or to its end."""
    if series.next_on is None:
        raise ValueError("a series that has ended has no next day")
    day = next_on(series.rule, series.next_on)
    return _bounded(replace(series, next_on=day, made=series.made + made, failures=0))


def failed(series: Series, now: datetime) -> Series:
    """After an attempt came to nothing: tried again later, and at the third time paused."""
    failures = series.failures + 1
    if failures >= MOST_FAILURES:
        return replace(series, state=SeriesState.PAUSED, failures=failures, next_at=None)
    return replace(series, failures=failures, next_at=now + _PAUSES[failures - 1])


def resumed(series: Series, today: date) -> Series:
    """From today on: what fell into the pause is not made up for (DOMAIN rule 26)."""
    if series.next_on is None:
        raise ValueError("a series that has ended is not resumed")
    day = max(series.next_on, next_on(series.rule, today - _DAY))
    return _bounded(replace(series, state=SeriesState.ACTIVE, next_on=day, failures=0))


def missed(paused: Series, went: Series) -> tuple[date, ...]:
    """The first days that brought nothing because they fell into the pause, however it came about."""
    return tuple(day for day in paused.days() if went.next_on is None or day < went.next_on)


def ended(series: Series) -> Series:
    return replace(series, state=SeriesState.ENDED, next_on=None, next_at=None)


def _bounded(series: Series) -> Series:
    return series if series.days(1) else ended(series)


def must_ask(business: Business, member: Member, total: Money) -> bool:
    """Whether somebody has to say yes to each invoice: whoever set it up could not issue it alone, or has left."""
    limit = business.approval_limit
    if member.left_at is None or limit is None:
        return needs_approval(business, member, total)
    return total.currency != limit.currency or total.minor > limit.minor
