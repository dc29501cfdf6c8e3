"""What has not arrived is visible, and sent again only because somebody says so."""

from __future__ import annotations

import pytest

from core.errors import Unavailable
from handlers.platform import Lost, Undeliverable
from handlers.updates import Pressed, Typed
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import invites, opens_a_studio, opens_a_studio_with_acme

DRAFT = "/invoice Acme: 3h design @ 120"


async def test_everything_has_arrived(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/deliveries")

    ana.sees("Everything has arrived.")


async def test_an_uncertain_message_is_listed_explained_and_sent_again_on_demand(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed(DRAFT))
    office.platform.failing = Lost("the answer was lost")
    await office.app.handle(update)

    await ana.says("/deliveries")
    ana.sees("Deliveries", "10:41", "Draft for Acme GmbH", "uncertain", "it may have arrived")
    token = ana.seen.tokens[ana.seen.buttons.index("Send Draft for Acme GmbH again")]
    await office.app.handle(office.update("ana", Pressed(token)))

    texts = office.texts_of("ana")
    assert [text.split(":")[0].split("\n")[0] for text in texts[-2:]] == [
        "Draft for Acme GmbH",
        "It is sent again.",
    ]
    assert await office.outbox("ana") == ["sent"] * 5


async def test_a_message_that_was_refused_is_listed_with_the_reason(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    office.platform.failing = Undeliverable("message is too long")
    await office.app.handle(office.update("ana", Typed(DRAFT)))

    await ana.says("/deliveries")

    ana.sees("Draft for Acme GmbH", "failed: message is too long")


async def test_nobody_sees_or_sends_what_is_another_business_s(office: Office, ana: Chat) -> None:
    eve = office.person("eve")
    await opens_a_studio_with_acme(ana)
    await opens_a_studio(eve)
    office.platform.failing = Lost("the answer was lost")
    await office.app.handle(office.update("ana", Typed(DRAFT)))
    (outbox_id,) = await office.uncertain("ana")

    await eve.says("/deliveries")
    eve.sees("Everything has arrived.")
    await eve.says(f"/deliveries {outbox_id.hex}")

    eve.sees("This is on its way or has arrived already.")
    assert await office.uncertain("ana") == [outbox_id]


async def test_a_member_is_told_that_it_is_for_admins(office: Office, ana: Chat) -> None:
    ben = office.person("ben")
    await opens_a_studio(ana)
    await invites(ana, ben, "member")

    await ben.says("/deliveries")

    ben.sees("/deliveries is for the role admin and above; you are member.")


async def test_what_waits_for_a_platform_that_is_away_says_until_when(office: Office, ana: Chat) -> None:
    ben = office.person("ben")
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "admin")
    office.platform.failing = Unavailable("away", 1)
    await office.app.handle(office.update("ana", Typed(DRAFT)))

    await ben.says("/deliveries")

    ben.sees("Draft for Acme GmbH", "waits until 10:41")


@pytest.mark.parametrize("text", ["/deliveries " + "0" * 32])
async def test_an_id_that_names_nothing_sends_nothing(ana: Chat, text: str) -> None:
    await opens_a_studio(ana)

    await ana.says(text)

    ana.sees("This is on its way or has arrived already.")
