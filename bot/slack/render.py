"""Replies and questions as the parts they take. Pure: the same reply always gives the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.slack.address import Spot, spot
from bot.slack.buttons import question_actions, reply_actions
from bot.slack.compose import (
    EMPTY,
    SYMBOLS,
    Line,
    Run,
    Unit,
    bold,
    labelled,
    lines_of,
    paragraphs,
    plain,
    units_of,
    words,
)
from bot.slack.limits import MAX_COMMENT, MAX_SUMMARY, MAX_VIEW_BLOCKS, MAX_VIEW_BYTES
from bot.slack.packing import clipped, fits, in_json, packed, summary
from bot.slack.parts import Home, Json, Message, Modal, Part, Upload
from bot.slack.sheet import ORIGINAL, modal, said
from bot.slack.texts import escaped, inert, shortened, weight
from bot.slack.words import reworded
from bot.text import safe, safe_line
from handlers.kinds import Attachment, Block, ChatRef, Facts, Lines, Notice, Question, Reply, Text
from handlers.updates import Occasion
from handlers.words import _

_ACTIONS_AT_HOME = 90
"""Blocks of buttons for which a view is sure to have room beside a few texts."""
_NOTHING = paragraphs([plain("…")])


def parts(chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion) -> list[Part]:
    """Text alone takes the place of what was pressed; a file comes as a new message with it as comment."""
    place = spot(chat)
    if isinstance(shown, Question):
        return _asked(chat, place, reworded(shown), tokens, occasion)
    reply = reworded(shown)
    if place.home:
        units = [*_headline(reply.topic), *units_of(reply.blocks, tables=False)]
        return [_home(units, reply_actions(reply.buttons, tokens))]
    if occasion.form:
        return _in_view(chat, place, reply, tokens, occasion)
    return _in_chat(place, reply, tokens, occasion)


def _home(units: Sequence[Unit], actions: Sequence[Json]) -> Home:
    actions = actions[:_ACTIONS_AT_HOME]
    room = MAX_VIEW_BLOCKS - len(actions), MAX_VIEW_BYTES - in_json(actions)
    blocks = [*clipped(units, *room), *actions] or _flat(_NOTHING)
    return Home({"type": "home", "blocks": blocks})


# -- where messages go ---------------------------------------------------------------------------------


def _route(place: Spot, occasion: Occasion, aside: bool = False) -> Message:
    """The first message of an answer, still empty."""
    thread = occasion.thread
    if place.is_corner:
        original = occasion.replaces == ORIGINAL and not aside
        return Message("", way=occasion.way, original=original, thread=thread)
    if place.is_open and aside:
        return Message("", way=occasion.way, thread=thread)
    # What was typed stands below the message that asked for it, and so does the answer.
    typed = occasion.answered and bool(occasion.message)
    return Message("", replaces="" if aside or typed else occasion.replaces, thread=thread)


def _next(route: Message) -> Message:
    """A further message goes the same way and replaces nothing."""
    return replace(route, text="", blocks=(), replaces="", original=False)


def _messages(
    units: Sequence[Unit], actions: Sequence[Json], route: Message, otherwise: str = "…"
) -> list[Message]:
    """`otherwise` is the text of a message that has nothing but buttons."""
    pages = list(packed([*units, *((block,) for block in actions)])) or [_flat(_NOTHING)]
    return [
        replace(
            route if not place else _next(route),
            text=summary(page) or escaped(otherwise),
            blocks=tuple(page),
        )
        for place, page in enumerate(pages)
    ]


def _flat(units: Sequence[Unit]) -> list[Json]:
    return [block for unit in units for block in unit]


# -- questions -----------------------------------------------------------------------------------------


def _asked(
    chat: ChatRef, place: Spot, question: Question, tokens: tuple[str, ...], occasion: Occasion
) -> list[Part]:
    units = _question_units(place, question)
    actions = question_actions(question, tokens)
    on_screen = occasion.form or occasion.opens
    if place.home and not (question.sheet and on_screen):
        return [_home(units, actions)]
    route = _route(place, occasion)
    messages = _messages(units, actions, route)
    if question.sheet and on_screen:
        instead = () if place.home else tuple(messages)
        view = modal(question, tokens, chat, occasion)
        return [Modal(view, form=occasion.form, opens=occasion.opens, instead=instead)]
    if occasion.form:
        return [_pointing(chat, occasion, []), *messages]
    return [*messages]


def _question_units(place: Spot, question: Question) -> list[Unit]:
    title = Run(safe_line(question.title), italic=True), Run(f" ({question.step}/{question.steps})")
    lines: list[Line] = [title]
    if not place.is_open:
        lines += [labelled(safe_line(label), safe_line(value)) for label, value in question.given]
    if question.error:
        lines.append(plain(f"{SYMBOLS['error']} {safe_line(question.error)}"))
    asked = [*map(bold, safe(question.prompt).split("\n"))]
    if question.typed and question.sheet and not place.is_direct:
        asked.append(plain(_("Press a button, or open the form.")))
    return [*units_of(question.before, tables=not place.home), *paragraphs(lines), *paragraphs(asked)]


# -- replies on the person's screen --------------------------------------------------------------------


def _in_view(
    chat: ChatRef, place: Spot, reply: Reply, tokens: tuple[str, ...], occasion: Occasion
) -> list[Part]:
    """A short answer stands where the form was; for a longer one the form says that it is in the chat."""
    ordinary = _in_chat(place, reply, tokens, occasion)
    texts = not reply.topic and all(isinstance(block, Notice | Text) for block in reply.blocks)
    blocks = [*_flat(units_of(reply.blocks, tables=False)), *reply_actions(reply.buttons, tokens)]
    if texts and blocks and len(ordinary) == 1 and fits(blocks, MAX_VIEW_BLOCKS, MAX_VIEW_BYTES):
        only = ordinary[0]
        if isinstance(only, Message):
            return [Modal(said(blocks, chat), form=occasion.form, instead=(only,))]
    notices = [plain(_first_line(block)) for block in reply.blocks if isinstance(block, Notice)]
    return [_pointing(chat, occasion, notices), *ordinary]


def _pointing(chat: ChatRef, occasion: Occasion, lines: Sequence[Line]) -> Modal:
    """Skipped where the person closed the form: the chat has it anyway."""
    units = paragraphs([*lines, plain(_("You find it in the chat."))])
    return Modal(said(clipped(units, MAX_VIEW_BLOCKS, MAX_VIEW_BYTES), chat), form=occasion.form)


# -- replies in the chat -------------------------------------------------------------------------------


def _in_chat(place: Spot, reply: Reply, tokens: tuple[str, ...], occasion: Occasion) -> list[Part]:
    route = _route(place, occasion, reply.aside)
    threaded = bool(reply.topic) and not place.is_corner
    if not threaded:
        return [*_answered(place, reply, tokens, occasion, route)]
    first = _messages(_headline(reply.topic), (), route)
    rest = _answered(place, replace(reply, topic=""), tokens, occasion, _next(route))
    return [*first, *(replace(part, below=True) for part in rest)]


def _headline(topic: str) -> list[Unit]:
    return paragraphs([bold(safe_line(topic))]) if topic else []


def _answered(
    place: Spot, reply: Reply, tokens: tuple[str, ...], occasion: Occasion, route: Message
) -> list[Message | Upload]:
    who = paragraphs([_signature(occasion)]) if occasion.who and place.is_open and not reply.aside else []
    units = [*_headline(reply.topic), *units_of(reply.blocks, tables=True), *who]
    actions = reply_actions(reply.buttons, tokens)
    files = [file for file in reply.attachments if isinstance(file, Attachment)]
    if not files:
        return [*_messages(units, actions, route)]
    first = _said_first(reply)
    aloud = place.is_corner and occasion.aloud
    by = [_signature(occasion)] if occasion.who and (place.is_open or aloud) else []
    comment = _comment(reply, by)
    short = inert("\n\n".join([first, *map(words, by)])) if comment is None else comment
    uploads = [
        Upload(file, "" if number else short, aloud=aloud, thread=route.thread)
        for number, file in enumerate(files)
    ]
    if place.is_corner:
        return [*(_messages(units, actions, route) if units or actions else []), *uploads]
    before = _messages(units, (), route) if comment is None else _results(first, route)
    after = _messages((), actions, _next(route), first) if actions else []
    return [*before, *uploads, *after]


def _results(first: str, route: Message) -> list[Message]:
    """What was pressed is done: its outcome takes the place of its buttons."""
    return _messages(paragraphs([plain(first)]), (), route) if route.replaces else []


def _signature(occasion: Occasion) -> Line:
    return plain(f"— {safe_line(occasion.who)}")


def _comment(reply: Reply, by: Sequence[Line]) -> str | None:
    """The whole text as it stands beside a file; None where it has a table or is too long."""
    lines: list[Line] = []
    for block in reply.blocks:
        if isinstance(block, Lines):
            return None
        lines += [*([EMPTY] if lines else []), *lines_of(block)]
    text = "\n".join(map(words, [*lines, *([EMPTY, *by] if by else [])])).strip()
    return inert(text) if weight(text) <= MAX_COMMENT else None


def _said_first(reply: Reply) -> str:
    """One line for what came of it; the whole of it is said elsewhere."""
    notices = [block for block in reply.blocks if isinstance(block, Notice)]
    lines = [_first_line(block) for block in (*notices, *reply.blocks)]
    return shortened(next((line for line in lines if line.strip()), "…"), MAX_SUMMARY)


def _first_line(block: Block) -> str:
    match block:
        case Lines():
            return safe_line(block.title)
        case Text() | Notice() | Facts():
            return next((words(line) for line in lines_of(block) if words(line).strip()), "")
