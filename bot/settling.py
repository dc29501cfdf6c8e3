"""What becomes of a message after it was tried: arrived, put off, failed, or nobody knows; each in one transaction."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from core.chat_ports import LETTERS, OutboxRow, Settled
from core.errors import BillhookError, Unavailable
from core.ports import CHAT_JOB, Jobs, Work
from core.usecases.guard import Cancelled
from core.usecases.sending import arrived, came_back
from handlers.kinds import ChatRef, Question, Reply
from handlers.platform import ChatGone, ChatMoved, Platform, Rate, Throttled, Undeliverable
from handlers.updates import Occasion
from handlers.words import sentence
from storage.engine import Storage
from storage.work import SqlWork

PATIENCE = 3.0
"""Seconds a delivery waits for its turn while it holds its place; a longer wait is left to a later job."""
MOST_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0
MOST_LETTER_ATTEMPTS = 24
"""Sixteen hours: people wait for an answer in a chat, but mail servers are away for a night."""
AGAIN_AFTER = timedelta(minutes=10)
"""When a letter goes out once more of which nobody knows whether it arrived."""

Guard = Callable[[Work, OutboxRow], Awaitable[datetime | Cancelled | None]]
"""Asked in the transaction that takes a letter: whether it may leave, not before when, or never."""
Tell = Callable[[Work, OutboxRow, str, str], Awaitable[None]]
"""Tells those who run the business what became of a letter: the row, `failed` or `uncertain`, and why."""


class Go(Enum):
    """What a chat goes on with."""

    PART = "part"
    ROW = "row"
    LOOK = "look"
    """Somebody else sends this one. What follows may not overtake it, so look again at what waits."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Errand:
    """One reply on its way to one chat."""

    platform: Platform
    chat: ChatRef
    row: OutboxRow
    shown: Reply | Question
    tokens: tuple[str, ...]
    occasion: Occasion
    parts: Sequence[Any]

    @property
    def part(self) -> Any:
        """The next one to send."""
        return self.parts[self.row.done]

    def rates(self) -> list[Rate]:
        return list(self.platform.rates(self.chat, self.part))


async def untold(_work: Work, _row: OutboxRow, _state: str, _error: str) -> None:
    """For a process that tells nobody."""


