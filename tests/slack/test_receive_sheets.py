"""Sheets on somebody's screen: buttons, changes, sending, closing, and looking for ready answers."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.address import channel, corner, direct, home
from bot.slack.receive import interaction, suggestion
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Around, Kept, Occasion, Offer, Pressed, Submitted, Update
from tests.slack import payloads as told
from tests.slack.payloads import (
    ANA,
    AT,
    BOB,
    CHANNEL,
    DIRECT,
    HASH,
    OPENS,
    OTHER_TEAM,
    STRANGER,
    TEAM,
    TRIGGER,
    VALUES,
    VIEW,
    Json,
)

SENDER = SenderRef("slack", f"{TEAM}/{ANA}", "ana.löwe", workspace=f"slack:{TEAM}")
CORNER, AROUND = corner(TEAM, CHANNEL, ANA), Around(channel(TEAM, CHANNEL), "–")
FORM = f"id {VIEW} {HASH}"


def acted(payload: Json) -> Update:
    found = interaction(payload, AT)
    assert found is not None
    return found


def test_a_sheet_that_is_sent_says_what_stands_in_it() -> None:
    assert acted(told.submitted()) == Update(
        "slack", f"{TEAM}:view:{VIEW}:{HASH}", CORNER, SENDER, Submitted("sheet67", VALUES),
        Occasion(form=FORM), around=AROUND,
    )  # fmt: skip


def test_a_sheet_that_is_closed_is_kept_and_no_longer_on_the_screen() -> None:
    assert acted(told.closed()) == Update(
        "slack", f"{TEAM}:closed:{VIEW}", CORNER, SENDER, Kept("sheet67", VALUES), around=AROUND
    )


def test_a_closed_sheet_may_not_say_what_stood_in_it() -> None:
    shown = told.view()
    del shown["state"]

    assert acted(told.closed(shown)).input == Kept("sheet67", {})


def test_a_change_on_which_fields_hang_keeps_the_sheet_open() -> None:
    assert acted(told.acted_in_view(told.chosen())) == Update(
        "slack", f"{TEAM}:action:{TRIGGER}", CORNER, SENDER, Kept("sheet67", VALUES, closed=False),
        Occasion(press=TRIGGER, form=FORM.replace("id ", "only ", 1)), around=AROUND,
    )  # fmt: skip


def test_a_button_on_a_sheet_is_pressed_where_the_sheet_was_opened() -> None:
    found = acted(told.acted_in_view(told.button()))

    assert (found.chat, found.input, found.around) == (CORNER, Pressed("token43"), AROUND)
    assert found.occasion == Occasion(press=TRIGGER, opens=OPENS, form=FORM)


def test_a_text_on_the_screen_has_buttons_and_nothing_to_send() -> None:
    shown = told.view(token="")

    assert acted(told.acted_in_view(told.button(), shown)).input == Pressed("token43")
    assert interaction(told.acted_in_view(told.chosen(), shown), AT) is None
    assert interaction(told.submitted(shown), AT) is None
    assert interaction(told.closed(shown), AT) is None


@pytest.mark.parametrize(
    ("chat", "around"),
    [
        (direct(TEAM, ANA), None),
        (home(TEAM, ANA), None),
        (corner(TEAM, DIRECT, ANA), None),
        (CORNER, AROUND),
    ],
)
def test_a_sheet_belongs_to_the_place_it_was_opened_from(chat: ChatRef, around: Around | None) -> None:
    found = acted(told.submitted(told.view(chat.address)))

    assert (found.chat, found.around, found.group) == (chat, around, "")


def test_a_sheet_opened_in_a_channel_says_who_sent_it() -> None:
    found = acted(told.submitted(told.view(channel(TEAM, CHANNEL).address)))

    assert (found.chat, found.group, found.around) == (channel(TEAM, CHANNEL), "–", None)
    assert (found.occasion.who, found.occasion.whose) == ("ana.löwe", f"{TEAM}/{ANA}")


@pytest.mark.parametrize(
    "address",
    [
        f"{TEAM}/{BOB}",
        f"{TEAM}/{BOB}/home",
        f"{TEAM}/{CHANNEL}/{BOB}",
        f"{OTHER_TEAM}/{ANA}",
        f"{OTHER_TEAM}/{CHANNEL}/{ANA}",
        f"{OTHER_TEAM}/{CHANNEL}",
        f"{TEAM}/general",
        f"{TEAM}/{CHANNEL}/{ANA}/home",
        f"{TEAM}//{ANA}",
        "",
        "/",
    ],
)
def test_no_view_leads_into_a_place_of_somebody_elses(address: str) -> None:
    shown = told.view(address)

    assert interaction(told.submitted(shown), AT) is None
    assert interaction(told.closed(shown), AT) is None
    assert interaction(told.acted_in_view(told.button(), shown), AT) is None
    assert suggestion(told.asked(view=shown)) is None


@pytest.mark.parametrize("metadata", ["", "{", "[]", '{"chat": 7, "token": "t"}', None, 7])
def test_a_view_that_is_not_ours_is_left_alone(metadata: Any) -> None:
    shown = told.view(private_metadata=metadata)

    assert interaction(told.submitted(shown), AT) is None
    assert interaction(told.acted_in_view(told.button(), shown), AT) is None


def test_a_sheet_of_another_name_is_not_sent() -> None:
    assert interaction(told.submitted(told.view(callback_id="survey")), AT) is None


def test_on_a_strangers_screen_a_sheet_belongs_to_the_team_that_has_the_app() -> None:
    shown = told.view(f"{TEAM}/{CHANNEL}/{STRANGER}")
    user = {"id": STRANGER, "name": "eve", "team_id": OTHER_TEAM}

    found = acted(told.submitted(shown, team={"id": OTHER_TEAM, "domain": "elsewhere"}, user=user))

    assert (found.chat, found.id) == (corner(TEAM, CHANNEL, STRANGER), f"{TEAM}:view:{VIEW}:{HASH}")
    assert found.sender == SenderRef("slack", f"{OTHER_TEAM}/{STRANGER}", "eve", workspace="")


# -- ready answers ----------------------------------------------------------------------------------


def test_ready_answers_are_looked_for_by_what_was_typed() -> None:
    update = Update("slack", "", CORNER, SENDER, Kept("sheet67", {}, closed=False), around=AROUND)

    assert suggestion(told.asked(" R&D ")) == (update, Offer("sheet67", VALUES, "client", "R&D"))


def test_the_field_is_known_also_behind_the_name_of_its_form() -> None:
    found = suggestion(told.asked(block_id="client_add:country"))

    assert found is not None
    assert found[1].name == "country"


@pytest.mark.parametrize(("typed", "kept"), [("", ""), ("a\x00b", "a b"), ("x" * 151, "x" * 150)])
def test_any_beginning_is_looked_for(typed: str, kept: str) -> None:
    found = suggestion(told.asked(typed))

    assert found is not None
    assert found[1].text == kept


@pytest.mark.parametrize(
    "payload",
    [
        told.asked(None),
        told.asked(view=told.view(token="")),
        told.asked(block_id="two words"),
        told.asked() | {"type": "block_actions"},
    ],
)
def test_nothing_is_looked_for_where_nobody_asked(payload: Json) -> None:
    assert suggestion(payload) is None
