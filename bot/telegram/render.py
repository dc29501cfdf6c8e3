"""Replies and questions as the messages they take. Pure: the same reply always gives the same parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import escape

from bot.telegram.compose import EMPTY, SYMBOLS, Line, Message, bold, labelled, lines_of, packed, plain
from bot.telegram.limits import MAX_CAPTION, MAX_PLACEHOLDER, MAX_ROW, MAX_TEXT, MAX_TOAST, utf16
from bot.text import safe, safe_line
from handlers.kinds import Attachment, Button, Notice, Question, Reply
from handlers.updates import Occasion
from handlers.words import _

_ROW_WIDTH = 30
"""Characters of labels that stand beside each other on a phone."""
_ROW_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Key:
    """One button: it sends its token, or opens its address."""

    label: str
    token: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message, or one change to a message."""

    html: str = ""
    plain: str = ""
    keys: tuple[tuple[Key, ...], ...] = ()
    file: Attachment | None = None
    replaces: str = ""
    """The message that this text takes the place of, where it still can."""
    reply_to: str = ""
    placeholder: str = ""
    """Not empty: opens the field for a reply to this message, which a group's privacy mode lets through."""
    removes: str = ""
    """What was typed to the form, now that the form shows it."""
    strips: str = ""
    """The message whose buttons are taken off, once what there is to say is said."""


def toast(shown: Reply | Question) -> str:
    """The whole reply as the short note that appears over the chat; empty where it is more than that."""
    if not isinstance(shown, Reply) or not shown.aside or shown.attachments or shown.buttons:
        return ""
    text = "\n".join(
        f"{SYMBOLS[block.level]} {safe(block.text)}" for block in shown.blocks if isinstance(block, Notice)
    )
    whole = all(isinstance(block, Notice) for block in shown.blocks)
    return text if whole and utf16(text) <= MAX_TOAST else ""


def is_alert(shown: Reply | Question, text: str) -> bool:
    """Only a refusal asks to be read and closed; what is merely over passes by itself."""
    return (
        bool(text)
        and isinstance(shown, Reply)
        and any(isinstance(block, Notice) and block.level in ("warning", "error") for block in shown.blocks)
    )


def question_parts(
    question: Question, tokens: tuple[str, ...], occasion: Occasion, group: bool
) -> list[Part]:
    lines = lines_of(question.before)
    if lines:
        lines.append(EMPTY)
    lines.append(_progress(question))
    if not (group and question.typed):
        lines += [labelled(safe_line(label), safe_line(value)) for label, value in question.given]
    if question.error:
        lines.append(plain(f"{SYMBOLS['error']} {safe_line(question.error)}"))
    first, *rest = safe(question.prompt).split("\n")
    lines += [EMPTY, bold(first), *map(bold, rest)]
    if not group:
        keys = _question_keys(question, tokens)
        removes = occasion.message if occasion.answered and occasion.replaces else ""
        return _messages(lines, keys, occasion.replaces, removes=removes)
    if question.typed and not question.choices:
        return _asked_in_group(lines, question, occasion)
    if question.typed:
        lines.append(plain(_("Press a button, or reply to this message.")))
    # What was typed stands below the old question, so the next one is a new message, and the old one rests.
    below = occasion.answered and bool(occasion.replaces)
    parts = _messages(lines, _question_keys(question, tokens), "" if below else occasion.replaces)
    parts[0] = replace(parts[0], reply_to="" if occasion.press else occasion.message)
    # Not by a part of its own: the last part's message is the one that the next answer finds its question in.
    parts[-1] = replace(parts[-1], strips=occasion.replaces if below else "")
    return parts


def _progress(question: Question) -> Line:
    title = safe_line(question.title)
    steps = f" ({question.step}/{question.steps})"
    return Line(f"<i>{escape(title, quote=False)}</i>{steps}", f"{title}{steps}")


