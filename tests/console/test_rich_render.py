"""The same content in colour: complete at any width, and nothing of it read as markup."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.console.rich_render import RichScreen
from handlers.kinds import Attachment, Button, Facts, Lines, Notice, Question, Reply, Text

EVERYTHING = Reply(
    (
        Notice("Issued 2026-0007.", "success"),
        Notice("It is late.", "warning"),
        Notice("It failed.", "error"),
        Notice("By the way."),
        Text("A [bold]paragraph[/bold] :smile: with \x1b[31mred\x1b[0m."),
        Facts((("Net", "EUR 7.00"), ("Address", "Ring 2\n20095 Hamburg")), "Draft"),
        Lines(
            ("Number", "Client", "Total"), (("2026-0007", "Acme [GmbH]", "EUR 1,200.00"),), (2,), "Invoices"
        ),
    ),
    (Button("Issue", "issue"), Button("Edit [x]", "edit")),
    (Attachment("7.pdf", "application/pdf", b"%PDF-7"),),
)


def shown(reply: Reply | Question, columns: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=columns,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        markup=False,
    )
    screen = RichScreen(console)
    if isinstance(reply, Question):
        screen.question(reply)
    else:
        screen.reply(reply, [Path("saved/7.pdf")] * len(reply.attachments))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def test_a_reply_reads_from_top_to_bottom() -> None:
    assert shown(EVERYTHING) == (
        "✓ Issued 2026-0007.\n"
        "! It is late.\n"
        "✗ It failed.\n"
        "• By the way.\n"
        "A [bold]paragraph[/bold] :smile: with ␛[31mred␛[0m.\n"
        "\n"
        "Draft\n"
        "Net      EUR 7.00\n"
        "Address  Ring 2\n"
        "         20095 Hamburg\n"
        "\n"
        "Invoices\n"
        "Number     Client              Total\n"
        "2026-0007  Acme [GmbH]  EUR 1,200.00\n"
        "[file] 7.pdf (application/pdf, 6 bytes)\n"
        "       saved as saved/7.pdf\n"
        "[1] Issue  [2] Edit [x]\n"
        "\n"
    )


def test_a_question_shows_its_form_at_the_first_step_only() -> None:
    first = Question("Add a client", "name", "What is the name?", 1, 6, (Button("Cancel", ":cancel"),))
    second = Question("Add a client", "country", "Which country?", 2, 6, (), "country: No such country.")

    assert shown(first) == "Add a client\n(1/6) What is the name?\n[1] Cancel\n\n"
    assert shown(second) == "✗ country: No such country.\n(2/6) Which country?\n\n"


@pytest.mark.parametrize("columns", [12, 20, 30, 40, 60, 200])
def test_no_letter_is_lost_at_any_width(columns: int) -> None:
    text = shown(EVERYTHING, columns)

    def letters(part: str) -> list[str]:
        return sorted(re.sub(r"\s", "", part))

    assert letters(text) == letters(shown(EVERYTHING, 500))
    assert max(map(len, text.split("\n"))) <= columns


def test_colours_are_used_where_there_are_any() -> None:
    assert "\x1b[" in shown(EVERYTHING, colour=True)


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert re.findall(r"\x1b\[[\d;]*3\dm", shown(EVERYTHING, colour=True)) == []
