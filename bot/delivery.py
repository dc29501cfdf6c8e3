"""Takes replies from the outbox to their chats: in order, at the permitted rate, never twice by decision."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.loading import Loader
from bot.settling import PATIENCE, Errand, Go, Guard, Settling, Tell, settled, untold
from core.chat_ports import LETTERS, OutboxRow, Settled
from core.errors import BillhookError, Unavailable
from core.ports import CHAT_JOB, Jobs
from core.usecases.guard import Cancelled
from handlers.kinds import ChatRef, Reply
from handlers.platform import Lost, Platform, Rate
from storage.engine import Storage
from storage.work import SqlWork

log = logging.getLogger(__name__)

_BATCH = 20
SEND_SECONDS = 45.0
"""One message with a file of some megabytes; past it, nobody knows what became of it."""
LOST_AFTER = timedelta(seconds=60)
"""Longer than any sending takes: who took it has died."""
_SETTLE_PAUSES = (0.1, 1.0, 3.0)
BLOCKED = "blocked"
_MOST_UNASKED = 10
"""Messages nobody asked for that wait for their moment at a time: whoever asked waits behind these, and no more."""
_OVERSLEPT = 0.05
"""Seconds by which a moment may be missed and still be used."""
_MOMENTS = 3


class Delivery:
    """pending -> sending -> sent; what was cut off while sending is uncertain and not repeated.

    While the process is `stopping` nothing waits here for its turn: a later job, and so another process, sends it.
    """

    def __init__(
        self, storage: Storage, loader: Loader, platforms: Mapping[str, Platform], jobs: Jobs,
        stopping: Callable[[], bool] = lambda: False, *, guard: Guard | None = None, trouble: Tell = untold,
    ) -> None:  # fmt: skip
        self._storage = storage
        self._loader = loader
        self._platforms = platforms
        self._jobs = jobs
        self._stopping = stopping
        self._guard = guard
        self._settling = Settling(storage, jobs, trouble)
        self._unasked = asyncio.Semaphore(_MOST_UNASKED)

    async def deliver(self, chat: ChatRef) -> None:
        """Send everything that waits for this chat. Stops at the first one that cannot be sent now."""
        if chat.platform not in self._platforms:
            return
        while True:
            async with self._storage.work() as work:
                await self._settling.give_up_lost(work, chat, self._storage.clock.now() - LOST_AFTER)
                rows, later = await work.outbox.list_due(chat.key, _BATCH)
            going = Go.ROW if rows or await self._is_due_soon(later) else Go.STOP
            for row in rows:
                going = await self._one(chat, row)
                if going is not Go.ROW:
                    break
            if going is Go.STOP:
                return

    async def give_up_lost(self, work: SqlWork, chat: ChatRef, before: datetime) -> None:
        """What was taken to be sent until then, by somebody who died."""
        await self._settling.give_up_lost(work, chat, before)

    async def _is_due_soon(self, later: datetime | None) -> bool:
        """Waits where that is worth it: a job may come a moment before the time it was made for, by another
        machine's clock, and there is no second one.
        """
        wait = (later - self._storage.clock.now()).total_seconds() if later else PATIENCE + 1
        if wait > PATIENCE:
            return False
        if self._stopping():
            raise Unavailable("this process ends", max(wait, 0.0))
        await asyncio.sleep(max(wait, 0.0))
        return True

    async def _one(self, chat: ChatRef, row: OutboxRow) -> Go:
        platform = self._platforms[chat.platform]
        attached = bool(row.payload.get("attachments"))
        async with platform.busy(chat) if attached and not row.done else _still():
            errand = await self._made(platform, chat, row)
            if isinstance(errand, Go):
                return errand
            if errand.occasion.press and not row.done:
                going = await self._answer_press(errand)
                if going is not Go.PART:
                    return going
            return await self._parts(errand)

    async def _made(self, platform: Platform, chat: ChatRef, row: OutboxRow) -> Errand | Go:
        """What to go on with where nothing of it can be sent now, or ever: then nothing behind it waits for it."""
        try:
            shown, tokens, occasion = await self._loader.load(row)
            parts = platform.parts(chat, shown, tokens, occasion)
            if row.done < len(parts):
                return Errand(platform, chat, row, shown, tokens, occasion, parts)
        except Unavailable as error:
            if row.kind not in LETTERS:
                raise
            # A letter without its document would be worse than a late one, and one that never can be made is told.
            async with self._storage.work() as work:
                return await self._settling.later(work, chat, row, str(error))
        except Exception:
            # Whatever is wrong with one reply, what is behind it in the chat must not wait for ever.
            log.exception("reply %s cannot be shown", row.id)
            async with self._storage.work() as work:
                await self._settling.failed(work, row, "", row.attempts)
            return Go.ROW
        # What has become shorter since its first parts were sent is complete.
        async with self._storage.work() as work:
            await work.outbox.settle(row.id, settled(row, "sent", attempts=row.attempts))
        return Go.ROW

    async def _answer_press(self, errand: Errand) -> Go:
        """A pressed button is answered before anything else: its platform does not wait long. PART when there is
        still something to send.

        What a note over the chat may say whole is taken first: another process, told that the press was
        answered already, would say it once more as a message.
        """
        row, heard = errand.row, False
        whole = isinstance(errand.shown, Reply) and errand.shown.aside
        if whole:
            async with self._storage.work() as work:
                if not await work.outbox.take(row):
                    return Go.LOOK
        try:
            heard = await errand.platform.answer_press(errand.occasion, errand.shown)
        finally:
            if whole or heard:
                came = Settled("sent", 1) if heard else settled(row, "pending", attempts=row.attempts)
                async with self._storage.work() as work:
                    await work.outbox.settle(row.id, came)
        return Go.ROW if heard else Go.PART

    async def _parts(self, errand: Errand) -> Go:
        while errand.row.done < len(errand.parts):
            async with _still() if errand.row.sender else self._unasked:
                turn = await self._take(errand)
            if turn is not Go.PART:
                return turn
            turn, ref = await self._send(errand)
            if turn is not Go.PART:
                return turn
            errand = replace(errand, row=replace(errand.row, done=errand.row.done + 1, ref=ref))
        return Go.ROW

    # -- the turn ----------------------------------------------------------------------------------

    async def _take(self, errand: Errand) -> Go:
        """PART when it is ours to send now; else it has to wait, or somebody else sends it."""
        rates = errand.rates()
        left, waited = list(rates), False
        clock = asyncio.get_running_loop().time
        while True:
            async with self._storage.work() as work:
                if not errand.row.sender and not (await work.chats.lock(errand.chat.key)).reachable:
                    # Nobody asked for it, and nobody is there.
                    await work.outbox.settle(errand.row.id, Settled("failed", error=BLOCKED))
                    return Go.ROW
                if self._guard is not None and errand.row.kind in LETTERS:
                    refused = await self._refused(work, errand, await self._guard(work, errand.row))
                    if refused is not None:
                        return refused
                if waited and rates[0] not in left:
                    # The chat's own moment passed while the bot's was waited for: the next counts from here. Held
                    # before the bot's is reserved, as everybody does, or two would wait for each other.
                    await work.slots.hold(rates[0].key, rates[0].seconds)
                wait = await self._reserve(work, errand, left)
                if wait is None:
                    return Go.STOP
                until = clock() + wait
                taken = not wait and await work.outbox.take(errand.row)
            if not wait:
                if taken and rates and errand.row.kind not in LETTERS:
                    # A letter was found fit to leave just now, and that may be otherwise in a moment.
                    await self._catch_up(rates, until)
                return Go.PART if taken else Go.LOOK
            waited = True
            await asyncio.sleep(until - clock())
            if clock() - until > _OVERSLEPT:
                # A busy process wakes many late at once: what they reserved has passed, and all of them together
                # would be more than the platform permits.
                left.insert(0, rates[len(rates) - len(left) - 1])

    async def _catch_up(self, rates: Sequence[Rate], moment: float) -> None:
        """A database that was slow to commit lets many go at once, each after its moment: who is late takes the next
        moment instead, a few times at most.
        """
        clock = asyncio.get_running_loop().time
        for _ in range(_MOMENTS):
            if clock() - moment <= _OVERSLEPT or self._stopping():
                return
            async with self._storage.work() as work:
                for rate in rates[:-1]:
                    await work.slots.hold(rate.key, rate.seconds)
                granted, wait = await work.slots.reserve(rates[-1].key, rates[-1].seconds, PATIENCE)
                moment = clock() + wait
            if not granted:
                return
            await asyncio.sleep(moment - clock())

    async def _reserve(self, work: SqlWork, errand: Errand, left: list[Rate]) -> float | None:
        """Reserve what is left, one moment after the other, up to the first that is not now: how long to wait for
        it. None when that is too long: then the reply was put off.
        """
        patience = 0.0 if self._stopping() else PATIENCE
        while left:
            granted, wait = await work.slots.reserve(left[0].key, left[0].seconds, patience)
            if not granted:
                await self._settling.put_off(work, errand.chat, errand.row, wait)
                return None
            left.pop(0)
            if wait:
                return wait
        return 0.0

    async def _refused(self, work: SqlWork, errand: Errand, word: datetime | Cancelled | None) -> Go | None:
        """None where the guard lets it go."""
        row, chat = errand.row, errand.chat
        if word is None:
            return None
        if isinstance(word, Cancelled):
            await work.outbox.settle(row.id, settled(row, "cancelled", attempts=row.attempts, error=word.why))
            return Go.ROW
        later = settled(row, "pending", attempts=row.attempts, next_at=word)
        await work.outbox.settle(row.id, later)
        wait = max((word - self._storage.clock.now()).total_seconds(), 0.0)
        await self._jobs.enqueue(work, CHAT_JOB, chat.key, delay=wait, urgent=False)
        return Go.STOP

    # -- the sending -------------------------------------------------------------------------------

    async def _send(self, errand: Errand) -> tuple[Go, str]:
        """What the chat goes on with, and the platform's name of what was sent."""
        ref: str | None = None
        failure: BillhookError | None = None
        try:
            async with asyncio.timeout(SEND_SECONDS):
                ref = await errand.platform.send(errand.chat, errand.part, errand.row.ref)
        except BillhookError as error:
            failure = error
        except TimeoutError:
            failure = Lost("no answer in time")
        finally:
            # Also for a bug and for a process that is being stopped: then nobody knows whether it arrived.
            going = await self._settled(errand, ref, failure)
        return going, ref or ""

    async def _settled(self, errand: Errand, ref: str | None, failure: BillhookError | None) -> Go:
        """Try more than once: a database that hangs up just then must not make what was sent uncertain."""
        if failure is not None:
            log.warning("a message to chat %s: %s: %s", errand.chat.key, failure.code, failure)
        for pause in _SETTLE_PAUSES:
            try:
                return await self._settle(errand, ref, failure)
            except Unavailable as error:
                log.warning("what came of a message is written down again: %s", error)
            await asyncio.sleep(pause)
        return await self._settle(errand, ref, failure)

    async def _settle(self, errand: Errand, ref: str | None, failure: BillhookError | None) -> Go:
        """In one transaction with whatever follows from it."""
        async with self._storage.work() as work:
            return await self._settling.settle(work, errand, ref, failure)


@asynccontextmanager
async def _still() -> AsyncIterator[None]:
    yield
