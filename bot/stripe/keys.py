"""Taking the key of a business's own Stripe account: checked there first, then kept encrypted, once per page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterable
from dataclasses import replace

from core.codes import code_hash, is_token
from core.errors import BillhookError, Conflict, Unavailable
from core.party import Role
from core.pay_ports import PAYMENT_JOB, PayAccount, PaymentProvider, Setup
from core.ports import CHAT_JOB, Clock, Ids, Jobs, Work
from handlers.background.desks import at_desk
from handlers.key_page import told_connected
from handlers.posting import Posting, post
from handlers.telling import chat_ref, said_in
from handlers.words import chosen_of, speak
from storage.engine import Storage

log = logging.getLogger(__name__)


class Keys:
    """Takes keys for one process."""

    def __init__(
        self, storage: Storage, clock: Clock, ids: Ids, jobs: Jobs, provider: PaymentProvider
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._provider = provider

    async def find(self, token: str, languages: Iterable[str]) -> tuple[Setup, str] | None:
        """Who asked for the page, and the business's name; from then on, the reader's language is spoken."""
        if not is_token(token):
            return None
        async with self._storage.work() as work:
            setup = await work.pay_accounts.find_setup(code_hash(token), self._clock.now())
            if setup is None:
                return None
            await work.enter(setup.business_id)
            if not await _may_connect(work, setup):
                return None
            business = await work.businesses.get()
        speak(chosen_of(languages, business.language))
        return setup, business.name

    async def connect(self, token: str, setup: Setup, key: str) -> PayAccount | None:
        """None when the page was used up meanwhile, or who asked for it is no owner any more. Raises InvalidInput for
        a key that will not do.
        """
        account = await self._provider.check_key(key, setup.business_id)
        try:
            former = await self._keep(token, setup, account)
        except Conflict:
            await self._provider.forget(account)
            return None
        if former is not None:
            await self._take_down(replace(former, key=account.key))
        return account

    async def _take_down(self, former: PayAccount) -> None:
        """The webhook of the account's key before. The new one is connected whatever comes of this."""
        try:
            await self._provider.forget(former)
        except BillhookError as error:
            log.warning("a webhook of account %s is left: %s", former.account, error)

    async def _keep(self, token: str, setup: Setup, account: PayAccount) -> PayAccount | None:
        """The same account as it was known before. Another one is left, by PAYMENT_JOB."""
        async with self._storage.work() as work:
            if not await work.pay_accounts.use_setup(code_hash(token)):
                raise Conflict("used up")
            ctx = await at_desk(work, self._clock, self._ids, self._jobs, setup.business_id)
            if not await _may_connect(work, setup):
                raise Conflict("no owner any more")
            connected = await _readable(work.pay_accounts.find())
            former = await _readable(work.pay_accounts.find_named(account.account))
            if connected is None or connected.account != account.account:
                await work.pay_sessions.end_all()
            await work.pay_accounts.save(account)
            await self._jobs.enqueue(work, PAYMENT_JOB, setup.business_id.hex)
            chat, name = chat_ref(setup.chat), ctx.desk.business.name
            chosen = await work.outbox.language_of(setup.chat) or ctx.desk.business.language
            reply = said_in(chosen, lambda: told_connected(name, account))
            await post(work, self._ids, chat, reply, Posting(setup.business_id))
            await self._jobs.enqueue(work, CHAT_JOB, chat.key)
            return former


async def _may_connect(work: Work, setup: Setup) -> bool:
    """Whoever asked for the page may have been removed, or made something less, since."""
    member = await work.members.get(setup.member_id)
    return member.left_at is None and member.role is Role.OWNER


async def _readable(found: Awaitable[PayAccount | None]) -> PayAccount | None:
    """One whose key is lost here can be replaced all the same."""
    try:
        return await found
    except Unavailable:
        return None
