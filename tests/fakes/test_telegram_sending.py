"""What may be sent, and how it comes back and is shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_client import Api
from tests.fakes.telegram_values import Upload


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False) as telegram:
        yield telegram


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", username="ana_k", started=True)


def picture(width: int = 1000, height: int = 500) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width, height)).save(content, "PNG")
    return content.getvalue()


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(label: str = "Go", **action: Any) -> dict[str, Any]:
    return {"text": label} | (action or {"callback_data": "x"})


def test_a_message_comes_back_whole(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    markup = keyboard([button("Go"), button("Web", url="https://example.com/a")])

    status, sent = api(
        "sendMessage", chat_id=ana.id, text=" <b>Hi</b> 😀 @ana_k ", parse_mode="HTML", reply_markup=markup
    )

    assert status == 200
    assert sent == {
        "message_id": 1,
        "from": {"id": 7000001, "is_bot": True, "first_name": "Billhook", "username": "billhook_test_bot"},
        "chat": {"id": ana.id, "first_name": "Ana", "type": "private", "username": "ana_k"},
        "date": sent["date"],
        "text": "Hi 😀 @ana_k",
        "entities": [
            {"offset": 0, "length": 2, "type": "bold"},
            {"offset": 6, "length": 6, "type": "mention"},
        ],
        "reply_markup": markup,
    }
    assert telegram.violations == []


def test_a_person_sees_text_buttons_and_markup(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    markup = keyboard(
        [button("Go", callback_data="t1", style="primary")], [button("Web", url="https://a.b/c")]
    )

    api("sendMessage", chat_id=ana.id, text="<i>a</i> &amp; b", parse_mode="HTML", reply_markup=markup)

    (shown,) = telegram.messages(ana)
    assert (shown.text, shown.html, shown.from_bot) == ("a & b", "<i>a</i> &amp; b", True)
    assert shown.labels == (("Go",), ("Web",))
    assert [(b.data, b.url, b.style) for b in shown.buttons] == [
        ("t1", "", "primary"),
        ("", "https://a.b/c", ""),
    ]


@pytest.mark.parametrize(
    ("text", "parse_mode", "complaint"),
    [
        ("", "", "message text is empty"),
        (" \n ", "", "message text is empty"),
        ("<b> </b>", "HTML", "message text is empty"),
        ("😀" * 2049, "", "message is too long"),
        ("a" * 4097, "HTML", "message is too long"),
        ("<b>a", "HTML", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("a", "XML", "unsupported parse_mode"),
    ],
)
def test_a_text_is_1_to_4096_units_of_sound_markup(
    telegram: FakeTelegram, api: Api, ana: Person, text: str, parse_mode: str, complaint: str
) -> None:
    answer = api("sendMessage", chat_id=ana.id, text=text, parse_mode=parse_mode)

    assert answer == (400, f"Bad Request: {complaint}")
    assert telegram.messages(ana) == []
    assert telegram.violations == []


def test_markup_does_not_count_as_text(api: Api, ana: Person) -> None:
    text = f"<b>{'😀' * 2047}</b>&lt;&amp;"

    assert api("sendMessage", chat_id=ana.id, text=text, parse_mode="HTML")[0] == 200


def test_a_caption_may_be_empty_and_is_at_most_1024_units(api: Api, ana: Person) -> None:
    document = Upload("a.pdf", "application/pdf", b"%PDF")

    answers = [
        api("sendDocument", chat_id=ana.id, document=document, caption=text)
        for text in ("", "a" * 1024, "a" * 1025)
    ]

    assert [status for status, _ in answers] == [200, 200, 400]
    assert answers[2][1] == "Bad Request: message caption is too long"


def test_entities_may_stand_in_place_of_markup(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    entities = [{"type": "bold", "offset": 3, "length": 1}]

    _, sent = api("sendMessage", chat_id=ana.id, text="😀 a", entities=entities)
    outside, _ = api("sendMessage", chat_id=ana.id, text="a", entities=entities)
    both, _ = api("sendMessage", chat_id=ana.id, text="😀 a", entities=entities, parse_mode="HTML")

    assert (sent["entities"], outside, both) == (entities, 400, 400)
    assert len(telegram.violations) == 1


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (keyboard(*[[button()] * 8] * 13), "reply markup is too long"),
        (keyboard([button()] * 9), "reply markup is too long"),
        (keyboard([button(" ")]), "inline keyboard button text is empty"),
        (keyboard([button(callback_data="ä" * 33)]), "BUTTON_DATA_INVALID"),
        (keyboard([button(url="ftp://a.b")]), "BUTTON_URL_INVALID"),
        (keyboard([button(url="http://localhost:8000/")]), "BUTTON_URL_INVALID"),
        (keyboard([button(copy_text={"text": "a" * 257})]), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard([button(callback_data="x", style="loud")]), "BUTTON_STYLE_INVALID"),
        (
            keyboard([button(callback_data="")]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard([{"text": "Go"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
def test_a_keyboard_has_few_sound_buttons(
    telegram: FakeTelegram, api: Api, ana: Person, markup: dict[str, Any], complaint: str
) -> None:
    answer = api("sendMessage", chat_id=ana.id, text="a", reply_markup=markup)

    assert answer == (400, f"Bad Request: {complaint}")
    assert telegram.violations == []


@pytest.mark.parametrize(
    "markup",
    [
        keyboard([button(callback_data="x", url="https://a.b")]),
        keyboard([button(switch_inline_query="x")]),
        {"force_reply": False},
        {"force_reply": True, "input_field_placeholder": ""},
        {"force_reply": True, "input_field_placeholder": "a" * 65},
        {"remove_keyboard": False},
    ],
)
def test_a_markup_that_nobody_can_mean_is_a_violation(
    telegram: FakeTelegram, api: Api, ana: Person, markup: dict[str, Any]
) -> None:
    status, _ = api("sendMessage", chat_id=ana.id, text="a", reply_markup=markup)

    assert status == 400
    assert len(telegram.violations) == 1


def test_a_full_keyboard_is_taken(api: Api, ana: Person) -> None:
    rows = [[button(callback_data="ä" * 32)] * 8] * 12 + [[button("Pay", url="tg://resolve?domain=x")] * 4]

    assert api("sendMessage", chat_id=ana.id, text="a", reply_markup=keyboard(*rows))[0] == 200


def test_a_selective_prompt_asks_whom_it_mentions_and_whom_it_answers(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    ben, cleo = telegram.person("Ben"), telegram.person("Cleo")
    team = telegram.group("Team", ana, ben, cleo)
    command = telegram.says(ben, "/new", chat=team)
    prompt = {"force_reply": True, "selective": True, "input_field_placeholder": "Name"}
    text = f'@ana_k <a href="tg://user?id={cleo.id}">Cleo</a>?'

    api("sendMessage", chat_id=team.id, text=text, parse_mode="HTML", reply_markup=prompt)
    api(
        "sendMessage",
        chat_id=team.id,
        text="a",
        reply_parameters={"message_id": command},
        reply_markup=prompt,
    )
    api("sendMessage", chat_id=team.id, text="a", reply_markup={"force_reply": True})
    api("sendMessage", chat_id=team.id, text="a")

    shown = telegram.messages(team)[1:]
    assert [one.asked for one in shown] == [(ana.id, cleo.id), (ben.id,), (), None]
    assert (shown[0].placeholder, shown[1].reply_to) == ("Name", command)


def test_a_document_is_kept_and_can_be_sent_again_and_downloaded(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    content = b"%PDF-1.7\r\n--here\r\n\0"

    _, first = api("sendDocument", chat_id=ana.id, document=Upload("Ré 1.pdf", "application/pdf", content))
    _, again = api("sendDocument", chat_id=ana.id, document=first["document"]["file_id"])
    _, file = api("getFile", file_id=first["document"]["file_id"])

    assert first["document"] == again["document"]
    assert first["document"] | {"file_name": "Ré 1.pdf", "mime_type": "application/pdf"} == first["document"]
    assert first["document"]["file_size"] == file["file_size"] == len(content)
    assert api.download(file["file_path"]) == (200, content)
    assert [shown.document.content for shown in telegram.messages(ana) if shown.document] == [content] * 2


def test_a_picture_comes_in_sizes(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    content = picture()

    _, sent = api("sendPhoto", chat_id=ana.id, photo=Upload("a.png", "image/png", content), caption="Chart")

    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45), (320, 160), (800, 400), (1000, 500)
    ]  # fmt: skip
    shown = telegram.messages(ana)[0]
    assert shown.photo is not None
    assert (shown.text, shown.photo.content) == ("Chart", content)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"%PDF", "IMAGE_PROCESS_FAILED"),
        (b"", "IMAGE_PROCESS_FAILED"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (
            b"\0" * (10 * 1024 * 1024 + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
    ids=["no picture", "nothing", "narrow", "large", "heavy"],
)
def test_a_picture_is_sound_and_small(api: Api, ana: Person, content: bytes, complaint: str) -> None:
    answer = api("sendPhoto", chat_id=ana.id, photo=Upload("a.png", "image/png", content))

    assert answer == (400, f"Bad Request: {complaint}")


def test_a_document_has_something_in_it_and_at_most_50_megabytes(api: Api, ana: Person) -> None:
    sizes = (0, 50 * 1024 * 1024, 50 * 1024 * 1024 + 1)

    answers = [
        api("sendDocument", chat_id=ana.id, document=Upload("a", "text/plain", bytes(size))) for size in sizes
    ]

    assert answers[0] == (400, "Bad Request: file must be non-empty")
    assert answers[1][0] == 200
    assert answers[2] == (413, "Request Entity Too Large")


def test_a_file_above_20_megabytes_cannot_be_downloaded(api: Api, ana: Person) -> None:
    content = bytes(20 * 1024 * 1024 + 1)
    _, sent = api("sendDocument", chat_id=ana.id, document=Upload("a", "text/plain", content))

    answer = api("getFile", file_id=sent["document"]["file_id"])

    assert answer == (400, "Bad Request: file is too big")


def test_a_file_that_nobody_sent_is_refused(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    _, sent = api("sendDocument", chat_id=ana.id, document=Upload("a", "text/plain", b"a"))

    answers = [
        api("sendDocument", chat_id=ana.id, document="BQAC-guessed"),
        api("sendPhoto", chat_id=ana.id, photo=sent["document"]["file_id"]),
        api("getFile", file_id="guessed"),
        api.download("documents/file_99.pdf")[:1],
    ]

    assert answers == [
        (400, "Bad Request: wrong file identifier/HTTP URL specified"),
        (400, "Bad Request: can't use file of type Document as Photo"),
        (400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        (404,),
    ]
    assert telegram.violations == []


def test_a_reply_needs_its_message_unless_it_may_do_without(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    question = telegram.says(ana, "Hello?")

    _, sent = api("sendMessage", chat_id=ana.id, text="a", reply_parameters={"message_id": question})
    missing = api("sendMessage", chat_id=ana.id, text="a", reply_parameters={"message_id": 99})
    _, without = api(
        "sendMessage",
        chat_id=ana.id,
        text="a",
        reply_parameters={"message_id": 99, "allow_sending_without_reply": True},
    )

    assert sent["reply_to_message"]["text"] == "Hello?"
    assert missing == (400, "Bad Request: message to be replied not found")
    assert "reply_to_message" not in without


def test_a_chat_action_is_one_that_there_is(api: Api, ana: Person) -> None:
    assert api("sendChatAction", chat_id=ana.id, action="upload_document") == (200, True)

    assert api("sendChatAction", chat_id=ana.id, action="thinking") == (
        400,
        "Bad Request: wrong parameter action in request",
    )
