"""The Web API around messages and people, and what people see of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.slack import Channel, FakeSlack, Impossible, Person, Team
from tests.fakes.slack_client import Api, actions, button, section


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", name="Studio")


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana")


@pytest.fixture
def bob(team: Team) -> Person:
    return team.person("Bob", locale="de-DE", tz="America/New_York")


@pytest.fixture
def acme(team: Team, ana: Person, bob: Person) -> Channel:
    return team.channel("acme", members=[ana, bob])


@pytest.fixture
def api(slack: FakeSlack, team: Team) -> Api:
    return Api(slack, team.bot_token)


def test_a_message_is_seen_as_it_reads(api: Api, ana: Person, bob: Person, acme: Channel) -> None:
    told = api(
        "chat.postMessage",
        channel=acme.id,
        text=f"Hi <@{ana.id}>, *Tom &amp; Co* owe you",
        unfurl_links=False,
    )

    (seen,) = bob.sees(acme)
    assert told["channel"] == acme.id
    assert told["ts"] == told["message"]["ts"] == seen.ts
    assert seen.text == "Hi @Ana, Tom & Co owe you"
    assert (seen.sender, seen.from_bot, seen.ephemeral, seen.edited) == ("Billhook", True, False, False)
    assert seen.unfurls["unfurl_links"] is False


def test_blocks_are_seen_instead_of_the_text(api: Api, ana: Person) -> None:
    blocks = [section("*Total* 5"), actions(button("Pay", value="t", style="primary"), button("Open"))]

    told = api("chat.postMessage", channel=ana.id, text="a notification", blocks=blocks)

    (seen,) = ana.sees(ana.dm)
    assert told["channel"] == ana.dm.id
    assert (seen.text, seen.raw_text, seen.labels) == ("Total 5", "a notification", ("Pay", "Open"))
    assert (seen.buttons[0].value, seen.buttons[0].style) == ("t", "primary")
    assert all(block["block_id"] for block in seen.blocks)


def test_a_form_carries_objects_as_json(api: Api, ana: Person) -> None:
    assert api.form("chat.postMessage", channel=ana.dm.id, blocks=[section("from a form")])["ok"]
    assert ana.sees(ana.dm)[0].text == "from a form"
    assert api.form("chat.postMessage", channel=ana.dm.id, blocks="[nothing")["error"] == "invalid_arguments"
    assert len(api._slack.forgive()) == 1


def test_an_edit_without_blocks_leaves_the_blocks(api: Api, ana: Person) -> None:
    ts = api("chat.postMessage", channel=ana.dm.id, text="a", blocks=[section("old")])["ts"]

    assert api("chat.update", channel=ana.dm.id, ts=ts, text="new")["text"] == "new"
    assert ana.sees(ana.dm)[0].text == "old"
    api("chat.update", channel=ana.dm.id, ts=ts, text="new", blocks=[])
    assert [(seen.text, seen.edited) for seen in ana.sees(ana.dm)] == [("new", True)]
    api("chat.delete", channel=ana.dm.id, ts=ts)
    assert ana.sees(ana.dm) == []
    assert api("chat.update", channel=ana.dm.id, ts=ts, text="x")["error"] == "message_not_found"


def test_only_own_messages_are_changed(api: Api, ana: Person, acme: Channel) -> None:
    ana.say("mine", acme)
    ts = ana.sees(acme)[0].ts

    assert api("chat.update", channel=acme.id, ts=ts, text="x")["error"] == "cant_update_message"
    assert api("chat.delete", channel=acme.id, ts=ts)["error"] == "cant_delete_message"


def test_an_ephemeral_message_is_for_one_and_not_for_long(
    api: Api, ana: Person, bob: Person, acme: Channel
) -> None:
    told = api("chat.postEphemeral", channel=acme.id, user=ana.id, text="psst")

    assert [(seen.text, seen.ephemeral) for seen in ana.sees(acme)] == [("psst", True)]
    assert bob.sees(acme) == []
    changed = api("chat.update", channel=acme.id, ts=told["message_ts"], text="x")
    assert changed["error"] == "message_not_found"
    ana.reload()
    assert ana.sees(acme) == []


def test_a_thread_hangs_on_its_first_message(slack: FakeSlack, api: Api, ana: Person, acme: Channel) -> None:
    ts = api("chat.postMessage", channel=acme.id, text="first")["ts"]
    reply = api("chat.postMessage", channel=acme.id, text="second", thread_ts=ts)["ts"]

    assert [seen.thread_ts for seen in ana.sees(acme)] == [None, ts]
    for wrong in (reply, "1.000001"):
        answer = api("chat.postMessage", channel=acme.id, text="third", thread_ts=wrong)
        assert answer["error"] == "thread_not_found"
    assert len(slack.forgive()) == 2


def test_where_a_message_cannot_go(slack: FakeSlack, team: Team, api: Api, ana: Person, bob: Person) -> None:
    elsewhere = team.channel("elsewhere", [ana], bot=False)
    secret = team.channel("secret", [ana], bot=False, private=True)
    foreign = slack.team("T0OTHER", name="Other")
    carl = foreign.person("Carl")

    def error(channel: str) -> str:
        return str(api("chat.postMessage", channel=channel, text="x")["error"])

    assert error(elsewhere.id) == "not_in_channel"
    assert [error(place) for place in (secret.id, "C0NOWHERE", "U0NOBODY", carl.id, carl.dm.id)] == (
        ["channel_not_found"] * 5
    )
    assert error("#elsewhere") == "channel_not_found"
    assert len(slack.forgive()) == 1
    mine = team.channel("mine", [ana])
    assert api("chat.postEphemeral", channel=mine.id, user=bob.id, text="x")["error"] == "user_not_in_channel"
    with pytest.raises(Impossible):
        bob.sees(mine)


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": 5}, "invalid_arguments"),
        ({"text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [section("x" * 2900, block_id=str(n)) for n in range(5)]},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"text": "x", "username": "Somebody"}, "invalid_arguments"),
    ],
)
def test_what_a_message_may_not_be(
    slack: FakeSlack, api: Api, ana: Person, payload: dict[str, Any], error: str
) -> None:
    told = api("chat.postMessage", channel=ana.dm.id, **payload)

    assert told["error"] == error
    assert told["response_metadata"]["messages"]
    assert len(slack.forgive()) == 1
    assert ana.sees(ana.dm) == []


def test_how_a_call_must_come(slack: FakeSlack, team: Team, api: Api, ana: Person) -> None:
    assert Api(slack, "")("auth.test")["error"] == "not_authed"
    assert Api(slack, "xoxb-made-up")("auth.test")["error"] == "invalid_auth"
    assert api.form("auth.test")["bot_id"] == team.bot_id
    assert Api(slack, "").form("auth.test", token=team.bot_token)["user_id"] == team.bot_user_id
    assert slack.violations == []
    assert api("chat.shout")["error"] == "unknown_method"
    assert api("chat.postMessage", text="to nobody")["error"] == "invalid_arguments"
    assert api("users.info", user=ana.id)["error"] == "invalid_arguments"
    assert api.post("chat.postMessage", "text/plain", b"hello")["error"] == "invalid_post_type"
    assert api.post("chat.postMessage", "application/json", b"{")["error"] == "invalid_json"
    assert len(slack.forgive()) == 5
    assert not any(team.bot_token in repr(call) for call in slack.calls)


def test_each_method_asks_for_its_scope(slack: FakeSlack, api: Api, ana: Person, acme: Channel) -> None:
    for method, needed in (
        ("conversations.info", "channels:read"),
        ("conversations.members", "channels:read"),
    ):
        told = api.form(method, channel=acme.id)
        assert (told["error"], told["needed"]) == ("missing_scope", needed)
        assert "chat:write" in told["provided"]
    assert api.form("conversations.info", channel=ana.dm.id)["needed"] == "im:read"
    assert api.form("files.info", file="F0")["needed"] == "files:read"
    assert "chat:write" in api.headers["X-OAuth-Scopes"]


def test_people_and_their_direct_messages(api: Api, ana: Person, bob: Person) -> None:
    assert api("conversations.open", users=ana.id)["channel"]["id"] == ana.dm.id
    assert api("conversations.open", users="U0NOBODY")["error"] == "user_not_found"
    user = api.form("users.info", user=bob.id, include_locale="1")["user"]
    assert (user["real_name"], user["locale"], user["tz"]) == ("Bob", "de-DE", "America/New_York")
    assert "locale" not in api.form("users.info", user=bob.id)["user"]
    assert api.form("users.info", user="U0NOBODY")["error"] == "user_not_found"


def test_live_markup_is_remembered(slack: FakeSlack, api: Api, ana: Person) -> None:
    blocks = [section("<@U1> &lt;!channel&gt; <!date^1^{date}|then>"), section("<https://a.example|a>")]

    api("chat.postMessage", channel=ana.dm.id, text="<!here>", blocks=blocks)

    assert slack.pings == ["<!here>", "<@U1>", "<https://a.example|a>"]


def test_a_revoked_token_is_refused(api: Api) -> None:
    assert api.form("auth.revoke", test="1")["revoked"] is False
    assert api.form("auth.revoke")["revoked"] is True
    assert api("auth.test")["error"] == "token_revoked"
