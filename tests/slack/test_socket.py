"""Socket Mode: everything comes over one connection, which is opened again however it ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.slack.ingress import Answer
from bot.slack.socket import listen
from tests.fakes.slack import FakeSlack, Person, Refusal, ServerError, Team
from tests.fakes.slack_faults import Fault, Slow
from tests.scenarios.slack_house import House, opened
from tests.slack.entrance import SECONDS, START, Entrance, entrance


@pytest.fixture
async def open_socket(slack: FakeSlack, team: Team, sqlite_url: str) -> AsyncIterator[Entrance]:
    """What comes in is stored, and answered."""
    async with entrance(sqlite_url, slack, team, works=True, socket_mode=True) as found:
        await found.until(lambda: slack.sockets, "a connection")
        yield found


class Recorder:
    """In the place of the ingress: it takes its time, and answers what it is told to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        self.answer_ = Answer()
        self.news = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def answer(self, body: dict[str, object]) -> Answer:
        self.heard.append(body)
        self.news.set()
        await self.open.wait()
        return self.answer_

    async def hears(self, count: int) -> None:
        async with asyncio.timeout(SECONDS):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()


class Listening:
    """`listen` as a task of its own."""

    def __init__(self, slack: FakeSlack, recorder: Recorder, token: str = "") -> None:
        self.stop = asyncio.Event()
        # The recorder stands in the ingress's place and has its one method.
        self.task = asyncio.create_task(
            listen(token or slack.app_token, slack.api_url, recorder, self.stop)  # type: ignore[arg-type]
        )

    async def end(self) -> float:
        """Gives the seconds that it took."""
        began = time.monotonic()
        self.stop.set()
        async with asyncio.timeout(SECONDS):
            await self.task
        return time.monotonic() - began


async def connected(slack: FakeSlack, count: int = 1) -> None:
    await asyncio.to_thread(slack.wait_until, lambda: slack.sockets == count, SECONDS, "the connection")


# -- with all that is behind it ----------------------------------------------------------------------------


async def test_commands_events_forms_and_presses_come_through_it(
    slack: FakeSlack, ana: Person, open_socket: Entrance
) -> None:
    def do() -> None:
        assert ana.slash("/billhook", START).ok
        ana.wait_for("Studio Löwe", ana.dm)
        assert ana.say("/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE").ok
        ana.wait_for("Acme", ana.dm)
        assert ana.open_home().ok
        ana.wait_home()
        assert ana.slash("/invoice").ok
        form = ana.wait_modal(lambda screen: bool(screen.fields))
        ana.choose(form.fields[0].label, "Acme GmbH, Hamburg", typed="ac")
        ana.fill(form.fields[1].label, "no price at all")
        assert ana.submit().ok

    await asyncio.to_thread(do)

    # What is wrong with a field came in the acknowledgement: the form is still there.
    modal = ana.modal
    assert modal is not None
    assert modal.errors
    assert slack.pending == 0


async def test_many_payloads_are_answered_at_the_same_time(
    slack: FakeSlack, team: Team, open_socket: Entrance
) -> None:
    people = [team.person(f"Person {number}") for number in range(12)]

    acks = await asyncio.gather(*(asyncio.to_thread(one.slash, "/billhook", "help") for one in people))
    for one in people:
        await asyncio.to_thread(one.wait_for, lambda seen: seen.from_bot, one.dm, SECONDS)

    assert [ack.ok for ack in acks] == [True] * 12


# -- the connection itself ---------------------------------------------------------------------------------


async def test_a_payload_that_takes_its_time_holds_up_no_other(slack: FakeSlack, ana: Person) -> None:
    recorder = Recorder()
    listening = Listening(slack, recorder)
    await connected(slack)
    recorder.open.clear()

    waiting = [
        asyncio.create_task(asyncio.to_thread(ana.slash, "/billhook", str(place))) for place in range(3)
    ]
    await recorder.hears(3)
    recorder.open.set()

    assert [ack.ok for ack in await asyncio.gather(*waiting)] == [True] * 3
    await listening.end()


async def test_what_was_not_taken_is_not_acknowledged_and_comes_again(slack: FakeSlack, ana: Person) -> None:
    slack.ack_seconds = 0.3
    recorder = Recorder()
    recorder.answer_ = Answer(503)
    listening = Listening(slack, recorder)
    await connected(slack)

    first = await asyncio.to_thread(ana.say, "hello")
    recorder.answer_ = Answer()
    await asyncio.to_thread(slack.drained)

    assert not first.ok
    assert len(recorder.heard) >= 2
    await listening.end()


