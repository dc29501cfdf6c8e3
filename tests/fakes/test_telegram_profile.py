"""What the bot tells about itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client import Api


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False) as telegram:
        yield telegram


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


def command(name: str = "new", description: str = "Write an invoice") -> dict[str, str]:
    return {"command": name, "description": description}


def test_commands_are_kept_for_a_scope_and_a_language(telegram: FakeTelegram, api: Api) -> None:
    ana = telegram.person("Ana", started=True)
    german = {"scope": {"type": "chat", "chat_id": ana.id}, "language_code": "de"}

    api("setMyCommands", commands=[command()])
    api("setMyCommands", commands=[command("neu", "Rechnung")], **german)
    api("setMyCommands", commands=[command()], scope={"type": "all_group_chats"})
    api("deleteMyCommands", scope={"type": "all_group_chats"})

    assert telegram.commands() == api("getMyCommands")[1] == [command()]
    assert telegram.commands("chat", "de", chat=ana) == api("getMyCommands", **german)[1]
    assert telegram.commands("chat", "de", chat=ana) == [command("neu", "Rechnung")]
    assert telegram.commands("all_group_chats") == api("getMyCommands", language_code="fr")[1] == []
    assert telegram.violations == []


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([command(f"c{n}") for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
        ([command("New")], "BOT_COMMAND_INVALID"),
        ([command("")], "BOT_COMMAND_INVALID"),
        ([command("a" * 33)], "BOT_COMMAND_INVALID"),
        ([command("a", "")], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([command("a", "b" * 257)], "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
def test_commands_are_few_and_short(api: Api, commands: list[dict[str, str]], complaint: str) -> None:
    assert api("setMyCommands", commands=commands) == (400, f"Bad Request: {complaint}")


@pytest.mark.parametrize("language", ["de-at", "DE", "deu", "d"])
def test_a_language_has_two_letters(api: Api, language: str) -> None:
    answers = [
        api("setMyCommands", commands=[command()], language_code=language),
        api("setMyDescription", description="a", language_code=language),
    ]

    assert answers == [(400, "Bad Request: invalid language code specified")] * 2


def test_descriptions_are_short(telegram: FakeTelegram, api: Api) -> None:
    answers = [
        api("setMyDescription", description="a" * 512, language_code="de"),
        api("setMyDescription", description="a" * 513),
        api("setMyShortDescription", short_description="b" * 120),
        api("setMyShortDescription", short_description="b" * 121),
    ]

    assert [status for status, _ in answers] == [200, 400, 200, 400]
    assert telegram.description("de") == "a" * 512
    assert telegram.description(short=True) == "b" * 120


def test_a_private_chat_has_a_menu_button_of_its_own(telegram: FakeTelegram, api: Api) -> None:
    ana = telegram.person("Ana", started=True)
    team = telegram.group("Team", ana)

    answers = [
        api("setChatMenuButton", chat_id=ana.id, menu_button={"type": "commands"}),
        api("setChatMenuButton", chat_id=team.id, menu_button={"type": "commands"}),
    ]

    assert answers == [(200, True), (400, "Bad Request: chat not found")]
    assert (telegram.menu_button(ana), telegram.menu_button()) == ({"type": "commands"}, {"type": "default"})


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "ftp://127.0.0.1/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com:8000/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"secret_token": ""}, "secret token contains unallowed characters"),
        ({"secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token contains unallowed characters"),
        ({"max_connections": 0}, "max_connections is 1 to 100, not 0"),
        ({"max_connections": 101}, "max_connections is 1 to 100, not 101"),
        ({"allowed_updates": ["messages"]}, "there are no updates of the kind ['messages']"),
    ],
)
def test_a_webhook_is_set_with_sound_parameters(api: Api, params: dict[str, Any], complaint: str) -> None:
    answer = api("setWebhook", **{"url": "https://bot.example.com/hook"} | params)

    assert answer == (400, f"Bad Request: {complaint}")


def test_plain_http_to_loopback_can_be_forbidden() -> None:
    with FakeTelegram(specification=False, plain_http=False) as telegram:
        answer = Api(telegram)("setWebhook", url="http://127.0.0.1:8000/hook")

    assert answer == (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")


def test_the_webhook_can_be_read_and_taken_away(api: Api) -> None:
    api("setWebhook", url="https://bot.example.com/hook", allowed_updates=["message"], max_connections=7)

    _, info = api("getWebhookInfo")
    api("deleteWebhook")

    assert info == {
        "url": "https://bot.example.com/hook",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 7,
        "allowed_updates": ["message"],
    }
    assert api("getWebhookInfo")[1]["url"] == ""