class Settling:
    """Writes down what came of something, with whatever follows from it."""

    def __init__(self, storage: Storage, jobs: Jobs, tell: Tell = untold) -> None:
        self._storage = storage
        self._jobs = jobs
        self._tell = tell

    async def settle(
        self, work: SqlWork, errand: Errand, ref: str | None, failure: BillhookError | None
    ) -> Go:
        """After one part was tried: `ref` names what was sent; without it and a failure, nobody knows."""
        row, chat = errand.row, errand.chat
        match failure:
            case None if ref is not None:
                await self._arrived(work, errand, ref)
                return Go.PART
            case Throttled(retry_after=wait):
                return await self._throttled(work, errand, wait, failure)
            case Unavailable():
                return await self.later(work, chat, row, _told(row, failure))
            case ChatMoved(address=address):
                new = ChatRef(chat.platform, address).key
                await work.outbox.settle(row.id, settled(row, "pending", attempts=row.attempts))
                await work.chats.move(chat.key, new)
                await self._jobs.enqueue(work, CHAT_JOB, new)
                return Go.STOP
            case Undeliverable():
                if isinstance(failure, ChatGone):
                    await work.chats.set_reachable(chat.key, False)
                await self.failed(work, row, _told(row, failure), row.attempts)
                return Go.ROW
            case _:
                return await self._uncertain(work, errand, _told(row, failure) if failure else "")

    async def failed(self, work: SqlWork, row: OutboxRow, error: str, attempts: int) -> None:
        """For good. Nobody expects an answer to a letter, so its failure is told."""
        await work.outbox.settle(row.id, settled(row, "failed", attempts=attempts, error=error))
        if row.kind in LETTERS:
            await self.came_back(work, row, error)

    async def came_back(self, work: Work, row: OutboxRow, error: str) -> None:
        """What follows from a letter that has not arrived and will not."""
        await came_back(work, row)
        await self._tell(work, row, "failed", error)

    async def later(self, work: SqlWork, chat: ChatRef, row: OutboxRow, error: str) -> Go:
        """Another attempt, the longer after this one the more there were."""
        attempts = row.attempts + 1
        if attempts >= (MOST_LETTER_ATTEMPTS if row.kind in LETTERS else MOST_ATTEMPTS):
            await self.failed(work, row, error, attempts)
            return Go.ROW
        pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        await self.put_off(work, chat, row, pause, attempts, error)
        return Go.STOP

    async def put_off(
        self, work: SqlWork, chat: ChatRef, row: OutboxRow, wait: float, attempts: int | None = None,
        error: str = "",
    ) -> None:  # fmt: skip
        """A little later for each, so that those who waited for the same moment do not all come at once."""
        wait += random.uniform(0, min(wait, PATIENCE) / 10)  # noqa: S311 - spreads load, keeps no secret
        until = self._storage.clock.now() + timedelta(seconds=wait)
        counted = row.attempts if attempts is None else attempts
        waiting = settled(row, "pending", attempts=counted, next_at=until, error=error)
        await work.outbox.settle(row.id, waiting)
        await self._jobs.enqueue(work, CHAT_JOB, chat.key, delay=wait, urgent=bool(row.sender))

    async def give_up_lost(self, work: SqlWork, chat: ChatRef, before: datetime) -> None:
        """What a process that died since had in hand."""
        again = self._storage.clock.now() + AGAIN_AFTER
        for state, row in await work.outbox.give_up_lost(chat.key, before, again):
            if state == "pending":
                await self._jobs.enqueue(work, CHAT_JOB, chat.key, AGAIN_AFTER.total_seconds(), urgent=False)
            elif row.kind in LETTERS:
                await self._tell(work, row, "uncertain", "")

    async def _uncertain(self, work: SqlWork, errand: Errand, error: str) -> Go:
        """A letter is repeated once by itself: its Message-ID is the same, so a mailbox shows one. What its server
        called it is known before it answers, and what comes back is found by that.
        """
        row, shown = errand.row, errand.shown
        letter = shown.letter if isinstance(shown, Reply) else None
        ref = letter.message_id if letter else row.ref
        if row.kind not in LETTERS:
            await work.outbox.settle(row.id, settled(row, "uncertain", error=error))
            return Go.ROW
        if row.repeats:
            await work.outbox.settle(row.id, settled(row, "uncertain", ref=ref, error=error))
            await self._tell(work, row, "uncertain", error)
            return Go.ROW
        wait = AGAIN_AFTER.total_seconds()
        until = self._storage.clock.now() + AGAIN_AFTER
        once_more = Settled("pending", row.done, ref, row.attempts, until, error, repeats=1)
        await work.outbox.settle(row.id, once_more)
        await self._jobs.enqueue(work, CHAT_JOB, errand.chat.key, delay=wait, urgent=False)
        return Go.STOP

    async def _arrived(self, work: SqlWork, errand: Errand, ref: str) -> None:
        """The chat's next moment counts from here, or a late message would be followed too closely. It is held
        first: whoever takes a message has its chat's moment before the message, too.
        """
        row = errand.row
        for own in errand.rates()[:1]:
            await work.slots.hold(own.key, own.seconds)
        state = "sent" if row.done + 1 == len(errand.parts) else "pending"
        await work.outbox.settle(row.id, Settled(state, row.done + 1, ref, repeats=row.repeats))
        if row.repeats:
            await arrived(work, self._storage.clock, row)

    async def _throttled(self, work: SqlWork, errand: Errand, wait: float, failure: BillhookError) -> Go:
        """The chat waits as long as it was told to. When a second chat is told so meanwhile, it is the whole
        bot that sends too much, and everybody waits.
        """
        rates = errand.rates()
        if len(rates) > 1:
            # One row for the whole platform, so it is only asked where the answer makes a difference.
            alone, _wait = await work.slots.reserve(f"{errand.chat.platform}:flood", wait, patience=0)
            rates = rates[:1] if alone else rates
        for rate in rates:
            await work.slots.hold(rate.key, wait)
        if errand.row.kind in LETTERS:
            # Mail servers also say so of one full mailbox, which may stay full for ever.
            return await self.later(work, errand.chat, errand.row, _told(errand.row, failure))
        await self.put_off(work, errand.chat, errand.row, wait)
        return Go.STOP


def settled(row: OutboxRow, state: str, **more: Any) -> Settled:
    """What the row was before, but for `state` and what else is named."""
    return Settled(**{"state": state, "done": row.done, "ref": row.ref, "repeats": row.repeats, **more})


def _told(row: OutboxRow, failure: BillhookError) -> str:
    """Whoever reads this of a letter does not speak its reader's language."""
    return str(failure) if row.kind in LETTERS else sentence(failure)
