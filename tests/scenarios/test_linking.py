"""Linking: the same member on two platforms, by a code that works once and for ten minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme
from tests.scenarios.workspace import Workspace

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

PHONE = "ana's phone"


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Workspace]:
    office = Workspace(database_url)
    yield office
    await office.close()


@pytest.fixture
async def phone(office: Workspace, ana: Chat) -> Chat:
    await opens_a_studio_with_acme(ana)
    return office.person(PHONE)


async def code_of(chat: Chat) -> str:
    await chat.says("/link")
    chat.sees("On the other side, write this to me within 10 minutes:", "The code works once.")
    return chat.seen.text.split("\nlink ", 1)[1].split()[0]


async def test_who_brings_the_code_is_the_same_member_on_the_other_platform(
    office: Workspace, ana: Chat, phone: Chat
) -> None:
    code = await code_of(ana)

    await phone.says(f"link {code}")
    phone.sees("You now work for Studio Löwe here, too, as ana.")
    assert await bills(phone, "Acme: Logo @ 900") == "2026-0001"
    await phone.says("/members")

    phone.sees("ana", "owner", "Fake, Phone")
    await office.hears(ana)
    ana.sees("ana's phone on Phone now works for Studio Löwe as you.", "If that was not you")


async def test_a_code_works_once(office: Workspace, ana: Chat, phone: Chat) -> None:
    code = await code_of(ana)
    await phone.says(f"/link {code}")
    eve = office.person("eve's phone")

    await eve.says(f"/link {code}")

    eve.sees("This code does not exist or has expired.")


async def test_a_code_expires_after_ten_minutes(office: Workspace, ana: Chat, phone: Chat) -> None:
    code = await code_of(ana)
    office.wait(minutes=10, seconds=1)

    await phone.says(f"/link {code}")

    phone.sees("This code does not exist or has expired.")


async def test_whoever_works_elsewhere_changes_over_and_can_go_back(ana: Chat, phone: Chat) -> None:
    await phone.says("/start Bär; country DE; address Kai 3, 24103 Kiel; vat-id none")

    await phone.says(f"/link {await code_of(ana)}")
    await phone.says("/clients")
    phone.sees("Acme GmbH")
    await phone.says("/business Bär")
    await phone.says("/clients")

    phone.sees("There are no clients yet.")


async def test_a_code_that_was_refused_is_not_used_up(office: Workspace, ana: Chat, phone: Chat) -> None:
    code = await code_of(ana)

    await ana.says(f"/link {code}")
    ana.sees("You already work for Studio Löwe.")
    await phone.says(f"/join {code}")
    phone.sees("This code is for somebody who works there already: write link and the code.")
    await phone.says(f"/link {code}")

    phone.sees("You now work for Studio Löwe here, too, as ana.")


async def test_an_invitation_links_nobody_and_still_invites(ana: Chat, phone: Chat) -> None:
    await ana.says("/invite member")
    code = ana.seen.text.split("/join ", 1)[1].split()[0]

    await phone.says(f"/link {code}")
    phone.sees("This code invites somebody new: write join and the code.")
    await phone.says(f"/join {code}")

    phone.sees("Welcome to Studio Löwe. You are member.")


async def test_too_many_wrong_codes_close_the_door_for_ten_minutes(
    office: Workspace, ana: Chat, phone: Chat
) -> None:
    code = await code_of(ana)

    for guess in range(10):
        await phone.says(f"/link guess{guess}")
        phone.sees("This code does not exist or has expired.")
    for command in ("link", "join"):
        await phone.says(f"/{command} {code}")
        phone.sees("Too many codes were wrong. Please wait ten minutes.")
    office.wait(minutes=10, seconds=1)
    await phone.says(f"/link {await code_of(ana)}")

    phone.sees("You now work for Studio Löwe")


async def test_a_code_of_somebody_who_was_removed_opens_nothing(
    office: Workspace, ana: Chat, phone: Chat
) -> None:
    ben = office.person("ben")
    await invites(ana, ben, "member")
    code = await code_of(ben)
    await ana.says("/member remove ben")

    await phone.says(f"/link {code}")

    phone.sees("This code does not exist or has expired.")


async def test_a_role_that_changed_since_holds_on_both_sides(
    office: Workspace, ana: Chat, phone: Chat
) -> None:
    ben = office.person("ben")
    await invites(ana, ben, "member")
    code = await code_of(ben)
    await ana.says("/member role ben accountant")
    await phone.says(f"/link {code}")

    await phone.says("/client add Bär, Kai 3, 24103 Kiel, DE")

    phone.sees("is for the role member and above; you are accountant.")


async def test_who_is_removed_has_no_access_from_either_platform(
    office: Workspace, ana: Chat, phone: Chat
) -> None:
    ben = office.person("ben")
    await invites(ana, ben, "member")
    await phone.says(f"/link {await code_of(ben)}")

    await ana.says("/member remove ben")

    for chat in (ben, phone):
        await chat.says("/clients")
        chat.sees("You have no business here yet.")


async def test_linking_cannot_be_taken_back_by_undo(ana: Chat, phone: Chat) -> None:
    await phone.says(f"/link {await code_of(ana)}")

    await phone.says("/undo")

    phone.sees("There is nothing to take back")


async def test_somebody_without_a_business_has_nothing_to_link(office: Workspace) -> None:
    eve = office.person("eve")

    await eve.says("/link")

    eve.sees("You have no business here yet. Set one up first: /start")
