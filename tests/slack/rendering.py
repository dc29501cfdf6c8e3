"""What the tests of the renderer share: places, odd names, and what a part must be like whatever it shows."""

from __future__ import annotations

from bot.slack.address import channel, corner, direct, home
from bot.slack.parts import Home, Json, Message, Modal, Part, Upload
from bot.slack.render import parts
from handlers.kinds import (
    Attachment,
    Block,
    Box,
    Button,
    ChatRef,
    Entry,
    Facts,
    Lines,
    Notice,
    Option,
    Question,
    Reply,
    Sheet,
    Text,
)
from handlers.updates import Occasion
from tests.fakes.slack_blocks import live_marks, message_errors, readable, text_errors, view_errors

DIRECT = direct("T013", "U017")
OPEN = channel("T013", "C019")
CORNER = corner("T013", "C019", "U017")
HOME = home("T013", "U017")
PLACES = (DIRECT, OPEN, CORNER, HOME)

PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-7")
CSV = Attachment("März.csv", "text/csv", b"a;b")

TYPED = Occasion(message="31.07")
PRESSED = Occasion(message="29.03", press="7.9", replaces="29.03")
BY_ANA = Occasion(message="29.03", press="7.9", replaces="29.03", who="Ana <3", whose="T013/U017")
COMMANDED = Occasion(way="https://hooks.slack.com/commands/7", opens="17.5 9.7")
PRESSED_ALONE = Occasion(press="7.9", replaces="original", way="https://hooks.slack.com/actions/7")
ON_SCREEN = Occasion(form="id V7 1.a")

HOSTILE = (
    "<!channel>",
    "<https://evil.example|https://pay.example>",
    "<@U017> <#C019|x> <!date^0^{date}|7>",
    "*Ltd* _co_ ~x~ `y` ```z```",
    "&lt;!here&gt; &amp; & < >",
    ":skull: :+1:",
    "> quoted\n>>> more",
    "\u202eevil\u202c שלום *עולם*",
    "two\nlines\r\nthree\u2028four",
    "x" * 10_000,
    "&" * 4001,
    "🧾" * 3001,
    "a\x00b\x1b[31m",
    "",
    " ",
)


def tokens_of(shown: Reply | Question) -> tuple[str, ...]:
    return tuple("" if button.url else f"token{place}" for place, button in enumerate(shown.buttons))


def shown_in(chat: ChatRef, shown: Reply | Question, occasion: Occasion = TYPED) -> list[Part]:
    """The parts, each of which Slack takes as it is."""
    found = parts(chat, shown, tokens_of(shown), occasion)
    for part in found:
        assert errors_of(part) == []
        assert live_in(part) == []
    assert found == parts(chat, shown, tokens_of(shown), occasion)
    return found


def replied(chat: ChatRef, *blocks: Block, occasion: Occasion = TYPED) -> list[Part]:
    return shown_in(chat, Reply(blocks), occasion)


def errors_of(part: Part) -> list[str]:
    match part:
        case Message():
            return message_errors(list(part.blocks)) + text_errors({"text": part.text, "ts": "7.9"})
        case Modal():
            return view_errors(part.view) + [error for one in part.instead for error in errors_of(one)]
        case Home():
            return view_errors(part.view)
        case _:
            return []


def live_in(part: Part) -> list[str]:
    match part:
        case Message():
            return live_marks(list(part.blocks)) + live_marks(part.text)
        case Modal():
            return live_marks(part.view) + [mark for one in part.instead for mark in live_in(one)]
        case Home():
            return live_marks(part.view)
        case Upload():
            return live_marks(part.comment)
        case _:
            return []


def message(part: Part) -> Message:
    assert isinstance(part, Message)
    return part


def upload(part: Part) -> Upload:
    assert isinstance(part, Upload)
    return part


def view_of(part: Part) -> Json:
    assert isinstance(part, Modal | Home)
    return part.view


def read(part: Part) -> str:
    match part:
        case Message():
            return readable(list(part.blocks))
        case Upload():
            return readable(part.comment)
        case Modal() | Home():
            return readable(part.view)
        case _:
            return ""


def buttons_in(blocks: list[Json] | tuple[Json, ...]) -> list[list[Json]]:
    return [block["elements"] for block in blocks if block["type"] == "actions"]


def labels(part: Part) -> list[list[str]]:
    blocks = part.blocks if isinstance(part, Message) else view_of(part)["blocks"]
    return [[button["text"]["text"] for button in row] for row in buttons_in(blocks)]


TABLE = Lines(
    ("Number", "Client", "Owed"), (("2026-0007", "Löwe & Söhne GmbH", "EUR 7.00"),), (2,), "Overdue"
)
EVERY_BLOCK: tuple[Block, ...] = (
    Text("Good morning."),
    Notice("Issued 2026-0007.", "success"),
    Facts((("Net", "EUR 7.00"), ("Address", "Ring 2\n20095 Hamburg")), "Draft"),
    TABLE,
)
STEERING = (Button("Back", ":back"), Button("Cancel", ":cancel", tone="danger"))
READY = (Button("Germany", ":answer", "DE"), Button("Austria", ":answer", "AT"))
COUNTRY = Question(
    "Add a client", "country", "Which country?\nWhere it sits.", 3, 7, READY + STEERING, choices=2,
    given=(("name", "Löwe & Söhne"),),
)  # fmt: skip
ENTRIES = (
    Entry("name", "What is it called?", Box.LINE, "Löwe & Söhne"),
    Entry("country", "Which country?", Box.CHOICE, "AT",
          options=(Option("Germany", "DE"), Option("Austria", "AT")), guides=True),
    Entry("email", "Where to?", Box.MAIL, "a@b.example", optional=True),
)  # fmt: skip
WHOLE = Question(
    "Add a client", "name", "What is it called?", 1, 7, (*STEERING, Button("Open the form", ":form", "client add")),
    sheet=Sheet("Add a client", "Save", ENTRIES),
)  # fmt: skip
