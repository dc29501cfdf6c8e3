"""`/deliveries`: what went out by itself, and what has not arrived; a person decides what to do about that."""

from __future__ import annotations

from collections.abc import Sequence

from core.chat_ports import LETTERS, Trouble
from core.errors import N_, Conflict, InvalidInput
from core.party import Role
from core.ports import CHAT_JOB
from core.usecases.guard import REASONS
from handlers.command import Command, Where, optional
from handlers.context import Context, as_id
from handlers.kinds import Answers, Block, Button, Lines, Notice, Outcome, Reply, Text
from handlers.mailing import recipient
from handlers.reading.text import bare
from handlers.telling import chat_ref
from handlers.words import _

MOST = 10
_MOST_ARRIVED = 5
"""Beside what has not."""
_SHOWN = 60
"""Characters of a message's beginning, by which people know it again."""
_OPEN = ("pending", "sending", "failed", "uncertain", "cancelled")
_WORDS = {"failed": ("failed",), "uncertain": ("uncertain",), "sent": ("sent",)}


async def list_deliveries(ctx: Context, answers: Answers) -> Outcome:
    asked = answers["which"] or ""
    if as_id(asked):
        return await _send_again(ctx, asked)
    if not asked:
        return await _overview(ctx)
    states = _WORDS.get(bare(asked.strip()))
    if states is None:
        raise InvalidInput(
            "deliveries", N_("It lists what went out; behind it may stand failed, uncertain or sent."),
            "/deliveries failed",
        )  # fmt: skip
    found = await ctx.work.outbox.list_recent(ctx.desk.business.id, states, MOST + 1)
    if not found:
        return Reply((Notice(_("There is none.")),), (Button(_("Deliveries"), "deliveries"),))
    return _shown(ctx, found)


async def _overview(ctx: Context) -> Reply:
    """What has not arrived first: what did is only for comfort."""
    outbox, business_id = ctx.work.outbox, ctx.desk.business.id
    trouble = await outbox.list_recent(business_id, _OPEN, MOST + 1)
    sent = await outbox.list_recent(business_id, ("sent",), _MOST_ARRIVED)
    well = all(row.state == "cancelled" for row in trouble)
    said = (Notice(_("Everything has arrived."), "success"),) if well else ()
    return _shown(ctx, trouble, sent, said)


def _shown(
    ctx: Context, rows: Sequence[Trouble], sent: Sequence[Trouble] = (), said: tuple[Block, ...] = ()
) -> Reply:
    found = rows[:MOST]
    blocks: list[Block] = [*said]
    if found:
        blocks.append(_table(ctx, found, _("Deliveries")))
    if len(rows) > MOST:
        blocks.append(Text(_("There are more, older ones.")))
    if any(row.state == "uncertain" for row in found):
        blocks.append(Text(_("Uncertain: the answer of the platform was lost, so it may have arrived. It is not "
                             "repeated unless you say so.")))  # fmt: skip
    if sent:
        blocks.append(_table(ctx, sent, _("Sent last")))
    again = [row for row in found if row.state in ("failed", "uncertain")]
    return Reply(tuple(blocks), tuple(Button(_again(row), "deliveries", row.id.hex) for row in again))


def _again(row: Trouble) -> str:
    if row.kind in LETTERS:
        return _("Send to {address} again", address=_to(row))
    return _("Send {what} again", what=_what(row)[:24])


def _table(ctx: Context, rows: Sequence[Trouble], title: str) -> Lines:
    header = (_("When"), _("To"), _("What"), _("State"))
    shown = tuple((ctx.time(row.created_at), _to(row), _what(row), _state(ctx, row)) for row in rows)
    return Lines(header, shown, title=title)


async def _send_again(ctx: Context, text: str) -> Reply:
    outbox_id = as_id(text)
    chat = await ctx.work.outbox.send_again(ctx.desk.business.id, outbox_id) if outbox_id else None
    if chat is None:
        raise Conflict(N_("This is on its way or has arrived already."))
    await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat)
    return Reply((Notice(_("It is sent again."), "success"),), (Button(_("Deliveries"), "deliveries"),))


def _state(ctx: Context, row: Trouble) -> str:
    match row.state:
        case "failed":
            return _("failed: {reason}", reason=row.error) if row.error else _("failed")
        case "uncertain":
            return _("uncertain")
        case "cancelled":
            return _("cancelled: {reason}", reason=_(row.error)) if row.error in REASONS else _("cancelled")
        case "sent":
            return _("sent")
        case _:
            return _waiting(ctx, row)


def _waiting(ctx: Context, row: Trouble) -> str:
    if row.next_at is None:
        return _("on its way")
    if row.repeats and row.kind in LETTERS:
        return _("uncertain; sent once more at {time}", time=ctx.time(row.next_at))
    return _("waits until {time}", time=ctx.time(row.next_at))


def _to(row: Trouble) -> str:
    """The mail address, or the platform of a chat: chats have no names that people know."""
    chat = chat_ref(row.chat)
    return recipient(chat) if row.kind in LETTERS else chat.platform.capitalize()


def _what(row: Trouble) -> str:
    """A letter's subject, or the first words of the message."""
    subject = (row.payload.get("letter") or {}).get("subject")
    blocks = row.payload.get("blocks") or row.payload.get("before") or []
    texts = [str(subject or ""), *(str(block.get("text") or block.get("title") or "") for block in blocks)]
    text = next((text for text in texts if text.strip()), str(row.payload.get("title") or "–"))
    line = text.strip().splitlines()[0]
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


COMMANDS = (
    Command(
        name="deliveries",
        help=N_("What went out, and what has not arrived"),
        run=list_deliveries,
        group="general",
        example="/deliveries failed",
        form=optional("which"),
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
)
