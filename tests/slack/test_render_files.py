"""Files with their text, which Slack reads as mrkdwn: it says the same and nothing in it comes alive."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.limits import MAX_COMMENT
from bot.slack.parts import Message, Upload
from bot.slack.texts import inert
from handlers.kinds import Attachment, Button, DocumentPdf, Facts, Notice, Reply, Text
from tests.fakes.slack_blocks import live_marks, readable
from tests.slack.rendering import (
    BY_ANA,
    COMMANDED,
    CORNER,
    CSV,
    DIRECT,
    HOSTILE,
    OPEN,
    PDF,
    PRESSED,
    PRESSED_ALONE,
    TABLE,
    labels,
    message,
    read,
    shown_in,
    upload,
)

ISSUED = Reply(
    (Notice("Issued 2026-0007.", "success"), Facts((("Net", "EUR 7.00"),), "Sums"), Text("Send it.")),
    (Button("Paid", "paid", "7"), Button("Show", "invoice show", "7")),
    (PDF, CSV),
)
TEXT = "✅ Issued 2026-0007.\n\nSums\nNet: EUR 7.00\n\nSend it."


def test_a_file_comes_with_the_whole_text_and_the_buttons_below() -> None:
    first, second, third = shown_in(DIRECT, ISSUED)

    assert (upload(first).file, upload(first).comment) == (PDF, TEXT)
    assert (upload(second).file, upload(second).comment) == (CSV, "")
    assert labels(third) == [["Paid", "Show"]]
    assert message(third).text == "✅ Issued 2026-0007."


@pytest.mark.parametrize("chat", [DIRECT, OPEN])
def test_the_outcome_takes_the_place_of_the_buttons_that_were_pressed(chat: object) -> None:
    first, *rest = shown_in(DIRECT if chat is DIRECT else OPEN, ISSUED, PRESSED)

    assert message(first).replaces == "29.03"
    assert read(first) == "✅ Issued 2026-0007."
    assert labels(first) == []
    assert [type(part) for part in rest] == [Upload, Upload, Message]
    assert message(rest[-1]).replaces == ""


def test_a_file_without_buttons_ends_the_answer() -> None:
    found = shown_in(DIRECT, replace(ISSUED, buttons=()))

    assert [type(part) for part in found] == [Upload, Upload]


def test_a_file_in_a_channel_says_who_asked_for_it() -> None:
    found = shown_in(OPEN, ISSUED, BY_ANA)

    assert readable(upload(found[1]).comment) == f"{TEXT}\n\n— Ana <3"
    assert upload(found[1]).comment.endswith("— Ana &lt;3")


def test_in_a_corner_the_text_is_for_one_person_and_comes_first() -> None:
    first, second, third = shown_in(CORNER, ISSUED, PRESSED_ALONE)

    assert (message(first).way, message(first).original) == (PRESSED_ALONE.way, True)
    assert labels(first) == [["Paid", "Show"]]
    assert upload(second).comment == TEXT
    assert (upload(second).aloud, upload(third).aloud) == (False, False)


def test_a_corner_that_may_speak_up_says_for_whom() -> None:
    found = shown_in(CORNER, ISSUED, replace(COMMANDED, aloud=True, who="Ana"))

    assert "— Ana" not in read(found[0])
    assert upload(found[1]).comment == f"{TEXT}\n\n— Ana"
    assert upload(found[1]).aloud


def test_a_text_with_a_table_is_a_message_of_its_own() -> None:
    reply = replace(ISSUED, blocks=(*ISSUED.blocks, TABLE))

    first, second, _third, last = shown_in(OPEN, reply, BY_ANA)

    assert message(first).replaces == "29.03"
    assert "Löwe & Söhne GmbH" in read(first)
    assert read(first).endswith("— Ana <3")
    assert readable(upload(second).comment) == "✅ Issued 2026-0007.\n\n— Ana <3"
    assert labels(last) == [["Paid", "Show"]]


@pytest.mark.parametrize(("length", "fits"), [(MAX_COMMENT, True), (MAX_COMMENT + 1, False)])
def test_a_text_too_long_for_a_file_is_a_message_of_its_own(length: int, fits: bool) -> None:
    found = shown_in(DIRECT, Reply((Text("x" * length),), attachments=(PDF,)))

    assert isinstance(found[0], Upload) is fits
    assert "".join(map(read, found)).count("x") >= length


def test_a_file_alone_has_no_text() -> None:
    for chat in (DIRECT, OPEN, CORNER):
        assert shown_in(chat, Reply((), attachments=(PDF,))) == [Upload(PDF)]


def test_a_file_that_is_not_there_yet_is_no_part() -> None:
    pending = DocumentPdf(UUID(int=7), "2026-0007.pdf")

    found = shown_in(DIRECT, replace(ISSUED, attachments=(pending,)))

    assert [type(part) for part in found] == [Message]


# -- nothing comes alive -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in HOSTILE if len(name) < 100])
def test_what_people_typed_is_read_beside_a_file_as_it_is(name: str) -> None:
    (part,) = shown_in(DIRECT, Reply((Text(f"For {name}."),), attachments=(PDF,)))

    assert same(read(part)) == same(f"For {shown(name)}.")


@pytest.mark.parametrize(
    ("typed", "comment"),
    [
        ("ana_b@c_d.example 5*3*2 a~b", "ana_b@c_d.example 5*3*2 a~b"),
        ("5 * 3 _ 2", "5 * 3 _ 2"),
        ("*bold*", "∗bold∗"),
        ("_it_ ~no~ `code`", "ˍitˍ ∼no∼ ˋcodeˋ"),
        ("https://pay.example", "https:\u2060//pay.example"),
        (":skull:", ":\u2060skull:"),
        ("> quoted", "\u2060&gt; quoted"),
        ("<!channel> & Co", "&lt;!channel&gt; &amp; Co"),
    ],
)
def test_a_mark_that_would_format_is_drawn_by_one_that_looks_alike(typed: str, comment: str) -> None:
    assert inert(typed) == comment


@given(st.text(alphabet=st.sampled_from("*_~`<>&|!@#: \na1.é/")))
def test_no_text_at_all_comes_alive(typed: str) -> None:
    comment = inert(typed)

    assert live_marks(comment) == []
    assert same(readable(comment)) == same(typed)


def shown(name: str) -> str:
    """As bot.text.safe shows it on any platform."""
    return (
        name.replace("\u202e", "").replace("\u202c", "").replace("\r\n", "\n").replace("\u2028", "\n")
        .replace("\x00", "␀").replace("\x1b", "␛")
    )  # fmt: skip


def same(text: str) -> str:
    """Look-alikes and characters without a width put back."""
    return text.replace("\u2060", "").translate(str.maketrans("∗ˍ∼ˋ", "*_~`"))


def test_a_file_keeps_its_name() -> None:
    odd = Attachment("<!channel>.pdf", "application/pdf", b"%PDF-11")

    assert shown_in(DIRECT, Reply((), attachments=(odd,))) == [Upload(odd)]
