"""What people do on Telegram as updates of ours, and what is none of our business."""

from __future__ import annotations

import pytest

from bot.telegram.receive import read
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Occasion, Opened, Pressed, RemoteFile, Typed, Update
from tests.telegram.shapes import (
    ANA,
    CODE,
    GROUP,
    OUR_USER,
    PRIVATE,
    SUPERGROUP,
    US,
    Json,
    document,
    message,
    photo,
    query,
    said,
    shown,
    typed,
    update,
)


def pressed(body: Json) -> Update:
    found = read(update("callback_query", body), US)
    assert found is not None
    return found


# -- messages in private -----------------------------------------------------------------------------


def test_a_message_is_read_with_who_said_it_and_where() -> None:
    found = said(message("Acme: 3h design @ 120"))

    assert found == Update(
        "telegram", "7000001:00000000000000001031", ChatRef("telegram", "5000000017"),
        SenderRef("telegram", "5000000017", "Ana Löwe", "de-at"), Typed("Acme: 3h design @ 120"),
        Occasion(message="37"),
    )  # fmt: skip


def test_updates_sort_as_text_in_the_order_they_were_made() -> None:
    numbers = [9, 10, 1031, 999_999_999, 1 << 40]

    found = [read(update("message", message("x"), number), US) for number in numbers]

    ids = [one.id for one in found if one]
    assert len(ids) == 5
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("/help", "/help"),
        ("/client_add Acme", "/client add Acme"),
        ("/invoice_mark_paid 2026_7", "/invoice mark paid 2026_7"),
        ("/help@billhook_test_bot", "/help"),
        ("/HELP@Billhook_Test_BOT me", "/HELP me"),
        ("/paid\n2026-0007", "/paid\n2026-0007"),
        ("/help!", "/help!"),
        ("/start go_short", "/start go_short"),
        ("/start Löwe & Söhne", "/start Löwe & Söhne"),
        ("@billhook_test_bot Acme: 3h", "Acme: 3h"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_a_command_loses_its_underscores_and_the_name_of_the_bot(text: str, read_as: str) -> None:
    assert typed(message(text)) == Typed(read_as)


@pytest.mark.parametrize("text", ["/help@other_bot", "/help@billhook_test_bot_2 me", "/start@other_bot go_x"])
def test_a_command_for_another_bot_is_none_of_our_business(text: str) -> None:
    assert said(message(text)) is None


@pytest.mark.parametrize("text", [f"/start go_{CODE}", f"/start@billhook_test_bot  go_{CODE} "])
def test_a_link_with_a_code_is_opened_and_not_typed(text: str) -> None:
    found = said(message(text))

    assert found is not None
    assert found.input == Opened(CODE)


@pytest.mark.parametrize(
    "payload", ["go_tooshort", f"go_{'x' * 61}", f"go_{CODE}!", f"GO_{CODE}", f"stop_{CODE}"]
)
def test_what_is_no_code_of_ours_is_only_text(payload: str) -> None:
    assert typed(message(f"/start {payload}")) == Typed(f"/start {payload}")


@pytest.mark.parametrize(
    "body",
    [
        message(None, sticker={"file_id": "CAAC59", "emoji": "💶"}),
        message(None, new_chat_title="Löwe"),
        message(""),
    ],
)
def test_a_message_that_says_nothing_is_left_alone(body: Json) -> None:
    assert said(body) is None


# -- files -------------------------------------------------------------------------------------------


def test_of_a_photo_the_largest_size_is_taken() -> None:
    given = typed(message(None, photo=photo(), caption="/receipt 2026-0007"))

    assert given == Typed("/receipt 2026-0007", (RemoteFile("AgAC1280", "photo.jpg", "image/jpeg", 99_991),))


def test_a_photo_without_a_word_is_a_message_too() -> None:
    assert typed(message(None, photo=photo()[:1])) == Typed(
        "", (RemoteFile("AgAC90", "photo.jpg", "image/jpeg", 1301),)
    )


def test_a_document_keeps_its_name_and_kind() -> None:
    given = typed(message(None, document=document(), caption="/settings_logo"))

    assert given == Typed("/settings logo", (RemoteFile("BQAC41", "beleg.pdf", "application/pdf", 4099),))


@pytest.mark.parametrize(
    ("name", "media_type", "kept"),
    [
        (None, "image/png", ("file.png", "image/png")),
        ("", "image/jpeg", ("file.jpg", "image/jpeg")),
        (None, None, ("file.bin", "application/octet-stream")),
        ("\u202efdp.exe\x00", "x/y", ("fdp.exe", "x/y")),
        ("n" * 61, "x/" + "y" * 100, ("n" * 59 + "…", "x/" + "y" * 98)),
    ],
)
def test_a_document_has_a_clean_name_in_every_case(
    name: str | None, media_type: str | None, kept: tuple[str, str]
) -> None:
    (file,) = typed(message(None, document=document(name, media_type))).files

    assert (file.filename, file.media_type) == kept


def test_a_document_of_unknown_size_has_none() -> None:
    about = document()
    del about["file_size"]

    (file,) = typed(message(None, document=about)).files

    assert file == RemoteFile("BQAC41", "beleg.pdf", "application/pdf", 0)


def test_of_an_album_only_the_picture_that_says_something_is_heard() -> None:
    album = [
        message(None, photo=photo(), caption="/receipt 7", media_group_id="61"),
        message(None, photo=photo(), media_group_id="61"),
    ]

    found = [said(body) for body in album]

    assert found[0] is not None
    assert found[1] is None


# -- what is none of our business ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["edited_message", "channel_post", "edited_channel_post", "business_message", "guest_message"]
)
def test_only_new_messages_to_us_are_heard(kind: str) -> None:
    assert read(update(kind, message("/help")), US) is None


