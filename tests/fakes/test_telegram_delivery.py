"""How updates come to the bot: pushed to its webhook, or fetched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_client import Api, Hook

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False, first_update=500) as telegram:
        telegram.deliver.pace = 0.005
        yield telegram
        assert telegram.violations == []


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", started=True)


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


# Pushed.


def test_a_webhook_gets_every_update_with_the_secret(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.says(ana, "before")
    with Hook() as hook:
        api("setWebhook", url=hook.url, secret_token="s3cret")

        telegram.says(ana, "after")
        telegram.drained()

    assert hook.texts == ["before", "after"]
    assert (hook.ids, hook.secrets) == ([500, 501], ["s3cret", "s3cret"])


def test_a_failed_update_comes_again_at_once_then_after_growing_pauses(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    answers = iter([500, 404, 301, 200])
    telegram.deliver.pace = 0.05
    with Hook(lambda update: next(answers)) as hook:
        api("setWebhook", url=hook.url)

        telegram.says(ana, "a")
        telegram.drained()

    first, second, third, fourth = (delivery.at for delivery in telegram.deliveries)
    assert hook.ids == [500] * 4
    assert [delivery.attempt for delivery in telegram.deliveries] == [1, 2, 3, 4]
    assert second - first < third - second < fourth - third
    assert fourth - third >= 4 * telegram.deliver.pace


def test_the_next_update_of_a_chat_waits_until_the_one_before_is_accepted(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    refusals = iter([500, 500, 500])
    with Hook(lambda update: next(refusals, 200)) as hook:
        api("setWebhook", url=hook.url)

        for text in ("a", "b", "c"):
            telegram.says(ana, text)
        telegram.drained()

    assert hook.texts == ["a", "a", "a", "a", "b", "c"]


def test_taps_and_other_chats_overtake_a_chat_that_is_stuck(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    ben = telegram.person("Ben", started=True)
    released = threading.Event()

    def answer(update: dict[str, Any]) -> int:
        if update.get("message", {}).get("text") == "stuck":
            released.wait(5)
        return 200

    with Hook(answer) as hook:
        api("setWebhook", url=hook.url)
        telegram.says(ana, "stuck")
        telegram.says(ana, "behind")

        telegram.forges(ana, "tap")
        telegram.says(ben, "free")
        telegram.wait_for(lambda: telegram.pending == 2)
        released.set()
        telegram.drained()

    assert [delivery.queue for delivery in telegram.deliveries[:2]] != [f"chat {ana.id}"] * 2
    assert hook.ids[-1] == 501
    assert set(hook.ids) == {500, 501, 502, 503}


def test_the_webhook_may_ask_for_time(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    busy = iter([(503, 20)])
    with Hook(lambda update: next(busy, 200)) as hook:
        api("setWebhook", url=hook.url)

        telegram.says(ana, "a")
        telegram.drained()

    first, second = (delivery.at for delivery in telegram.deliveries)
    assert second - first >= 20 * telegram.deliver.pace


def test_no_more_connections_are_open_than_were_asked_for(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    people = [telegram.person(f"P{number}", started=True) for number in range(8)]
    lock, inside, seen = threading.Lock(), [ana], [0]

    def answer(update: dict[str, Any]) -> int:
        with lock:
            inside.append(ana)
            seen.append(len(inside) - 1)
        time.sleep(0.02)
        with lock:
            inside.pop()
        return 200

    with Hook(answer) as hook:
        api("setWebhook", url=hook.url, max_connections=3)

        for person in people:
            telegram.says(person, "a")
        telegram.drained()

    assert max(seen) == 3


def test_every_update_can_be_delivered_twice(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.deliver.twice = True
    with Hook() as hook:
        api("setWebhook", url=hook.url)

        telegram.says(ana, "a")
        telegram.says(ana, "b")
        telegram.drained()

    assert hook.texts == ["a", "a", "b", "b"]


def test_queues_can_overtake_one_another_but_a_chat_stays_in_order() -> None:
    with FakeTelegram(specification=False, seed=3) as telegram, Hook() as hook:
        telegram.deliver.shuffle = 0.02
        people = [telegram.person(f"P{number}", started=True) for number in range(6)]
        Api(telegram)("setWebhook", url=hook.url)

        for text in ("a", "b"):
            for person in people:
                telegram.says(person, text)
        telegram.drained()

    assert hook.ids != sorted(hook.ids)
    for person in people:
        own = [u["message"]["text"] for u in hook.updates if u["message"]["chat"]["id"] == person.id]
        assert own == ["a", "b"]


def test_a_webhook_that_does_not_answer_is_told_of(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    with Hook() as hook:
        pass
    api("setWebhook", url=hook.url)

    telegram.says(ana, "a")
    telegram.wait_for(lambda: len(telegram.deliveries) > 2)

    _, info = api("getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (1, "Connection refused")
    assert info["last_error_date"] > 0


def test_a_public_address_can_lead_to_loopback_and_leads_nowhere_else(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    with Hook() as hook:
        api("setWebhook", url="https://bot.example.com/hook")
        telegram.says(ana, "a")
        telegram.wait_for(lambda: telegram.deliveries)
        _, info = api("getWebhookInfo")

        telegram.routes["https://bot.example.com"] = hook.url.removesuffix("/hook")
        telegram.drained()

    assert info["last_error_message"] == "Failed to resolve host: Name or service not known"
    assert hook.texts == ["a"]


def test_old_taps_are_not_delivered_any_more(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.says(ana, "a")
    telegram.forges(ana, "tap")

    telegram.advance(151)

    assert ids(api("getUpdates")[1]) == [500]


def test_after_an_outage_what_was_pending_comes() -> None:
    telegram = FakeTelegram(specification=False).start()
    ben = telegram.person("Ben", started=True)
    url = telegram.url
    with Hook() as hook:
        Api(telegram)("setWebhook", url=hook.url)
        telegram.stop()

        telegram.says(ben, "a")
        telegram.start()
        telegram.drained()

    assert (hook.texts, telegram.url) == (["a"], url)
    telegram.stop()


def test_an_answer_that_holds_a_method_is_a_violation() -> None:
    with FakeTelegram(specification=False) as telegram, Hook(body=b'{"method": "sendMessage"}') as hook:
        Api(telegram)("setWebhook", url=hook.url)

        telegram.says(telegram.person("Ana", started=True), "a")
        telegram.drained()

    assert telegram.violations == ["the answer to update 1000 holds a method to call"]


# Fetched.


def test_an_offset_confirms_what_is_below_it(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    for text in ("a", "b", "c"):
        telegram.says(ana, text)

    fetched = [ids(api("getUpdates", **params)[1]) for params in ({"limit": 2}, {}, {"offset": 502}, {})]

    assert fetched == [[500, 501], [500, 501, 502], [502], [502]]
    assert telegram.pending == 1


def test_a_negative_offset_takes_from_the_end(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    for text in ("a", "b", "c"):
        telegram.says(ana, text)

    assert ids(api("getUpdates", offset=-1)[1]) == [502]

    assert telegram.pending == 1


def test_a_poll_returns_as_soon_as_there_is_something(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    with ThreadPoolExecutor() as pool:
        began = time.monotonic()
        polled = pool.submit(api, "getUpdates", timeout=30)
        telegram.wait_for(lambda: telegram.polls)

        telegram.says(ana, "a")

        status, updates = polled.result(5)
    assert (status, ids(updates)) == (200, [500])
    assert time.monotonic() - began < 5


def test_a_poll_ends_with_nothing_after_its_time(telegram: FakeTelegram, api: Api) -> None:
    began = time.monotonic()

    answer = api("getUpdates", timeout=1)

    assert answer == (200, [])
    assert 0.9 < time.monotonic() - began < 3


def test_of_two_polls_the_older_one_is_ended(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    with ThreadPoolExecutor() as pool:
        older = pool.submit(api, "getUpdates", timeout=30)
        telegram.wait_for(lambda: telegram.polls == 1)
        newer = pool.submit(api, "getUpdates", timeout=30)

        ended = older.result(5)
        telegram.says(ana, "a")

        assert ended == (409, CONFLICT)
        assert ids(newer.result(5)[1]) == [500]


def test_with_a_webhook_nothing_can_be_fetched(telegram: FakeTelegram, api: Api) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api, "getUpdates", timeout=30)
        telegram.wait_for(lambda: telegram.polls)

        api("setWebhook", url="https://bot.example.com/hook")

        assert waiting.result(5) == (409, "Conflict: terminated by setWebhook request")
    assert api("getUpdates") == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )


def test_only_allowed_kinds_come_and_the_choice_stays(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("getUpdates", allowed_updates=["callback_query"])

    telegram.says(ana, "a")
    telegram.forges(ana, "tap")
    _, chosen = api("getUpdates", offset=500)
    api("getUpdates", allowed_updates=[])
    telegram.says(ana, "b")

    assert ["callback_query" in update for update in chosen] == [True]
    assert len(api("getUpdates")[1]) == 2


def test_pending_updates_can_be_dropped(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.says(ana, "a")

    api("deleteWebhook", drop_pending_updates=True)

    assert api("getUpdates") == (200, [])
