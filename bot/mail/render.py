"""What a letter says, as plain text and as a small page without pictures, scripts or anything that is fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import assert_never

from bot.console.render import plain_block
from bot.text import safe
from handlers.kinds import Attachment, Block, Button, Facts, Letter, Lines, Notice, Question, Reply, Text
from handlers.words import _, language

_LINK = re.compile(r"(?:https?://|mailto:)[A-Za-z0-9._~:/?#@!$&'*+=%-]+")
_CELL = "padding:2px 16px 2px 0;vertical-align:top"
_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head>'
    '<body style="font-family:sans-serif;font-size:15px;line-height:1.45;color:#222">{body}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Part:
    """A letter that only lacks the date on which it leaves."""

    to: str
    letter: Letter
    text: str
    page: str
    files: tuple[Attachment, ...] = ()


def part_of(to: str, shown: Reply | Question) -> Part:
    """Buttons that are no addresses are left out: nobody could press them there."""
    if isinstance(shown, Question) or shown.letter is None:
        raise ValueError("only letters go by mail")
    links = [button for button in shown.buttons if button.url.startswith(("https://", "http://"))]
    files = tuple(item for item in shown.attachments if isinstance(item, Attachment))
    letter = (
        shown.letter if _LINK.fullmatch(shown.letter.unsubscribe) else replace(shown.letter, unsubscribe="")
    )
    return Part(to, letter, _text(shown.blocks, links, letter), _page(shown.blocks, links, letter), files)


def _text(blocks: Sequence[Block], links: Sequence[Button], letter: Letter) -> str:
    paragraphs = ["\n".join(plain_block(block)) for block in blocks]
    paragraphs += [f"{safe(link.label)}: {safe(link.url)}" for link in links]
    if letter.unsubscribe:
        paragraphs.append(f"{_way_out()}: {safe(letter.unsubscribe)}")
    return "\n\n".join(paragraphs) + "\n"


def _page(blocks: Sequence[Block], links: Sequence[Button], letter: Letter) -> str:
    body = "".join(_html(block) for block in blocks)
    for link in links:
        body += f"<p>{_anchor(link.url, link.label)}</p>"
    if letter.unsubscribe:
        body += f"<p><small>{_anchor(letter.unsubscribe, _way_out())}</small></p>"
    return _PAGE.format(language=language(), body=body)


def _way_out() -> str:
    return _("No more mails like this one")


def _anchor(url: str, label: str) -> str:
    return f'<a href="{_shown(url)}">{_shown(label)}</a>'


def _shown(text: str) -> str:
    return escape(safe(text)).replace("\n", "<br>")


def _html(block: Block) -> str:
    match block:
        case Text(text):
            return f"<p>{_shown(text)}</p>"
        case Notice(text):
            return f"<p><strong>{_shown(text)}</strong></p>"
        case Facts(pairs, title):
            return _title(title) + _table([((), pair) for pair in pairs])
        case Lines(header, rows, numeric, title):
            head = [(numeric, header)] if any(header) else []
            return _title(title) + _table([*head, *((numeric, row) for row in rows)], headed=bool(head))
        case _:
            assert_never(block)


def _title(title: str) -> str:
    return f"<p><strong>{_shown(title)}</strong></p>" if title else ""


def _table(rows: Sequence[tuple[Sequence[int], Sequence[str]]], headed: bool = False) -> str:
    shown = ""
    for place, (numeric, cells) in enumerate(rows):
        tag = "th" if headed and not place else "td"
        shown += "<tr>"
        for column, cell in enumerate(cells):
            side = "right" if column in numeric else "left"
            shown += f'<{tag} style="{_CELL};text-align:{side}">{_shown(cell)}</{tag}>'
        shown += "</tr>"
    return f'<table style="border-collapse:collapse">{shown}</table>'
