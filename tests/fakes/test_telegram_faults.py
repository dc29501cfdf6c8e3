"""What goes wrong on demand, and how often may be sent."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.telegram import (
    FakeTelegram,
    HangUp,
    Person,
    Rates,
    Refusal,
    ServerError,
    Slow,
    TooMany,
)
from tests.fakes.telegram_client import Api

TOO_MANY = (429, "Too Many Requests: retry after 3")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False) as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", started=True)


def test_a_trouble_meets_the_next_calls_of_its_method_and_chat(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    ben = telegram.person("Ben", started=True)
    telegram.trouble(TooMany(3), "sendMessage", chat=ana, times=2)

    answers = [api("sendMessage", chat_id=person.id, text="a") for person in (ben, ana, ana, ana)]

    assert [status for status, _ in answers] == [200, 429, 429, 200]
    assert answers[1] == TOO_MANY
    assert [shown.text for shown in telegram.messages(ana)] == ["a"]


def test_a_429_says_how_long_to_wait(telegram: FakeTelegram, api: Api) -> None:
    telegram.trouble(TooMany(3))

    status, body, headers = api.raw("getMe")

    assert (status, headers["Retry-After"]) == (429, "3")
    assert b'"parameters": {"retry_after": 3}' in body


def test_a_trouble_lasts_until_it_is_lifted(telegram: FakeTelegram, api: Api) -> None:
    trouble = telegram.trouble(Refusal(403, "Forbidden: user is deactivated"), "getMe", times=None)

    during = [api("getMe") for _ in range(3)]
    trouble.lift()

    assert during == [(403, "Forbidden: user is deactivated")] * 3
    assert api("getMe")[0] == 200


@pytest.mark.parametrize(("after_work", "left"), [(False, 0), (True, 1)])
def test_a_server_error_comes_before_or_after_the_work(
    telegram: FakeTelegram, api: Api, ana: Person, after_work: bool, left: int
) -> None:
    telegram.trouble(ServerError(500, after_work=after_work), "sendMessage")

    answer = api("sendMessage", chat_id=ana.id, text="a")

    assert answer == (500, "Internal Server Error")
    assert len(telegram.messages(ana)) == left


@pytest.mark.parametrize(("after_work", "left"), [(False, 0), (True, 1)])
def test_a_connection_breaks_before_or_after_the_work(
    telegram: FakeTelegram, api: Api, ana: Person, after_work: bool, left: int
) -> None:
    telegram.trouble(HangUp(after_work=after_work), "sendMessage")

    with pytest.raises(http.client.RemoteDisconnected):
        api("sendMessage", chat_id=ana.id, text="a")

    assert len(telegram.messages(ana)) == left
    assert [(call.method, call.status) for call in telegram.calls] == [("sendMessage", None)]


def test_a_bad_gateway_does_not_answer_in_json(telegram: FakeTelegram, api: Api) -> None:
    telegram.trouble(ServerError(502))

    status, body, headers = api.raw("getMe")

    assert (status, headers["Content-Type"]) == (502, "text/html")
    assert b"502 Bad Gateway" in body


def test_a_slow_answer_holds_up_nobody_else(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.trouble(Slow(0.5), "sendMessage")
    began = time.monotonic()

    with ThreadPoolExecutor() as pool:
        late = pool.submit(api, "sendMessage", chat_id=ana.id, text="a")
        telegram.next_message(ana, timeout=5)
        api("getMe")
        quick = time.monotonic() - began
        answer = late.result(5)

    assert answer[0] == 200
    assert quick < 0.5 <= time.monotonic() - began


def test_in_a_storm_every_call_is_refused_until_it_is_over(telegram: FakeTelegram, api: Api) -> None:
    telegram.storm(0.4)

    during = [api(method) for method in ("getMe", "getWebhookInfo")]
    time.sleep(0.41)

    assert during == [(429, "Too Many Requests: retry after 1")] * 2
    assert api("getMe")[0] == 200


def test_who_calls_again_too_soon_is_remembered(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    ben = telegram.person("Ben", started=True)
    telegram.trouble(TooMany(3), "sendMessage", chat=ana)
    api("sendMessage", chat_id=ana.id, text="a")
    time.sleep(0.06)

    api("sendMessage", chat_id=ben.id, text="a")
    api("sendChatAction", chat_id=ana.id, action="typing")
    api("sendMessage", chat_id=ana.id, text="a")

    (impatient,) = telegram.impatient
    assert (impatient.method, impatient.chat_id) == ("sendMessage", ana.id)
    assert 2 < impatient.seconds_early < 3


def test_who_waits_is_not_impatient(telegram: FakeTelegram, api: Api) -> None:
    telegram.trouble(TooMany(1), "getMe")
    api("getMe")

    time.sleep(1)
    api("getMe")

    assert telegram.impatient == []


def test_a_chat_takes_a_message_a_second() -> None:
    with FakeTelegram(specification=False, rates=Rates(per_chat_seconds=0.4)) as telegram:
        api, ana = Api(telegram), telegram.person("Ana", started=True)
        ben = telegram.person("Ben", started=True)

        answers = [
            api("sendMessage", chat_id=ana.id, text="a"),
            api("editMessageText", chat_id=ana.id, message_id=1, text="b"),
            api("sendMessage", chat_id=ben.id, text="a"),
            api("sendChatAction", chat_id=ana.id, action="typing"),
        ]
        time.sleep(0.41)
        later = api("sendMessage", chat_id=ana.id, text="c")

    assert [status for status, _ in (*answers, later)] == [200, 429, 200, 200, 200]
    assert telegram.over_the_limit == 1
    assert [sent.chat_id for sent in telegram.sent] == [ana.id, ben.id, ana.id]


def test_all_chats_together_take_so_many_a_second_and_a_group_so_many_a_minute() -> None:
    rates = Rates(per_second=5, per_chat_seconds=0, group_per_minute=2)
    with FakeTelegram(specification=False, rates=rates) as telegram:
        api, ana = Api(telegram), telegram.person("Ana", started=True)
        team = telegram.group("Team", ana)

        group = [api("sendMessage", chat_id=team.id, text="a") for _ in range(3)]
        everywhere = [api("sendMessage", chat_id=ana.id, text="a") for _ in range(4)]

    assert [status for status, _ in group] == [200, 200, 429]
    assert group[2][1] == "Too Many Requests: retry after 60"
    assert [status for status, _ in everywhere] == [200, 200, 200, 429]
    assert (telegram.over_the_limit, telegram.busiest()) == (2, 5)


def test_what_is_refused_for_itself_does_not_count(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("sendMessage", chat_id=ana.id, text="")
    api("sendMessage", chat_id=ana.id, text="a")

    assert len(telegram.sent) == 1


def test_a_wait_that_is_in_vain_says_what_happened(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.says(ana, "a")
    api("sendMessage", chat_id=ana.id, text="")

    with pytest.raises(TimeoutError) as waited:
        telegram.next_message(ana, timeout=0.01)

    assert "1 updates are not accepted" in str(waited.value)
    assert "sendMessage 400 Bad Request: message text is empty" in str(waited.value)
