"""One update = one transaction: claim it, lock its chat, answer it, write the answer, commit."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from core.errors import BillhookError, Unavailable
from core.ports import Clock, Conversation, Ids, OutboxFile, OutboxRow, Press, Work
from core.usecases.desk import Desk
from handlers.command import Command
from handlers.context import Context
from handlers.exchange import Exchange
from handlers.kinds import Attachment, Notice, Question, Reply, Typed, Update
from handlers.replies import with_short_labels
from handlers.wire import question_to_json, reply_to_json
from handlers.words import _, speak

log = logging.getLogger(__name__)

OpenWork = Callable[[str], AbstractAsyncContextManager[Work]]
_MOST_HINTS = 10_000


class Dispatcher:
    """Handles updates that the inbox holds. Nobody else commits."""

    def __init__(self, open_work: OpenWork, clock: Clock, ids: Ids, commands: Sequence[Command]) -> None:
        self._open_work = open_work
        self._clock = clock
        self._ids = ids
        self._commands: Mapping[str, Command] = {command.name: command for command in commands}
        # Which business a chat spoke for last: only the place in its queue hangs on it, never a right.
        self._hints: OrderedDict[str, str] = OrderedDict()

    async def handle(self, update: Update) -> None:
        """Answer one stored update; a repeated or raced delivery of it does nothing.

        Raises Unavailable when the database does not answer: the update stays in the inbox for the next try.
        """
        exchange: Exchange | None = None
        try:
            async with self._open_work(self._hints.get(update.chat.key, "")) as work:
                exchange = await self._begin(work, update)
                if exchange is None:
                    return
                await self._finish(exchange, await exchange.respond(update.input))
        except Unavailable:
            raise
        except BillhookError as error:
            await self._refuse(update, error, exchange)
        except Exception:
            await self._apologise(update)

    async def _begin(self, work: Work, update: Update) -> Exchange | None:
        await work.chats.lock(update.chat.key)
        if not await work.inbox.claim(update.platform, update.id):
            return None
        desk = await self._seat(work, update)
        speak(desk.business.language if desk else "en")
        files = update.input.files if isinstance(update.input, Typed) else ()
        ctx = Context(work, self._clock, self._ids, update.chat, update.sender, desk, files)
        conversation = await work.chats.conversation(update.chat.key, update.sender.key)
        return Exchange(ctx, self._commands, conversation)

    async def _seat(self, work: Work, update: Update) -> Desk | None:
        seat = await work.chats.seat(update.sender.key)
        if seat is None:
            return None
        await work.enter(seat.business_id)
        member = await work.members.get(seat.member_id)
        if member.left_at is not None:
            return None
        self._hints[update.chat.key] = seat.business_id.hex
        self._hints.move_to_end(update.chat.key)
        if len(self._hints) > _MOST_HINTS:
            self._hints.popitem(last=False)
        return Desk(work, self._clock, self._ids, await work.businesses.get(), member)

    async def _finish(self, exchange: Exchange, shown: Reply | Question) -> None:
        ctx = exchange.ctx
        await ctx.work.chats.keep(ctx.chat.key, ctx.sender.key, exchange.conversation)
        await self._write(ctx, shown)

    async def _write(self, ctx: Context, shown: Reply | Question) -> None:
        """The answer goes to the outbox in the same transaction; tokens stand for what its buttons do."""
        shown = with_short_labels(shown)
        presses = [
            Press(self._ids.token(), button.label, button.command, button.argument)
            for button in shown.buttons
        ]
        tokens = tuple(press.token for press in presses)
        files: list[OutboxFile] = []
        if isinstance(shown, Question):
            payload = question_to_json(shown, tokens)
        else:
            payload = reply_to_json(shown, tokens)
            files = [
                OutboxFile(item.filename, item.media_type, item.content)
                for item in shown.attachments
                if isinstance(item, Attachment)
            ]
        business_id = ctx.seated.business.id if ctx.seated else None
        row = OutboxRow(self._ids.new(), ctx.chat.key, payload, business_id)
        await ctx.work.outbox.add(row, files)
        await ctx.work.chats.add_presses(ctx.chat.key, ctx.sender.key, row.id, presses)

    async def _refuse(self, update: Update, error: BillhookError, failed: Exchange | None) -> None:
        """What the command wrote is rolled back; saying so is a transaction of its own."""
        try:
            async with self._open_work("") as work:
                exchange = await self._begin(work, update)
                if exchange is not None:
                    await self._finish(exchange, await exchange.refuse(error, failed))
        except Unavailable:
            raise
        except Exception:
            await self._apologise(update)

    async def _apologise(self, update: Update) -> None:
        """A bug: the person gets a reference, the log gets the rest, and the update is not tried again."""
        reference = self._ids.token()[:8]
        log.exception("update %s failed, reference %s", update.id, reference)
        sorry = _(
            "Sorry, something went wrong on our side. Nothing was changed. If it happens again, tell us the "
            "reference {reference}.",
            reference=reference,
        )
        async with self._open_work("") as work:
            await work.chats.lock(update.chat.key)
            await work.inbox.fail(update.platform, update.id, reference)
            await work.chats.keep(update.chat.key, update.sender.key, Conversation())
            ctx = Context(work, self._clock, self._ids, update.chat, update.sender)
            await self._write(ctx, Reply((Notice(sorry, "error"),)))
