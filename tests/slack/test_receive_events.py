"""What is said to us, the opening of the home tab, and the end of an installation."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.address import channel, corner, direct, home
from bot.slack.receive import event, removal, team
from handlers.kinds import SenderRef
from handlers.updates import Around, Looked, Occasion, RemoteFile, Typed, Update
from tests.slack import payloads as told
from tests.slack.payloads import (
    ANA,
    BOB,
    BOT,
    CHANNEL,
    DIRECT,
    ENTERPRISE,
    LATER,
    OTHER_TEAM,
    STRANGER,
    TEAM,
    TS,
    Json,
)

SENDER = SenderRef("slack", f"{TEAM}/{ANA}", "–", workspace=f"slack:{TEAM}")
EVENT = f"{TEAM}:event:Ev08MFMKH6"
AROUND = Around(channel(TEAM, CHANNEL), "–")


def heard(inner: Json, **more: Any) -> Update:
    found = event(told.event(inner, **more))
    assert found is not None
    return found


# -- direct messages --------------------------------------------------------------------------------


def test_what_is_said_directly_is_heard() -> None:
    assert heard(told.said("R&amp;D owes?")) == Update(
        "slack", EVENT, direct(TEAM, ANA), SENDER, Typed("R&D owes?"), Occasion(message=TS)
    )


@pytest.mark.parametrize(("thread", "kept"), [(LATER, LATER), (TS, "")])
def test_what_is_said_in_a_thread_is_answered_there(thread: str, kept: str) -> None:
    assert heard(told.said(thread_ts=thread)).occasion == Occasion(message=TS, thread=kept)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_that_was_shared_as_well_is_a_message(subtype: str) -> None:
    assert heard(told.said(subtype=subtype)).input == Typed("overdue")


@pytest.mark.parametrize(
    "inner",
    [
        {
            "type": "message", "subtype": "message_changed", "hidden": True, "channel": DIRECT,
            "channel_type": "im", "ts": LATER, "message": told.said("/invoice Acme: 7"),
            "previous_message": told.said("/invoice Acme: 3"),
        },
        {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": DIRECT,
         "channel_type": "im", "ts": LATER, "deleted_ts": TS},
        told.said(subtype="message_replied"),
        told.said(subtype="bot_message", bot_id="B0OTHER"),
        told.said(bot_id="B0BILLHOOK", user=BOT),
        told.said(user=BOT),
        told.said(user="USLACKBOT"),
        told.said(hidden=True),
        told.said(edited={"user": ANA, "ts": LATER}),
        told.said(channel=CHANNEL, channel_type="channel"),
        told.said(channel_type="mpim"),
        told.said(" "),
        told.said(user="ana"),
        told.said(ts="now"),
        told.mentioned(edited={"user": ANA, "ts": LATER}),
        told.mentioned(bot_id="B0OTHER"),
        {"type": "reaction_added", "user": ANA, "reaction": "thumbsup"},
        {"type": "file_shared", "file_id": "F0RECEIPT7", "user_id": BOT},
    ],
)  # fmt: skip
def test_nothing_runs_by_an_edit_a_bot_or_a_passing_event(inner: Json) -> None:
    assert event(told.event(inner)) is None


def test_a_file_without_a_word_is_a_message() -> None:
    found = heard(told.said("", subtype="file_share", files=[told.file(), told.file(id="F0SECOND7")]))

    assert found.input == Typed("", (RemoteFile("F0RECEIPT7", "beleg.pdf", "application/pdf"),))


def test_a_file_with_words_is_left_where_it_is() -> None:
    assert heard(told.said("overdue", files=[told.file()])).input == Typed("overdue")


def test_a_file_has_a_name_whatever_it_was_called() -> None:
    found = heard(told.said("", files=[told.file(name="\u202e", mimetype=None)]))

    assert found.input == Typed("", (RemoteFile("F0RECEIPT7", "file.bin", "application/octet-stream"),))


# -- mentions ---------------------------------------------------------------------------------------


def test_in_a_channel_what_is_said_to_us_is_answered_in_the_persons_corner() -> None:
    assert heard(told.mentioned()) == Update(
        "slack", EVENT, corner(TEAM, CHANNEL, ANA), SENDER, Typed("Acme: 3h design @ 120"),
        Occasion(message=TS), around=AROUND,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (f"<@{BOT}>", "/help"),
        (f" <@{BOT}|billhook>: overdue", "overdue"),
        (f"<@{BOT}>\nAcme: 3h\nLogo @ 900", "Acme: 3h\nLogo @ 900"),
        (f"<@{BOT}> member add <@{BOB}>", f"member add @{TEAM}/{BOB}"),
    ],
)
def test_our_own_name_is_not_part_of_what_is_said(text: str, typed: str) -> None:
    assert heard(told.mentioned(text)).input == Typed(typed)


@pytest.mark.parametrize("text", [f"Ask <@{BOT}> about it", f"<@{BOB}> ask <@{BOT}>", "overdue"])
def test_what_is_said_about_us_is_not_said_to_us(text: str) -> None:
    assert event(told.event(told.mentioned(text))) is None


def test_a_mention_in_direct_messages_was_heard_as_a_message() -> None:
    assert event(told.event(told.mentioned(channel=DIRECT))) is None


def test_a_mention_in_a_thread_is_answered_there() -> None:
    assert heard(told.mentioned(thread_ts=LATER)).occasion.thread == LATER


# -- shared channels --------------------------------------------------------------------------------


def test_an_event_belongs_to_the_team_that_has_the_app() -> None:
    inner = told.mentioned(user=STRANGER, team=OTHER_TEAM, user_team=OTHER_TEAM)

    found = heard(inner, team_id=OTHER_TEAM, is_ext_shared_channel=True)

    assert (found.id, found.chat) == (EVENT, corner(TEAM, CHANNEL, STRANGER))
    assert found.sender == SenderRef("slack", f"{OTHER_TEAM}/{STRANGER}", "–", workspace="")


def test_whose_team_is_not_told_is_nobody_where_strangers_are() -> None:
    inner = told.mentioned()
    del inner["team"]

    assert event(told.event(inner, is_ext_shared_channel=True)) is None
    assert heard(inner).sender == SENDER


def test_an_event_for_a_whole_organisation_still_names_its_team() -> None:
    authorization = {"enterprise_id": ENTERPRISE, "team_id": None, "user_id": BOT, "is_bot": True}

    assert heard(told.said(), authorizations=[authorization]).chat == direct(TEAM, ANA)


# -- the home tab -----------------------------------------------------------------------------------


def test_the_home_tab_is_filled_when_it_is_opened() -> None:
    found = heard(told.home_opened())

    assert found == Update("slack", EVENT, home(TEAM, ANA), SENDER, Looked())


def test_the_other_tab_of_the_app_needs_nothing() -> None:
    assert event(told.event(told.home_opened("messages"))) is None


# -- the end of an installation ----------------------------------------------------------------------


def test_our_name_in_front_says_nothing_more_in_the_direct_conversation() -> None:
    assert heard(told.said(f"<@{BOT}> overdue")).input == Typed("overdue")
    assert heard(told.said("<@U0SOMEBODY> owes?")).input == Typed(f"@{TEAM}/U0SOMEBODY owes?")


@pytest.mark.parametrize(
    ("inner", "team"),
    [
        ({"type": "app_uninstalled"}, TEAM),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}, TEAM),
        ({"type": "tokens_revoked", "tokens": {"oauth": [ANA], "bot": []}}, None),
        ({"type": "tokens_revoked", "tokens": {"oauth": [ANA]}}, None),
        (told.said(), None),
    ],
)
def test_a_team_that_took_the_app_out_is_told(inner: Json, team: str | None) -> None:
    body = told.event(inner)
    del body["authorizations"]

    assert removal(body) == team
    assert inner["type"] == "message" or event(body) is None


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (told.command(), TEAM),
        (told.command(enterprise_id=ENTERPRISE), TEAM),
        (told.pressed(), TEAM),
        (told.pressed(team=None, enterprise={"id": ENTERPRISE, "name": "Haus"}), ENTERPRISE),
        (told.event(told.said(), team_id=OTHER_TEAM), TEAM),
        (told.submitted(team={"id": OTHER_TEAM}), TEAM),
        ({}, ""),
        ({"team": {"id": 7}, "enterprise": [], "authorizations": "x"}, ""),
    ],
)
def test_a_payload_belongs_to_an_installation(body: Json, named: str) -> None:
    assert team(body) == named
