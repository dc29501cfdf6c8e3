"""What a plan includes, how long it holds, and what is said of it when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.money import Money
from core.plan import (
    LIMITS,
    Feature,
    Plan,
    Standing,
    Subscription,
    cheapest_with,
    includes,
    is_nearly_full,
    limit,
    month_of,
    monthly,
    next_month,
    plan_at,
)
from core.plan_news import News, next_look, untold

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def bought(standing: Standing = Standing.ACTIVE, plan: Plan = Plan.PRO, **more: Any) -> Subscription:
    return replace(Subscription(plan, standing, told="begun/pro"), **more)


def test_every_feature_has_a_limit_in_every_plan_and_no_plan_has_less_than_the_one_before() -> None:
    assert set(LIMITS) == set(Feature)
    for feature in Feature:
        found = [limit(plan, feature) for plan in Plan]
        assert found == sorted(found, key=lambda most: (most is None, most or 0))


@pytest.mark.parametrize(
    ("feature", "more_than", "plan"),
    [
        (Feature.INVOICES, 5, Plan.PRO),
        (Feature.MEMBERS, 1, Plan.PRO),
        (Feature.MEMBERS, 3, Plan.BUSINESS),
        (Feature.LADDER, 0, Plan.PRO),
        (Feature.APPROVALS, 0, Plan.BUSINESS),
        (Feature.SERIES, 0, Plan.FREE),
    ],
)
def test_the_cheapest_plan_with_more_of_it_is_offered(feature: Feature, more_than: int, plan: Plan) -> None:
    assert cheapest_with(feature, more_than) is plan


def test_the_largest_plan_includes_everything() -> None:
    assert all(includes(Plan.BUSINESS, feature) for feature in Feature)


@pytest.mark.parametrize(("used", "nearly"), [(3, False), (4, True), (5, True)])
def test_four_of_five_is_nearly_all(used: int, nearly: bool) -> None:
    assert is_nearly_full(used, 5) is nearly


@pytest.mark.parametrize(
    ("day", "period", "anew"),
    [
        (date(2026, 11, 30), "2026-11", date(2026, 12, 1)),
        (date(2026, 12, 1), "2026-12", date(2027, 1, 1)),
        (date(2027, 1, 31), "2027-01", date(2027, 2, 1)),
        (date(2028, 2, 29), "2028-02", date(2028, 3, 1)),
    ],
)
def test_a_month_begins_anew_on_its_first_day(day: date, period: str, anew: date) -> None:
    assert (month_of(day), next_month(day)) == (period, anew)


@pytest.mark.parametrize(
    ("subscription", "plan"),
    [
        (Subscription(), Plan.FREE),
        (bought(Standing.INCOMPLETE), Plan.FREE),
        (bought(Standing.TRIALING), Plan.PRO),
        (bought(plan=Plan.BUSINESS), Plan.BUSINESS),
        (bought(ends_at=NOW + DAY), Plan.PRO),
        (bought(Standing.PAST_DUE, past_due_since=NOW - 6 * DAY), Plan.PRO),
        (bought(Standing.PAST_DUE, past_due_since=NOW - 7 * DAY), Plan.FREE),
        (bought(Standing.PAST_DUE), Plan.FREE),
        (bought(Standing.UNPAID), Plan.FREE),
        (bought(Standing.PAUSED), Plan.FREE),
        (bought(Standing.CANCELED), Plan.FREE),
    ],
)
def test_the_plan_that_counts_follows_from_how_it_is_paid(subscription: Subscription, plan: Plan) -> None:
    assert plan_at(subscription, NOW) is plan


def test_a_year_brings_in_a_twelfth_of_it_a_month_and_a_trial_nothing() -> None:
    yearly = bought(yearly=True, price=Money(9950, "EUR"))

    assert monthly(yearly) == Money(829, "EUR")
    assert monthly(bought(price=Money(1200, "EUR"))) == Money(1200, "EUR")
    assert monthly(replace(yearly, standing=Standing.TRIALING)) is None


@pytest.mark.parametrize(
    ("subscription", "news"),
    [
        (Subscription(), None),
        (bought(), None),
        (bought(told=""), News.BEGUN),
        (bought(plan=Plan.BUSINESS), News.BEGUN),
        (bought(Standing.TRIALING, trial_ends_at=NOW + 3 * DAY + timedelta(seconds=1)), None),
        (bought(Standing.TRIALING, trial_ends_at=NOW + 3 * DAY), News.TRIAL_ENDS),
        (bought(ends_at=NOW + 9 * DAY), News.ENDING),
        (bought(Standing.TRIALING, trial_ends_at=NOW + DAY, ends_at=NOW + DAY), News.ENDING),
        (bought(Standing.PAST_DUE, past_due_since=NOW), News.PAST_DUE),
        (bought(Standing.PAST_DUE, past_due_since=NOW - 5 * DAY), News.STILL_PAST_DUE),
        (bought(Standing.PAST_DUE, past_due_since=NOW - 7 * DAY), News.FREE),
        (bought(Standing.CANCELED), News.FREE),
        (bought(Standing.CANCELED, told=""), None),
        (bought(Standing.INCOMPLETE, told="free/pro"), None),
    ],
)
def test_what_is_new_follows_from_the_subscription(subscription: Subscription, news: News | None) -> None:
    found = untold(subscription, NOW)

    assert (found.news if found else None) is news


def test_what_was_told_is_not_new_any_more() -> None:
    subscription = bought(Standing.PAST_DUE, past_due_since=NOW)
    item = untold(subscription, NOW)
    assert item is not None

    told = replace(subscription, told=item.key)

    assert untold(told, NOW + DAY) is None
    assert next_look(told, NOW + DAY) == NOW + 5 * DAY
    assert next_look(told, NOW + 5 * DAY) == NOW + 5 * DAY


@pytest.mark.parametrize(
    ("subscription", "at"),
    [
        (bought(), None),
        (bought(told=""), NOW),
        (bought(Standing.TRIALING, trial_ends_at=NOW + 14 * DAY), NOW + 11 * DAY),
        (bought(Standing.CANCELED, told="free/pro"), None),
    ],
)
def test_the_clock_comes_by_when_there_is_something_to_tell(
    subscription: Subscription, at: datetime | None
) -> None:
    assert next_look(subscription, NOW) == at
