"""Roles: who may do what, how people come and go, and what somebody sees who has left."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

READING = (
    "/invoices",
    "/clients",
    "/overdue",
    "/client Acme",
    "/invoice show 2026-0001",
    "/pdf 2026-0001",
    "/tomorrow",
    "/members",
)
BILLING = (
    "/invoice Acme: Logo @ 900", "/edit due 3d", "/issue", "/discard", "/paid 2026-0001", "/void 2026-0001 oops",
    "/client add Bär, Kai 3, 24103 Kiel, DE", "/client edit Acme name X", "/client archive Acme",
    "/client restore Acme", "/undo", "/reminders Acme off", "/reminders 2026-0001 off", "/promise Acme friday",
)  # fmt: skip
MANAGING = (
    "/settings terms 3d", "/invite member", "/member role ana member", "/member remove ana", "/reminders steps 5",
    "/reminders off", "/reminders text firm de Hallo",
)  # fmt: skip


@pytest.fixture
async def ben(office: Office, ana: Chat) -> Chat:
    """A second person; Ana's studio has an issued invoice and a draft."""
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/invoice Acme: 5h talk @ 80")
    return office.person("ben")


@pytest.mark.parametrize(
    ("role", "refused", "least"),
    [
        ("accountant", BILLING, "member"),
        ("accountant", MANAGING, "admin"),
        ("member", MANAGING, "admin"),
    ],
)
async def test_what_a_role_may_not_do_is_refused_and_changes_nothing(
    office: Office, ana: Chat, ben: Chat, role: str, refused: tuple[str, ...], least: str
) -> None:
    await invites(ana, ben, role)
    before = await office.snapshot("ana")

    for text in refused:
        await ben.says(text)
        ben.sees(f"is for the role {least} and above; you are {role}.")

    assert await office.snapshot("ana") == before


async def test_an_accountant_reads_everything(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "accountant")

    for text in READING:
        await ben.says(text)
        ben.sees_nothing_of("is for the role")

    ben.sees("ana", "owner", "ben", "accountant")


async def test_nobody_is_offered_what_the_role_does_not_reach(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "accountant")

    await ben.says("/invoices")
    ben.can_press("Open draft for Acme GmbH", "Open 2026-0001", "PDF 2026-0001")
    await ben.says("/client Acme")
    ben.can_press("Invoices")
    await ben.says("/members")

    ben.can_press()


async def test_an_accountant_adds_no_client_on_the_way(office: Office, ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "accountant")
    before = await office.snapshot("ana")

    for text in ("/client nobody", "new:Zimt", "/invoices nobody", "new:Zimt", "/client new:Zimt"):
        await ben.says(text)
        ben.sees_nothing_of("What is the address?", "is now a client")

    assert await office.snapshot("ana") == before


async def test_a_member_bills_and_an_admin_manages(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "member")

    assert await bills(ben, "Acme: Logo @ 900") == "2026-0002"
    await ana.says("/member role ben admin")
    ana.sees("ben is now admin.")
    await ben.says("/settings terms 30d")

    ben.sees("Saved.", "terms: 30d")


async def test_a_role_that_was_taken_away_ends_the_form_that_was_open(
    office: Office, ana: Chat, ben: Chat
) -> None:
    await invites(ana, ben, "admin")
    await ben.says("/settings terms")
    ben.sees("How long do clients have to pay?")
    await ana.says("/member role ben accountant")
    before = await office.snapshot("ana")

    await ben.says("90d")

    ben.sees("/settings is for the role admin and above; you are accountant.")
    assert await office.snapshot("ana") == before


async def test_an_invitation_asks_for_the_role_and_works_once(office: Office, ana: Chat, ben: Chat) -> None:
    await ana.says("/invite")
    ana.can_press(
        "Accountant: reads everything", "Member: bills and records payments", "Admin: settings and people, too",
        "Owner", "Cancel",
    )  # fmt: skip
    await ana.presses("Member: bills and records payments")
    code = ana.seen.text.split("/join ", 1)[1].split()[0]
    ana.sees("Within 10 minutes", "The code works once.")

    await ben.says(f"/join {code}")
    ben.sees("Welcome to Studio Löwe. You are member.")
    eve = office.person("eve")
    await eve.says(f"/join {code}")

    eve.sees("This invitation does not exist or has expired.")


async def test_an_invitation_expires_after_ten_minutes(office: Office, ana: Chat, ben: Chat) -> None:
    await ana.says("/invite member")
    code = ana.seen.text.split("/join ", 1)[1].split()[0]
    office.wait(minutes=10, seconds=1)

    await ben.says("/join")
    ben.sees("Which code did you get?")
    await ben.says(code)

    ben.sees("This invitation does not exist or has expired.")


async def test_nobody_invites_somebody_above_themselves(office: Office, ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "admin")
    before = await office.snapshot("ana")

    await ben.says("/invite owner")
    ben.sees("You cannot invite somebody with more rights than your own.")
    await ben.says("/member remove ana")
    ben.sees("You cannot change somebody with more rights than your own.")

    assert await office.snapshot("ana") == before


async def test_the_last_owner_stays(office: Office, ana: Chat, ben: Chat) -> None:
    before = await office.snapshot("ana")

    await ana.says("/member remove")
    await ana.presses("ana")
    ana.sees("A business needs an owner: make somebody else owner first.")
    await ana.says("/member role ana member")
    ana.sees("A business needs an owner: make somebody else owner first.")

    assert await office.snapshot("ana") == before


async def test_who_was_removed_sees_nothing_any_more(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "admin")
    listed = await ben.says("/invoices")
    form = await ben.says("/invoice")

    await ana.says("/member remove ben")
    ana.sees("ben has no access any more.")

    for text in (*READING, *BILLING, *MANAGING):
        await ben.says(text)
        ben.sees("You have no business here yet. Set one up first: /start")
        ben.sees_nothing_of("Acme", "Studio Löwe")
    for label, on in (("Open 2026-0001", listed), ("PDF 2026-0001", listed), ("Acme GmbH", form)):
        await ben.presses(label, on=on)
        ben.sees_nothing_of("EUR", "Studio Löwe")
        assert not ben.seen.files


async def test_who_was_removed_may_come_back_or_start_anew(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "member")
    await ana.says("/member remove ben")

    await invites(ana, ben, "accountant")
    ben.sees("You are accountant.")
    await ana.says("/member remove ben")
    await ben.says("/start Bär; country DE; address Kai 3, 24103 Kiel; vat-id none")

    ben.sees("Bär is ready to send invoices.")
    await ben.says("/clients")
    ben.sees("There are no clients yet.")


async def test_members_are_managed_from_their_list(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "member")

    await ana.says("/members")
    ana.sees("ana", "owner", "ben", "member")
    ana.can_press("Invite", "Change a role", "Remove somebody")
    await ana.presses("Change a role")
    await ana.presses("ben")
    await ana.presses("Admin: settings and people, too")

    ana.sees("ben is now admin.")


async def test_who_works_here_already_cannot_join_again(ana: Chat, ben: Chat) -> None:
    await invites(ana, ben, "member")

    await ben.says("/join anything")

    ben.sees("You already work for Studio Löwe.")
