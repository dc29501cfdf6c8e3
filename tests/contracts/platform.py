"""What every platform must do with replies and questions: each adapter's tests inherit this class."""

from __future__ import annotations

import string
from typing import Protocol

import pytest

from handlers.kinds import Attachment, Block, Button, ChatRef, Facts, Lines, Notice, Question, Reply, Text
from handlers.platform import Platform
from handlers.updates import Occasion, Pressed, Typed


class Shelf(Protocol):
    """A platform and what its person can see there; each adapter's test module brings one."""

    @property
    def platform(self) -> Platform: ...
    @property
    def chat(self) -> ChatRef: ...
    def seen(self) -> str:
        """All text shown so far."""

    def files(self) -> dict[str, bytes]: ...


class Stage(Shelf, Protocol):
    """The same where its person can answer."""

    def labels(self) -> list[str]:
        """The labels of the newest buttons, in order."""

    def press(self, place: int) -> Typed | Pressed:
        """What comes back when the person chooses the button at that place."""


async def show(
    platform: Platform, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...] = ()
) -> list[str]:
    """Part after part, as delivery does it; gives the platform's names of the messages."""
    parts = platform.parts(chat, shown, tokens, Occasion())
    names: list[str] = []
    for part in parts:
        names.append(await platform.send(chat, part, names[-1] if names else ""))
    return names


BLOCKS: tuple[Block, ...] = (
    Text("Second Löwe paragraph,\nof two rows"),
    Notice("Quite done", "success"),
    Notice("By the way", "info"),
    Notice("Mind this", "warning"),
    Notice("That failed", "error"),
    Facts((("Net", "EUR 360.00"), ("Total", "EUR 428.40"))),
    Facts((("Ort", "Hauptstr. 1\n10115 Berlin"),), "Draft for Löwe & Söhne"),
    Lines(("Number", "Owed"), (("2026-0001", "EUR 7.00"), ("2026-0002", "EUR 1,200.50")), (1,), "Overdue"),
    Lines(("#", "Description"), (("1", "“日本語” <b>& *stars* _x_ `y` [z](w)"),)),
)


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"Open 2026-{place:04}", "invoice show", str(place)) for place in range(1, count + 1))


def tokens(count: int) -> tuple[str, ...]:
    return tuple(f"token{place:011}" for place in range(1, count + 1))


def words(block: Block) -> list[str]:
    """Everything in the block that a person has to be able to read."""
    match block:
        case Text(text) | Notice(text):
            return text.split("\n")
        case Facts(pairs, title):
            return [title, *(row for label, value in pairs for row in (label, *value.split("\n")))]
        case Lines(header, rows, _numeric, title):
            # The first two columns may name a row without a heading of their own.
            return [title, *header[2:], *(cell for row in rows for cell in row)]


class ShowingContract:
    """What holds also where nobody can answer. Inherited as `class TestX(ShowingContract)` beside a fixture `stage`."""

    @pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
    async def test_every_word_of_every_block_is_shown(self, stage: Shelf, block: Block) -> None:
        await show(stage.platform, stage.chat, Reply((block,)), ())

        shown = stage.seen()
        assert [word for word in words(block) if word not in shown] == []

    async def test_the_blocks_of_a_reply_are_shown_in_their_order(self, stage: Shelf) -> None:
        await show(stage.platform, stage.chat, Reply(BLOCKS), ())

        shown = stage.seen()
        firsts = ["Second Löwe", "Quite done", "By the way", "Mind this", "That failed", "Net", "Draft for"]
        places = [shown.index(first) for first in firsts]
        assert places == sorted(places)

    async def test_nothing_of_a_long_text_is_dropped(self, stage: Shelf) -> None:
        rows = [f"{number} {string.ascii_letters}" for number in range(700)]

        await show(stage.platform, stage.chat, Reply((Text("\n".join(rows)),)), ())

        shown = stage.seen()
        assert [row for row in rows if row not in shown] == []

    async def test_nothing_of_a_long_table_is_dropped(self, stage: Shelf) -> None:
        rows = tuple((f"2026-{number:04}", f"EUR {number}.00") for number in range(1, 301))

        await show(stage.platform, stage.chat, Reply((Lines(("Number", "Owed"), rows, (1,)),)), ())

        shown = stage.seen()
        assert [number for number, _owed in rows if number not in shown] == []

    async def test_files_arrive_whole_and_under_their_names(self, stage: Shelf) -> None:
        pdf = Attachment("2026-0001.pdf", "application/pdf", b"%PDF-1.7\x00\xff" * 977)
        table = Attachment("Übersicht März.csv", "text/csv", "a;ä\r\n".encode())

        await show(stage.platform, stage.chat, Reply((Text("Here:"),), attachments=(pdf, table)), ())

        assert stage.files() == {"2026-0001.pdf": pdf.content, "Übersicht März.csv": table.content}
        assert "2026-0001.pdf" in stage.seen()

    async def test_what_people_typed_is_shown_as_text_and_never_as_markup(self, stage: Shelf) -> None:
        typed = "<script>alert(1)</script> *b* &amp; [red]x[/red] {name} %s"

        await show(stage.platform, stage.chat, Reply((Facts((("Client", typed),), typed),)), ())

        assert stage.seen().count(typed) == 2


class PlatformContract(ShowingContract):
    """Inherit it as `class TestX(PlatformContract)` beside a fixture `stage`."""

    async def test_a_question_shows_its_progress_what_was_wrong_and_what_came_before(
        self, stage: Stage
    ) -> None:
        question = Question(
            "Add a client", "country", "Which country is that in?", 3, 7, buttons(2),
            error="country: “Lummerland” is not a country.", before=(Notice("Acme is not there yet."),),
        )  # fmt: skip

        await show(stage.platform, stage.chat, question, tokens(2))

        shown = stage.seen()
        said = [
            "Acme is not there yet.",
            "“Lummerland” is not a country.",
            "Which country is that in?",
            "3",
            "7",
        ]
        assert [part for part in said if part not in shown] == []
        assert stage.labels() == ["Open 2026-0001", "Open 2026-0002"]

    @pytest.mark.parametrize("count", [1, 3, 26, 100])
    async def test_every_button_makes_the_round_trip_to_its_token(self, stage: Stage, count: int) -> None:
        await show(stage.platform, stage.chat, Reply((Text("Choose:"),), buttons(count)), tokens(count))

        assert stage.labels() == [button.label for button in buttons(count)]
        assert [chosen(stage.press(place), count) for place in range(count)] == list(tokens(count))

    async def test_a_reply_without_buttons_offers_none(self, stage: Stage) -> None:
        await show(stage.platform, stage.chat, Reply((Text("Choose:"),), buttons(2)), tokens(2))
        await show(stage.platform, stage.chat, Reply((Text("That is all."),)), ())

        assert stage.labels() == []


def chosen(given: Typed | Pressed, count: int) -> str:
    """The token an input leads to: a press holds it, a typed number or label stands for one of the last reply's."""
    if isinstance(given, Pressed):
        return given.token
    assert given.by_number
    labels = [button.label for button in buttons(count)]
    place = int(given.text) - 1 if given.text.isdigit() else labels.index(given.text)
    return tokens(count)[place]
