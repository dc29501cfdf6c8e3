"""What a business has to be told about its plan, and when: what there is to say follows from the subscription alone.

`Subscription.told` remembers the last of it, so that each is told once however often somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.plan import GRACE, Plan, Standing, Subscription, plan_at

BEFORE_TRIAL_ENDS = timedelta(days=3)
REPEATED_AFTER = timedelta(days=5)
"""A failed payment is told at once, and again while there are two days left."""


class News(StrEnum):
    BEGUN = "begun"
    """The plan holds: it was bought, changed, resumed, or paid for after all."""
    TRIAL_ENDS = "trial_ends"
    ENDING = "ending"
    """It was cancelled and goes on until then."""
    PAST_DUE = "past_due"
    STILL_PAST_DUE = "still_past_due"
    FREE = "free"
    """From now on the limits of Free hold."""


@dataclass(frozen=True, slots=True)
class Item:
    news: News
    plan: Plan
    """The one that it is about; of FREE the one that was lost."""
    at: datetime | None = None
    """When the trial, the plan or the patience ends."""

    @property
    def key(self) -> str:
        return f"{self.news}/{self.plan}/{self.at:%Y-%m-%d}" if self.at else f"{self.news}/{self.plan}"


def untold(subscription: Subscription, now: datetime) -> Item | None:
    """What is to be told now; None where the last thing that was told still holds."""
    item = _item(subscription, now)
    return item if item is not None and item.key != subscription.told else None


def next_look(subscription: Subscription, now: datetime) -> datetime | None:
    """The next moment at which time alone makes something new of it: now, where something is untold."""
    if untold(subscription, now) is not None:
        return now
    moments: list[datetime] = []
    since, trial_end = subscription.past_due_since, subscription.trial_ends_at
    if subscription.standing is Standing.PAST_DUE and since is not None:
        moments = [since + REPEATED_AFTER, since + GRACE]
    elif subscription.standing is Standing.TRIALING and trial_end is not None and not subscription.ends_at:
        moments = [trial_end - BEFORE_TRIAL_ENDS]
    return min((moment for moment in moments if moment > now), default=None)


def _item(subscription: Subscription, now: datetime) -> Item | None:
    plan, standing = subscription.plan, subscription.standing
    if standing in (Standing.NONE, Standing.INCOMPLETE):
        return None
    if plan_at(subscription, now) is Plan.FREE:
        # Whoever never heard of a plan has lost none.
        return Item(News.FREE, plan) if subscription.told else None
    if standing is Standing.PAST_DUE and subscription.past_due_since is not None:
        since = subscription.past_due_since
        news = News.PAST_DUE if now < since + REPEATED_AFTER else News.STILL_PAST_DUE
        return Item(news, plan, since + GRACE)
    if subscription.ends_at is not None:
        return Item(News.ENDING, plan, subscription.ends_at)
    trial_end = subscription.trial_ends_at if standing is Standing.TRIALING else None
    if trial_end is not None and now >= trial_end - BEFORE_TRIAL_ENDS:
        return Item(News.TRIAL_ENDS, plan, trial_end)
    return Item(News.BEGUN, plan)
