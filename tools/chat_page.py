"""A chat as a page of HTML: bubbles, buttons, documents, prompts and notes, in a phone-like frame of its own design.

The page needs nothing from elsewhere: its typeface is the one that invoices are set in, its signs are drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from bot.telegram.compose import SYMBOLS
from tests.fakes.telegram_text import utf16_length, utf16_slice
from tests.fakes.telegram_values import Entity, Shown, ShownButton, ShownFile
from tools.chat_photo import faces

WIDTH = 420
"""CSS pixels of a phone; the style sheet says so, too."""
_SHOWN_COMMANDS = 9
_QUOTED = 44
"""Characters of an answered message that are quoted above the answer."""

_SIGNS = {
    "success": '<rect width="16" height="16" rx="4" fill="#3ba55c"/>'
    '<path d="M4 8.4l2.7 2.8L12 5.4" fill="none" stroke="#fff" stroke-width="2"/>',
    "info": '<rect width="16" height="16" rx="4" fill="#4a90d9"/>'
    '<path d="M8 7v5.4M8 3.4v1.9" stroke="#fff" stroke-width="2"/>',
    "warning": '<path d="M8 1l7.6 13.6H.4z" fill="#f2b632"/>'
    '<path d="M8 6v4.2M8 11.4v1.7" stroke="#3d2f05" stroke-width="1.7"/>',
    "error": '<path d="M2.5 2.5l11 11m0-11l-11 11" stroke="#d9413b" stroke-width="3.4"/>',
}
_STYLE = """
* { box-sizing: border-box; margin: 0 }
html { background: #f0f; font: 15px/1.36 Chat, sans-serif; color: #17212b }
body { width: 420px; background: #e6ebef; padding-bottom: 12px }
header { display: flex; align-items: center; gap: 10px; padding: 9px 14px; background: #fff;
  border-bottom: 1px solid #d3dae0 }
header + * { margin-top: 10px }
header .face, .sheet .face { width: 34px; height: 34px; border-radius: 50%; background: #2f6f8f; color: #fff;
  font-weight: bold; display: grid; place-items: center }
header .group { background: #8a6bb1 }
header small { display: block; color: #77838e; font-size: 12.5px; line-height: 1.2 }
.caption { text-align: center; color: #54616c; font-size: 13px; margin: 14px 24px 4px;
  border-top: 1px dashed #b4bfc8; padding-top: 8px }
.caption b { font-weight: normal; color: #fff; background: #7b8894; border-radius: 7px; padding: 1px 8px;
  margin-right: 3px; white-space: nowrap }
.caption + header { margin-top: 10px; border-top: 1px solid #d3dae0 }
.service { margin: 6px auto; width: max-content; padding: 2px 12px; border-radius: 12px; background: #c3ced7;
  font-size: 13px }
.message { width: max-content; max-width: 358px; margin: 6px 0 0 12px }
.keyed { width: 358px }
.mine { max-width: 340px; margin: 6px 12px 0 auto }
.bubble { background: #fff; border-radius: 4px 14px 14px 14px; padding: 8px 12px; white-space: pre-wrap;
  overflow-wrap: anywhere; box-shadow: 0 1px 1px #0001 }
.mine .bubble { background: #d5ebd0; border-radius: 14px 14px 4px 14px }
.who { font-weight: bold; font-size: 13.5px; color: #2f6f8f; white-space: normal }
.quote { border-left: 3px solid #2f6f8f; padding-left: 8px; margin: 2px 0 5px; font-size: 13px; line-height: 1.3;
  color: #54616c; white-space: normal }
.quote b { display: block; color: #2f6f8f }
.bold { font-weight: bold } .italic { font-style: italic }
.bot_command, .url, .mention, .text_mention, .text_link, .email { color: #1f6fb2 }
.pre, .code { font: 12.5px/1.4 "DejaVu Sans Mono", monospace }
.pre { display: inline-block; width: 100%; background: #eef2f5; border-radius: 6px; padding: 6px 8px; white-space: pre }
.sign { width: 15px; height: 15px; vertical-align: -2px }
.file { display: flex; align-items: center; gap: 11px; margin: 2px 0 7px; white-space: normal }
.file i { width: 42px; height: 42px; border-radius: 9px; background: #c8553d; color: #fff; font: bold 12px Chat;
  display: grid; place-items: center }
.file small { display: block; color: #77838e; font-size: 12.5px }
.row { display: flex; gap: 5px; margin-top: 5px }
.key { flex: 1 1 0; min-width: 0; position: relative; text-align: center; padding: 7px 4px; border-radius: 9px;
  background: #fff; color: #1f5f86; font-size: 14px; box-shadow: 0 1px 1px #0001; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis }
.primary { background: #2f6f8f; color: #fff } .danger { color: #b3302a } .success { background: #3ba55c; color: #fff }
.key svg { position: absolute; right: 6px; top: 6px; width: 8px; height: 8px }
.prompt { margin-top: 12px; background: #fff; border-top: 1px solid #d3dae0; padding: 8px 14px 9px }
.prompt + .caption { border-top: 0; margin-top: 6px }
.prompt .quote { margin: 0 }
.prompt .line { color: #97a2ab; border: 1px solid #d3dae0; border-radius: 18px; padding: 5px 13px; margin-top: 7px }
.toast { width: max-content; max-width: 330px; margin: 12px auto 2px; padding: 9px 16px; border-radius: 12px;
  background: #24303acc; color: #fff }
.alert { background: #fff; color: inherit; box-shadow: 0 2px 10px #0004; margin-bottom: 6px }
.alert b { display: block; text-align: right; color: #1f5f86; margin-top: 4px }
.sheet { background: #fff; margin: 10px 0 -12px; border-radius: 14px 14px 0 0; padding: 6px 0 4px }
.sheet div { display: flex; gap: 10px; padding: 6px 14px; border-bottom: 1px solid #edf0f3; font-size: 14px;
  align-items: baseline }
.sheet b { flex: none; color: #1f5f86 }
.sheet span { color: #54616c; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.sheet .more { color: #97a2ab; border: 0; justify-content: center; padding-bottom: 12px }
"""
_ARROW = (
    '<svg viewBox="0 0 8 8"><path d="M1 7l6-6M2.4 1H7v4.6" fill="none" stroke="currentColor"'
    ' stroke-width="1.4"/></svg>'
)


def page(pieces: Iterable[str]) -> str:
    """The whole document."""
    style = faces() + _STYLE
    head = f'<meta charset="utf-8"><title>A chat</title><style>{style}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(pieces)}</body></html>'


def header(title: str, below: str, group: bool = False) -> str:
    """Whose chat it is."""
    face = f'<div class="face{" group" if group else ""}">{escape(title[:1])}</div>'
    return f"<header>{face}<div><b>{escape(title)}</b><small>{escape(below)}</small></div></header>"


def caption(pressed: str, text: str) -> str:
    """What happens between what stands above and what stands below: a button is pressed, or words say what."""
    button = f"<b>{escape(pressed)}</b> " if pressed else ""
    return f'<div class="caption">{button}{escape(text)}</div>'


def service(text: str) -> str:
    return f'<div class="service">{escape(text)}</div>'


def toast(text: str, alert: bool) -> str:
    """What a pressed button is answered with: a note that goes by itself, or an alert that is to be closed."""
    said = with_signs(escape(text))
    return f'<div class="toast alert">{said}<b>OK</b></div>' if alert else f'<div class="toast">{said}</div>'


def message(shown: Shown, mine: bool, who: str = "", quoted: Shown | None = None) -> str:
    """One message with its buttons. `who` stands above it in a group, `quoted` is what it replies to."""
    parts = [f'<div class="who">{escape(who)}</div>'] if who and not mine else []
    if quoted is not None:
        first = (quoted.text.splitlines() or [""])[0]
        words = first if len(first) <= _QUOTED else f"{first[: _QUOTED - 1].rstrip()}…"
        parts.append(f'<div class="quote"><b>{escape(quoted.sender)}</b>{with_signs(escape(words))}</div>')
    if shown.document is not None:
        parts.append(_file(shown.document))
    parts.append(with_signs(marked(shown.text, shown.entities)))
    rows = "".join(f'<div class="row">{"".join(map(_key, row))}</div>' for row in shown.rows)
    kinds = ["message", *(["mine"] if mine else []), *(["keyed"] if rows else [])]
    return f'<div class="{" ".join(kinds)}"><div class="bubble">{"".join(parts)}</div>{rows}</div>'


def prompt(shown: Shown) -> str:
    """The line for typing, as a message opens it that wants to be replied to."""
    first = next((line for line in shown.text.splitlines() if line), "")
    quote = f'<div class="quote"><b>Reply to {escape(shown.sender)}</b>{escape(first)}</div>'
    return (
        f'<div class="prompt">{quote}<div class="line">{escape(shown.placeholder or "Message")}</div></div>'
    )


def menu(commands: Sequence[Mapping[str, str]]) -> str:
    """The upper end of the list that opens behind the menu button."""
    rows = [
        f"<div><b>/{escape(one['command'])}</b><span>{escape(one['description'])}</span></div>"
        for one in commands[:_SHOWN_COMMANDS]
    ]
    rest = len(commands) - len(rows)
    more = f'<div class="more">+ {rest}</div>' if rest > 0 else ""
    return f'<div class="sheet">{"".join(rows)}{more}</div>'


def marked(text: str, entities: Sequence[Entity]) -> str:
    """The text cut at every end of an entity, so that overlapping ones never cross each other's tags."""
    ends = {0, utf16_length(text)}
    for entity in entities:
        ends |= {entity.offset, entity.offset + entity.length}
    places = sorted(ends)
    html = ""
    for start, end in pairwise(places):
        kinds = [e.type for e in entities if e.offset <= start and end <= e.offset + e.length]
        piece = escape(utf16_slice(text, start, end - start), quote=False)
        html += f'<span class="{" ".join(kinds)}">{piece}</span>' if kinds else piece
    return html


def with_signs(html: str) -> str:
    """The symbols of notices as drawings, for no typeface here has them."""
    for level, symbol in SYMBOLS.items():
        html = html.replace(symbol, f'<svg class="sign" viewBox="0 0 16 16">{_SIGNS[level]}</svg>')
    return html


def _file(file: ShownFile) -> str:
    ending = file.name.rpartition(".")[2][:4].upper()
    size = max(1, round(len(file.content) / 1000))
    return (
        f'<div class="file"><i>{escape(ending)}</i>'
        f"<div><b>{escape(file.name)}</b><small>{size} kB</small></div></div>"
    )


def _key(button: ShownButton) -> str:
    arrow = _ARROW if button.url else ""
    return f'<div class="key {escape(button.style)}">{escape(button.label)}{arrow}</div>'
