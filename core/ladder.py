"""The ladder of reminders: which step of an invoice comes next, on which day, or why none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.errors import N_, InvalidInput
from core.money import Money

STEPS = (-3, 0, 3, 7, 14)
"""Days after the due date; what is negative comes before it."""
MOST_STEPS = 10
EARLIEST_STEP = -30
FARTHEST_STEP = 90
_EXAMPLE = "-3, 0, 3, 7, 14"


class Tone(StrEnum):
    """How a reminder is worded; the later, the firmer."""

    NOTICE = "notice"
    """Before or on the due day: nothing is late yet."""
    FRIENDLY = "friendly"
    FIRM = "firm"
    FINAL = "final"


class Rest(StrEnum):
    """Why nothing (more) is sent about an invoice."""

    OFF = "off"
    """The business has switched its reminders off."""
    CLIENT_OFF = "client off"
    STOPPED = "stopped"
    """Somebody stopped the reminders about this invoice."""
    PAID = "paid"
    FINISHED = "finished"
    """Its last step has been, or had been before reminders were switched on."""
    SMALL = "small"
    """Less is owed than the business asks for."""


@dataclass(frozen=True, slots=True)
class Chased:
    """What decides about the reminders of one open invoice."""

    invoice_id: UUID
    client_id: UUID
    number: str
    balance: Money
    due_on: date
    steps: tuple[int, ...]
    """Its own ladder, its client's or its business's, ascending."""
    after: date
    """Steps up to this day are never made up for: reminders were switched on, or the invoice was delivered, then."""
    stopped: bool = False
    client_off: bool = False
    snoozed_until: date | None = None
    """The first day on which something may be sent again."""
    promised_on: date | None = None
    """The client's word; up to and on this day nothing is sent."""
    last_step: int | None = None
    """The highest step that was decided."""
    last_on: date | None = None
    """The day of the newest reminder of any kind about it: at most one a day."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step and the day on which it is due to be decided."""

    step: int
    on: date


@dataclass(frozen=True, slots=True)
class LateFee:
    """Asked for once per step that is listed: an amount in major units, or percent of the open balance."""

    steps: tuple[int, ...]
    amount: Decimal | None = None
    percent: Decimal | None = None


def next_step(chased: Chased, today: date) -> Step | Rest:
    """The step that is decided next and the day for it, today or later; Rest says why none is.

    Level-triggered: of all steps that are reached by that day only the highest counts, those below it are gone
    for good. Whether reminders are on at all and enough is owed is for the caller to say.
    """
    if chased.balance.minor <= 0:
        return Rest.PAID
    if chased.client_off:
        return Rest.CLIENT_OFF
    if chased.stopped:
        return Rest.STOPPED
    left = [
        (chased.due_on + timedelta(days=step), step)
        for step in chased.steps
        if chased.last_step is None or step > chased.last_step
    ]
    left = sorted(pair for pair in left if pair[0] > chased.after)
    if not left:
        return Rest.FINISHED
    first = _first_day(chased, today)
    reached = [step for day, step in left if day <= first]
    return Step(reached[-1], first) if reached else Step(left[0][1], left[0][0])


def _first_day(chased: Chased, today: date) -> date:
    """The first day on which anything may be sent about it."""
    day = max(today, chased.snoozed_until or today)
    for busy in (chased.promised_on, chased.last_on):
        if busy is not None:
            day = max(day, busy + timedelta(days=1))
    return day


def tone_of(step: int, steps: Iterable[int]) -> Tone:
    """The last one after the due day is final, the one before it firm, and the first always friendly."""
    if step <= 0:
        return Tone.NOTICE
    late = sorted({step, *(other for other in steps if other > 0)})
    if step == late[0]:
        return Tone.FRIENDLY
    if step == late[-1]:
        return Tone.FINAL
    return Tone.FIRM if step == late[-2] else Tone.FRIENDLY


def tone_when_sent(tone: Tone, days_late: int) -> Tone:
    """A notice put off beyond the due day (by a weekend, a promise) may no longer say that nothing is late."""
    return Tone.FRIENDLY if tone is Tone.NOTICE and days_late > 0 else tone


def check_steps(steps: Sequence[int]) -> tuple[int, ...]:
    """A ladder somebody chose, ascending. Raises InvalidInput."""
    if not steps:
        raise InvalidInput("steps", N_("A ladder of reminders needs at least one step."), _EXAMPLE)
    if len(steps) > MOST_STEPS:
        raise InvalidInput(
            "steps", N_("A ladder of reminders has at most {most} steps."), _EXAMPLE, most=MOST_STEPS
        )
    if any(not EARLIEST_STEP <= step <= FARTHEST_STEP for step in steps):
        raise InvalidInput(
            "steps",
            N_("A step lies at most {before} days before and {after} days after the due date."),
            _EXAMPLE,
            before=-EARLIEST_STEP,
            after=FARTHEST_STEP,
        )
    if len(set(steps)) != len(steps):
        raise InvalidInput("steps", N_("Each step of a ladder is named once."), _EXAMPLE)
    if list(steps) != sorted(steps):
        raise InvalidInput("steps", N_("The steps of a ladder ascend."), _EXAMPLE)
    return tuple(steps)
