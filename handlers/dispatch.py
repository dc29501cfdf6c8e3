"""One update = one transaction: claim it, lock its chat, answer it, write the answer, commit."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import assert_never

from core.chat_ports import Conversation, OutboxFile, OutboxRow, Press, Seat
from core.errors import BillhookError, Unavailable
from core.language import spoken
from core.ports import CHAT_JOB, Clock, Ids, Jobs, Work
from core.usecases.desk import Desk
from handlers.command import Command
from handlers.context import Context
from handlers.exchange import Exchange
from handlers.kinds import (
    Attachment,
    ChatRef,
    Moved,
    Notice,
    Opened,
    Pressed,
    Question,
    Reachable,
    Reply,
    Typed,
    Update,
)
from handlers.platform import Manners
from handlers.replies import with_short_labels
from handlers.wire import occasion_to_json, question_to_json, reply_to_json
from handlers.words import _, language, speak

log = logging.getLogger(__name__)

OpenWork = Callable[[str], AbstractAsyncContextManager[Work]]
_MOST_HINTS = 10_000


class Dispatcher:
    """Handles updates that the inbox holds. Nobody else commits."""

    def __init__(
        self, open_work: OpenWork, clock: Clock, ids: Ids, commands: Sequence[Command], jobs: Jobs
    ) -> None:
        self._open_work = open_work
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._commands: Mapping[str, Command] = {command.name: command for command in commands}
        # Which business a chat spoke for last: only the place in its queue hangs on it, never a right.
        self._hints: OrderedDict[str, str] = OrderedDict()

    async def handle(self, update: Update, manners: Manners) -> None:
        """Answer one stored update; a repeated or raced delivery of it does nothing.

        Raises Unavailable when the database does not answer: the update stays in the inbox for the next try.
        """
        exchange: Exchange | None = None
        try:
            async with self._open_work(self._hints.get(update.chat.key, "")) as work:
                match update.input:
                    case Typed() | Pressed() | Opened() as given:
                        exchange = await self._begin(work, update, manners)
                        if exchange is not None:
                            await self._finish(exchange, await exchange.respond(given), update)
                    case Reachable() | Moved() as event:
                        await self._follow(work, update, event)
                    case _:
                        assert_never(update.input)
        except Unavailable:
            raise
        except BillhookError as error:
            await self._refuse(update, manners, error, exchange)
        except Exception:
            await self._apologise(update)

    async def _follow(self, work: Work, update: Update, event: Reachable | Moved) -> None:
        """What happened to the chat itself; nobody is answered."""
        await work.chats.lock(update.chat.key)
        if not await work.inbox.claim(update.platform, update.id):
            return
        if isinstance(event, Moved):
            new = ChatRef(update.platform, event.address)
            await work.chats.move(update.chat.key, new.key)
            await self._jobs.enqueue(work, CHAT_JOB, new.key)
        else:
            await work.chats.set_reachable(update.chat.key, event.reachable)

    async def _begin(self, work: Work, update: Update, manners: Manners) -> Exchange | None:
        place = await work.chats.lock(update.chat.key)
        if not await work.inbox.claim(update.platform, update.id):
            return None
        speaker = await work.chats.speaker(update.sender.key)
        speak(speaker.language or spoken(update.sender.language))
        seat = speaker.seat
        if update.group and seat is not None and seat.business_id != place.business_id:
            # What somebody may do for one business is nobody's affair in another one's group.
            seat = None
        desk = await self._desk(work, update, seat)
        files = update.input.files if isinstance(update.input, Typed) else ()
        fetched = tuple(file for file in files if isinstance(file, Attachment))
        ctx = Context(
            work, self._clock, self._ids, update.chat, update.sender, desk, fetched, manners, update.group, place,
            self._jobs,
        )  # fmt: skip
        conversation = await work.chats.conversation(update.chat.key, update.sender.key)
        return Exchange(ctx, self._commands, conversation)

    async def _desk(self, work: Work, update: Update, seat: Seat | None) -> Desk | None:
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

    async def _finish(self, exchange: Exchange, shown: Reply | Question, update: Update) -> None:
        ctx = exchange.ctx
        await ctx.work.chats.keep(ctx.chat.key, ctx.sender.key, exchange.conversation)
        await self._write(ctx, shown, update, answered=exchange.answered)

    async def _write(
        self, ctx: Context, shown: Reply | Question, update: Update, answered: bool = False
    ) -> None:
        """The answer goes to the outbox in the same transaction; tokens stand for what its buttons do."""
        occasion = replace(update.occasion, answered=answered and not ctx.files)
        await self._add(ctx, ctx.chat, ctx.sender.key, shown, {"occasion": occasion_to_json(occasion)})
        for chat, reply in shown.elsewhere if isinstance(shown, Reply) else ():
            await self._add(ctx, chat, "", reply, {})
            await self._jobs.enqueue(ctx.work, CHAT_JOB, chat.key)

    async def _add(
        self, ctx: Context, chat: ChatRef, sender: str, shown: Reply | Question, more: dict[str, object]
    ) -> None:
        shown = with_short_labels(shown)
        presses = [
            None if button.url else Press(self._ids.token(), button.label, button.command, button.argument)
            for button in shown.buttons
        ]
        tokens = tuple(press.token if press else "" for press in presses)
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
        payload = {**payload, **more, "language": language()}
        row = OutboxRow(self._ids.new(), chat.key, payload, business_id, sender)
        await ctx.work.outbox.add(row, files)
        await ctx.work.chats.add_presses(chat.key, sender, row.id, [press for press in presses if press])

    async def _refuse(
        self, update: Update, manners: Manners, error: BillhookError, failed: Exchange | None
    ) -> None:
        """What the command wrote is rolled back; saying so is a transaction of its own."""
        try:
            async with self._open_work("") as work:
                exchange = await self._begin(work, update, manners)
                if exchange is not None:
                    exchange.answered = bool(failed and failed.answered)
                    await self._finish(exchange, await exchange.refuse(error, failed), update)
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
            await self._write(ctx, Reply((Notice(sorry, "error"),)), update)
