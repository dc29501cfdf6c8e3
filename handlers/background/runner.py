"""What the clock does for one business: its daily look, its digest, its reminders and its notices."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from core.agenda import look_due
from core.errors import BillhookError, Conflict, Unavailable
from core.notify import WaitingNotice
from core.ports import Clock, Ids, Jobs
from core.reminder import Reminder, ReminderState
from handlers.background import quotes, reminders, series
from handlers.background.desks import at_desk
from handlers.background.digest import write_due
from handlers.background.notices import release
from handlers.background.plan_news import next_news, tell_news
from handlers.context import Context, as_id
from handlers.dispatch import OpenWork
from handlers.platform import Mailing
from handlers.words import speak

log = logging.getLogger(__name__)

_MOST_WAITING = 500
_MOST_PAGES = 100
_TRIES = 3
_TOGETHER = 10
"""Recurring invoices in one transaction: the row that gives the numbers is locked for tenths of a second at most."""

Done = TypeVar("Done")


class Runner:
    """Does everything of a business that has come due. What is done already is left alone, so it may run at any
    time and any number of times.
    """

    def __init__(
        self, open_work: OpenWork, clock: Clock, ids: Ids, jobs: Jobs, mailing: Mailing | None = None,
        *, stopping: Callable[[], bool] = lambda: False, public_url: str = "",
    ) -> None:  # fmt: skip
        self._open_work = open_work
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._mailing = mailing
        self._stopping = stopping
        self._public_url = public_url

    async def run(self, key: str) -> None:
        """`key` is the business's id in hex. Raises Unavailable when the database does not answer or this process
        ends: another one goes on where this one is.
        """
        business_id = as_id(key)
        if business_id is None:
            return
        began = self._clock.now()
        # Most mornings there is nothing else to do, and one transaction is all that a digest takes.
        if await self._part(business_id, partial(_at_once, began)):
            return
        await self._part(business_id, tell_news)
        # Something failed, or has to leave by itself: one part after the other, so that none stops another one.
        await self._recur(business_id)
        if await self._part(business_id, _due_look):
            for _page in range(_MOST_PAGES):
                if not await self._part(business_id, reminders.look):
                    break
            await self._part(business_id, _looked)
        await self._part(business_id, _write_due)
        for quote in await self._part(business_id, quotes.due) or ():
            await self._part(business_id, partial(quotes.expire, quote_id=quote))
        for reminder in await self._part(business_id, _due_reminders) or ():
            await self._fire(business_id, reminder)
        await self._part(business_id, release)
        await self._part(business_id, partial(_rest, began))

    async def _part(self, business_id: UUID, do: Callable[[Context], Awaitable[Done]]) -> Done | None:
        """One transaction. A bug in one part stops no other one; the next run comes by again."""
        for _try in range(_TRIES):
            try:
                async with self._opened(business_id) as ctx:
                    return await do(ctx)
            except Unavailable:
                raise
            except Conflict as error:
                log.info("business %s was changed meanwhile: %s", business_id, error)
            except Exception:
                # What failed is rolled back, and the tick hands this business out again; its other parts go on.
                log.exception("what the clock does for business %s failed", business_id)
                return None
        return None

    async def _recur(self, business_id: UUID) -> None:
        """A few in one transaction, and in rounds as long as that leads on: of a day that was missed the next one may
        have come as well.
        """
        for _round in range(_MOST_PAGES):
            found = await self._part(business_id, series.due) or ()
            few = [found[start : start + _TOGETHER] for start in range(0, len(found), _TOGETHER)]
            if not any([await self._make_few(business_id, ids) for ids in few]):
                return

    async def _make_few(self, business_id: UUID, series_ids: Sequence[UUID]) -> bool:
        """All of them or none; where one of them fails, each by itself. Whether any of them is a day further."""
        try:
            async with self._opened(business_id) as ctx:
                return await series.run(ctx, series_ids)
        except Unavailable:
            raise
        except Exception as error:
            # Rolled back, and done again one by one, where each says what stands in its way.
            log.info(
                "recurring invoices of business %s are made one by one: %s", business_id, type(error).__name__
            )
        return any([await self._make(business_id, series_id) for series_id in series_ids])

    async def _make(self, business_id: UUID, series_id: UUID) -> bool:
        """What stands in its way counts as a failure of that one alone. Whether it is a day further."""
        why: BillhookError | None = None
        try:
            async with self._opened(business_id) as ctx:
                return await series.run(ctx, (series_id,))
        except Unavailable:
            raise
        except BillhookError as error:
            why = error
        except Exception:
            # A bug counts as a failure too, or the series would be tried for ever; `fail` pauses it after three.
            log.exception("recurring invoice %s of business %s cannot be made", series_id, business_id)
        await self._part(business_id, partial(series.fail, series_id=series_id, why=why))
        return False

    async def _fire(self, business_id: UUID, reminder_id: UUID) -> None:
        """Where its fee cannot be charged, the reminder leaves without."""
        try:
            async with self._opened(business_id) as ctx:
                await reminders.fire(ctx, reminder_id)
        except Unavailable:
            raise
        except BillhookError as error:
            await self._part(business_id, partial(reminders.fire, reminder_id=reminder_id, refused=error))
        except Exception:
            # It stays planned for the next run; the reminders behind it must not wait for it for ever.
            log.exception("reminder %s of business %s cannot leave", reminder_id, business_id)

    @asynccontextmanager
    async def _opened(self, business_id: UUID) -> AsyncIterator[Context]:
        """One transaction at the business's desk, with an owner's rights and in the business's language."""
        if self._stopping():
            raise Unavailable("this process ends", 0)
        async with self._open_work(business_id.hex) as work:
            ctx = await at_desk(
                work,
                self._clock,
                self._ids,
                self._jobs,
                business_id,
                self._mailing,
                public_url=self._public_url,
            )
            speak(ctx.desk.business.language)
            yield ctx


