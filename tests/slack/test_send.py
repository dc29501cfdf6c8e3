"""Where messages go in Slack, and what becomes of them when their place or their way is gone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.slack.address import channel, corner, direct, home
from bot.slack.client import Web
from bot.slack.parts import Home, Message, Modal, Nothing, Upload
from bot.slack.send import Pace, Slack
from bot.slack.workspaces import OneWorkspace
from core.errors import InvalidInput
from handlers.kinds import Attachment, Reply
from handlers.platform import ChatGone, Manners, Rate
from handlers.updates import Occasion, RemoteFile
from tests.fakes.slack import FakeSlack, Person, Refusal, Team
from tests.slack.conftest import Sent

RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello &"}]}],
}
HELLO = Message("Hello &amp;", (RICH,))
BARE = Message("*Bare* https://example.org")
PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-1.7\x00\xff")


# -- posted ----------------------------------------------------------------------------------------


async def test_a_message_to_a_person_goes_to_their_direct_conversation(sent: Sent) -> None:
    name = await sent.adapter.send(direct("T0LOEWE", sent.ana.id), HELLO)

    (shown,) = sent.messages()
    assert (shown.ts, shown.text, shown.ephemeral, shown.thread_ts) == (name, "Hello &", False, None)
    assert shown.unfurls == {"unfurl_links": False, "unfurl_media": False}


async def test_a_direct_conversation_is_asked_for_once(sent: Sent) -> None:
    for _message in range(3):
        await sent.adapter.send(direct("T0LOEWE", sent.ana.id), HELLO)

    assert sent.methods().count("conversations.open") == 1
    assert len(sent.messages()) == 3


async def test_a_message_without_blocks_is_no_markup(sent: Sent) -> None:
    await sent.adapter.send(direct("T0LOEWE", sent.ana.id), BARE)

    (call,) = sent.slack.calls_of("chat.postMessage")
    assert call.arguments["mrkdwn"] is False
    assert "blocks" not in call.arguments


async def test_a_message_to_a_channel_is_seen_by_everybody_there(sent: Sent, team: Team) -> None:
    bea = team.person("Bea")
    office = team.channel("office", [sent.ana, bea])

    await sent.adapter.send(channel("T0LOEWE", office.id), HELLO)

    assert [shown.text for shown in bea.sees(office)] == ["Hello &"]


async def test_a_thread_is_kept(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    root = await sent.adapter.send(channel("T0LOEWE", office.id), HELLO)

    name = await sent.adapter.send(channel("T0LOEWE", office.id), replace(HELLO, thread=root))

    assert [(shown.ts, shown.thread_ts) for shown in sent.messages(office)][1:] == [(name, root)]


async def test_what_stands_below_the_first_part_names_that_to_the_next(sent: Sent, team: Team) -> None:
    office = channel("T0LOEWE", team.channel("office", [sent.ana]).id)
    root = await sent.adapter.send(office, HELLO)

    second = await sent.adapter.send(office, replace(HELLO, below=True), root)
    third = await sent.adapter.send(office, Upload(PDF, below=True), second)

    assert (second, third) == (root, root)
    where = sent.slack.world.channels[office.address.partition("/")[2]]
    sent.ana.wait_for(lambda shown: bool(shown.files), where)
    assert [shown.thread_ts for shown in sent.messages(where)] == [None, root, root]


async def test_a_thread_whose_beginning_is_gone_keeps_nothing_back(sent: Sent) -> None:
    gone = replace(HELLO, thread="1111111111.000007")

    await sent.adapter.send(direct("T0LOEWE", sent.ana.id), gone)

    assert [shown.thread_ts for shown in sent.messages()] == [None]
    assert len(sent.slack.forgive()) == 1


async def test_a_message_for_the_home_tab_goes_to_the_person(sent: Sent) -> None:
    await sent.adapter.send(home("T0LOEWE", sent.ana.id), HELLO)

    assert sent.texts() == ["Hello &"]


# -- changed ---------------------------------------------------------------------------------------


async def test_a_message_takes_the_place_of_another(sent: Sent) -> None:
    there = direct("T0LOEWE", sent.ana.id)
    first = await sent.adapter.send(there, HELLO)

    name = await sent.adapter.send(there, Message("Done", replaces=first))

    assert name == first
    (shown,) = sent.messages()
    assert (shown.text, shown.blocks, shown.edited) == ("Done", [], True)


@pytest.mark.parametrize(
    "word", ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"]
)
async def test_a_message_that_cannot_be_changed_comes_as_a_new_one(sent: Sent, word: str) -> None:
    there = direct("T0LOEWE", sent.ana.id)
    first = await sent.adapter.send(there, HELLO)
    sent.slack.fail_next("chat.update", Refusal(word))

    name = await sent.adapter.send(there, Message("Done", replaces=first))

    assert sent.texts() == ["Hello &", "Done"]
    assert name == sent.messages()[1].ts


# -- to one person in a channel --------------------------------------------------------------------


async def test_what_is_for_one_person_is_not_shown_to_others(sent: Sent, team: Team) -> None:
    bea = team.person("Bea")
    office = team.channel("office", [sent.ana, bea])

    name = await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), HELLO)

    assert name == ""
    assert [(shown.text, shown.ephemeral) for shown in sent.messages(office)] == [("Hello &", True)]
    assert bea.sees(office) == []


async def test_a_thread_is_kept_for_one_person_too(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    root = await sent.adapter.send(channel("T0LOEWE", office.id), HELLO)

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), replace(HELLO, thread=root))

    assert [shown.thread_ts for shown in sent.messages(office)] == [None, root]


@pytest.mark.parametrize(
    ("bot", "private", "member"), [(False, False, True), (False, True, True), (True, False, False)]
)
async def test_where_nothing_can_be_said_to_one_person_the_direct_conversation_is_left(
    sent: Sent, team: Team, bot: bool, private: bool, member: bool
) -> None:
    office = team.channel("office", [sent.ana] if member else [], bot=bot, private=private)

    await sent.adapter.send(
        corner("T0LOEWE", office.id, sent.ana.id), replace(HELLO, thread="1772703667.000419")
    )

    assert [(shown.text, shown.thread_ts) for shown in sent.messages()] == [("Hello &", None)]


# -- by its own way --------------------------------------------------------------------------------


async def test_a_command_is_answered_by_its_way_even_where_the_bot_is_not(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana], bot=False)
    answer = replace(HELLO, way=sent.way(office))

    name = await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), answer)

    assert name == ""
    assert [(shown.text, shown.ephemeral) for shown in sent.messages(office)] == [("Hello &", True)]
    assert sent.methods() == ["response_url"]


async def test_the_pressed_message_is_replaced_by_its_way(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    there = corner("T0LOEWE", office.id, sent.ana.id)
    await sent.adapter.send(there, HELLO)
    way = sent.way(office, sent.messages(office)[0].ts)

    await sent.adapter.send(there, Message("Done", way=way, original=True))

    assert [(shown.text, shown.blocks) for shown in sent.messages(office)] == [("Done", [])]


async def test_a_way_leads_into_the_thread_of_what_it_answers(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    root = await sent.adapter.send(channel("T0LOEWE", office.id), HELLO)
    answer = replace(HELLO, way=sent.way(office), thread=root)

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), answer)

    assert [shown.thread_ts for shown in sent.messages(office)] == [None, root]


async def test_a_way_that_is_used_up_is_left_for_the_usual_one(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    answer = replace(HELLO, way=sent.way(office))

    for _message in range(6):
        await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), answer)

    assert sent.texts(office) == ["Hello &"] * 6
    assert sent.methods().count("chat.postEphemeral") == 1


async def test_a_way_that_is_too_old_is_left_for_the_direct_conversation_in_the_end(
    sent: Sent, team: Team
) -> None:
    office = team.channel("office", [sent.ana], bot=False)
    answer = replace(HELLO, way=sent.way(office))
    sent.slack.advance(1801)

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), answer)

    assert (sent.texts(office), sent.texts()) == ([], ["Hello &"])


@pytest.mark.parametrize("way", ["http://127.0.0.1:9/commands/x", "http://[", "ftp://slack.com/x"])
async def test_a_way_that_leads_elsewhere_is_not_gone(sent: Sent, way: str) -> None:
    await sent.adapter.send(direct("T0LOEWE", sent.ana.id), replace(HELLO, way=way))

    assert sent.texts() == ["Hello &"]


async def test_what_a_way_would_show_is_only_for_one_person_in_an_open_channel_too(
    sent: Sent, team: Team
) -> None:
    bea = team.person("Bea")
    office = team.channel("office", [sent.ana, bea])

    await sent.adapter.send(channel("T0LOEWE", office.id), replace(HELLO, way=sent.way(office)))

    (call,) = sent.slack.calls_of("response_url")
    assert json.loads(call.arguments["body"])["response_type"] == "ephemeral"
    assert (sent.texts(office), bea.sees(office)) == (["Hello &"], [])


# -- all else --------------------------------------------------------------------------------------


async def test_the_home_tab_is_shown_anew(sent: Sent) -> None:
    there = home("T0LOEWE", sent.ana.id)

    names = [await sent.adapter.send(there, Home({"type": "home", "blocks": [RICH]})) for _time in range(2)]

    assert names == ["", ""]
    assert sent.ana.home is not None
    assert "Hello &" in sent.ana.home.text


async def test_nothing_to_show_takes_no_call(sent: Sent) -> None:
    name = await sent.adapter.send(direct("T0LOEWE", sent.ana.id), Nothing("aside"))

    assert (name, sent.methods()) == ("", [])


async def test_another_workspace_is_gone(sent: Sent) -> None:
    with pytest.raises(ChatGone, match="did not install me"):
        await sent.adapter.send(direct("T0OTHER", sent.ana.id), HELLO)


async def test_only_what_is_posted_counts_against_the_rate_of_its_conversation(
    slack: FakeSlack, adapter: Slack
) -> None:
    way, modal = replace(HELLO, way="https://hooks.slack.com/commands/x"), Modal({}, opens="1 x")
    places = (direct("T0", "U0ANA"), channel("T0", "C0"), corner("T0", "C0", "U0ANA"))
    parts = (
        HELLO,
        replace(HELLO, replaces="1.2"),
        Upload(PDF),
        Upload(PDF, aloud=True),
        way,
        modal,
        Nothing(),
    )

    found = {place.address: [list(adapter.rates(place, part)) for part in parts] for place in places}

    person, room = [Rate("slack:T0/U0ANA", 1.0)], [Rate("slack:T0/C0", 1.0)]
    assert found == {
        "T0/U0ANA": [person, person, person, person, [], [], []],
        "T0/C0": [room, room, room, room, [], [], []],
        "T0/C0/U0ANA": [[], [], person, room, [], [], []],
    }
    assert list(adapter.rates(home("T0", "U0ANA"), Home({}))) == []


async def test_the_pace_can_be_chosen() -> None:
    web = Web("https://slack.invalid/api/")

    slower = Slack(web, OneWorkspace("xoxb-1", web), Pace(2.5))

    assert list(slower.rates(channel("T0", "C0"), HELLO)) == [Rate("slack:T0/C0", 2.5)]


async def test_forms_are_shown_whole_and_presses_need_no_answer(adapter: Slack) -> None:
    assert await adapter.manners() == Manners(pictures=False, sheets=True)
    assert await adapter.answer_press(Occasion(press="x"), Reply(())) is False


async def test_files_that_people_send_are_not_read(adapter: Slack) -> None:
    with pytest.raises(InvalidInput, match="does not let me read files"):
        await adapter.fetch(RemoteFile("F0LOGO", "logo.png", "image/png"))


async def test_closing_without_having_sent_anything_is_fine(ana: Person, adapter: Slack) -> None:
    await adapter.close()
    await adapter.close()

    await adapter.send(direct("T0LOEWE", ana.id), HELLO)

    assert len(ana.sees(ana.dm)) == 1
