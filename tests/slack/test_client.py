"""What it means for a message when Slack refuses it, and when nobody knows what Slack did."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.slack.address import channel, corner, direct, home
from bot.slack.client import Web
from bot.slack.parts import Home, Message
from bot.slack.send import Slack
from bot.slack.workspaces import OneWorkspace
from core.errors import BillhookError, Unavailable
from handlers.platform import ChatGone, Lost, Throttled, Undeliverable
from tests.fakes.slack import FakeSlack, HangUp, Person, Refusal, ServerError, Slow, Team, TooMany
from tests.fakes.slack_faults import Fault
from tests.slack.conftest import Sent

HELLO = Message("Hello")
TOKEN = "xoxb-7-7-opensnothing"
WAY = "https://hooks.slack.invalid/commands/T0LOEWE/7/ZgBnTbkW"


async def shown(sent: Sent, message: Message = HELLO) -> str:
    return await sent.adapter.send(direct("T0LOEWE", sent.ana.id), message)


async def refusal(sent: Sent, fault: Fault, method: str = "chat.postMessage") -> BillhookError:
    """What becomes of a message that meets the fault."""
    await shown(sent)
    sent.slack.fail_next(method, fault)
    with pytest.raises(BillhookError) as raised:
        await shown(sent)
    return raised.value


@pytest.fixture
async def hasty(slack: FakeSlack, team: Team, ana: Person) -> AsyncIterator[Sent]:
    """Nobody waits a quarter of a minute for a test."""
    web = Web(slack.api_url, seconds=0.4)
    yield Sent(slack, adapter := Slack(web, OneWorkspace(team.bot_token, web)), ana)
    await adapter.close()


# -- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "is_archived",
        "channel_not_found",
        "not_in_channel",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
    ],
)
async def test_who_is_not_there_any_more_is_gone(sent: Sent, word: str) -> None:
    known = await refusal(sent, Refusal(word))

    assert (type(known), str(known)) == (ChatGone, word)
    assert sent.texts() == ["Hello"]


async def test_somebody_who_never_was_is_gone(sent: Sent) -> None:
    with pytest.raises(ChatGone, match="user_not_found"):
        await sent.adapter.send(direct("T0LOEWE", "U0NOBODY"), HELLO)


async def test_a_channel_that_put_the_bot_out_is_gone(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana], bot=False)

    with pytest.raises(ChatGone, match="not_in_channel"):
        await sent.adapter.send(channel("T0LOEWE", office.id), HELLO)


@pytest.mark.parametrize("word", ["msg_too_long", "restricted_action", "no_text", "messages_tab_disabled"])
async def test_what_slack_refuses_for_good_is_undeliverable_with_its_word(sent: Sent, word: str) -> None:
    known = await refusal(sent, Refusal(word))

    assert (type(known), str(known)) == (Undeliverable, word)


async def test_blocks_that_slack_does_not_take_are_undeliverable(
    sent: Sent, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Undeliverable, match="invalid_blocks"):
        await shown(sent, Message("Hello", ({"type": "section"},)))

    assert "Slack refused what we sent: invalid_blocks" in caplog.text
    assert len(sent.slack.forgive()) == 1


async def test_a_permission_that_is_missing_is_named(sent: Sent, team: Team) -> None:
    with sent.slack.world.changed:
        sent.slack.world.grants[team.bot_token].scopes = frozenset({"im:write"})

    with pytest.raises(Undeliverable, match="the permission “chat:write”"):
        await shown(sent)


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth", "not_authed"])
async def test_a_workspace_that_shuts_us_out_is_asked_nothing_more(sent: Sent, word: str) -> None:
    known = await refusal(sent, Refusal(word))
    before = len(sent.slack.calls)

    with pytest.raises(ChatGone, match="did not install me"):
        await shown(sent)

    assert (type(known), len(sent.slack.calls)) == (ChatGone, before)


async def test_a_workspace_that_was_uninstalled_is_gone(sent: Sent, team: Team) -> None:
    await shown(sent)
    team.uninstall()

    with pytest.raises(ChatGone, match="account_inactive"):
        await shown(sent)


# -- not now ---------------------------------------------------------------------------------------


async def test_slack_says_how_long_to_leave_it_alone(sent: Sent) -> None:
    known = await refusal(sent, TooMany(17))

    assert isinstance(known, Throttled)
    assert known.retry_after == 17
    assert sent.texts() == ["Hello"]


async def test_slack_may_say_it_without_a_status_and_without_how_long(sent: Sent) -> None:
    known = await refusal(sent, Refusal("ratelimited"))

    assert isinstance(known, Throttled)
    assert known.retry_after == 30


async def test_a_workspace_that_is_being_moved_is_tried_again(sent: Sent) -> None:
    assert type(await refusal(sent, Refusal("team_added_to_org"))) is Unavailable


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        web = Web(f"http://127.0.0.1:{closed.getsockname()[1]}/api")
        adapter = Slack(web, OneWorkspace(TOKEN, web))

        with pytest.raises(Unavailable) as told:
            await adapter.send(direct("T0LOEWE", "U0ANA"), HELLO)

    assert told.value.retry_after == 5
    await adapter.close()


async def test_a_name_that_leads_nowhere_is_no_loss(sent: Sent) -> None:
    with pytest.raises(Unavailable):
        await shown(sent, replace(HELLO, way=WAY))

    assert sent.texts() == []


# -- lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        HangUp(after_work=True),
        ServerError(500, after_work=True),
        ServerError(503, after_work=True),
    ],
)
async def test_a_message_whose_answer_was_lost_is_not_repeated(sent: Sent, fault: Fault) -> None:
    known = await refusal(sent, fault)

    assert type(known) is Lost
    assert sent.texts() == ["Hello", "Hello"]
    assert sent.methods().count("chat.postMessage") == 2


@pytest.mark.parametrize("word", ["internal_error", "fatal_error", "service_unavailable"])
async def test_nobody_knows_what_slack_did_before_it_broke(sent: Sent, word: str) -> None:
    assert type(await refusal(sent, Refusal(word))) is Lost


async def test_an_answer_that_comes_too_late_is_lost(hasty: Sent) -> None:
    known = await refusal(hasty, Slow(0.8))

    assert type(known) is Lost
    assert hasty.texts() == ["Hello", "Hello"]


@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(500)])
async def test_what_is_for_one_person_is_not_repeated_either(sent: Sent, team: Team, fault: Fault) -> None:
    office = team.channel("office", [sent.ana])
    sent.slack.fail_next("chat.postEphemeral", fault)

    with pytest.raises(Lost):
        await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), HELLO)


@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(503, after_work=True)])
async def test_a_change_may_be_repeated(sent: Sent, fault: Fault) -> None:
    first = await shown(sent)
    sent.slack.fail_next("chat.update", fault)
    done = Message("Done", replaces=first)

    with pytest.raises(Unavailable):
        await shown(sent, done)
    await shown(sent, done)

    assert sent.texts() == ["Done"]


@pytest.mark.parametrize(("original", "kind"), [(False, Lost), (True, Unavailable)])
@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(500, after_work=True)])
async def test_an_answer_by_its_way_is_repeated_only_where_it_replaces_the_same_message(
    sent: Sent, team: Team, fault: Fault, original: bool, kind: type[BillhookError]
) -> None:
    office = team.channel("office", [sent.ana])
    sent.slack.fail_next("response_url", fault)

    with pytest.raises(kind) as told:
        await sent.adapter.send(
            corner("T0LOEWE", office.id, sent.ana.id), Message("Hi", way=sent.way(office), original=original)
        )

    assert type(told.value) is kind
    assert sent.texts(office) == ["Hi"]


async def test_a_way_may_want_to_be_left_alone_too(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    sent.slack.fail_next("response_url", TooMany(3))

    with pytest.raises(Throttled) as told:
        await shown(sent, replace(HELLO, way=sent.way(office)))

    assert told.value.retry_after == 3


@pytest.mark.parametrize("fault", [HangUp(), ServerError(500), Refusal("fatal_error")])
async def test_opening_a_direct_conversation_may_be_repeated(sent: Sent, fault: Fault) -> None:
    sent.slack.fail_next("conversations.open", fault)

    with pytest.raises(Unavailable):
        await shown(sent)
    await shown(sent)

    assert sent.texts() == ["Hello"]


async def test_the_home_tab_may_be_shown_twice(sent: Sent) -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    sent.slack.fail_next("views.publish", HangUp(after_work=True))

    with pytest.raises(Unavailable):
        await sent.adapter.send(home("T0LOEWE", sent.ana.id), Home(view))

    assert sent.ana.home is not None


# -- secrets ---------------------------------------------------------------------------------------


@pytest.fixture
async def unreachable(ana: Person) -> AsyncIterator[Slack]:
    web = Web("https://slack.invalid/api/")
    yield (adapter := Slack(web, OneWorkspace(TOKEN, web)))
    await adapter.close()


def everything_about(error: BaseException) -> str:
    """As a log and an error tracker show it; what is raised `from None` has nothing behind it."""
    assert error.__cause__ is None
    assert error.__suppress_context__
    values = getattr(error, "values", {})
    return f"{error!r} {error} {values!r} {error.args!r}"


async def test_no_error_tells_a_token(unreachable: Slack, sent: Sent) -> None:
    with pytest.raises(Unavailable) as closed:
        await unreachable.send(direct("T0LOEWE", "U0ANA"), HELLO)
    refused = [
        await refusal(sent, fault) for fault in (HangUp(), ServerError(500), Refusal("no_text"), TooMany())
    ]

    assert [text for error in (closed.value, *refused) if "xoxb-" in (text := everything_about(error))] == []


async def test_no_error_tells_a_way(sent: Sent, team: Team) -> None:
    way, errors = sent.way(team.channel("office", [sent.ana])), list[BaseException]()
    for fault in (HangUp(), ServerError(500), TooMany()):
        sent.slack.fail_next("response_url", fault)
        with pytest.raises(BillhookError) as raised:
            await shown(sent, replace(HELLO, way=way))
        errors.append(raised.value)
    with pytest.raises(Unavailable) as closed:
        await shown(sent, replace(HELLO, way=WAY))

    told = "\n".join(
        repr((error, str(error), getattr(error, "values", {}))) for error in (*errors, closed.value)
    )
    assert "commands" not in told


def test_a_message_does_not_show_its_way() -> None:
    assert "commands" not in repr(replace(HELLO, way=WAY))


def test_nothing_that_holds_a_token_shows_it() -> None:
    web = Web("https://slack.invalid/api/")
    workspaces = OneWorkspace(TOKEN, web)

    assert [TOKEN in repr(one) for one in (workspaces, Slack(web, workspaces), web)] == [False] * 3


async def test_whose_client_it_is_its_representation_does_not_tell(slack: FakeSlack) -> None:
    web = Web(slack.api_url)

    assert TOKEN not in repr(web.client(TOKEN))
    await web.close()
