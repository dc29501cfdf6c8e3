"""Slash commands, shortcuts and presses in messages, as updates."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.address import channel, corner, direct, home
from bot.slack.origin import origins
from bot.slack.receive import command, interaction
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Around, Occasion, Pressed, Typed, Update
from tests.slack import payloads as told
from tests.slack.payloads import (
    ACTION_HOOK,
    ANA,
    AT,
    BOB,
    CHANNEL,
    DIRECT,
    ENTERPRISE,
    HOOK,
    LATER,
    OPENS,
    OTHER_TEAM,
    PRIVATE,
    STRANGER,
    TEAM,
    TRIGGER,
    TS,
    Json,
)

SENDER = SenderRef("slack", f"{TEAM}/{ANA}", "ana.löwe", workspace=f"slack:{TEAM}")
AROUND = Around(channel(TEAM, CHANNEL), "projects")


def commanded(**more: Any) -> Update:
    found = command(told.command(**more), AT)
    assert found is not None
    return found


def acted(payload: Json) -> Update:
    found = interaction(payload, AT)
    assert found is not None
    return found


# -- slash commands ---------------------------------------------------------------------------------


def test_a_command_is_said_in_the_persons_corner_of_the_channel() -> None:
    assert commanded() == Update(
        "slack",
        f"{TEAM}:command:{TRIGGER}",
        corner(TEAM, CHANNEL, ANA),
        SENDER,
        Typed("/invoice Acme: 3h design @ 120"),
        Occasion(way=HOOK, opens=OPENS),
        around=AROUND,
    )


@pytest.mark.parametrize(
    ("name", "text", "typed"),
    [
        ("/invoice", "", "/invoice"),
        ("/invoice", "  Acme ", "/invoice Acme"),
        ("/billhook", "", "/help"),
        ("/billhook", "settings vat-id ATU12345678", "/settings vat-id ATU12345678"),
        ("/billhook", "/help", "/help"),
        ("/billhook", "/", "/help"),
        ("/client", "add R&amp;D, <mailto:a@rd.at|a@rd.at>", "/client add R&D, a@rd.at"),
        ("/billhook", f"member add <@{BOB}|bob>", f"/member add @{TEAM}/{BOB}"),
    ],
)
def test_a_command_is_what_was_typed(name: str, text: str, typed: str) -> None:
    assert commanded(name=name, text=text).input == Typed(typed)


@pytest.mark.parametrize(
    ("where", "name", "around"),
    [
        (DIRECT, "directmessage", None),
        (PRIVATE, "privategroup", Around(channel(TEAM, PRIVATE), "–")),
        (CHANNEL, "Bü\u202ero\n2", Around(channel(TEAM, CHANNEL), "Bü ro 2")),
        (CHANNEL, "", Around(channel(TEAM, CHANNEL), "–")),
    ],
)
def test_around_a_corner_is_its_channel_and_around_direct_messages_is_nobody(
    where: str, name: str, around: Around | None
) -> None:
    found = commanded(channel_id=where, channel_name=name)

    assert (found.chat, found.around) == (corner(TEAM, where, ANA), around)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/T1/2/3",
        "https://hooks.slack.com.evil.example/commands",
        "https://hooks.slack.com@evil.example/commands",
        "https://evil.example\\@hooks.slack.com/",
        "https://hooks.sl\nack.com/commands",
        "https://hooks.slack.com:8443/commands",
        "https://slack.com/api/chat.postMessage",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "",
        None,
        7,
        "https://hooks.slack.com/" + "x" * 501,
        "https://[",
    ],
)
def test_an_answer_goes_to_no_address_but_slacks(url: object) -> None:
    assert commanded(response_url=url).occasion.way == ""


def test_the_server_that_stands_in_for_slack_takes_answers() -> None:
    url = "http://127.0.0.1:4099/commands/T1/2/3"

    found = command(told.command(response_url=url), AT, origins("http://127.0.0.1:4099/api/"))

    assert found is not None
    assert found.occasion.way == url


def test_in_an_organisation_the_team_is_the_one_that_was_spoken_in() -> None:
    found = commanded(enterprise_id=ENTERPRISE, enterprise_name="Haus")

    assert found.sender == SENDER


def test_a_person_without_a_name_is_still_a_person() -> None:
    assert commanded(user_name="\u200b").sender.name == "–"


@pytest.mark.parametrize(
    "body",
    [
        {"ssl_check": "1", "token": "gIkuvaNzQIHg97ATvDxqgjtO"},
        told.command(user_id="ana"),
        told.command(team_id=""),
        told.command(channel_id="C1/U2147483697"),
        told.command(command="invoice"),
        told.command(command="/invoice now"),
        told.command(trigger_id=""),
        told.command(trigger_id="two words"),
    ],
)
def test_what_is_no_command_is_left_alone(body: Json) -> None:
    assert command(body, AT) is None


# -- presses in messages ----------------------------------------------------------------------------


def test_in_a_channel_others_see_who_pressed() -> None:
    assert acted(told.pressed()) == Update(
        "slack", f"{TEAM}:action:{TRIGGER}", channel(TEAM, CHANNEL), SENDER, Pressed("token43"),
        Occasion(message=TS, press=TRIGGER, replaces=TS, who="ana.löwe", whose=f"{TEAM}/{ANA}", way=ACTION_HOOK,
                 opens=OPENS),
        group="projects",
    )  # fmt: skip


def test_in_direct_messages_nobody_else_sees_it() -> None:
    found = acted(told.pressed(DIRECT, "directmessage"))

    assert (found.chat, found.group, found.around) == (direct(TEAM, ANA), "", None)
    assert (found.occasion.who, found.occasion.whose, found.occasion.replaces) == ("", "", TS)


def test_what_only_one_person_sees_stands_in_their_corner() -> None:
    found = acted(told.pressed_alone())

    assert (found.chat, found.group, found.around) == (corner(TEAM, CHANNEL, ANA), "", AROUND)
    assert found.occasion == Occasion(
        message=TS, press=TRIGGER, replaces="original", way=ACTION_HOOK, opens=OPENS
    )


def test_a_corner_of_direct_messages_has_nothing_around_it() -> None:
    found = acted(told.pressed_alone(DIRECT, "directmessage"))

    assert (found.chat, found.around) == (corner(TEAM, DIRECT, ANA), None)


def test_a_private_channel_without_a_told_name_is_still_a_group() -> None:
    assert acted(told.pressed(PRIVATE, "privategroup")).group == "–"


@pytest.mark.parametrize(("thread", "kept"), [(LATER, LATER), (TS, ""), ("", "")])
def test_an_answer_stays_in_the_thread_but_its_first_message_is_in_none(thread: str, kept: str) -> None:
    assert acted(told.pressed(thread=thread)).occasion.thread == kept


def test_a_press_without_a_trigger_opens_nothing_and_is_still_one_of_its_own() -> None:
    found = acted(told.pressed(trigger_id=None))

    assert (found.id, found.occasion.opens) == (f"{TEAM}:action:1772703668.210731-{ANA}", "")
    assert found.occasion.press == f"1772703668.210731-{ANA}"


def test_a_token_is_no_longer_than_ours() -> None:
    assert acted(told.pressed(action=told.button("x" * 70))).input == Pressed("x" * 64)


@pytest.mark.parametrize(
    "payload",
    [
        told.pressed(action=told.link()),
        told.pressed(action=told.button("")),
        told.pressed(action=told.chosen()),
        told.pressed(team=None),
        told.pressed(user={"id": "ana"}),
        told.pressed() | {"actions": []},
        told.pressed() | {"type": "workflow_step_edit"},
    ],
)
def test_what_is_no_press_of_ours_is_left_alone(payload: Json) -> None:
    assert interaction(payload, AT) is None


# -- whoever is not one of us ------------------------------------------------------------------------


def test_a_stranger_of_a_connected_workspace_is_no_neighbour() -> None:
    user = {"id": STRANGER, "name": "eve", "team_id": OTHER_TEAM}

    found = acted(told.pressed(user=user))

    assert found.sender == SenderRef("slack", f"{OTHER_TEAM}/{STRANGER}", "eve", workspace="")
    assert found.chat == channel(TEAM, CHANNEL)


def test_a_stranger_does_not_become_one_of_us_by_the_same_id() -> None:
    user = {"id": ANA, "name": "ana.löwe", "team_id": OTHER_TEAM}

    found = acted(told.pressed(DIRECT, "directmessage", user=user))

    assert found.sender.identity == f"{OTHER_TEAM}/{ANA}"
    assert found.sender.key != SENDER.key


def test_somebody_known_by_the_organisation_is_the_same_person_and_no_neighbour() -> None:
    enterprise = {"id": ENTERPRISE, "name": "Haus"}

    found = acted(told.pressed(user={"id": ANA, "team_id": ENTERPRISE}, enterprise=enterprise))

    assert found.sender == SenderRef("slack", f"{TEAM}/{ANA}", "–", workspace="")


def test_where_no_team_is_told_the_organisation_stands_for_its_teams() -> None:
    enterprise = {"id": ENTERPRISE, "name": "Haus"}

    found = acted(told.pressed(team=None, enterprise=enterprise, is_enterprise_install=True))

    assert found.chat == channel(ENTERPRISE, CHANNEL)
    assert found.sender.workspace == ""


# -- shortcuts --------------------------------------------------------------------------------------


def test_an_invoice_is_made_of_what_a_message_says() -> None:
    found = acted(told.message_shortcut("Acme: 3h R&amp;D @ 120"))

    assert found == Update(
        "slack", f"{TEAM}:shortcut:{TRIGGER}", corner(TEAM, CHANNEL, ANA), SENDER,
        Typed("/invoice Acme: 3h R&D @ 120"), Occasion(way=ACTION_HOOK, opens=OPENS), around=AROUND,
    )  # fmt: skip


def test_a_message_without_a_text_is_asked_about() -> None:
    assert acted(told.message_shortcut("")).input == Typed("/invoice")


def test_an_invoice_from_anywhere_is_made_in_private() -> None:
    found = acted(told.global_shortcut())

    assert found == Update(
        "slack", f"{TEAM}:shortcut:{TRIGGER}", ChatRef("slack", SENDER.identity), SENDER, Typed("/invoice"),
        Occasion(opens=OPENS),
    )  # fmt: skip


@pytest.mark.parametrize(
    "payload", [told.message_shortcut(callback_id="other"), told.global_shortcut(callback_id="other")]
)
def test_a_shortcut_of_another_name_is_left_alone(payload: Json) -> None:
    assert interaction(payload, AT) is None


# -- the home tab -----------------------------------------------------------------------------------


def test_a_press_in_the_home_tab_is_answered_in_the_direct_conversation() -> None:
    found = acted(told.acted_in_view(told.button(), told.home_view()))

    assert found == Update(
        "slack", f"{TEAM}:action:{TRIGGER}", direct(TEAM, ANA), SENDER,
        Pressed("token43", home(TEAM, ANA).address),
        Occasion(press=TRIGGER, opens=OPENS),
    )  # fmt: skip


@pytest.mark.parametrize("action", [told.link(), told.chosen()])
def test_nothing_but_buttons_of_ours_acts_in_the_home_tab(action: Json) -> None:
    assert interaction(told.acted_in_view(action, told.home_view()), AT) is None
