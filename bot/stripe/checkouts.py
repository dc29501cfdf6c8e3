"""Checkouts at the payment provider: at most one of an invoice is open, and it is for the exact balance."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.stripe.refused_keys import RefusedKeys, is_refused
from core.errors import N_, InvalidInput, Unavailable
from core.invoice import Document, Invoice
from core.pay_ports import (
    PAYMENT_JOB,
    Checkout,
    Linked,
    PayAccount,
    PaymentProvider,
    PaySession,
    SessionState,
)
from core.ports import Clock, Ids, Jobs
from handlers.context import as_id
from handlers.reminding import in_language
from handlers.words import _
from storage.engine import Storage

log = logging.getLogger(__name__)

BACK = "/pay"
"""Where the provider sends people back to. It names no invoice: what is asked of the provider hangs on the session
alone, whichever of the invoice's pages it was pressed on, or its idempotency key would be refused.
"""
_BATCH = 50
_MOST_BATCHES = 20
_SOON = 30.0
_MOST_REFUSALS = 1000
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class _Begun:
    account: PayAccount
    session: PaySession
    document: Document


class Checkouts:
    """Opens and ends them; the call to the provider always stands between two transactions."""

    def __init__(
        self, storage: Storage, clock: Clock, ids: Ids, jobs: Jobs, provider: PaymentProvider, public_url: str
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._provider = provider
        self.refused = RefusedKeys(storage, clock, ids, jobs)
        self._back = public_url.rstrip("/") + BACK
        # Amounts that were just refused: whoever presses again and again asks the provider once.
        self._refusals: OrderedDict[tuple[UUID, int], datetime] = OrderedDict()

    async def open(self, linked: Linked) -> str | None:
        """See Paying.open. Pressed twice, by two people or in two processes, it is the same checkout."""
        begun = await self._begin(linked)
        if begun is None:
            return None
        if begun.session.state is SessionState.OPEN:
            return begun.session.url
        document, business_id = begun.document, linked.business_id
        try:
            checkout = await self._provider.open_payment(
                begun.account, begun.session, business_id, _title(document), _email(document), self._back
            )
        except InvalidInput as error:
            await self._give_up(business_id, begun.session)
            if error.field != "key":
                raise
            await self.refused.tell(business_id, begun.account)
            raise Unavailable(error.message, _SOON, **error.values) from error
        return await self._opened(begun, business_id, checkout)

    async def _begin(self, linked: Linked) -> _Begun | None:
        async with self._storage.work() as work:
            await work.enter(linked.business_id)
            invoice = await work.invoices.lock(linked.invoice_id)
            account = await work.pay_accounts.find()
            if account is None or not invoice.balance:
                return None
            if await is_refused(work, linked.business_id, account):
                raise Unavailable(N_("Stripe does not know this key, or not any more."), _SOON)
            if self._refusals.get(_named(invoice), self._clock.now()) > self._clock.now():
                raise InvalidInput("amount", N_("{amount} cannot be paid online."), amount=invoice.balance)
            before = await work.pay_sessions.find_live(invoice.id)
            new = PaySession(self._ids.new(), invoice.id, invoice.balance, self._clock.now())
            session = await work.pay_sessions.begin(new)
            if before is not None and session.id != before.id:
                await self._jobs.enqueue(work, PAYMENT_JOB, linked.business_id.hex)
            return _Begun(account, session, invoice.issued)

    async def _opened(self, begun: _Begun, business_id: UUID, checkout: Checkout) -> str | None:
        """None where the balance has changed meanwhile: what was opened for it is ended before anybody sees it."""
        opened = replace(
            begun.session, state=SessionState.OPEN, provider_id=checkout.provider_id, url=checkout.url,
            expires_at=checkout.expires_at,
        )  # fmt: skip
        async with self._storage.work() as work:
            await work.enter(business_id)
            invoice = await work.invoices.lock(opened.invoice_id)
            present = await work.pay_sessions.find_own(opened.id)
            if present is not None and present.state not in (SessionState.OPENING, SessionState.ENDED):
                return present.url
            good = present is not None and present.state is SessionState.OPENING
            if not good or invoice.balance != opened.amount:
                opened = replace(opened, state=SessionState.ENDED)
            await work.pay_sessions.save(opened)
        if opened.state is SessionState.OPEN:
            return opened.url
        await self._provider.end_payment(begun.account, opened)
        return None

    async def _give_up(self, business_id: UUID, session: PaySession) -> None:
        async with self._storage.work() as work:
            await work.enter(business_id)
            invoice = await work.invoices.lock(session.invoice_id)
            present = await work.pay_sessions.find_own(session.id)
            if present is not None and present.state is SessionState.OPENING:
                await work.pay_sessions.save(replace(present, state=SessionState.ENDED))
        self._refusals[_named(invoice)] = self._clock.now() + timedelta(seconds=_SOON)
        if len(self._refusals) > _MOST_REFUSALS:
            self._refusals.popitem(last=False)

    async def end_stale(self, key: str) -> None:
        """End what is open for another balance than is owed, and take leave of an account that was disconnected."""
        business_id = as_id(key)
        if business_id is None:
            return
        async with self._storage.work() as work:
            await work.enter(business_id)
            left = await work.pay_accounts.find_left()
            account = left or await work.pay_accounts.find()
        if account is not None:
            await self.end_with(account, business_id)
        if left is not None:
            await self._leave(business_id, left)

    async def end_with(self, account: PayAccount, business_id: UUID) -> None:
        """See Paying.end_with."""
        for _batch in range(_MOST_BATCHES):
            async with self._storage.work() as work:
                await work.enter(business_id)
                stale = await work.pay_sessions.list_stale(_BATCH)
            for session in stale:
                await self._end(business_id, account, session)
            if len(stale) < _BATCH:
                return

    async def _end(self, business_id: UUID, account: PayAccount, session: PaySession) -> None:
        if session.provider_id:
            try:
                await self._provider.end_payment(account, session)
            except InvalidInput as error:
                # The key may do no more than before: should it be paid all the same, that is booked.
                log.warning("checkout %s cannot be ended: %s", session.provider_id, error)
        async with self._storage.work() as work:
            await work.enter(business_id)
            await work.invoices.lock(session.invoice_id)
            present = await work.pay_sessions.find_own(session.id)
            if present is not None and present.state is not SessionState.PAID:
                await work.pay_sessions.save(replace(present, state=SessionState.ENDED))

    async def _leave(self, business_id: UUID, account: PayAccount) -> None:
        await self._provider.forget(account)
        async with self._storage.work() as work:
            await work.enter(business_id)
            await work.pay_accounts.drop_left()


def _named(invoice: Invoice) -> tuple[UUID, int]:
    return invoice.id, invoice.balance.minor


def _email(document: Document) -> str:
    """Only what the provider surely takes: it is filled in for the client, and is not worth a refusal."""
    return document.buyer.email if _MAIL.fullmatch(document.buyer.email) else ""


def _title(document: Document) -> str:
    """As it is frozen in the document, so that it is the same whoever asks."""
    return in_language(
        document.language,
        lambda: _("Invoice {number} from {name}", number=document.number, name=document.seller.name),
    )