async def _at_once(began: datetime, ctx: Context) -> bool:
    """The daily look, so that the digest knows what will be sent today; the digest; and what waits to be told.

    False where that is not all there is to do.
    """
    await tell_news(ctx)
    if await series.due(ctx):
        return False
    for quote in await quotes.due(ctx):
        await quotes.expire(ctx, quote)
    look = await _due_look(ctx)
    if look is not None:
        if await reminders.look(ctx):
            return False
        await ctx.work.agendas.looked(look)
    waiting = await _waiting(ctx)
    await write_due(ctx, waiting)
    if any(reminder.send_at <= ctx.clock.now() for reminder in _planned(waiting)):
        return False
    notices = await ctx.work.notices.list_waiting(1)
    if notices and notices[0].due_at <= ctx.clock.now():
        await release(ctx)
        notices = await ctx.work.notices.list_waiting(1)
    await _rest_until(ctx, began, waiting, notices)
    return True


async def _due_look(ctx: Context) -> date | None:
    return look_due(await ctx.work.agendas.lock(), ctx.clock.now())


async def _looked(ctx: Context) -> None:
    """Also where it failed, or it would be tried every minute; what was missed is found on the next day."""
    look = await _due_look(ctx)
    if look is not None:
        await ctx.work.agendas.looked(look)


async def _write_due(ctx: Context) -> None:
    await ctx.work.agendas.lock()
    await write_due(ctx, await _waiting(ctx))


async def _due_reminders(ctx: Context) -> list[UUID]:
    now = ctx.clock.now()
    waiting = await _waiting(ctx)
    return [reminder.id for reminder in _planned(waiting) if reminder.send_at <= now]


async def _rest(began: datetime, ctx: Context) -> None:
    await ctx.work.agendas.lock()
    waiting = await _waiting(ctx)
    await _rest_until(ctx, began, waiting, await ctx.work.notices.list_waiting(1))


async def _rest_until(
    ctx: Context, began: datetime, waiting: Sequence[Reminder], notices: Sequence[WaitingNotice]
) -> None:
    """Plan when to come by next. What could not leave waits for that, or it would be tried without a pause."""
    moments = [reminder.send_at for reminder in _planned(waiting) if reminder.send_at > began]
    moments += [notice.due_at for notice in notices]
    news = await next_news(ctx)
    moments += [news] if news else []
    recurring = await ctx.work.series.next_moment(began)
    moments += [recurring] if recurring else []
    ending = await ctx.work.quotes.next_moment(began)
    moments += [ending] if ending else []
    await ctx.work.agendas.rest(min(moments, default=None))


async def _waiting(ctx: Context) -> Sequence[Reminder]:
    """None of them where this release cannot read one: everything else of the business goes on without."""
    try:
        return await ctx.work.reminders.list_waiting(_MOST_WAITING)
    except (LookupError, TypeError, ValueError):
        log.exception("the reminders of business %s cannot be read", ctx.desk.business.id)
        return ()


def _planned(waiting: Sequence[Reminder]) -> list[Reminder]:
    return [reminder for reminder in waiting if reminder.state is ReminderState.PLANNED]
