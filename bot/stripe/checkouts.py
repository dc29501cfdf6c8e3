"""Checkouts at the payment provider: at most one of an invoice is open, and it is for exactly what settles it."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.stripe.refused_keys import RefusedKeys, is_refused
from core.errors import N_, InvalidInput, Unavailable
from core.invoice import Document
from core.pay_ports import (
    PAYMENT_JOB,
    Checkout,
    Linked,
    PayAccount,
    PaymentProvider,
    PaySession,
    Received,
    SessionState,
)
from core.ports import Clock, Ids, Jobs
from core.usecases.online_payment import Doubtful, discount_now
from handlers.background.desks import at_desk
from handlers.background.online_payments import receive_payment, tell_doubt, tell_left
from handlers.context import as_id
from handlers.words import _, in_language, speak
from storage.engine import Storage

log = logging.getLogger(__name__)

BACK = "/pay"
"""Where the provider sends people back to. It names no invoice: what is asked of the provider hangs on the session
alone, whichever of the invoice's pages it was pressed on, or its idempotency key would be refused.
"""
_UNHEARD = N_(
    "Stripe refuses the key of the account {account}, which was left. Look there for what clients still pay."
)
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
        """The address where what settles the invoice now is paid: the same one, if it is pressed twice, by two people
        or in two processes. None where nothing is owed, or the business takes no payments online.

        Raises Unavailable when the provider does not answer, and InvalidInput when it does not take that amount.
        """
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
            now = self._clock.now()
            discount = await discount_now(work, invoice, now)
            asked = invoice.balance - discount
            if self._refusals.get((invoice.id, asked.minor), now) > now:
                raise InvalidInput("amount", N_("{amount} cannot be paid online."), amount=asked)
            before = await work.pay_sessions.find_live(invoice.id)
            new = PaySession(
                self._ids.new(),
                invoice.id,
                asked,
                now,
                account=account.account,
                discount_minor=discount.minor,
            )
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
            if present is None or invoice.balance != opened.settles:
                opened = replace(opened, state=SessionState.ENDED)
            opened = replace(opened, state=await work.pay_sessions.save(opened))
        if opened.state is SessionState.OPEN:
            return opened.url
        await self._provider.end_payment(begun.account, opened)
        return None

    async def _give_up(self, business_id: UUID, session: PaySession) -> None:
        async with self._storage.work() as work:
            await work.enter(business_id)
            await work.invoices.lock(session.invoice_id)
            present = await work.pay_sessions.find_own(session.id)
            if present is not None and present.state is SessionState.OPENING:
                await work.pay_sessions.save(replace(present, state=SessionState.ENDED))
        refused = session.invoice_id, session.amount.minor
        self._refusals[refused] = self._clock.now() + timedelta(seconds=_SOON)
        if len(self._refusals) > _MOST_REFUSALS:
            self._refusals.popitem(last=False)

    async def end_stale(self, key: str) -> None:
        """What PAYMENT_JOB does: end what is open for another balance than is owed, and take leave of accounts that
        were left, each as soon as no money is under way there. `key` is the business's id in hex.
        """
        business_id = as_id(key)
        if business_id is None:
            return
        async with self._storage.work() as work:
            await work.enter(business_id)
            connected = await work.pay_accounts.find()
            left = await work.pay_accounts.list_left()
        accounts = [connected, *left] if connected else left
        if not accounts:
            return
        waiting = await self._end_all(business_id, accounts, {account.account for account in left})
        for account in left:
            if account.account not in waiting:
                await self._leave(business_id, account)

    async def _end_all(self, business_id: UUID, accounts: Sequence[PayAccount], left: Set[str]) -> set[str]:
        """The names of the accounts in which there is still something to end, or to wait for."""
        known, waiting = {account.account: account for account in accounts}, set[str]()
        after: UUID | None = None
        for _batch in range(_MOST_BATCHES):
            async with self._storage.work() as work:
                await work.enter(business_id)
                stale = await work.pay_sessions.list_stale(_BATCH, after)
            for session in stale:
                after = session.id
                # One of before there could be two accounts names none.
                account = known.get(session.account) if session.account else accounts[0]
                if account is None:
                    await self._over(business_id, session, None, None)
                elif not await self._end(business_id, account, session, account.account in left):
                    waiting.add(account.account)
            if len(stale) < _BATCH:
                return waiting
        return set(known)

    async def _end(self, business_id: UUID, account: PayAccount, session: PaySession, is_left: bool) -> bool:
        """False while its money is under way."""
        received, doubt = None, None
        try:
            received = await self._provider.end_payment(account, session)
        except InvalidInput as error:
            # The key may do no more than before: should it be paid all the same, that is booked.
            log.warning("checkout %s cannot be ended: %s", session.provider_id, error)
            if is_left and error.field == "key":
                # Unless nothing can be heard of the account any more.
                doubt = Doubtful(_UNHEARD, account=account.account)
        if received is not None and received.under_way:
            return False
        await self._over(business_id, session, received, doubt)
        return True

    async def _over(
        self, business_id: UUID, session: PaySession, received: Received | None, doubt: Doubtful | None
    ) -> None:
        async with self._storage.work() as work:
            ctx = await at_desk(work, self._clock, self._ids, self._jobs, business_id)
            speak(ctx.desk.business.language)
            await work.invoices.lock(session.invoice_id)
            if received is not None and received.paid:
                # Its news may come after the last of what can be heard of the account.
                try:
                    await receive_payment(ctx, session, received)
                except Doubtful as error:
                    doubt = error
            present = await work.pay_sessions.find_own(session.id)
            if present is not None:
                await work.pay_sessions.save(replace(present, state=SessionState.ENDED))
            if doubt is not None:
                log.warning("checkout %s cannot be booked: %s", session.provider_id, doubt)
                await tell_doubt(ctx, doubt)

    async def _leave(self, business_id: UUID, account: PayAccount) -> None:
        async with self._storage.work() as work:
            if await work.provider_events.is_unapplied(business_id, account.account):
                # Its news are read with its key; the catch-up comes by again.
                return
        await self._provider.forget(account)
        async with self._storage.work() as work:
            ctx = await at_desk(work, self._clock, self._ids, self._jobs, business_id)
            if await work.pay_accounts.drop_left(account.account):
                await tell_left(ctx, account)


def _email(document: Document) -> str:
    """Only what the provider surely takes: it is filled in for the client, and is not worth a refusal."""
    return document.buyer.email if _MAIL.fullmatch(document.buyer.email) else ""


def _title(document: Document) -> str:
    """As it is frozen in the document, so that it is the same whoever asks."""
    return in_language(
        document.language,
        lambda: _("Invoice {number} from {name}", number=document.number, name=document.seller.name),
    )
