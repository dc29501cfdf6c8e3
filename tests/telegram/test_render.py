"""Replies as messages: what a line looks like, where a message ends, and what stands under it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.compose import lines_of
from bot.telegram.limits import MAX_CAPTION, MAX_ROW, MAX_TEXT, utf16
from bot.telegram.render import Key, Part, keyboard, reply_parts, toast
from handlers.kinds import Attachment, Block, Button, Facts, Lines, Notice, Question, Reply, Text
from handlers.updates import Occasion
from tests.fakes.telegram_html import parse_html

PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-7")
CSV = Attachment("März.csv", "text/csv", b"a;b")
TYPED = Occasion(message="31")
PRESSED = Occasion(message="29", press="9000000047", replaces="29")
ANSWERED = Occasion(message="31", replaces="29", answered=True)


def parts(reply: Reply, occasion: Occasion = TYPED, group: bool = False) -> list[Part]:
    tokens = tuple(f"token{place}" for place in range(len(reply.buttons)))
    return reply_parts(reply, tokens, occasion, group)


def plain_of(*blocks: Block) -> list[str]:
    return [part.plain for part in parts(Reply(blocks))]


# -- blocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "html"),
    [
        (Text("Two\nrows & <b>"), "Two\nrows &amp; &lt;b&gt;"),
        (Notice("Issued 2026-0007.", "success"), "✅ Issued 2026-0007."),
        (Notice("By the way"), "ℹ️ By the way"),
        (Notice("Mind\nthis", "warning"), "⚠️ Mind\nthis"),
        (Notice("No.", "error"), "❌ No."),
        (Facts((("Net", "EUR 7.00"),), "Draft <1>"), "<b>Draft &lt;1&gt;</b>\nNet: <b>EUR 7.00</b>"),
        (Facts((("Ort", "Ring 2\n20095 Hamburg"),)), "Ort: <b>Ring 2</b>\n<b>20095 Hamburg</b>"),
    ],
)
def test_a_block_is_lines_of_html(block: Block, html: str) -> None:
    (part,) = parts(Reply((block,)))

    assert part.html == html
    assert parse_html(part.html)[0] == part.plain


def test_an_empty_line_stands_between_two_blocks() -> None:
    assert plain_of(Text("One."), Notice("Two."), Text("Three.")) == ["One.\n\nℹ️ Two.\n\nThree."]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\tb\u2028c\r\nd", "a    b\nc\nd"),
        ("&amp; </b> <script>", "&amp; </b> <script>"),
    ],
)
def test_what_people_typed_commands_nothing(typed: str, shown: str) -> None:
    (part,) = parts(Reply((Text(typed),)))

    assert part.plain == shown
    assert parse_html(part.html)[0] == shown


def test_a_name_of_several_lines_stays_on_its_line() -> None:
    assert plain_of(Facts((("Cli\nent", "Löwe"),), "Ti\ntle")) == ["Ti / tle\nCli / ent: Löwe"]


# -- tables --------------------------------------------------------------------------------------------


def test_a_table_that_a_phone_has_room_for_aligns_its_columns() -> None:
    table = Lines(
        ("Number", "Owed"), (("2026-0007", "EUR 7.00"), ("2026-0011", "JPY 1,300")), (1,), "Overdue"
    )

    (part,) = parts(Reply((table,)))

    assert part.html == (
        "<b>Overdue</b>\n<pre>Number          Owed\n2026-0007   EUR 7.00\n2026-0011  JPY 1,300</pre>"
    )


@pytest.mark.parametrize(("room", "framed"), [(34, True), (35, False)])
def test_the_widest_table_fills_the_phone(room: int, framed: bool) -> None:
    table = Lines(("A", "B"), (("x" * (room - 3), "7"),))

    (part,) = parts(Reply((table,)))

    assert part.html.startswith("<pre>") is framed


def test_ideographs_take_two_columns() -> None:
    fits, too_wide = "山" * 15, "山" * 16

    found = [parts(Reply((Lines(("A", "B"), ((cell, "7"),)),)))[0] for cell in (fits, too_wide)]

    assert found[0].html == f"<pre>A{' ' * 31}B\n{fits}  7</pre>"
    assert found[1].html == f"<b>{too_wide}</b>\n7"


def test_a_table_of_five_columns_is_cards_however_narrow() -> None:
    table = Lines(("A", "B", "C", "D", "E"), (("1", "2", "3", "", "5"),))

    (part,) = parts(Reply((table,)))

    assert part.html == "<b>1  2</b>\nC: 3 · E: 5"


def test_a_wide_table_is_one_card_for_each_row() -> None:
    table = Lines(
        ("Number", "Client", "Due", "Owed"),
        (("2026-0007", "Löwe & Söhne GmbH", "5 Mar 2026", "EUR 7.00"),
         ("2026-0011", "Acme", "", "JPY 1,300")),
        (3,),
    )  # fmt: skip

    (part,) = parts(Reply((table,)))

    assert part.html == (
        "<b>2026-0007  Löwe &amp; Söhne GmbH</b>\nDue: 5 Mar 2026 · Owed: EUR 7.00\n"
        "<b>2026-0011  Acme</b>\nOwed: JPY 1,300"
    )


def test_a_table_without_headings_begins_with_its_first_row() -> None:
    assert plain_of(Lines(("", ""), (("7", "km"), ("13", "km")), (0,))) == [" 7  km\n13  km"]


def test_a_table_that_goes_on_in_another_message_has_a_frame_in_each() -> None:
    rows = tuple((f"2026-{number:04}", f"EUR {number}.00") for number in range(1, 301))

    found = parts(Reply((Lines(("Number", "Owed"), rows, (1,)),)))

    assert len(found) == 2
    assert all(part.html.startswith("<pre>") and part.html.endswith("</pre>") for part in found)
    assert all(part.html.count("<pre>") == 1 for part in found)


# -- where a message ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("char", ["x", "é", "🧾", "e\u0301", "👩🏽\u200d💻", "<", "&"])
@pytest.mark.parametrize("units", [4095, 4096, 4097, 9001])
def test_a_line_longer_than_a_message_is_cut_and_not_shortened(char: str, units: int) -> None:
    text = char * (units // utf16(char))

    found = parts(Reply((Text(text),)))

    assert "".join(part.plain for part in found) == text
    assert max(utf16(part.plain) for part in found) <= MAX_TEXT
    assert [parse_html(part.html)[0] for part in found] == [part.plain for part in found]


def test_a_line_that_is_cut_is_cut_between_two_words_where_it_has_any() -> None:
    words = [f"word{number:05}" for number in range(1, 1001)]

    found = parts(Reply((Text(" ".join(words)),)))

    assert [word for part in found for word in part.plain.split()] == words
    assert [part.plain.count("\n") for part in found] == [0, 0, 0]


def test_as_few_messages_as_hold_all_lines() -> None:
    rows = [f"{number:03} {'x' * 95}" for number in range(1, 82)]

    found = parts(Reply((Text("\n".join(rows)),)))

    assert [part.plain.count("\n") + 1 for part in found] == [40, 40, 1]
    assert "\n".join(part.plain for part in found) == "\n".join(rows)


def test_a_message_neither_begins_with_an_empty_line_nor_is_one() -> None:
    found = parts(Reply((Text("x" * 4094), Text("y" * 4094), Text(f"z\n{' ' * 4095}"))))

    assert [part.plain[0] for part in found] == ["x", "y", "z"]


def test_only_the_last_message_has_the_buttons_and_only_the_first_replaces() -> None:
    reply = Reply((Text("x" * 4001), Text("y" * 4001)), (Button("Open", "invoice show", "7"),))

    first, last = parts(reply, PRESSED)

    assert (first.replaces, first.keys) == ("29", ())
    assert (last.replaces, last.keys) == ("", ((Key("Open", "token0"),),))


def test_a_reply_of_nothing_is_still_a_message() -> None:
    assert parts(Reply(())) == [Part("…", "…")]


# -- files ---------------------------------------------------------------------------------------------


def test_a_text_is_the_caption_of_the_first_file() -> None:
    reply = Reply((Text("Here & there:"),), (Button("Paid", "paid"),), (PDF, CSV))

    found = parts(reply)

    assert found == [
        Part("Here &amp; there:", "Here & there:", file=PDF),
        Part(file=CSV, keys=((Key("Paid", "token0"),),)),
    ]


def test_a_file_may_come_without_a_word() -> None:
    assert parts(Reply((), attachments=(PDF,))) == [Part(file=PDF)]


@pytest.mark.parametrize(("units", "texts"), [(1023, 0), (1024, 1), (4095, 1), (4097, 2)])
def test_what_is_too_long_for_a_caption_comes_before_the_file(units: int, texts: int) -> None:
    found = parts(Reply((Text("🧾" + "x" * (units - 2)),), attachments=(PDF,)))

    assert [part.file for part in found] == [None] * texts + [PDF]
    assert utf16(found[-1].plain) <= MAX_CAPTION
    assert sum(utf16(part.plain) for part in found) == units


def test_a_file_comes_below_and_takes_the_buttons_off_what_was_pressed() -> None:
    found = parts(Reply((Text("Issued."),), attachments=(PDF,)), PRESSED)

    assert found == [Part("Issued.", "Issued.", file=PDF), Part(strips="29")]


# -- what it refers to ---------------------------------------------------------------------------------


def test_in_private_a_text_takes_the_place_of_what_was_pressed() -> None:
    assert parts(Reply((Text("Done."),)), PRESSED) == [Part("Done.", "Done.", replaces="29")]


def test_in_private_what_was_typed_goes_when_the_form_shows_it() -> None:
    assert parts(Reply((Text("Saved."),)), ANSWERED) == [
        Part("Saved.", "Saved.", replaces="29", removes="31")
    ]


def test_in_a_group_what_somebody_typed_stays() -> None:
    assert parts(Reply((Text("Saved."),)), ANSWERED, group=True) == [Part("Saved.", "Saved.", replaces="29")]


def test_in_a_group_a_command_is_answered_by_a_reply_to_it() -> None:
    found = parts(Reply((Text("x" * 4001), Text("y" * 4001))), group=True)

    assert [part.reply_to for part in found] == ["31", ""]


def test_in_private_nothing_is_a_reply() -> None:
    assert parts(Reply((Text("Done."),))) == [Part("Done.", "Done.")]


def test_in_a_group_a_pressed_button_tells_who_pressed_it() -> None:
    occasion = Occasion(message="29", press="9000000047", replaces="29", who="<Ana>\nLöwe")

    (part,) = parts(Reply((Text("Issued."),)), occasion, group=True)

    assert part == Part("Issued.\n\n— &lt;Ana&gt; / Löwe", "Issued.\n\n— <Ana> / Löwe", replaces="29")


# -- notes in passing ----------------------------------------------------------------------------------


def aside(*blocks: Block, **more: Any) -> Reply:
    return Reply(blocks, aside=True, **more)


def test_a_short_note_in_passing_is_a_toast() -> None:
    shown = aside(Notice("This button is too old.", "warning"), Notice("Ask again."))

    assert toast(shown) == "⚠️ This button is too old.\nℹ️ Ask again."


@pytest.mark.parametrize(("units", "fits"), [(200, True), (201, False)])
def test_a_toast_has_room_for_two_hundred_units(units: int, fits: bool) -> None:
    shown = aside(Notice("🧾" + "x" * (units - utf16("❌ 🧾")), "error"))

    assert bool(toast(shown)) is fits


@pytest.mark.parametrize(
    "shown",
    [
        Reply((Notice("Not in passing."),)),
        aside(Notice("Mind this."), Text("And much more.")),
        aside(Facts((("Net", "EUR 7.00"),))),
        aside(Notice("Here."), attachments=(PDF,)),
        aside(Notice("Choose."), buttons=(Button("Open", "invoice show", "7"),)),
        Question("Add a client", "name", "Which name?", 1, 7),
    ],
)
def test_what_is_more_than_a_note_is_no_toast(shown: Reply | Question) -> None:
    assert toast(shown) == ""


def test_a_note_that_is_too_long_for_a_toast_leaves_the_screen_as_it_is() -> None:
    found = parts(aside(Notice("x" * 211)), PRESSED)

    assert found == [Part(f"ℹ️ {'x' * 211}", f"ℹ️ {'x' * 211}")]


# -- buttons -------------------------------------------------------------------------------------------


def labels(*texts: str) -> list[list[str]]:
    buttons = tuple(Button(text, "help") for text in texts)
    tokens = tuple(f"token{place}" for place in range(len(texts)))
    return [[key.label for key in row] for row in keyboard(buttons, tokens)]


def test_short_labels_stand_beside_each_other_and_long_ones_alone() -> None:
    assert labels("Yes", "No", "Maybe", "Later", "x" * 31, "Back", "y" * 26, "Cancel") == [
        ["Yes", "No", "Maybe"], ["Later"], ["x" * 31], ["Back", "y" * 26], ["Cancel"],
    ]  # fmt: skip


def test_a_hundred_buttons_keep_their_order_in_rows_that_are_not_too_long() -> None:
    texts = [f"Open 2026-{place:04}" for place in range(1, 101)]

    rows = labels(*texts)

    assert [label for row in rows for label in row] == texts
    assert max(map(len, rows)) <= MAX_ROW


def test_a_button_sends_its_token_or_opens_its_address_and_has_a_tone() -> None:
    buttons = (
        Button("Issue", "issue", "7", tone="primary"), Button("Discard", "discard", "7", tone="danger"),
        Button("In private", url="https://t.me/billhook_test_bot?start=go_x"),
    )  # fmt: skip

    found = keyboard(buttons, ("token3", "token5", "token7"))

    assert [key for row in found for key in row] == [
        Key("Issue", "token3", tone="primary"), Key("Discard", "token5", tone="danger"),
        Key("In private", url="https://t.me/billhook_test_bot?start=go_x"),
    ]  # fmt: skip


def test_a_label_is_one_clean_line() -> None:
    assert labels("Lö\u202ewe\n& Söhne\x07") == [["Löwe / & Söhne␇"]]


def test_no_block_is_no_line() -> None:
    assert lines_of(()) == []
