"""Replies as parts: what a block looks like in each place, where a message ends, and what stands under it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.limits import MAX_MESSAGE_TEXT, MAX_SUMMARY
from bot.slack.parts import Json
from handlers.kinds import Block, Button, ChatRef, Facts, Lines, Notice, Reply, Text
from handlers.words import speak
from tests.slack.rendering import (
    CORNER,
    DIRECT,
    EVERY_BLOCK,
    HOME,
    HOSTILE,
    OPEN,
    PLACES,
    TABLE,
    buttons_in,
    labels,
    message,
    read,
    replied,
    shown_in,
    view_of,
)


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


# -- blocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (Text("Two\nrows & <b>"), rich(words("Two\nrows & <b>"))),
        (Notice("Issued 2026-0007.", "success"), rich(words("✅ Issued 2026-0007."))),
        (Notice("By the way"), rich(words("ℹ️ By the way"))),
        (Notice("Mind\nthis", "warning"), rich(words("⚠️ Mind\nthis"))),
        (Notice("No.", "error"), rich(words("❌ No."))),
        (
            Facts((("Net", "EUR 7.00"), ("Ort", "Ring 2\n20095 Hamburg")), "Draft *1*"),
            rich(
                words("Draft *1*", bold=True),
                words("\nNet: "),
                words("EUR 7.00", bold=True),
                words("\nOrt: "),
                words("Ring 2", bold=True),
                words("\n"),
                words("20095 Hamburg", bold=True),
            ),
        ),
    ],
)
def test_a_block_is_literal_text(block: Block, shown: Json) -> None:
    (part,) = replied(DIRECT, block)

    assert message(part).blocks == (shown,)


def test_a_table_has_a_bold_heading_and_numbers_to_the_right() -> None:
    (part,) = replied(
        DIRECT, Lines(("Number", "Owed"), (("2026-0007", "EUR 7.00"), ("", "JPY 13")), (1,), "Late")
    )

    heading, table = message(part).blocks
    assert heading == rich(words("Late", bold=True))
    assert table["rows"] == [
        [rich(words("Number", bold=True)), rich(words("Owed", bold=True))],
        [{"type": "raw_text", "text": "2026-0007"}, {"type": "raw_text", "text": "EUR 7.00"}],
        [{"type": "raw_text", "text": " "}, {"type": "raw_text", "text": "JPY 13"}],
    ]
    assert table["column_settings"] == [{"align": "left", "is_wrapped": True}, {"align": "right"}]


def test_a_table_without_headings_begins_with_its_first_row() -> None:
    (part,) = replied(DIRECT, Lines(("", ""), (("7", "km"), ("13", "km")), (0,)))

    assert read(part) == "7  km\n13  km"


def test_rows_of_different_lengths_are_filled_up() -> None:
    (part,) = replied(DIRECT, Lines(("A", "B"), (("1",), ("1", "2", "3"))))

    assert {len(row) for row in message(part).blocks[0]["rows"]} == {3}


def test_a_second_table_that_is_narrow_is_drawn_with_spaces_in_the_same_message() -> None:
    payments = Lines(
        ("Received", "Amount"), (("2026-03-07", "EUR 7.00"), ("2026-03-11", "EUR 13.00")), (1,), "Paid"
    )

    (part,) = replied(DIRECT, TABLE, payments)

    assert [block["type"] for block in message(part).blocks] == [
        "rich_text",
        "table",
        "rich_text",
        "rich_text",
    ]
    assert message(part).blocks[-1]["elements"] == [
        {
            "type": "rich_text_preformatted",
            "elements": [words("Received       Amount\n2026-03-07   EUR 7.00\n2026-03-11  EUR 13.00")],
        }
    ]


def test_a_second_table_that_is_wide_begins_a_message() -> None:
    wide = Lines(("A", "B"), (("x" * 40, "y" * 40),), title="Second")

    first, second = replied(DIRECT, TABLE, wide)

    assert read(first).startswith("Overdue")
    assert read(second).startswith("Second\nA  B")


def test_a_view_has_no_tables_so_a_wide_one_is_one_card_for_each_row() -> None:
    table = Lines(
        ("Number", "Client", "Due", "Owed"),
        (("2026-0007", "Löwe & Söhne GmbH", "5 Mar 2026", "EUR 7.00"),
         ("2026-0011", "Acme", "", "JPY 1,300")),
        (3,),
    )  # fmt: skip

    (part,) = replied(HOME, table)

    assert read(part) == (
        "2026-0007  Löwe & Söhne GmbH\nDue: 5 Mar 2026 · Owed: EUR 7.00\n2026-0011  Acme\nOwed: JPY 1,300"
    )


def test_a_table_of_more_columns_than_slack_has_is_cards() -> None:
    header = tuple(f"H{place}" for place in range(21))
    rows = (tuple(f"cell{place:02}" for place in range(21)),)

    (part,) = replied(DIRECT, Lines(header, rows))

    assert all(cell in read(part) for cell in rows[0])


@pytest.mark.parametrize("chat", PLACES)
def test_every_kind_of_block_is_shown_in_every_place(chat: ChatRef) -> None:
    (part,) = replied(chat, *EVERY_BLOCK)

    for text in ("Good morning.", "✅ Issued 2026-0007.", "Draft", "Net: EUR 7.00", "20095 Hamburg",
                 "Overdue", "2026-0007", "Löwe & Söhne GmbH", "EUR 7.00"):  # fmt: skip
        assert text in read(part)


@pytest.mark.parametrize("chat", PLACES)
def test_a_reply_without_anything_is_still_a_message(chat: ChatRef) -> None:
    found = replied(chat, Text(""))

    assert len(found) == 1


# -- what people typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("chat", PLACES)
def test_what_people_typed_commands_nothing_and_is_read_in_full(chat: ChatRef, name: str) -> None:
    blocks = (
        Text(f"for {name}"),
        Notice(f"of {name}"),
        Facts(((f"by {name}", name),), f"at {name}"),
        Lines((f"to {name}", "B"), ((name, "7"),), (1,), f"in {name}"),
    )

    found = shown_in(chat, Reply(blocks, (Button(name, "x", name, confirm=name),)))

    text = "".join("".join(map(read, found)).split())
    kept = [char for char in name if not char.isspace() and char.isprintable()]
    assert all(text.count(char) >= kept.count(char) * 4 for char in set(kept))


def test_the_text_of_a_notification_is_escaped_and_short() -> None:
    (part,) = replied(DIRECT, Text("<!channel> & Co"), Text("x" * 1000))

    assert message(part).text.startswith("&lt;!channel&gt; &amp; Co\nxxx")
    assert len(message(part).text) < MAX_SUMMARY + 20
    assert message(part).text.endswith("x…")


def test_commands_are_named_as_they_are_typed_in_slack() -> None:
    (part,) = replied(DIRECT, Text("Try /help or /invoice."))

    assert read(part) == "Try /billhook help or /invoice."


# -- where a message ends ------------------------------------------------------------------------------


def test_a_long_text_goes_on_in_further_messages_at_the_end_of_a_paragraph() -> None:
    rows = [f"{number:03} {'x' * 60}" if number % 10 else "" for number in range(1, 701)]

    found = replied(DIRECT, Text("\n".join(rows)))

    lines = [line for part in found for line in read(part).split("\n") if line]
    assert lines == [row for row in rows if row]
    assert 5 <= len(found) <= 7
    starts = [message(part).blocks[0]["elements"][0]["elements"][0]["text"][:3] for part in found]
    assert all(int(start) % 10 == 1 for start in starts)


@pytest.mark.parametrize("char", ["x", "é", "🧾", "e\u0301", "<", "&"])
@pytest.mark.parametrize("length", [2999, 3000, 3001, 9001])
def test_a_line_longer_than_a_block_is_cut_and_not_shortened(char: str, length: int) -> None:
    found = replied(DIRECT, Text(char * length))

    assert "".join(map(read, found)).replace("\n", "") == char * length


def test_a_line_that_is_cut_is_cut_between_two_words_where_it_has_any() -> None:
    typed = [f"word{number:05}" for number in range(1, 1001)]

    found = replied(DIRECT, Facts((("Note", " ".join(typed)),)))

    assert " ".join(map(read, found)).split() == ["Note:", *typed]


def test_a_table_of_three_hundred_rows_is_whole_with_its_heading_in_each_message() -> None:
    rows = tuple((f"2026-{number:04}", f"EUR {number}.00") for number in range(1, 301))

    found = replied(DIRECT, Lines(("Number", "Owed"), rows, (1,)))

    tables = [message(part).blocks[0]["rows"] for part in found]
    assert [len(table) for table in tables] == [100, 100, 100, 4]
    assert all(table[0][0] == rich(words("Number", bold=True)) for table in tables)
    assert [row[0]["text"] for table in tables for row in table[1:]] == [row[0] for row in rows]


def test_a_cell_longer_than_a_table_goes_on_in_the_rows_below() -> None:
    found = replied(DIRECT, Lines(("Number", "Note"), (("7", "&" * 12_007), ("11", "short"))))

    text = "".join(map(read, found))
    assert text.count("&") == 12_007
    assert "11  short" in text


@pytest.mark.parametrize("size", [MAX_MESSAGE_TEXT - 100, MAX_MESSAGE_TEXT, MAX_MESSAGE_TEXT + 100])
def test_texts_around_the_limit_of_a_message_fit_it(size: int) -> None:
    found = replied(DIRECT, *(Text("x" * 100) for _number in range(size // 100)))

    assert "".join(map(read, found)).count("x") == size


def test_more_blocks_than_a_message_has_go_on_in_the_next_one() -> None:
    first, second = replied(DIRECT, *(Text(f"{number}.") for number in range(51)))

    assert len(message(first).blocks) == 50
    assert read(second) == "50."


def test_a_heading_stays_with_its_table() -> None:
    found = replied(DIRECT, *(Text(f"{number}.") for number in range(49)), TABLE)

    assert read(found[1]).startswith("Overdue\n")


def test_a_view_says_how_many_lines_it_has_no_room_for() -> None:
    (part,) = replied(HOME, *(Text(f"{number}.") for number in range(101)))

    assert len(view_of(part)["blocks"]) == 100
    assert read(part).endswith("98.\n… and 2 more lines")


def test_a_view_with_a_hundred_texts_is_whole() -> None:
    (part,) = replied(HOME, *(Text(f"{number}.") for number in range(100)))

    assert read(part).endswith("\n99.")


def test_a_view_stays_below_its_size_in_bytes() -> None:
    (part,) = replied(HOME, *(Text("🧾" * 2000) for _number in range(20)))

    assert "more lines" in read(part)


# -- buttons -------------------------------------------------------------------------------------------


def test_a_button_sends_its_token_or_opens_its_address() -> None:
    reply = Reply(
        (Text("x"),),
        (Button("Issue", "issue", "7", tone="primary"), Button("Pay", url="https://pay.example/7")),
    )

    (part,) = shown_in(DIRECT, reply)

    assert message(part).blocks[-1] == {
        "type": "actions",
        "block_id": "buttons0",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Issue", "emoji": False}, "action_id": "b0",
             "value": "token0", "style": "primary"},
            {"type": "button", "text": {"type": "plain_text", "text": "Pay", "emoji": False}, "action_id": "b1",
             "url": "https://pay.example/7"},
        ],
    }  # fmt: skip


def test_a_button_with_a_question_of_its_own_asks_it_before_it_is_pressed() -> None:
    label = "Void 2026-0007 to Löwe & Söhne GmbH & Co. KG"
    reply = Reply((Text("x"),), (Button(label, "void", "7", tone="danger", confirm="y" * 301),))

    (part,) = shown_in(DIRECT, reply)

    confirm = buttons_in(message(part).blocks)[0][0]["confirm"]
    assert {name: part["text"] for name, part in confirm.items() if name != "style"} == {
        "title": label,
        "text": "y" * 299 + "…",
        "confirm": "Void 2026-0007 to Löwe & Söhn…",
        "deny": "Cancel",
    }
    assert confirm["style"] == "danger"


def test_asking_back_is_said_in_the_readers_language() -> None:
    speak("de")
    reply = Reply((Text("x"),), (Button("Senden", "send", "7", confirm="An Löwe?"),))

    (part,) = shown_in(DIRECT, reply)

    confirm = buttons_in(message(part).blocks)[0][0]["confirm"]
    assert confirm["deny"]["text"] == "Abbrechen"
    assert "style" not in confirm


@pytest.mark.parametrize(("length", "shown"), [(75, "x" * 75), (76, "x" * 74 + "…")])
def test_a_label_is_as_long_as_slack_shows_it(length: int, shown: str) -> None:
    (part,) = shown_in(DIRECT, Reply((Text("x"),), (Button("x" * length, "x"),)))

    assert labels(part) == [[shown]]


def test_what_can_be_done_with_each_row_of_a_list_stands_in_its_own_row() -> None:
    buttons = [
        Button(f"{word} {number}", word.lower(), f"id{number}")
        for number in (7, 11)
        for word in ("Open", "PDF", "Paid")
    ]

    (part,) = shown_in(
        DIRECT, Reply((Text("x"),), (*buttons, Button("‹ Back", "list"), Button("More ›", "list")))
    )

    assert labels(part) == [
        ["Open 7", "PDF 7", "Paid 7"],
        ["Open 11", "PDF 11", "Paid 11"],
        ["‹ Back", "More ›"],
    ]


@pytest.mark.parametrize("chat", PLACES)
def test_a_hundred_buttons_are_all_there(chat: ChatRef) -> None:
    buttons = tuple(
        Button(f"{number:03} {'x' * 71}", "x", str(number), confirm="y" * 300) for number in range(100)
    )

    found = shown_in(chat, Reply((Text("x"),), buttons))

    shown = [label for part in found for row in labels(part) for label in row]
    assert shown == [button.label for button in buttons]


def test_only_the_last_message_has_the_buttons() -> None:
    reply = Reply((Text("x" * 8000), Text("y" * 8000)), (Button("Open", "invoice show", "7"),))

    found = shown_in(DIRECT, reply)

    assert [labels(part) for part in found] == [[], [["Open"]]]


@pytest.mark.parametrize("chat", [DIRECT, OPEN, CORNER])
def test_a_topic_is_a_bold_headline(chat: ChatRef) -> None:
    found = shown_in(chat, Reply((Text("3 are late."), TABLE), topic="Tuesday <3"))

    assert message(found[0]).blocks[0] == rich(words("Tuesday <3", bold=True))
    assert "3 are late." in "".join(map(read, found))


def test_a_reply_is_the_same_whatever_stands_around_it() -> None:
    reply = Reply(EVERY_BLOCK, (Button("Go", "x"),))

    assert shown_in(DIRECT, reply) == shown_in(DIRECT, replace(reply, answer="7"))
