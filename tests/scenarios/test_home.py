"""The overview: what is late, what comes soon and what this month brought, for whoever may see it."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, knows_rates, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

WAYS = ("New invoice", "Overdue", "Invoices", "Clients", "Drafts", "Settings")


async def test_a_new_studio_has_nothing_to_worry_about(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/home")

    ana.sees("Studio Löwe", "Today: 2026-03-05", "Drafts: 0", "Nothing is overdue.")
    ana.can_press(*WAYS)


async def test_it_sums_up_what_is_late_comes_soon_and_went_through_the_books(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    await bills(ana, "Acme: Later @ 200; due 2d")
    await bills(ana, "Acme: Soon @ 300; due 6d")
    await bills(ana, "Acme: Far @ 400; due 60d")
    await ana.says("/invoice Acme: Draft @ 500")
    await ana.says("/paid 2026-0002 38")
    office.wait(days=3)

    await ana.says("/home")

    ana.sees(
        "Today: 2026-03-08", "Drafts: 1", "EUR", "Overdue: EUR 319.00 (2)", "Due within 7 days: EUR 357.00 (1)",
        "Issued this month: EUR 1,190.00", "Received this month: EUR 38.00", "2026-0001", "2026-0002",
    )  # fmt: skip
    ana.sees_nothing_of("2026-0003", "2026-0004")
    ana.can_press(*WAYS, "Open 2026-0001", "Open 2026-0002")
    await ana.presses("Open 2026-0001")
    ana.sees("Invoice 2026-0001", "overdue")


async def test_each_currency_is_summed_up_by_itself_the_own_one_first(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await knows_rates(ana)
    await bills(ana, "Acme: Work @ CHF 100")
    await bills(ana, "Acme: Work @ 200")

    await ana.says("/home")

    ana.sees("EUR", "Issued this month: EUR 238.00", "CHF", "Issued this month: CHF 119.00")
    ana.sees_nothing_of("357")


async def test_the_five_that_are_late_longest_are_named(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    for days in (3, 1, 2, 6, 5, 4):
        await bills(ana, f"Acme: Work @ 100; due {days}d")
    office.wait(days=10)

    await ana.says("/home")

    late = ("2026-0002", "2026-0003", "2026-0001", "2026-0006", "2026-0005")
    assert ana.seen.buttons[6:] == tuple(f"Open {number}" for number in late)
    ana.sees("(6)")


@pytest.mark.parametrize(
    ("moment", "today", "state"), [(22, "2026-03-05", "Nothing"), (23, "2026-03-06", "(1)")]
)
async def test_the_day_is_the_business_s_own(
    office: Office, ana: Chat, moment: int, today: str, state: str
) -> None:
    """At 23:41 in London it is the next day in Berlin."""
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Work @ 100; due 0d")
    office.wait(hours=moment - 9)

    await ana.says("/home")

    ana.sees(f"Today: {today}")
    assert state in ana.seen.text


async def test_an_accountant_sees_it_without_what_only_others_do(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    kim = office.person("kim")
    await invites(ana, kim, "accountant")

    await kim.says("/home")

    kim.sees("Studio Löwe")
    kim.can_press("Overdue", "Invoices", "Clients", "Drafts")


async def test_nobody_sees_another_business_s_numbers(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Work @ 100")
    eve = office.person("eve")
    await opens_a_studio(eve)

    await eve.says("/home")

    eve.sees("Nothing is overdue.")
    eve.sees_nothing_of("119", "EUR")


async def test_without_a_business_there_is_nothing_to_show(ana: Chat) -> None:
    await ana.says("/home")

    ana.sees("You have no business here yet.")