async def test_an_event_is_never_acknowledged_with_a_payload(slack: FakeSlack, ana: Person) -> None:
    recorder = Recorder()
    recorder.answer_ = Answer(body={"text": "no event takes one"})
    listening = Listening(slack, recorder)
    await connected(slack)

    assert (await asyncio.to_thread(ana.say, "hello")).ok
    assert (await asyncio.to_thread(ana.slash, "/billhook", "help")).body == '{"text": "no event takes one"}'
    await listening.end()


async def test_a_connection_that_is_refreshed_is_opened_again(
    slack: FakeSlack, ana: Person, open_socket: Entrance
) -> None:
    for time_ in range(2):
        await asyncio.to_thread(slack.refresh_sockets)
        await asyncio.to_thread(slack.next_call, "apps.connections.open", time_ + 1, SECONDS)
        await connected(slack)

    assert (await asyncio.to_thread(ana.slash, "/billhook", "help")).ok


async def test_slack_may_be_away_for_a_while(slack: FakeSlack, ana: Person, open_socket: Entrance) -> None:
    await asyncio.to_thread(slack.stop)
    await asyncio.sleep(0.2)
    slack.start()
    await connected(slack)

    assert (await asyncio.to_thread(ana.slash, "/billhook", "help")).ok


@pytest.mark.parametrize(
    "fault", [ServerError(503), Refusal("internal_error"), Refusal("ratelimited")], ids=repr
)
async def test_slack_may_be_away_at_the_start(slack: FakeSlack, fault: Fault) -> None:
    slack.fail_next("apps.connections.open", fault)
    listening = Listening(slack, Recorder())

    await connected(slack)

    await listening.end()


# -- the end -----------------------------------------------------------------------------------------------


async def test_it_ends_at_once_and_leaves_no_connection_behind(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    listening = Listening(slack, Recorder())
    await connected(slack)

    seconds = await listening.end()

    assert seconds < 2
    await connected(slack, 0)
    assert [str(found.message) for found in recwarn] == []
    assert "Unclosed" not in caplog.text


async def test_it_ends_at_once_while_it_waits_for_slack(slack: FakeSlack) -> None:
    slack.fail_always("apps.connections.open", Slow(30))
    listening = Listening(slack, Recorder())
    await asyncio.to_thread(slack.next_call, "apps.connections.open", 0, SECONDS)

    assert await listening.end() < 2
    slack.calm()


async def test_it_ends_at_once_between_two_attempts(slack: FakeSlack) -> None:
    listening = Listening(slack, Recorder(), token="xapp-no-token-of-theirs")
    await asyncio.to_thread(slack.next_call, "apps.connections.open", 0, SECONDS)
    await asyncio.sleep(0.1)

    assert await listening.end() < 2
    slack.forgive()


async def test_a_real_process_ends_soon_and_leaves_nothing_open(
    slack: FakeSlack, team: Team, ana: Person, tmp_path: Path
) -> None:
    def act(house: House) -> tuple[int, float, str]:
        process = house.serve(real=True)
        assert ana.slash("/billhook", "help").ok
        ana.wait_for(lambda seen: seen.from_bot, ana.dm, SECONDS)
        began = time.monotonic()
        return process.stop(), time.monotonic() - began, process.text

    with opened(House(slack=slack, team=team, url=f"sqlite:///{tmp_path}/b.db", folder=tmp_path,
                      socket_mode=True)) as house:  # fmt: skip
        code, seconds, log = await asyncio.to_thread(act, house)

    assert code == 0
    assert seconds < 10
    assert not any(
        word in log for word in ("Unclosed", "never retrieved", "Traceback", "ERROR", "xapp-", "ticket=")
    )


async def test_what_came_before_the_end_is_acknowledged(slack: FakeSlack, ana: Person) -> None:
    recorder = Recorder()
    listening = Listening(slack, recorder)
    await connected(slack)
    recorder.open.clear()
    acting = asyncio.create_task(asyncio.to_thread(ana.slash, "/billhook", "help"))
    await recorder.hears(1)

    ending = asyncio.create_task(listening.end())
    await asyncio.sleep(0.1)
    recorder.open.set()

    assert (await acting).ok
    await ending


async def test_neither_token_nor_ticket_is_logged(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with aiohttp.ClientSession():
        slack.fail_next("apps.connections.open", Refusal("internal_error"))
        listening = Listening(slack, Recorder())
        await connected(slack)
        await listening.end()

    assert "no connection to Slack: internal_error" in caplog.text
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("asyncio")]
    assert [told for told in ours if slack.app_token in told or "ticket=" in told] == []