def _asked_in_group(lines: list[Line], question: Question, occasion: Occasion) -> list[Part]:
    """ForceReply is no inline keyboard, so what steers the form is said in words.

    It opens for whom the message answers, or for whom it mentions: nobody else is asked.
    """
    hint = _("Reply to this message, please. Also possible: /skip /back /cancel")
    named = [_mention(occasion)] if occasion.press else []
    placeholder = safe_line(question.prompt)[: MAX_PLACEHOLDER // 2]
    *before, last = _messages([*lines, *named, plain(hint)], (), "")
    answers = "" if occasion.press else occasion.message
    asked = replace(last, placeholder=placeholder or "…", reply_to=answers, strips=occasion.replaces)
    return [*before, asked]


def _mention(occasion: Occasion) -> Line:
    name = safe_line(occasion.who)
    return Line(f'<a href="tg://user?id={escape(occasion.whose)}">{escape(name, quote=False)}</a>', name)


def reply_parts(reply: Reply, tokens: tuple[str, ...], occasion: Occasion, group: bool) -> list[Part]:
    """Text alone takes the place of what was pressed or asked; a file comes as a new message with it as caption."""
    lines = lines_of(reply.blocks)
    if occasion.who:
        lines += [EMPTY, plain(f"— {safe_line(occasion.who)}")]
    keys = keyboard(reply.buttons, tokens)
    files = [file for file in reply.attachments if isinstance(file, Attachment)]
    answers = occasion.message if group and not occasion.press else ""
    if not files:
        replaces = "" if reply.aside else occasion.replaces
        removes = occasion.message if occasion.answered and replaces and not group else ""
        parts = _messages(lines, keys, replaces, removes=removes)
        return [replace(parts[0], reply_to=answers if not replaces else ""), *parts[1:]]
    parts = [replace(part, reply_to=answers) for part in _with_files(lines, keys, files)]
    return [*parts, Part(strips=occasion.replaces)] if occasion.replaces else parts


def _with_files(
    lines: list[Line], keys: tuple[tuple[Key, ...], ...], files: Sequence[Attachment]
) -> list[Part]:
    """The text as the first file's caption where it fits, the buttons at the end of it all."""
    captions = packed(lines, MAX_CAPTION)
    if len(captions) > 1:
        texts = [Part(message.html, message.plain) for message in packed(lines, MAX_TEXT)]
        parts = [*texts, *(Part(file=file) for file in files)]
    else:
        caption = captions[0] if captions else Message("", "")
        parts = [Part(caption.html, caption.plain, file=files[0]), *(Part(file=file) for file in files[1:])]
    return [*parts[:-1], replace(parts[-1], keys=keys)]


def _messages(
    lines: Sequence[Line], keys: tuple[tuple[Key, ...], ...], replaces: str, removes: str = ""
) -> list[Part]:
    parts = [Part(message.html, message.plain) for message in packed(lines, MAX_TEXT)] or [Part("…", "…")]
    parts[-1] = replace(parts[-1], keys=keys)
    parts[0] = replace(parts[0], replaces=replaces, removes=removes)
    return parts


def _question_keys(question: Question, tokens: tuple[str, ...]) -> tuple[tuple[Key, ...], ...]:
    """What answers stands apart from what steers; a summary's Save and Cancel each stand alone."""
    last = len(question.buttons) - 1
    return keyboard(question.buttons, tokens, {question.choices} if question.typed else {1, last})


def keyboard(
    buttons: Sequence[Button], tokens: tuple[str, ...], breaks: Collection[int] = ()
) -> tuple[tuple[Key, ...], ...]:
    """Short labels stand beside each other, in the order of the reply; at `breaks` a row begins in any case."""
    rows: list[list[Key]] = []
    length = 0
    for place, (button, token) in enumerate(zip(buttons, tokens, strict=True)):
        label = safe_line(button.label)
        key = Key(label, "" if button.url else token, button.url, button.tone)
        fits = rows and length + len(label) <= _ROW_WIDTH and len(rows[-1]) < min(_ROW_BUTTONS, MAX_ROW)
        if not fits or place in breaks:
            rows.append([])
            length = 0
        rows[-1].append(key)
        length += len(label)
    return tuple(map(tuple, rows))
