"""What the plans bring in: sums over all subscriptions, from counts that storage has made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.money import Money
from core.plan import Plan, Standing, Subscription, monthly

WINDOW = timedelta(days=30)
"""What is measured over time is measured over the last 30 days."""
_BOUGHT = (Standing.TRIALING, Standing.ACTIVE, Standing.PAST_DUE)
_PAYING = (Standing.ACTIVE, Standing.PAST_DUE)
_ORDER = tuple(Plan)


@dataclass(frozen=True, slots=True)
class Bought:
    """How many subscriptions are alike in all of this."""

    plan: Plan
    standing: Standing
    yearly: bool
    price: Money | None
    number: int


@dataclass(frozen=True, slots=True)
class Move:
    """How often a subscription went from one to the other."""

    plan_from: Plan
    plan_to: Plan
    standing_from: Standing
    standing_to: Standing
    number: int


@dataclass(frozen=True, slots=True)
class Course:
    """How many businesses stood there when the window began, and stand here now: those that moved meanwhile."""

    standing_then: Standing
    standing_now: Standing
    number: int


@dataclass(frozen=True, slots=True)
class Sales:
    """Per currency in its minor units; whatever is counted over time, over WINDOW."""

    subscriptions: Mapping[tuple[Plan, Standing], int] = field(default_factory=dict)
    mrr: Mapping[str, Money] = field(default_factory=dict)
    """What all that are paid for bring in per month, a yearly one by the twelfth."""
    arr: Mapping[str, Money] = field(default_factory=dict)
    upgrades: int = 0
    downgrades: int = 0
    paying_then: int = 0
    """How many paid when the window began."""
    lost: int = 0
    """How many of these do not pay any more."""
    trials_ended: int = 0
    trials_converted: int = 0
    """How many of those that ended were paid for afterwards."""

    @property
    def trials(self) -> int:
        return sum(
            number
            for (_plan, standing), number in self.subscriptions.items()
            if standing is Standing.TRIALING
        )

    @property
    def paying(self) -> int:
        return sum(number for (_plan, standing), number in self.subscriptions.items() if standing in _PAYING)

    @property
    def conversion(self) -> float | None:
        """A share of 1; None while no trial has ended."""
        return self.trials_converted / self.trials_ended if self.trials_ended else None

    @property
    def churn(self) -> float | None:
        """A share of 1; None where nobody paid when the window began."""
        return self.lost / self.paying_then if self.paying_then else None


def sales(
    bought: Iterable[Bought],
    moves: Iterable[Move],
    courses: Iterable[Course],
    trials_ended: int,
    trials_converted: int,
) -> Sales:
    subscriptions: Counter[tuple[Plan, Standing]] = Counter()
    mrr: Counter[str] = Counter()
    arr: Counter[str] = Counter()
    for some in bought:
        subscriptions[some.plan, some.standing] += some.number
        each = monthly(Subscription(some.plan, some.standing, yearly=some.yearly, price=some.price))
        if each is not None and some.price is not None:
            mrr[each.currency] += each.minor * some.number
            arr[each.currency] += some.price.minor * (1 if some.yearly else 12) * some.number
    steps: Counter[int] = Counter()
    for move in moves:
        steps[_step(move)] += move.number
    paying = sum(number for (_plan, standing), number in subscriptions.items() if standing in _PAYING)
    lost = won = 0
    for course in courses:
        paid_then, pays_now = course.standing_then in _PAYING, course.standing_now in _PAYING
        lost += course.number * (paid_then and not pays_now)
        won += course.number * (pays_now and not paid_then)
    return Sales(
        subscriptions, {code: Money(minor, code) for code, minor in sorted(mrr.items())},
        {code: Money(minor, code) for code, minor in sorted(arr.items())}, steps[1], steps[-1],
        paying - won + lost, lost, trials_ended, trials_converted,
    )  # fmt: skip


def _step(move: Move) -> int:
    """1 up, -1 down, 0 neither: by the plan that is had, for one that has ended keeps its name."""
    before, after = (
        _ORDER.index(plan if standing in _BOUGHT else Plan.FREE)
        for plan, standing in ((move.plan_from, move.standing_from), (move.plan_to, move.standing_to))
    )
    return (after > before) - (after < before)
