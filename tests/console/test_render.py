"""What a pipe gets to read, to the last space."""

import uuid

import pytest

from bot.console.render import button_rows, plain_block, plain_question, plain_reply
from handlers.kinds import Attachment, Block, Button, DocumentPdf, Facts, Lines, Notice, Question, Reply, Text

INVOICES = Lines(
    ("Number", "Client", "Total"),
    (("2026-0007", "Acme GmbH", "EUR 1,200.00"), ("2026-0011", "山田商店", "JPY 98")),
    numeric=(2,),
)


def test_a_table_aligns_its_columns_and_puts_numbers_to_the_right() -> None:
    assert plain_block(INVOICES) == [
        "Number     Client            Total",
        "2026-0007  Acme GmbH  EUR 1,200.00",
        "2026-0011  山田商店         JPY 98",
    ]


def test_a_table_never_shortens_a_cell() -> None:
    long = "x" * 400

    lines = plain_block(Lines(("A", "B"), ((long, "7"),), numeric=(1,)))

    assert lines == ["A" + " " * 401 + "B", f"{long}  7"]


def test_a_cell_of_several_lines_stays_on_the_line_of_its_row() -> None:
    assert plain_block(Lines(("What",), (("design\nand\tprint",),))) == ["What", "design / and    print"]


def test_a_table_without_a_header_begins_with_its_first_row() -> None:
    assert plain_block(Lines((), (("7", "km"), ("13", "km")), (0,), "Driven")) == [
        "Driven",
        " 7  km",
        "13  km",
    ]


def test_a_row_that_is_shorter_than_the_others_is_shown_as_far_as_it_goes() -> None:
    assert plain_block(Lines(("A", "B"), (("1",), ("2", "3")))) == ["A  B", "1", "2  3"]


def test_an_empty_table_is_its_header() -> None:
    assert plain_block(Lines(("Number", "Total"), (), (1,))) == ["Number  Total"]


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (Text("One.\n\nTwo."), ["One.", "", "Two."]),
        (Notice("Issued 2026-0007.", "success"), ["Issued 2026-0007."]),
        (Facts((("Net", "EUR 7.00"), ("VAT id", ""))), ["Net: EUR 7.00", "VAT id:"]),
        (Facts((("Due", "2026-03-31"),), "Draft"), ["Draft", "Due: 2026-03-31"]),
        (Facts((("Address", "Ring 2\n20095 Hamburg"),)), ["Address: Ring 2", "  20095 Hamburg"]),
    ],
)
def test_every_other_block_is_plain_lines(block: Block, lines: list[str]) -> None:
    assert plain_block(block) == lines


def test_buttons_are_numbered_on_one_line() -> None:
    assert button_rows(["Issue", "Edit", "Discard"], 100) == ["[1] Issue  [2] Edit  [3] Discard"]


def test_buttons_wrap_only_between_two_of_them() -> None:
    assert button_rows(["Issue it now", "Edit", "Discard"], 22) == [
        "[1] Issue it now",
        "[2] Edit  [3] Discard",
    ]


def test_a_reply_shows_its_blocks_then_its_files_then_its_buttons() -> None:
    reply = Reply(
        (Notice("Issued.", "success"), INVOICES),
        (Button("Paid", "paid"), Button("Show", "invoice")),
        (Attachment("2026-0007.pdf", "application/pdf", b"%PDF-7"),),
    )

    assert plain_reply(reply) == [
        "Issued.",
        *plain_block(INVOICES),
        "[file] 2026-0007.pdf (application/pdf, 6 bytes)",
        "[1] Paid  [2] Show",
    ]


def test_what_opens_an_address_is_written_out_and_takes_no_number() -> None:
    page = "https://pay.example/c/1"
    buttons = (Button("Buy Pro", url=page), Button("Revoke", "paylink", "x"))

    assert plain_reply(Reply((Text("Here."),), buttons)) == ["Here.", f"Buy Pro: {page}", "[1] Revoke"]
    assert plain_reply(Reply((Text(f"See {page}"),), buttons)) == [f"See {page}", "[1] Revoke"]


def test_a_file_is_announced_under_the_name_it_was_saved_as() -> None:
    reply = Reply((), attachments=(Attachment("a.pdf", "application/pdf", b"1234567"),))

    assert plain_reply(reply, ["a-2.pdf"]) == ["[file] a-2.pdf (application/pdf, 7 bytes)"]


def test_a_document_that_is_not_rendered_yet_is_announced_all_the_same() -> None:
    assert plain_reply(Reply((), attachments=(DocumentPdf(uuid.UUID(int=7), "7.pdf"),))) == ["[file] 7.pdf"]


def test_a_question_shows_what_came_before_the_error_the_step_and_the_answers() -> None:
    question = Question(
        "Add a client", "country", "Which country?", 2, 6, (Button("Germany", ":answer"), Button("Skip", ":skip")),
        "country: This is no country. Example: DE", (Notice("Left open: Write an invoice.", "info"),),
    )  # fmt: skip

    assert plain_question(question) == [
        "Left open: Write an invoice.",
        "country: This is no country. Example: DE",
        "(2/6) Which country?",
        "[1] Germany  [2] Skip",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        plain_block(Text("\x1b[31mred\x07")),
        plain_block(Facts((("\x1b]0;own\x07", "\x9b2J"),), "\x1b[2J")),
        plain_block(Lines(("\x1bc",), (("\x1b[1A\x08",),), title="\x7f")),
        plain_reply(Reply((), (Button("\x1b[5m", "x"),), (Attachment("\x1b[7m.pdf", "\x1b", b""),))),
        plain_question(Question("t", "f", "\x1b[3m", 1, 1, (), "\x1b[4m")),
    ],
)
def test_nothing_that_is_shown_can_command_the_terminal(lines: list[str]) -> None:
    assert [char for line in lines for char in line if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0] == []
