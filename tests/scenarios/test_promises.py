"""Promises to pay: noted on one line or by buttons, replaced, taken back, and refused where they make no sense."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def owes_something(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")


@pytest.mark.parametrize(
    ("typed", "day", "resumed"),
    [
        ("Acme friday", "2026-03-06 (tomorrow)", "2026-03-07"),
        ("acme gmbh 2026-04-01", "2026-04-01 (in 27 days)", "2026-04-02"),
        ("Acme; 12. März", "2026-03-12 (in 7 days)", "2026-03-13"),
        ("Acme 9 march 2026", "2026-03-09 (in 4 days)", "2026-03-10"),
    ],
)
async def test_a_promise_says_until_when_nothing_is_sent(
    ana: Chat, typed: str, day: str, resumed: str
) -> None:
    await owes_something(ana)

    await ana.says(f"/promise {typed}")

    ana.sees(
        f"Acme GmbH promised to pay by {day}. Until then nothing is sent;", f"reminders resume on {resumed}."
    )
    ana.can_press("Undo", "Take back", "What comes next")


async def test_a_promise_is_noted_step_by_step(ana: Chat) -> None:
    await owes_something(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")

    await ana.says("/promise")
    ana.sees("(1/2)", "Who promised to pay?")
    ana.can_press("Acme GmbH", "Cancel")
    await ana.presses("Acme GmbH")
    await ana.presses("In a week")

    ana.sees("Acme GmbH promised to pay by 2026-03-12 (in 7 days).")


async def test_a_promise_stands_on_the_clients_card_and_with_their_invoices(ana: Chat) -> None:
    await owes_something(ana)
    await ana.says("/promise Acme 2026-04-01")

    await ana.says("/client Acme")
    ana.sees("Promised to pay by: 2026-04-01 (in 27 days); reminders resume on 2026-04-02")
    await ana.says("/reminders 2026-0001")

    ana.sees("Next: 2026-04-02", "payment is promised until 2026-04-01")


async def test_another_promise_replaces_the_one_before(ana: Chat) -> None:
    await owes_something(ana)
    await ana.says("/promise Acme friday")

    await ana.says("/promise Acme 2026-03-20")

    ana.sees("promised to pay by 2026-03-20", "This replaces the promise to pay by 2026-03-06.")


async def test_a_promise_is_taken_back_and_stands_again_when_that_is_undone(ana: Chat) -> None:
    await owes_something(ana)
    await ana.says("/promise Acme 2026-03-20")

    await ana.presses("Take back")
    ana.sees("Acme GmbH's promise to pay by 2026-03-20 is taken back; reminders resume.")
    await ana.presses("Undo")
    await ana.says("/client Acme")

    ana.sees("Promised to pay by: 2026-03-20")


async def test_undoing_a_promise_leaves_none(office: Office, ana: Chat) -> None:
    await owes_something(ana)
    await ana.says("/promise Acme 2026-03-20")

    await ana.presses("Undo")
    await ana.says("/promise Acme -")

    ana.sees("Acme GmbH has not promised anything.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Acme yesterday", "date: "),
        ("Acme today", "date: "),
        ("Acme 2026-03-05", "2026-03-05 is no day to come; a promise is about a later one."),
        ("Acme 2027-03-20", "2027-03-20 is more than a year away from today."),
        (
            "Acme someday",
            "client: There is no client named “Acme someday”; behind the name stands a day to come.",
        ),
        ("Nobody friday", "There is no client named “Nobody”."),
        ("Acme -", "Acme GmbH has not promised anything."),
    ],
)
async def test_a_promise_for_no_day_to_come_is_refused(
    office: Office, ana: Chat, typed: str, said: str
) -> None:
    await owes_something(ana)
    before = await office.snapshot("ana")

    await ana.says(f"/promise {typed}")

    ana.sees(said)
    assert await office.snapshot("ana") == before


async def test_nobody_who_owes_nothing_promises_to_pay(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    before = await office.snapshot("ana")

    await ana.says("/promise Bär friday")
    ana.sees("Bär owes nothing.")
    await ana.says("/promise")

    ana.sees("Nothing is owed to you, so there is nothing to promise.")
    assert await office.snapshot("ana") == before
