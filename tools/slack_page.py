"""What somebody sees in Slack as a page of HTML: messages, modals and the Home tab, in a frame of its own design.

The blocks are those that Billhook sent; each kind that it sends is drawn, and another one is an error.
"""

from __future__ import annotations

import base64
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from tests.fakes.slack_values import Confirm, Field, Json, Screen, Shown, ShownFile
from tools.chat_page import with_signs
from tools.chat_photo import faces

WIDTH = 600
"""CSS pixels; the style sheet says so, too."""
_STYLE = """
* { box-sizing: border-box; margin: 0 }
html { background: #f0f; font: 14.5px/1.42 Chat, sans-serif; color: #1d1c1d }
body { width: 600px; background: #fff; padding-bottom: 14px; border: 1px solid #d5d5d9 }
body:has(> .shade:last-child) { padding-bottom: 0 }
header { display: flex; align-items: baseline; gap: 9px; padding: 11px 18px 9px; font-size: 16.5px;
  border-bottom: 1px solid #e2e2e5 }
header small, .tabs { color: #616061; font-size: 13px }
.tabs { display: flex; gap: 20px; padding: 8px 18px 0; border-bottom: 1px solid #e2e2e5 }
.tabs b { color: #1d1c1d; border-bottom: 2px solid #1f4e79; padding-bottom: 6px }
.caption { color: #616061; font-size: 13px; margin: 15px 18px 3px; padding-top: 9px; text-align: center;
  border-top: 1px dashed #c3c3c8 }
.caption b { font-weight: normal; color: #fff; background: #6b6f76; border-radius: 5px; padding: 1px 8px;
  margin-right: 4px }
.message { display: flex; gap: 10px; padding: 9px 18px 3px }
.message .said { flex: 1; min-width: 0 }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: bold; font-size: 17px;
  display: grid; place-items: center; margin-top: 2px }
.who b { margin-right: 5px } .who i { font: 10px/1 Chat; background: #e4e4e7; color: #55545a; border-radius: 3px;
  padding: 2px 4px; margin-right: 6px; vertical-align: 2px }
.who small { color: #757479; font-size: 12px }
.alone { background: #f8f8fa } .alone .eye { color: #616061; font-size: 12.5px; padding: 7px 18px 0 64px }
.eye svg { width: 14px; height: 14px; vertical-align: -3px; margin-right: 5px }
.alone .message { padding-top: 1px; padding-bottom: 9px }
.text { white-space: pre-wrap; overflow-wrap: anywhere } .text + .text { margin-top: 7px }
.bold { font-weight: bold } .italic { font-style: italic }
.sign { width: 15px; height: 15px; vertical-align: -2px }
pre { font: 12.5px/1.45 "DejaVu Sans Mono", monospace; background: #f6f6f7; border: 1px solid #dcdce0;
  border-radius: 5px; padding: 7px 9px; margin-top: 6px; white-space: pre-wrap }
table { border-collapse: separate; border-spacing: 0; margin: 8px 0; font-size: 13.5px; border: 1px solid #d5d5d9;
  border-radius: 8px; overflow: hidden }
td { padding: 5px 11px; border-right: 1px solid #e2e2e5; border-bottom: 1px solid #e2e2e5; text-align: left }
td:last-child { border-right: 0 } tr:last-child td { border-bottom: 0 } tr.top td { background: #f6f6f8 }
td.right { text-align: right; white-space: nowrap }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 9px 0 5px }
.key { border: 1px solid #c3c3c8; border-radius: 8px; padding: 4px 12px; font-weight: bold; font-size: 13.5px;
  background: #fff; white-space: nowrap }
.primary { background: #007a5a; border-color: #007a5a; color: #fff }
.danger { background: #fff; border-color: #d4405d; color: #c01343 }
.context { color: #616061; font-size: 12.5px; margin-top: 6px }
h3 { font-size: 17px; margin: 4px 0 } hr { border: 0; border-top: 1px solid #e2e2e5; margin: 11px 0 }
.file { width: 372px; margin: 7px 0 4px; border: 1px solid #d5d5d9; border-radius: 9px; overflow: hidden }
.file > div { display: flex; align-items: center; gap: 10px; padding: 8px 11px; border-bottom: 1px solid #e2e2e5 }
.file i { width: 32px; height: 32px; border-radius: 6px; background: #d13b3b; color: #fff; font: bold 11px Chat;
  display: grid; place-items: center }
.file b { display: block; line-height: 1.2 } .file small { color: #616061; font-size: 12px }
.file img { display: block; width: 370px; height: 262px; object-fit: cover; object-position: top }
.replies { color: #616061; font-size: 12.5px; display: flex; align-items: center; gap: 12px; padding: 10px 18px 2px }
.replies:after { content: ""; flex: 1; border-top: 1px solid #e2e2e5 }
.line { margin: 12px 18px 0; border: 1px solid #b9b9be; border-radius: 9px; padding: 8px 12px; overflow-wrap: anywhere }
.line + * { margin-top: 12px }
.shade { background: #9a9aa1; padding: 18px 0; margin-top: 14px } header + .shade, .shade:first-child { margin-top: 0 }
.modal { width: 500px; margin: 0 auto; background: #fff; border-radius: 11px; box-shadow: 0 8px 26px #0005 }
.modal .title { display: flex; align-items: center; gap: 10px; padding: 15px 20px 10px; font-weight: bold;
  font-size: 18px }
.modal .title .face { width: 30px; height: 30px; font-size: 15px; margin: 0 }
.modal .title svg { margin-left: auto; width: 15px; height: 15px }
.modal .body { padding: 3px 20px 14px; max-height: 760px; overflow: hidden }
.modal .foot { display: flex; justify-content: flex-end; gap: 10px; padding: 12px 20px; border-top: 1px solid #e2e2e5 }
.modal .key { padding: 6px 15px }
.modal.small { width: 400px } .modal.small .foot { border: 0; padding-top: 4px }
label { display: block; font-weight: bold; font-size: 14px; margin-top: 11px } label span { color: #757479;
  font-weight: normal }
.input { border: 1px solid #a4a4aa; border-radius: 7px; padding: 5px 11px; margin-top: 4px; min-height: 32px;
  white-space: pre-wrap; position: relative; font-size: 14px }
.many { min-height: 54px } .empty { color: #8d8c91 }
.wrong .input { border-color: #e01e5a; box-shadow: 0 0 0 1px #e01e5a }
.input svg { position: absolute; right: 10px; top: 10px; width: 12px; height: 12px }
.hint { color: #616061; font-size: 12.5px; margin-top: 3px }
.error { color: #c01343; font-size: 13px; margin-top: 3px }
.home { padding: 14px 20px 4px }
"""
_EYE = (
    '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.3">'
    '<path d="M1 8q7-10 14 0q-7 10-14 0z"/><circle cx="8" cy="8" r="2.1"/></svg>'
)
_CROSS = (
    '<svg viewBox="0 0 16 16"><path d="M2 2l12 12m0-12l-12 12" stroke="#616061" stroke-width="1.8"/></svg>'
)
_DOWN = (
    '<svg viewBox="0 0 12 12"><path d="M1.5 4l4.5 4.5 4.5-4.5" fill="none" stroke="#616061" stroke-width="1.6"/>'
    "</svg>"
)
_COLOURS = ("#8a5a9e", "#2f7d6b", "#b3642c", "#4668a8")
_APP = "#1f4e79"
_MENUS = ("static_select", "external_select", "datepicker")


