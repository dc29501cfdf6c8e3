"""What was sent and has not arrived, or of which nobody knows; a person decides what to do about it."""

from __future__ import annotations

from core.chat_ports import Trouble
from core.errors import N_, Conflict, InvalidInput
from core.party import Role
from core.ports import CHAT_JOB
from handlers.command import Command, Where, optional
from handlers.context import Context, as_id
from handlers.kinds import Answers, Block, Button, Lines, Notice, Outcome, Reply, Text
from handlers.words import _

MOST = 10
_SHOWN = 60
"""Characters of a message's beginning, by which people know it again."""


async def list_deliveries(ctx: Context, answers: Answers) -> Outcome:
    if answers["again"]:
        return await _send_again(ctx, answers["again"])
    found = await ctx.work.outbox.list_trouble(ctx.desk.business.id, MOST + 1)
    if not found:
        return Reply((Notice(_("Everything has arrived."), "success"),))
    rows = tuple((ctx.time(row.created_at), _beginning(row), _state(ctx, row)) for row in found[:MOST])
    blocks: list[Block] = [Lines((_("When"), _("What"), _("State")), rows, title=_("Deliveries"))]
    if len(found) > MOST:
        blocks.append(Text(_("There are more, older ones.")))
    if any(row.state == "uncertain" for row in found):
        blocks.append(Text(_("Uncertain: the answer of the platform was lost, so it may have arrived. It is not "
                             "repeated unless you say so.")))  # fmt: skip
    buttons = tuple(
        Button(_("Send {what} again", what=_beginning(row)[:24]), "deliveries", row.id.hex)
        for row in found[:MOST]
        if row.state in ("failed", "uncertain")
    )
    return Reply(tuple(blocks), buttons)


async def _send_again(ctx: Context, text: str) -> Reply:
    outbox_id = as_id(text)
    if outbox_id is None:
        raise InvalidInput(
            "deliveries", N_("It lists what has not arrived; write nothing behind it."), "/deliveries"
        )
    chat = await ctx.work.outbox.send_again(ctx.desk.business.id, outbox_id)
    if chat is None:
        raise Conflict(N_("This is on its way or has arrived already."))
    await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat)
    return Reply((Notice(_("It is sent again."), "success"),), (Button(_("Deliveries"), "deliveries"),))


def _state(ctx: Context, row: Trouble) -> str:
    if row.state == "failed":
        return _("failed: {reason}", reason=row.error) if row.error else _("failed")
    if row.state == "uncertain":
        return _("uncertain")
    return _("waits until {time}", time=ctx.time(row.next_at)) if row.next_at else _("on its way")


def _beginning(row: Trouble) -> str:
    """The first words of the message."""
    blocks = row.payload.get("blocks") or row.payload.get("before") or []
    texts = [str(block.get("text") or block.get("title") or "") for block in blocks]
    text = next((text for text in texts if text.strip()), str(row.payload.get("title") or "–"))
    line = text.strip().splitlines()[0]
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


COMMANDS = (
    Command(
        name="deliveries",
        help=N_("What has not arrived"),
        run=list_deliveries,
        group="general",
        example="/deliveries",
        form=optional("again"),
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
)
