"""What the numbers of an install that sells plans mean."""

from core.money import Money
from core.plan import Plan, Standing
from core.sales import Bought, Course, Move, Sales, sales

EUR, CHF = "EUR", "CHF"


def told(
    bought: list[Bought] | None = None, moves: list[Move] | None = None, courses: list[Course] | None = None
) -> Sales:
    return sales(bought or [], moves or [], courses or [], 0, 0)


def test_what_is_paid_for_is_summed_per_currency_and_a_year_counts_by_its_twelfth() -> None:
    bought = [
        Bought(Plan.PRO, Standing.ACTIVE, False, Money(1900, EUR), 3),
        Bought(Plan.BUSINESS, Standing.PAST_DUE, True, Money(49_000, EUR), 2),
        Bought(Plan.PRO, Standing.ACTIVE, False, Money(2100, CHF), 1),
    ]

    found = told(bought)

    assert found.mrr == {"CHF": Money(2100, CHF), "EUR": Money(3 * 1900 + 2 * 4083, EUR)}
    assert found.arr == {"CHF": Money(12 * 2100, CHF), "EUR": Money(3 * 12 * 1900 + 2 * 49_000, EUR)}
    assert found.paying == 6


def test_a_trial_and_what_has_ended_bring_in_nothing() -> None:
    bought = [
        Bought(Plan.PRO, Standing.TRIALING, False, Money(1900, EUR), 5),
        Bought(Plan.PRO, Standing.CANCELED, False, Money(1900, EUR), 7),
        Bought(Plan.FREE, Standing.NONE, False, None, 11),
    ]

    found = told(bought)

    assert (found.mrr, found.arr) == ({}, {})
    assert (found.trials, found.paying) == (5, 0)


def test_an_upgrade_is_a_step_up_among_the_plans_that_are_had() -> None:
    moves = [
        Move(Plan.FREE, Plan.PRO, Standing.NONE, Standing.TRIALING, 4),
        Move(Plan.PRO, Plan.BUSINESS, Standing.ACTIVE, Standing.ACTIVE, 2),
        Move(Plan.PRO, Plan.PRO, Standing.CANCELED, Standing.ACTIVE, 1),
        Move(Plan.PRO, Plan.PRO, Standing.TRIALING, Standing.ACTIVE, 8),
        Move(Plan.BUSINESS, Plan.PRO, Standing.ACTIVE, Standing.ACTIVE, 3),
        Move(Plan.PRO, Plan.PRO, Standing.PAST_DUE, Standing.CANCELED, 5),
    ]

    found = told(moves=moves)

    assert (found.upgrades, found.downgrades) == (7, 8)


def test_churn_is_the_share_of_those_who_paid_then_and_do_not_now() -> None:
    bought = [Bought(Plan.PRO, Standing.ACTIVE, False, Money(1900, EUR), 45)]
    courses = [
        Course(Standing.ACTIVE, Standing.CANCELED, 3),
        Course(Standing.PAST_DUE, Standing.UNPAID, 2),
        Course(Standing.ACTIVE, Standing.PAST_DUE, 7),
        Course(Standing.NONE, Standing.ACTIVE, 10),
        Course(Standing.NONE, Standing.CANCELED, 4),
    ]

    found = told(bought, courses=courses)

    assert (found.paying_then, found.lost) == (40, 5)
    assert found.churn == 0.125


def test_shares_of_nothing_are_not_told() -> None:
    found = told()

    assert (found.conversion, found.churn) == (None, None)


def test_conversion_is_the_share_of_ended_trials_that_were_paid_for() -> None:
    found = sales([], [], [], 8, 6)

    assert found.conversion == 0.75