@pytest.mark.parametrize(
    "raw",
    [
        update("inline_query", {"id": "71", "from": ANA, "query": "acme", "offset": ""}),
        update("poll_answer", {"poll_id": "73", "user": ANA, "option_ids": [1]}),
        {"update_id": 1031},
        {"message": message("/help")},
        update("message", message("/help"), 1 << 63),
    ],
)
def test_other_updates_are_none_of_our_business(raw: Json) -> None:
    assert read(raw, US) is None


# -- who it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Ana", None, "Ana"),
        ("  Ana \n", " Löwe\t", "Ana Löwe"),
        ("\u202eanA\u202c", "\u2066Löwe\u2069", "anA Löwe"),
        ("A\x00n\x1b[31ma", "\u200b\u200e", "A n [31ma"),
        ("\u200b", "", "–"),
        ("\ud800", None, "–"),
        ("n" * 300, None, "n" * 59 + "…"),
        ("<b>Ana</b>", "&amp;", "<b>Ana</b> &amp;"),
    ],
)
def test_a_name_is_one_clean_line(first: str, last: str | None, name: str) -> None:
    found = said(message("/help", sender=ANA | {"first_name": first, "last_name": last}))

    assert found is not None
    assert found.sender.name == name


def test_who_it_is_never_hangs_on_a_name() -> None:
    first = said(message("/help", sender=ANA | {"username": "boss", "first_name": "Boss"}))
    second = said(
        message("/help", sender=ANA | {"id": 5_000_000_079, "username": "boss", "first_name": "Boss"})
    )

    assert first is not None
    assert second is not None
    assert (first.sender.identity, second.sender.identity) == ("5000000017", "5000000079")


@pytest.mark.parametrize(("given", "kept"), [("pt-br", "pt-br"), (None, ""), (7, ""), ("x" * 21, "x" * 20)])
def test_a_language_is_a_short_tag_or_nothing(given: object, kept: str) -> None:
    found = said(message("/help", sender=ANA | {"language_code": given}))

    assert found is not None
    assert found.sender.language == kept


def test_the_largest_ids_that_a_database_holds_are_read() -> None:
    big = (1 << 63) - 1

    found = said(message("/help", GROUP | {"id": -big}, ANA | {"id": big}, message_id=big))

    assert found is not None
    assert (found.chat.address, found.sender.identity) == ("-9223372036854775807", "9223372036854775807")
    assert found.occasion.message == "9223372036854775807"


@pytest.mark.parametrize("wrong", [1 << 63, -(1 << 63), True, 7.0, "7", None, [7]])
def test_what_is_no_id_is_not_read(wrong: object) -> None:
    found = [
        said(message("/help", PRIVATE | {"id": wrong})),
        said(message("/help", sender=ANA | {"id": wrong})),
        said(message("/help", message_id=wrong)),
    ]

    assert found == [None, None, None]


# -- buttons -----------------------------------------------------------------------------------------


def test_a_press_takes_the_place_of_the_message_it_was_made_on() -> None:
    found = pressed(query(shown()))

    assert found == Update(
        "telegram", "7000001:00000000000000001031", ChatRef("telegram", "5000000017"),
        SenderRef("telegram", "5000000017", "Ana Löwe", "de-at"), Pressed("token43"),
        Occasion(message="37", press="9000000047", replaces="37"),
    )  # fmt: skip


def test_in_a_group_a_press_tells_who_pressed() -> None:
    found = pressed(query(shown(SUPERGROUP, message_thread_id=67, is_topic_message=True)))

    assert found.chat == ChatRef("telegram", "-1002000000023/67")
    assert (found.group, found.occasion.who) == ("Büro", "Ana Löwe")


@pytest.mark.parametrize(
    "under",
    [
        {"message_id": 37, "chat": PRIVATE, "date": 0},
        shown(date=0),
        message(None, sender=OUR_USER, document=document(), caption="Here:"),
    ],
)
def test_a_message_that_cannot_take_a_text_is_not_replaced(under: Json) -> None:
    found = pressed(query(under))

    assert (found.occasion.message, found.occasion.replaces) == ("37", "")


@pytest.mark.parametrize(
    "body",
    [
        query(None, inline_message_id="83"),
        query(shown(), data=None),
        query(shown(), data=7),
        {"id": "9000000047", "from": ANA, "message": shown(), "game_short_name": "chess"},
    ],
)
def test_a_press_that_we_did_not_offer_is_not_read(body: Json) -> None:
    assert read(update("callback_query", body), US) is None


def test_forged_data_is_handed_on_no_longer_than_ours_can_be() -> None:
    assert pressed(query(shown(), data="x" * 4099)).input == Pressed("x" * 64)
