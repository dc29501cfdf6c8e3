"""Buying, changing and cancelling a plan: what is shown, what is asked, and what is ordered of the payment provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from core.money import Money
from core.plan import Plan, Standing
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.plan_scenes import bills_often, orders, subscribes
from tests.scenarios.scenes import invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is shown and asked does not depend on the database."""

LATER = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
"""The first of April in Berlin."""

SELLS = True


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    office = Office(database_url, sells=SELLS)
    yield office
    await office.close()


async def test_the_plan_shows_what_is_used_up_and_when_it_starts_anew(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 3)

    await ana.says("/plan")

    ana.sees("The plan of Studio Löwe", "Plan: Free", "Invoices this month: ▓▓▓░░ 3 of 5", "People: ▓▓▓▓▓ 1 of 1",
             "The month starts anew: 2026-04-01")  # fmt: skip
    ana.can_press("Upgrade")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"renews_at": LATER, "price": Money(1200, "EUR")}, "Price: EUR 12.00 a month\nPaid until: 2026-04-01"),
        ({"renews_at": LATER, "price": Money(12000, "EUR"), "yearly": True}, "Price: EUR 120.00 a year"),
        ({"standing": Standing.TRIALING, "trial_ends_at": LATER}, "Free trial until: 2026-04-01"),
        ({"ends_at": LATER}, "Cancelled: Pro goes on until 2026-04-01"),
        ({"standing": Standing.PAST_DUE, "past_due_since": datetime(2026, 3, 5, 9, tzinfo=UTC)},
         "Payment: failed; Pro goes on until 2026-03-12"),
    ],
)  # fmt: skip
async def test_the_plan_shows_what_it_costs_and_what_becomes_of_it(
    office: Office, ana: Chat, changes: dict[str, Any], line: str
) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana", **changes)

    await ana.says("/plan")

    ana.sees("Plan: Pro", line, "Invoices this month: 0, without limit", "People: ▓░░░░ 1 of 3")


async def test_a_plan_is_chosen_step_by_step_and_the_page_is_ordered(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/upgrade")
    ana.sees(
        "Which plan? Pro includes any number of invoices, 3 people, reminders that leave by themselves, any number of "
        "recurring invoices, your own "
        "colours, documents that do not name Billhook. Business adds any number of people, accountants, approvals."
    )
    await ana.presses("Pro")
    ana.sees("Paid by the month or by the year?")
    await ana.presses("Yearly")

    ana.sees("The page on which you buy Pro comes in a moment.", "The first 14 days are free")
    assert await orders(office, "ana") == [("upgrade", "pro", True)]


async def test_what_is_only_paid_by_the_month_is_not_asked_about(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/upgrade business")

    ana.sees("The page on which you buy Business comes in a moment.")
    assert await orders(office, "ana") == [("upgrade", "business", False)]


async def test_whoever_had_the_trial_is_promised_none(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana", standing=Standing.CANCELED, trialed=True)

    await ana.says("/upgrade pro monthly")

    ana.sees("The page on which you buy Pro comes in a moment.")
    ana.sees_nothing_of("free")


async def test_a_second_plan_is_never_bought_beside_the_first(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")

    await ana.says("/upgrade business")

    ana.sees("You have Pro. The page on which you change it comes in a moment.")
    assert await orders(office, "ana") == [("portal", "free", False)]


async def test_a_plan_is_cancelled_and_resumed(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")

    await ana.says("/billing")
    await ana.presses("Cancel Pro")
    ana.sees("I am cancelling your plan; you hear from me when that is done.")
    await subscribes(office, "ana", ends_at=LATER)
    await ana.says("/billing cancel")
    ana.sees("It is cancelled already, and ends on 2026-04-01.")
    await ana.says("/plan")
    await ana.presses("Resume Pro")

    ana.sees("I am taking the cancellation back; you hear from me when that is done.")
    assert [kind for kind, _plan, _yearly in await orders(office, "ana")] == ["portal", "cancel", "resume"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/upgrade gold", "plan: “gold” is no plan to buy: it is pro or business. Example: pro"),
        ("/upgrade free", "“free” is no plan to buy"),
        (
            "/upgrade pro weekly",
            "period: “weekly” is not how it is paid: write monthly or yearly. Example: monthly",
        ),
        ("/upgrade business yearly", "period: Business is only paid by the month here. Example: monthly"),
        ("/billing", "Nothing was bought yet. See what there is: /upgrade"),
        ("/billing cancel", "There is nothing to cancel: you pay for no plan."),
        ("/billing resume", "Nothing is cancelled, so there is nothing to resume."),
        ("/billing perhaps", "billing: “perhaps” is nothing that can be done here"),
        ("/plan pro", "plan: It shows your plan; write nothing behind it. Example: /plan"),
    ],
)
async def test_what_cannot_be_ordered_is_one_sentence_that_helps(
    office: Office, ana: Chat, text: str, said: str
) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(text)

    ana.sees(said)
    assert await orders(office, "ana") == []


async def test_only_owners_and_admins_buy(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana", Plan.BUSINESS)
    ben = office.person("ben")
    await invites(ana, ben, "member")

    for command in ("upgrade pro", "billing"):
        await ben.says(f"/{command}")
        ben.sees(f"/{command.split()[0]} is for the role admin and above; you are member.")
    await ben.says("/plan")

    ben.sees("Plan: Business")
    ben.can_press()


async def test_where_no_payments_are_set_up_nothing_can_be_bought(office: Office, ana: Chat) -> None:
    office.offers = ()
    office.apps = [office.new_app()]
    await opens_a_studio_with_acme(ana)

    await ana.says("/upgrade")
    ana.sees("Upgrades cannot be bought here: whoever runs this install has set up no payments.")
    await ana.says("/invite member")

    ana.sees("Your plan Free is for one person alone.")
    ana.can_press()


async def test_help_names_the_commands_of_plans_where_they_are_sold(ana: Chat) -> None:
    await ana.says("/help")

    ana.sees("/plan: Your plan and what is used up of it", "/upgrade pro monthly: Buy a larger plan")
