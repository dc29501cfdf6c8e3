"""Undo: everything can be taken back for ten minutes, once, by whoever did it."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""Every change is taken back on both in tests/core/usecases/test_undo.py."""

ACTS = {
    "/settings terms 30d": "Taken back: the settings are as they were.",
    "/client add Zimt AG, Kai 3, 24103 Kiel, DE": "Taken back: Zimt AG is no client any more.",
    "/client edit Acme name Acme AG": "Taken back: Acme AG is as before.",
    "/client archive Acme": "Taken back: Acme GmbH is no longer archived.",
    "/client restore Bär": "Taken back: Bär is archived again.",
    "/invoice Acme: Logo @ 900": "Taken back: the draft for Acme GmbH is gone.",
    "/edit due 30d": "Taken back: the draft for Acme GmbH is as before.",
    "/discard": "Taken back: the draft for Acme GmbH is there again.",
    "/issue": "Taken back: 2026-0002 is void.",
    "/void 2026-0001 wrong amount": "Taken back: 2026-0001 is valid again.",
    "/paid 2026-0001 100": "Taken back: the payment on 2026-0001. It is owed again.",
    "/credit 2026-0001 100 late": "Taken back: CN2026-0001 is void.",
    "/member role ben admin": "Taken back: ben is as before.",
    "/member remove ben": "Taken back: ben is as before.",
}
GROWS = {"audit", "document", "counter"}
"""What tells the story: taking something back adds to it."""
KEPT = {"/issue": "invoice", "/paid 2026-0001 100": "payment", "/credit 2026-0001 100 late": "credit_note"}
"""An invoice that was issued becomes void, and a payment is marked: neither is deleted."""


async def opens_a_busy_studio(office: Office, ana: Chat) -> None:
    """One of everything: clients, one of them archived, an issued invoice, a draft and a colleague."""
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await ana.says("/client archive Bär")
    await invites(ana, office.person("ben"), "member")
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/invoice Acme: 5h talk @ 80")


async def rows_that_should_be_as_before(office: Office, act: str) -> dict[str, list[str]]:
    rows = await office.snapshot("ana", versions=False)
    return {table: found for table, found in rows.items() if table not in GROWS | {KEPT.get(act, "")}}


@pytest.mark.parametrize("act", ACTS)
async def test_every_act_is_taken_back_by_its_undo_button(office: Office, ana: Chat, act: str) -> None:
    await opens_a_busy_studio(office, ana)
    before = await rows_that_should_be_as_before(office, act)

    await ana.says(act)
    ana.sees_nothing_of("Taken back")
    await ana.presses("Undo")

    ana.sees(ACTS[act])
    assert await rows_that_should_be_as_before(office, act) == before


@pytest.mark.parametrize("act", ["/settings terms 30d", "/issue", "/paid 2026-0001 100"])
async def test_the_undo_command_takes_the_last_act_back(office: Office, ana: Chat, act: str) -> None:
    await opens_a_busy_studio(office, ana)
    await ana.says(act)

    await ana.says("/undo")

    ana.sees(ACTS[act])


async def test_what_was_undone_can_be_read_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 100")

    await ana.presses("Undo")
    await ana.presses("Show")

    ana.sees("Status: open", "Total: EUR 428.40")
    ana.sees_nothing_of("Paid:", "EUR 100.00")


async def test_an_issued_invoice_taken_back_keeps_its_number(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")

    await ana.presses("Undo")
    ana.sees(f"Taken back: {number} is void.", f"Its number {number} stays taken, as the law wants it.")

    assert await bills(ana, "Acme: Logo @ 900") == "2026-0002"


async def test_after_ten_minutes_it_is_too_late(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    office.wait(minutes=10, seconds=1)
    before = await office.snapshot("ana")

    await ana.presses("Undo", on=draft)
    ana.sees("only changes of the last 10 minutes can be")
    await ana.says("/undo")

    ana.sees("only changes of the last 10 minutes can be")
    assert await office.snapshot("ana") == before


async def test_at_ten_minutes_it_is_not_too_late(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    office.wait(minutes=10)

    await ana.presses("Undo")

    ana.sees("Taken back: the draft for Acme GmbH is gone.")


async def test_pressing_undo_twice_takes_back_once(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme name Zimt AG")
    changed = await ana.says("/client edit Zimt name Bär AG")
    await ana.presses("Undo", on=changed)
    before = await office.snapshot("ana")

    await ana.presses("Undo", on=changed)

    ana.sees("This was taken back already.")
    assert await office.snapshot("ana") == before


async def test_what_somebody_changed_since_is_not_taken_back(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    added = await ana.says("/client edit Acme name Zimt AG")
    await ana.says("/client edit Zimt email books@zimt.example")
    before = await office.snapshot("ana")

    await ana.presses("Undo", on=added)

    ana.sees("It was changed again since")
    assert await office.snapshot("ana") == before


async def test_a_member_does_not_take_back_what_the_owner_did(office: Office, ana: Chat) -> None:
    await opens_a_busy_studio(office, ana)
    ben = office.person("ben")

    await ben.says("/undo")

    ben.sees("There is nothing to take back")


async def test_undo_takes_no_word_behind_it(office: Office, ana: Chat) -> None:
    await opens_a_busy_studio(office, ana)
    before = await office.snapshot("ana")

    await ana.says("/undo 2026-0001")

    ana.sees("undo: It takes your last change back; write nothing behind it. Example: /undo")
    assert await office.snapshot("ana") == before
