"""Whatever a reply says, every word of it arrives: in messages short enough, as markup that Telegram understands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.limits import MAX_CAPTION, MAX_ROW, MAX_TEXT, utf16
from bot.telegram.render import Part, question_parts, reply_parts
from bot.text import safe, safe_line
from handlers.kinds import Attachment, Block, Button, Facts, Lines, Notice, Question, Reply, Text
from handlers.updates import Occasion
from tests.fakes.telegram_html import parse_html

CHARACTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.one_of(
    st.text(CHARACTERS, max_size=30),
    st.sampled_from(["<b>", "&amp;", "&lt", "</pre>", "🧾" * 2_049, "x" * 4_096, " " * 4_096, "e\u0301" * 700]),
    st.text("ab <&>\n\u202e\x07🧾", max_size=300),
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join).filter(lambda text: bool(safe(text).strip()))
CELLS = st.one_of(TEXTS, st.just(""))
TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.builds(
        Lines,
        st.tuples(*[CELLS] * columns),
        st.lists(st.tuples(TEXTS, *[CELLS] * (columns - 1)), min_size=1, max_size=5).map(tuple),
        st.lists(st.integers(0, columns - 1), max_size=2).map(tuple),
        CELLS,
    )
)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Text, TEXTS),
        st.builds(Notice, TEXTS, st.sampled_from(["success", "info", "warning", "error"])),
        st.builds(Facts, st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3).map(tuple), CELLS),
        TABLES,
    ),
    max_size=4,
).map(tuple)
BUTTONS = st.lists(
    st.builds(Button, st.text("abc ÄÖ", min_size=1, max_size=64), st.just("help")), max_size=9
).map(tuple)
FILES = st.lists(
    st.builds(Attachment, st.just("a.pdf"), st.just("application/pdf"), st.binary(min_size=1, max_size=9)),
    max_size=3,
).map(tuple)
OCCASIONS = st.sampled_from(
    [
        Occasion(),
        Occasion(message="31"),
        Occasion(message="29", press="9000000047", replaces="29"),
        Occasion(message="29", press="9000000047", replaces="29", who="Ana <3", whose="5000000017"),
        Occasion(message="31", replaces="29", answered=True),
    ]
)


def pieces(block: Block) -> list[str]:
    """What of a block has to be readable, in its order; the first two columns of a table need no heading."""
    match block:
        case Text(text) | Notice(text):
            return [safe(text)]
        case Facts(pairs, title):
            return [
                safe_line(title),
                *(part for label, value in pairs for part in (safe_line(label), safe(value))),
            ]
        case Lines(_header, rows, _numeric, title):
            return [safe_line(title), *(safe_line(cell) for row in rows for cell in row)]


def squeezed(text: str) -> str:
    """Without the blanks, at which a message may begin and end."""
    return "".join(text.split())


def missing(pieces: list[str], parts: list[Part]) -> list[str]:
    """Which of the pieces do not stand behind one another in the parts."""
    shown, place, lost = squeezed("".join(part.plain for part in parts)), 0, []
    for piece in map(squeezed, pieces):
        found = shown.find(piece, place)
        if found < 0:
            lost.append(piece)
        else:
            place = found + len(piece)
    return lost


def sound(part: Part) -> bool:
    """Not too long, not empty, and markup that leaves exactly the plain text."""
    if part.file is None and not part.html:
        return bool(part.strips)
    limit = MAX_TEXT if part.file is None else MAX_CAPTION
    text, _entities = parse_html(part.html)
    return (
        (part.file is not None or bool(part.plain.strip()))
        and text.rstrip() == part.plain == part.plain.rstrip()
        and utf16(text) <= limit
        and all(len(row) <= MAX_ROW for row in part.keys)
    )


@given(BLOCKS, BUTTONS, FILES, OCCASIONS, st.booleans())
def test_no_word_of_a_reply_is_lost(
    blocks: tuple[Block, ...], buttons: tuple[Button, ...], files: tuple[Attachment, ...], occasion: Occasion,
    group: bool,
) -> None:  # fmt: skip
    buttons = tuple(button for button in buttons if button.label.strip())
    tokens = tuple(f"token{place}" for place in range(len(buttons)))

    parts = reply_parts(Reply(blocks, buttons, files), tokens, occasion, group)

    assert missing([piece for block in blocks for piece in pieces(block)], parts) == []
    assert [part for part in parts if not sound(part)] == []
    assert tuple(part.file for part in parts if part.file) == files
    assert [key.token for part in parts for row in part.keys for key in row] == list(tokens)


@given(BLOCKS, TEXTS, TEXTS, st.one_of(st.just(""), TEXTS), BUTTONS, OCCASIONS, st.booleans(), st.booleans())
def test_no_word_of_a_question_is_lost(
    before: tuple[Block, ...], title: str, prompt: str, error: str, buttons: tuple[Button, ...],
    occasion: Occasion, group: bool, typed: bool,
) -> None:  # fmt: skip
    buttons = tuple(button for button in buttons if button.label.strip())
    tokens = tuple(f"token{place}" for place in range(len(buttons)))
    question = Question(title, "name", prompt, 3, 7, buttons, error, before, typed=typed)

    parts = question_parts(question, tokens, occasion, group)

    said = [piece for block in before for piece in pieces(block)]
    assert missing([*said, safe_line(title), "(3/7)", safe_line(error), safe(prompt)], parts) == []
    assert [part for part in parts if not sound(part)] == []
    offered = [key.token for part in parts for row in part.keys for key in row]
    assert offered == ([] if group and typed else list(tokens))