def page(pieces: Iterable[str]) -> str:
    """The whole document."""
    head = f'<meta charset="utf-8"><title>Slack</title><style>{faces()}{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(pieces)}</body></html>'


def header(title: str, below: str = "") -> str:
    """Where one is."""
    return f"<header><b>{escape(title)}</b><small>{escape(below)}</small></header>"


def caption(pressed: str, text: str) -> str:
    """What happens between what stands above and what stands below."""
    button = f"<b>{escape(pressed)}</b> " if pressed else ""
    return f'<div class="caption">{button}{escape(text)}</div>'


def line(text: str) -> str:
    """The line for typing, just before Enter is pressed: a slash command is nowhere to be seen afterwards."""
    return f'<div class="line">{escape(text)}</div>'


# -- messages ----------------------------------------------------------------------------------------


def message(shown: Shown, clock: str, text: str = "") -> str:
    """`text` is what a client shows where there are no blocks, if that is something else than what was sent."""
    name = shown.sender or "Slack"
    app = "<i>APP</i>" if shown.from_bot else ""
    head = f'<div class="who"><b>{escape(name)}</b>{app}<small>{clock}</small></div>'
    said = blocks(shown.blocks) if shown.blocks else _text(text or shown.text)
    files = "".join(map(_file, shown.files))
    whole = (
        f'<div class="message">{_face(name, shown.from_bot)}<div class="said">{head}{said}{files}</div></div>'
    )
    if not shown.ephemeral:
        return whole
    return f'<div class="alone"><div class="eye">{_EYE}Only visible to you</div>{whole}</div>'


def replies(count: int) -> str:
    """Between a message and the thread below it."""
    return f'<div class="replies">{count} {"reply" if count == 1 else "replies"}</div>'


def _face(name: str, app: bool) -> str:
    colour = _APP if app else _COLOURS[sum(map(ord, name)) % len(_COLOURS)]
    return f'<div class="face" style="background: {colour}">{escape(name[:1])}</div>'


def _text(text: str) -> str:
    return f'<div class="text">{with_signs(escape(text))}</div>' if text else ""


def _file(file: ShownFile) -> str:
    ending = file.name.rpartition(".")[2].upper()
    name = f"<b>{escape(file.name)}</b><small>{escape(ending)}</small>"
    head = f"<div><i>{escape(ending[:4])}</i><span>{name}</span></div>"
    return f'<div class="file">{head}{_first_page(file) if ending == "PDF" else ""}</div>'


