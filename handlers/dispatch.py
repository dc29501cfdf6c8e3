"""One update = one transaction: claim it, lock its chat, answer it, write the answer, commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from core.chat_ports import Board, Conversation
from core.errors import BillhookError, Unavailable
from core.notify import STANDING
from core.ports import CHAT_JOB, Work
from handlers.boards import refresh_boards
from handlers.context import Context
from handlers.exchange import Exchange
from handlers.kinds import ChatRef, Notice, Question, Reply
from handlers.opening import Opener
from handlers.platform import Manners
from handlers.posting import Posting, post
from handlers.updates import Looked, Moved, Pressed, Reachable, Update
from handlers.words import _

log = logging.getLogger(__name__)

OpenWork = Callable[[str], AbstractAsyncContextManager[Work]]


class Dispatcher:
    """Handles updates that the inbox holds. Nobody else commits."""

    def __init__(self, open_work: OpenWork, opener: Opener) -> None:
        self._open_work = open_work
        self._opener = opener
        self._clock = opener.clock
        self._ids = opener.ids
        self._jobs = opener.jobs

    async def handle(self, update: Update, manners: Manners, moved: bool = False) -> None:
        """Answer one stored update; a repeated or raced delivery of it does nothing.

        `moved`: it came in by another chat than the one in which it is answered, which then needs a job of its own.
        Raises Unavailable when the database does not answer: the update stays in the inbox for the next try.
        """
        exchange: Exchange | None = None
        try:
            async with self._open_work(self._opener.hint(update.chat.key)) as work:
                match update.input:
                    case Reachable() | Moved() as event:
                        await self._follow(work, update, event)
                    case given:
                        exchange = await self._begin(work, update, manners)
                        if exchange is not None:
                            await self._finish(exchange, await exchange.respond(given), update)
                        await self._wake(work, update, moved)
        except Unavailable:
            raise
        except BillhookError as error:
            await self._refuse(update, manners, error, exchange, moved)
        except Exception:
            await self._apologise(update, moved)

    async def _wake(self, work: Work, update: Update, moved: bool) -> None:
        """Whoever answers may die before it is sent."""
        if moved:
            await self._jobs.enqueue(work, CHAT_JOB, update.chat.key)

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
        return await self._opener.exchange(work, update, manners, place)

    async def _finish(self, exchange: Exchange, shown: Reply | Question | None, update: Update) -> None:
        ctx, conversation = exchange.ctx, exchange.conversation
        if ctx.sender.key in ctx.work.chats.sat:
            # What was left open is about the business that they worked for before.
            ctx, conversation = await self._opener.reseated(ctx), Conversation()
        await ctx.work.chats.keep(ctx.chat.key, ctx.sender.key, conversation)
        if shown is not None:
            await self._write(ctx, shown, update, answered=exchange.answered)
        if isinstance(update.input, Looked):
            board = Board(ctx.chat.key, ctx.sender.key, ctx.sender.name, ctx.sender.language)
            business_id = ctx.seated.business.id if ctx.seated else None
            await ctx.work.chats.show_board(business_id, board, looked=not update.input.again)
        elif ctx.seated and (ctx.work.audit.written or ctx.work.chats.sat):
            senders = {ctx.sender.key, *ctx.work.chats.sat}
            await refresh_boards(
                ctx.work, self._clock, self._ids, self._jobs, ctx.seated.business.id, senders
            )

    async def _write(
        self, ctx: Context, shown: Reply | Question, update: Update, answered: bool = False
    ) -> None:
        """The answer goes to the outbox in the same transaction; tokens stand for what its buttons do."""
        aloud = update.around is not None and ctx.place.shows_data
        occasion = replace(update.occasion, answered=answered and not ctx.files, aloud=aloud)
        if aloud:
            occasion = replace(occasion, who=occasion.who or ctx.sender.name)
        if occasion.replaces and isinstance(update.input, Pressed) and await _stands(ctx, update.input):
            occasion = replace(occasion, replaces="")
        business_id = ctx.seated.business.id if ctx.seated else None
        await post(ctx.work, self._ids, ctx.chat, shown, Posting(business_id, ctx.sender.key, occasion))
        for chat, reply in shown.elsewhere if isinstance(shown, Reply) else ():
            await post(ctx.work, self._ids, chat, reply, Posting(business_id))
            await self._jobs.enqueue(ctx.work, CHAT_JOB, chat.key)

    async def _refuse(
        self, update: Update, manners: Manners, error: BillhookError, failed: Exchange | None, moved: bool
    ) -> None:
        """What the command wrote is rolled back; saying so is a transaction of its own."""
        try:
            async with self._open_work("") as work:
                exchange = await self._begin(work, update, manners)
                if exchange is not None:
                    exchange.answered = bool(failed and failed.answered)
                    await self._finish(exchange, await exchange.refuse(error, failed), update)
                await self._wake(work, update, moved)
        except Unavailable:
            raise
        except Exception:
            await self._apologise(update, moved)

    async def _apologise(self, update: Update, moved: bool) -> None:
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
            await self._wake(work, update, moved)


async def _stands(ctx: Context, pressed: Pressed) -> bool:
    """Whether the message stays as it is when one of its buttons is pressed."""
    chat = ChatRef(ctx.chat.platform, pressed.shown) if pressed.shown else ctx.chat
    press = await ctx.work.chats.find_press(chat.key, pressed.token)
    return press is not None and press.kind in STANDING
