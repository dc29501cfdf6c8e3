"""What a business may buy from us: the plans, what each includes, and until when a subscription holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.money import Money, round_half_up


class Plan(StrEnum):
    FREE = "free"
    PRO = "pro"
    BUSINESS = "business"


class Feature(StrEnum):
    INVOICES = "invoices"
    """Issued per calendar month, in the business's zone."""
    MEMBERS = "members"
    ROLES = "roles"
    """Accountants, beside owners, admins and members."""
    APPROVALS = "approvals"
    LADDER = "ladder"
    """Reminders to clients by themselves; without it, the digest is all that nags."""
    SERIES = "series"
    """Recurring invoices."""
    CHARTS = "charts"
    SCHEDULED_REPORTS = "scheduled_reports"
    EVENTS = "events"
    """Sent to other programs per calendar month."""
    COLOURS = "colours"
    UNBRANDED = "unbranded"
    """Documents and pages without a word about Billhook."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as it can be bought in this install."""

    plan: Plan
    yearly: bool = False


NO = 0
LIMITS: Mapping[Feature, tuple[int | None, int | None, int | None]] = {
    # How many of it Free, Pro and Business include; None is without limit, 0 is not at all.
    Feature.INVOICES: (5, None, None),
    Feature.MEMBERS: (1, 3, None),
    Feature.ROLES: (NO, NO, None),
    Feature.APPROVALS: (NO, NO, None),
    Feature.LADDER: (NO, None, None),
    Feature.SERIES: (1, None, None),
    Feature.CHARTS: (NO, None, None),
    Feature.SCHEDULED_REPORTS: (NO, NO, None),
    Feature.EVENTS: (100, 10_000, None),
    Feature.COLOURS: (NO, None, None),
    Feature.UNBRANDED: (NO, None, None),
}
MONTHLY = frozenset({Feature.INVOICES, Feature.EVENTS})
"""What is counted by the calendar month; the others are counted as they stand."""
NAMES: Mapping[Plan, str] = {Plan.FREE: "Free", Plan.PRO: "Pro", Plan.BUSINESS: "Business"}
"""As they are called in every language."""

GRACE = timedelta(days=7)
"""How long a plan holds after a payment for it failed."""
TRIAL_DAYS = 14
_WARN_AT = 0.8


def limit(plan: Plan, feature: Feature) -> int | None:
    """How many the plan includes; None is without limit."""
    return LIMITS[feature][list(Plan).index(plan)]


def includes(plan: Plan, feature: Feature) -> bool:
    return limit(plan, feature) != NO


def gains(plan: Plan, before: Plan) -> tuple[Feature, ...]:
    """What that plan includes more of than the other one."""
    return tuple(feature for feature in LIMITS if limit(plan, feature) != limit(before, feature))


def cheapest_with(feature: Feature, more_than: int = 0) -> Plan | None:
    """The first plan that includes more of it than that; None when no plan does."""
    for plan in Plan:
        most = limit(plan, feature)
        if most is None or most > more_than:
            return plan
    return None


def month_of(day: date) -> str:
    """The period under which something is counted: `2026-11`."""
    return f"{day:%Y-%m}"


def next_month(day: date) -> date:
    """The day on which what is counted by the month begins anew."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def is_nearly_full(used: int, most: int) -> bool:
    """From 80 % on; whoever hears of it hears of it once."""
    return used >= _WARN_AT * most


class Standing(StrEnum):
    """Where a subscription stands, in the words of who sells it (docs.stripe.com/api/subscriptions/object)."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


LIVE = frozenset({Standing.TRIALING, Standing.ACTIVE, Standing.PAST_DUE, Standing.UNPAID, Standing.PAUSED})


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a business bought, as the payment provider said last; one per business."""

    plan: Plan = Plan.FREE
    """The one that was bought; `plan_at` is the one that counts."""
    standing: Standing = Standing.NONE
    yearly: bool = False
    price: Money | None = None
    """Per month or, if `yearly`, per year."""
    renews_at: datetime | None = None
    """The end of the period that is paid for."""
    trial_ends_at: datetime | None = None
    ends_at: datetime | None = None
    """Set when it was cancelled: until then it goes on."""
    past_due_since: datetime | None = None
    trialed: bool = False
    """The one trial that a business gets has begun."""
    customer: str = ""
    """The provider's name of the business."""
    provider_id: str = ""
    """The provider's name of the subscription."""
    told: str = ""
    """What the business was told last about it; see core/plan_news.py."""
    version: int = 0

    @property
    def live(self) -> bool:
        """It is paid for, or shall be: another one would be paid for beside it."""
        return self.standing in LIVE


def plan_at(subscription: Subscription, now: datetime) -> Plan:
    """The plan whose limits hold now. A failed payment leaves seven days, then it is Free."""
    match subscription.standing:
        case Standing.TRIALING | Standing.ACTIVE:
            return subscription.plan
        case Standing.PAST_DUE:
            since = subscription.past_due_since
            return subscription.plan if since is not None and now < since + GRACE else Plan.FREE
        case _:
            return Plan.FREE


def monthly(subscription: Subscription) -> Money | None:
    """What it brings in per month once it is paid for: for sums over all of them."""
    price = subscription.price
    if price is None or subscription.standing not in (Standing.ACTIVE, Standing.PAST_DUE):
        return None
    if not subscription.yearly:
        return price
    return Money(round_half_up(Decimal(price.minor) / 12), price.currency)
