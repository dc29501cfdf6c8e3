"""How processes that serve Slack end, by SIGTERM or over a socket, and what they never write down."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import parse_qs, urlsplit

from tests.fakes.slack import (
    SIGNING_SECRET,
    FakeSlack,
    HangUp,
    Person,
    Refusal,
    ServerError,
    Slow,
    Team,
    TooMany,
)
from tests.faults.conftest import on_postgresql
from tests.faults.facts import Facts
from tests.faults.slack_crowd import (
    BILL,
    all_is_done,
    asks,
    at_once,
    fills_in,
    heard,
    let_in_by,
    opens_a_studio,
    people,
)
from tests.scenarios.slack_house import SECRET_KEY, House

QUICK = 5.0
FAULTS = (
    HangUp(),
    HangUp(after_work=True),
    ServerError(500),
    Refusal("fatal_error"),
    Refusal("is_archived"),
    TooMany(1),
)
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
PASSING = ("inbox", "outbox")
"""They hold how an update can be answered for as long as that takes."""


@on_postgresql
def test_sigterm_finishes_what_is_in_hand_and_leaves_nothing_uncertain(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, 8)
    office = team.channel("office", crowd)
    process = slack_house.serve()
    for method in ("chat.postMessage", "response_url"):
        slack.fail_always(method, Slow(0.5))
    acks = at_once(
        [*[partial(person.say, "/word") for person in crowd],
         *[partial(person.slash, "/billhook", "word", office) for person in crowd]]
    )  # fmt: skip
    slack.next_call("chat.postMessage")

    code = process.stop()
    slack.calm()
    left = facts.states("outbox")
    slack_house.lead_to(slack_house.serve())
    all_is_done(slack, facts)

    assert code == 0
    assert all(ack.ok for ack in acks)
    assert left.keys() <= {"sent", "pending"}
    assert facts.states("outbox") == {"sent": 2 * len(crowd)}
    assert [len(heard(person, office)) for person in crowd] == [2] * len(crowd)


@on_postgresql
def test_of_two_processes_with_sockets_one_stops_promptly_and_the_other_goes_on(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack_house.team = slack.team("T0LOEWE")
    slack_house.socket_mode = True
    crowd = people(team, 6)
    first, second = slack_house.serve(), slack_house.serve()
    at_once(partial(person.say, "/word0") for person in crowd)
    assert slack.sockets == 2

    with ThreadPoolExecutor(1) as stopping:
        began = time.monotonic()
        code = stopping.submit(first.stop)
        at_once(partial(person.say, "/word1") for person in crowd)
        assert code.result() == 0
    stopped = time.monotonic() - began
    acks = at_once(partial(person.slash, "/billhook", "word2") for person in crowd)
    all_is_done(slack, facts)
    third = slack_house.serve()
    second.kill()
    slack.wait_until(lambda: slack.sockets == 1)
    acks += at_once(partial(person.slash, "/billhook", "word3") for person in crowd)
    all_is_done(slack, facts)

    assert stopped < QUICK
    assert all(ack.ok for ack in acks)
    for person in crowd:
        # Commands and messages come in by two queues, and neither waits for the other.
        words = sorted(text.split("/")[1].split(".")[0] for text in heard(person))
        assert words == ["word0", "word1", "word2", "word3"]
    assert third.popen.poll() is None


def lives(slack: FakeSlack, person: Person, team: Team) -> None:
    """Forms, presses, files and answers of every kind, and everything that can go wrong with them."""
    office = team.channel("office", [person])
    opens_a_studio(person)
    for method in ("chat.postMessage", "response_url", "views.open", "views.update"):
        for fault in FAULTS:
            slack.fail_next(method, fault)
            person.slash("/invoice", BILL if method != "views.open" else "", office)
            person.say("/word")
            time.sleep(0.05)
        slack.calm()
    fills_in(person, person.dm)
    person.submit()
    draft = person.wait_for("Draft for", person.dm)
    slack.fail_next("files.completeUploadExternal", HangUp(after_work=True))
    slack.fail_next("upload", TooMany(1))
    person.press("Issue", message=draft)
    person.open_home()
    slack.drained()
    slack.next_call("files.completeUploadExternal")


def stored(facts: Facts) -> dict[str, str]:
    """Everything that stands in the database, by table."""
    return {name: repr(facts.rows(f'SELECT * FROM "{name}"')) for name in facts.column(TABLES)}


def shown(slack: FakeSlack) -> str:
    """Everything that anybody was shown, or that was sent to be shown."""
    with slack.world.changed:
        told = [
            (message.text, message.blocks) for there in slack.world.messages.values() for message in there
        ]
        views = [view.payload for there in slack.world.stacks.values() for view in there]
    return repr(
        [told, views, [call.arguments for call in slack.calls if call.method.startswith(("chat", "files"))]]
    )


@on_postgresql
def test_no_secret_stands_in_any_log_row_or_message(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE", installed=False)
    ana = team.person("Ana")
    slack_house.settings = {"LOG_LEVEL": "debug"}
    process = slack_house.serve()
    assert slack.install(team, ana, f"http://127.0.0.1:{process.port}").status == 200
    ana.wait_for(lambda seen: seen.from_bot, ana.dm)
    lives(slack, ana, team)
    process.stop()

    forever = [SIGNING_SECRET, SECRET_KEY, slack.client_secret, team.bot_token]
    passing = [*slack.world.triggers, *slack.world.response_urls, *uploads(slack)]
    rows = stored(facts)
    assert [secret for secret in forever + passing if secret in slack_house.log] == []
    assert [(name, secret) for secret in forever for name in rows if secret in rows[name]] == []
    assert [
        (name, secret) for secret in passing for name in rows if name not in PASSING and secret in rows[name]
    ] == []
    assert [secret for secret in forever + passing if secret in shown(slack)] == []
    assert any(path in rows["inbox"] for path in slack.world.response_urls)
    assert "xoxb" not in repr(rows)
    assert "debug" in slack_house.log.lower()


@on_postgresql
def test_no_secret_of_a_socket_is_logged(slack: FakeSlack, slack_house: House, facts: Facts) -> None:
    team = slack_house.team = slack.team("T0LOEWE")
    slack_house.socket_mode, slack_house.settings = True, {"LOG_LEVEL": "debug"}
    (ana,) = people(team, 1)
    process = slack_house.serve()
    asks(ana, "/word")
    slack.fail_next("apps.connections.open", Refusal("invalid_auth"))
    slack.refresh_sockets()
    slack.wait_until(lambda: slack.sockets == 1)
    process.stop()

    secrets = [team.bot_token, slack.app_token, *tickets(slack)]
    assert [
        secret for secret in secrets if secret in slack_house.log + repr(stored(facts)) + shown(slack)
    ] == []
    assert len(tickets(slack)) >= 2


def uploads(slack: FakeSlack) -> list[str]:
    opened = (call.response for call in slack.calls_of("files.getUploadURLExternal") if call.ok)
    return [urlsplit(str(told["upload_url"])).path for told in opened]


def tickets(slack: FakeSlack) -> list[str]:
    opened = (str(call.response["url"]) for call in slack.calls_of("apps.connections.open") if call.ok)
    return [parse_qs(urlsplit(url).query)["ticket"][0] for url in opened]