def _first_page(file: ShownFile) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out")
        source.write_bytes(file.content)
        command = ["pdftoppm", "-png", "-r", "80", "-singlefile", str(source), str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        picture = base64.b64encode(target.with_suffix(".png").read_bytes()).decode()
    return f'<img src="data:image/png;base64,{picture}">'


# -- blocks ------------------------------------------------------------------------------------------


def blocks(shown: Sequence[Json]) -> str:
    return "".join(_BLOCKS[block["type"]](block) for block in shown)


def _rich(block: Json) -> str:
    return "".join(
        f"<pre>{_runs(part)}</pre>"
        if part["type"] == "rich_text_preformatted"
        else f'<div class="text">{_runs(part)}</div>'
        for part in block["elements"]
    )


def _runs(part: Json) -> str:
    return "".join(map(_run, part["elements"]))


def _run(element: Json) -> str:
    if element["type"] != "text":
        raise ValueError(f"a {element['type']} inside a text")
    kinds = " ".join(kind for kind, on in element.get("style", {}).items() if on)
    text = with_signs(escape(element["text"]))
    return f'<span class="{kinds}">{text}</span>' if kinds else text


def _table(block: Json) -> str:
    sides = [settings.get("align", "left") for settings in block.get("column_settings", [])]
    rows = []
    for place, row in enumerate(block["rows"]):
        cells = (f'<td class="{side}">{_cell(cell)}</td>' for side, cell in zip(sides, row, strict=True))
        rows.append(f'<tr class="{"" if place else "top"}">{"".join(cells)}</tr>')
    return f"<table>{''.join(rows)}</table>"


def _cell(cell: Json) -> str:
    return escape(cell["text"]) if cell["type"] == "raw_text" else "".join(map(_runs, cell["elements"]))


def _actions(block: Json) -> str:
    keys = (_key(element["text"]["text"], element.get("style", "")) for element in block["elements"])
    return f'<div class="row">{"".join(keys)}</div>'


def _key(label: str, style: str = "") -> str:
    return f'<span class="key {style}">{escape(label)}</span>'


def _context(block: Json) -> str:
    return "".join(f'<div class="context">{escape(element["text"])}</div>' for element in block["elements"])


_BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "rich_text": _rich,
    "table": _table,
    "actions": _actions,
    "context": _context,
    "header": lambda block: f"<h3>{escape(block['text']['text'])}</h3>",
    "section": lambda block: _text(block["text"]["text"]),
    "divider": lambda block: "<hr>",
}


# -- screens -----------------------------------------------------------------------------------------


def modal(screen: Screen, upto: int | None = None) -> str:
    """The form with what stands in it. `upto` is how many fields fit where no one has scrolled."""
    fields = {field.block_id: field for field in screen.fields}
    inside, left = [], upto
    for block in screen.blocks:
        if block["type"] != "input":
            inside.append(blocks([block]))
        elif left is None or left > 0:
            inside.append(_input(fields[block["block_id"]]))
            left = None if left is None else left - 1
    foot = _key(screen.close) + (_key(screen.submit, "primary") if screen.submit else "")
    title = f'<div class="title">{_face("Billhook", True)}{escape(screen.title)}{_CROSS}</div>'
    return (
        f'<div class="shade"><div class="modal">{title}<div class="body">{"".join(inside)}</div>'
        f'<div class="foot">{foot}</div></div></div>'
    )


def _input(field: Field) -> str:
    optional = " <span>(optional)</span>" if field.optional else ""
    below = f'<div class="error">{escape(field.error)}</div>' if field.error else ""
    if field.hint and not field.error:
        below = f'<div class="hint">{escape(field.hint)}</div>'
    menu = field.type in _MENUS
    empty = field.placeholder or ("Select an option" if menu and field.type != "datepicker" else "")
    if field.type == "datepicker":
        empty = "Select a date"
    kinds = " ".join(["input", *(["many"] if field.multiline else []), *([] if field.value else ["empty"])])
    shown = escape(str(field.value or empty))
    return (
        f'<div class="{"wrong" if field.error else ""}"><label>{escape(field.label)}{optional}</label>'
        f'<div class="{kinds}">{shown}{_DOWN if menu else ""}</div>{below}</div>'
    )


def dialog(asked: Confirm) -> str:
    """What a button asks before it does anything."""
    foot = _key(asked.deny) + _key(asked.confirm, "primary")
    return (
        f'<div class="shade"><div class="modal small"><div class="title">{escape(asked.title)}{_CROSS}</div>'
        f'<div class="body">{escape(asked.text)}</div><div class="foot">{foot}</div></div></div>'
    )


def home(screen: Screen) -> str:
    tabs = '<div class="tabs"><b>Home</b><span>Messages</span><span>About</span></div>'
    return f'{tabs}<div class="home">{blocks(screen.blocks)}</div>'
