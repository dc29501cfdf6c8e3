"""Clients who pay an invoice online: booking what their provider tells of the money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from bot.stripe.events import set_aside
from bot.stripe.refused_keys import RefusedKeys, is_refused
from core.errors import BillhookError, Conflict, InvalidInput, Unavailable
from core.pay_ports import (
    MoneyBack,
    PayAccount,
    PaymentProvider,
    ProviderEvent,
    Received,
    SessionState,
)
from core.ports import Clock, Ids, Jobs
from core.usecases.online_payment import Doubtful, must_match
from handlers.background.desks import at_desk
from handlers.background.online_payments import (
    receive_payment,
    return_money,
    tell_doubt,
    tell_failed,
    tell_lost,
)
from handlers.context import Context
from handlers.words import speak
from storage.engine import Storage

_CHECKOUT = "checkout.session."
_ASYNC_FAILED, _EXPIRED = "checkout.session.async_payment_failed", "checkout.session.expired"
_CLOSED = "charge.dispute.closed"
_MOMENT = 1.0
_GIVE_UP_AFTER = timedelta(days=7)
"""So long an event waits for a key that may read what it is about."""


@dataclass(frozen=True, slots=True)
class _News:
    """What the provider says now about the object of an event."""

    received: tuple[Received, ...] = ()
    back: tuple[MoneyBack, ...] = ()


class Paying:
    """Books what clients paid, for one process."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: Ids,
        jobs: Jobs,
        provider: PaymentProvider,
        refused: RefusedKeys,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._provider = provider
        self._refused = refused

    async def apply(self, event: ProviderEvent) -> None:
        """Book what an event of a business's own account is about, once, whatever came before it or comes twice.

        The event itself is trusted with nothing: its object is read again. Raises Unavailable to be tried again.
        """
        business_id = event.business_id
        if business_id is None:
            raise ValueError("an event of our own account changes no invoice")
        async with self._storage.work() as work:
            await work.enter(business_id)
            # What was paid in an account that was left since is booked still.
            account = await work.pay_accounts.find_named(event.account)
            if account is not None and await is_refused(work, business_id, account):
                return
        try:
            news = await self._read(account, event, business_id) if account else _News()
            await self._book(event, news, business_id)
        except Doubtful as error:
            await self._fail(event, error, business_id)
        except InvalidInput as error:
            if (
                account is None
                or error.field != "key"
                or event.created_at < self._clock.now() - _GIVE_UP_AFTER
            ):
                await self._fail(event, error, None)
                return
            # It waits for a key that may do it: the net below the queue takes it up again.
            await self._refused.tell(business_id, account)
        except Conflict as error:
            raise Unavailable(error.message, _MOMENT, **error.values) from error

    # -- what the provider says --------------------------------------------------------------------

    async def _read(self, account: PayAccount, event: ProviderEvent, business_id: UUID) -> _News:
        if event.type.startswith(_CHECKOUT):
            return _News((await self._provider.read_payment(account, event.object_id),))
        back = await self._provider.read_money_back(account, event)
        checkouts = await self._unbooked(back, business_id)
        received = [await self._provider.read_payment(account, checkout) for checkout in checkouts]
        return _News(tuple(received), tuple(back))

    async def _unbooked(self, back: Sequence[MoneyBack], business_id: UUID) -> list[str]:
        """The checkouts of ours whose payment is not booked yet, because its event is still on its way."""
        found: dict[str, None] = {}
        async with self._storage.work() as work:
            await work.enter(business_id)
            for one in back:
                if one.session_id is None or await work.payments.find_provider(one.payment_id):
                    continue
                session = await work.pay_sessions.find_own(one.session_id)
                if session is not None and session.provider_id:
                    found[session.provider_id] = None
        return list(found)

    # -- what comes of it --------------------------------------------------------------------------

    async def _book(self, event: ProviderEvent, news: _News, business_id: UUID) -> None:
        """All of it and the event in one transaction, so that it is booked once."""
        async with self._storage.work() as work:
            if await work.provider_events.claim(event.id, self._clock.now()) is None:
                return
            ctx = await at_desk(work, self._clock, self._ids, self._jobs, business_id)
            speak(ctx.desk.business.language)
            for received in news.received:
                # Whatever else the business sells in its account is none of our affair.
                if received.session_id is not None and received.business_id == business_id:
                    await self._receive(ctx, event, received)
            for back in news.back:
                await self._return(ctx, event, back)

    async def _receive(self, ctx: Context, event: ProviderEvent, received: Received) -> None:
        session = await ctx.work.pay_sessions.find(received.provider_id)
        if received.paid:
            await receive_payment(ctx, must_match(session, received), received)
        elif session is not None and event.type in (_ASYNC_FAILED, _EXPIRED):
            await ctx.work.invoices.lock(session.invoice_id)
            await ctx.work.pay_sessions.save(replace(session, state=SessionState.ENDED))
            if event.type == _ASYNC_FAILED:
                await tell_failed(ctx, session)

    async def _return(self, ctx: Context, event: ProviderEvent, back: MoneyBack) -> None:
        if await ctx.work.payments.find_provider(back.payment_id) is None:
            # A sale of the business's that has nothing to do with us.
            return
        if back.reason != "dispute_lost":
            await return_money(ctx, back)
        elif event.type == _CLOSED:
            await tell_lost(ctx, back)

    async def _fail(self, event: ProviderEvent, error: BillhookError, told: UUID | None) -> None:
        """Nothing was booked, and nothing will be; where a business is told, its people have to look."""
        async with self._storage.work() as work:
            if await set_aside(work, self._clock, event, error) and told is not None:
                ctx = await at_desk(work, self._clock, self._ids, self._jobs, told)
                await tell_doubt(ctx, error)
