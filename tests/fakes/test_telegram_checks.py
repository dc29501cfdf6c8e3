"""How strictly the fake Telegram reads a call, with the specification at hand and without it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import telegram_schema
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client import Api
from tests.fakes.telegram_desk import HANDLERS, POLL
from tests.fakes.telegram_schema import Field
from tests.fakes.telegram_values import Upload

needs_specification = pytest.mark.skipif(
    telegram_schema.specification() is None, reason="the specification is not at hand"
)


@pytest.fixture(params=["own table", *(["specification"] if telegram_schema.specification() else [])])
def telegram(request: pytest.FixtureRequest) -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=request.param == "specification") as telegram:
        yield telegram


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@needs_specification
def test_the_own_table_says_the_same_as_the_specification() -> None:
    path = telegram_schema.specification()
    assert path is not None
    own, whole = telegram_schema.own(), telegram_schema.from_specification(path)
    acted_on = {*HANDLERS, POLL}

    differences: list[tuple[str, Field | None, Field | None]] = []
    for kind, mine, theirs in (
        *((name, own.methods[name], whole.methods[name]) for name in own.methods),
        *((name, own.types[name], whole.types[name]) for name in own.types),
    ):
        expected = {field.name: field for field in theirs}
        for field in mine:
            other = expected.pop(field.name, None)
            # A type that the fake does not act on is not spelled out.
            vague = other is not None and "Unsupported" in field.types[0]
            if other is None or other != (replace(field, types=other.types) if vague else field):
                differences.append((kind, field, other))
        differences.extend((kind, None, left) for left in expected.values())

    assert differences == []
    assert acted_on == set(own.methods)
    assert {name: whole.unions[name] for name in own.unions} == own.unions
    assert own.updates == whole.updates


def test_the_environment_names_where_the_specification_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BILLHOOK_SPECS", str(tmp_path))
    without = telegram_schema.specification()

    (tmp_path / telegram_schema.FILE).write_text("{}")

    assert (without, telegram_schema.specification()) == (None, tmp_path / telegram_schema.FILE)


def test_a_wrong_token_is_unauthorized(telegram: FakeTelegram) -> None:
    stranger = Api(telegram, token="7000001:guessed")

    assert stranger("getMe") == (401, "Unauthorized")


def test_a_method_that_there_is_not_is_not_found(telegram: FakeTelegram, api: Api) -> None:
    assert api("sendMessages", chat_id=1) == (404, "Not Found")

    assert telegram.violations == ["there is no method sendMessages"]


@needs_specification
def test_a_method_that_the_fake_does_not_act_on_is_a_violation() -> None:
    with FakeTelegram() as telegram:
        status, complaint = Api(telegram)("sendDice", chat_id=1)

    assert (status, complaint) == (400, "Bad Request: the fake does not act on sendDice")
    assert telegram.violations == ["the fake does not act on sendDice"]


BUTTON = {"text": "Go", "callback_data": "x"}


@pytest.mark.parametrize(
    ("method", "params", "problem"),
    [
        ("sendMessage", {"text": "a"}, "chat_id is missing"),
        ("sendMessage", {"chat_id": 1, "txt": "a", "text": "a"}, "unknown parameter 'txt'"),
        ("sendMessage", {"chat_id": 1, "text": "a", "message_thread_id": "x"}, "message_thread_id is no Integer: 'x'"),
        ("sendMessage", {"chat_id": 1, "text": "a", "protect_content": "yes"}, "protect_content is no Boolean: 'yes'"),
        ("sendMessage", {"chat_id": 1, "text": "a", "entities": {}}, "entities is no array: {}"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "entities": [{"type": "bold", "offset": 0}]},
            "entities[0].length is missing in MessageEntity",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[BUTTON | {"colour": "red"}]]}},
            "reply_markup.inline_keyboard[0][0].colour is unknown in InlineKeyboardButton",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[BUTTON | {"callback_data": 7}]]}},
            "reply_markup.inline_keyboard[0][0].callback_data is no String: 7",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [BUTTON]}},
            "reply_markup.inline_keyboard[0] is no array: {'text': 'Go', 'callback_data': 'x'}",
        ),
        (
            "editMessageText",
            {"chat_id": 1, "message_id": 1, "text": "a", "reply_markup": {"force_reply": True}},
            "reply_markup.force_reply is unknown in InlineKeyboardMarkup",
        ),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat"}},
            "scope.chat_id is missing in BotCommandScopeChat",
        ),
        ("sendDocument", {"chat_id": 1, "document": 7}, None),
        ("getUpdates", {"allowed_updates": ["messages"]}, None),
        ("sendMessage", {"chat_id": 1, "text": "a", "message_effect_id": "5"}, None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_collected(
    telegram: FakeTelegram, api: Api, method: str, params: dict[str, Any], problem: str | None
) -> None:
    status, complaint = api.json(method, params)

    assert status == 400
    assert len(telegram.violations) == 1
    assert problem is None or complaint == f"Bad Request: {method}: {problem}"


def test_a_form_and_json_and_a_query_say_the_same(telegram: FakeTelegram, api: Api) -> None:
    ana = telegram.person("Ana", started=True)
    markup = {"inline_keyboard": [[BUTTON]]}
    params: dict[str, Any] = {"chat_id": ana.id, "text": "a", "protect_content": True, "reply_markup": markup}

    answers = [
        api("sendMessage", **params),
        api.json("sendMessage", params),
        api.json("sendMessage", params | {"reply_markup": json.dumps(markup)}),
        api.get("sendMessage", **params | {"protect_content": "true", "reply_markup": json.dumps(markup)}),
    ]

    assert [status for status, _ in answers] == [200] * 4
    assert [call.params for call in telegram.calls] == [params] * 4
    assert telegram.violations == []


def test_in_json_a_number_is_no_text(telegram: FakeTelegram, api: Api) -> None:
    status, _ = api.json("sendMessage", {"chat_id": 1, "text": 5})

    assert status == 400
    assert telegram.violations == ["sendMessage: text is no String: 5"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"chat_id": 1, "text": "\\ud800"}'),
        ("application/x-www-form-urlencoded", b"chat_id=1&text=%ff"),
        ("application/x-www-form-urlencoded", b"chat_id=1&text=a&text=b"),
        ("multipart/form-data; boundary=b", b"no parts"),
        ("multipart/form-data", b"--b\r\n\r\n"),
        ("text/plain", b"chat_id=1&text=a"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    telegram: FakeTelegram, api: Api, content_type: str, body: bytes
) -> None:
    status, _ = api.post("sendMessage", content_type, body)

    assert status == 400
    assert telegram.violations != []


def test_a_file_comes_as_a_part_of_its_own_name_or_of_another(telegram: FakeTelegram, api: Api) -> None:
    ana = telegram.person("Ana", started=True)
    upload = Upload("a.pdf", "application/pdf", b"--x\r\n\r\n%PDF")

    own, _ = api("sendDocument", chat_id=ana.id, document=upload)
    other, _ = api("sendDocument", chat_id=ana.id, document="attach://file0", file0=upload)

    documents = [shown.document for shown in telegram.messages(ana)]
    assert (own, other, telegram.violations) == (200, 200, [])
    assert [(d.name, d.media_type, d.content) for d in documents if d] == [
        (upload.name, upload.media_type, upload.content)
    ] * 2


def test_a_file_that_nothing_names_is_refused(telegram: FakeTelegram, api: Api) -> None:
    upload = Upload("a.pdf", "application/pdf", b"%PDF")

    status, complaint = api("sendDocument", chat_id=1, document="attach://file1", file0=upload)

    assert (status, complaint) == (400, "Bad Request: sendDocument: nothing is said about the file 'file0'")


def test_a_request_may_come_in_pieces_and_chunks(telegram: FakeTelegram) -> None:
    api = Api(telegram)
    head = "Transfer-Encoding: chunked\r\nContent-Type: application/json"

    status = api.pieces("getMe", head, b"1\r\n", b"{\r\n1;x=y\r\n}\r", b"\n0\r\n\r\n")

    assert status == 200


def test_what_is_no_http_is_refused(telegram: FakeTelegram) -> None:
    api = Api(telegram)

    assert api.pieces("getMe", "no colon here") == 400
