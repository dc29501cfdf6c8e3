"""POST /stripe/webhook, and one for each business's own account: checked, stored, acknowledged; no work is done."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.stripe.client_payments import WEBHOOK
from bot.stripe.events import event_of, store
from bot.stripe.signatures import HEADER, is_signed
from bot.web.bodies import body_of
from core.errors import Unavailable
from core.ports import Clock, Jobs
from handlers.context import as_id
from storage.engine import Storage

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Bytes; an event holds one object, and the largest of them, an invoice, a tenth of that."""
_CLOSING = {"Connection": "close"}
_LATER = {"Retry-After": "5"}


class Webhook:
    """Both routes answer what is not Stripe's in the same way, whichever part of it is wrong."""

    def __init__(self, storage: Storage, clock: Clock, jobs: Jobs, secrets: Sequence[str]) -> None:
        """`secrets` are those of our own account; without any, nothing is taken for it."""
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._secrets = tuple(secrets)

    def routes(self) -> list[Route]:
        return [
            Route(WEBHOOK, self._receive, methods=["POST"]),
            Route(f"{WEBHOOK}/{{business}}", self._receive, methods=["POST"]),
        ]

    async def _receive(self, request: Request) -> Response:
        signatures = request.headers.getlist(HEADER)
        if len(signatures) != 1:
            return Response(status_code=400, headers=_CLOSING)
        try:
            body = await body_of(request, MAX_BODY)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413, headers=_CLOSING)
        try:
            taken = await self._taken(request.path_params.get("business"), body, signatures[0])
        except (ValueError, RecursionError):
            # Signed, and no event all the same.
            return Response(status_code=400)
        except Unavailable as error:
            log.warning("an event is to come again: %s", error)
            return Response(status_code=503, headers=_LATER)
        return Response(status_code=200 if taken else 400)

    async def _taken(self, business: str | None, body: bytes, signature: str) -> bool:
        """False for what nobody signed. Raises ValueError for what is no event."""
        if business is None:
            return await self._take(body, signature)
        business_id = as_id(business)
        return business_id is not None and await self._take_for(business_id, body, signature)

    async def _take(self, body: bytes, signature: str) -> bool:
        if not is_signed(body, signature, self._secrets, self._clock.now()):
            return False
        event = event_of(json.loads(body), ours=True)
        if event is not None:
            async with self._storage.work(first=True) as work:
                await store(work, self._jobs, self._clock, event)
        return True

    async def _take_for(self, business_id: UUID, body: bytes, signature: str) -> bool:
        async with self._storage.work(first=True) as work:
            await work.enter(business_id)
            connected = await work.pay_accounts.find()
            # What was paid before an account was left may be told after that.
            accounts = [*([connected] if connected else []), *await work.pay_accounts.list_left()]
            now = self._clock.now()
            signer = next(
                (one for one in accounts if is_signed(body, signature, one.webhook_secrets, now)), None
            )
            if signer is None:
                return False
            event = event_of(json.loads(body), ours=False, business_id=business_id)
            if event is not None:
                await store(work, self._jobs, self._clock, replace(event, account=signer.account))
            return True
