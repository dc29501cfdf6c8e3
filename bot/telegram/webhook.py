"""POST /telegram/webhook: checked, stored, acknowledged. No work is done here."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.telegram.limits import MAX_BODY
from bot.telegram.receive import Me, read
from bot.web.bodies import body_of
from core.errors import Unavailable
from handlers.updates import Update

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_LATER = {"Retry-After": "2"}
"""Telegram honours it (WebhookActor.cpp), so a database that is away loses no update."""


def webhook(
    secret: str, me: Callable[[], Awaitable[Me]], store: Callable[[Update], Awaitable[bool]]
) -> Route:
    """`store` makes an update durable before it is acknowledged."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        # Before a single byte of the body is read (CVE-2026-32980), and in constant time.
        if not secrets.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401, headers={"Connection": "close"})
        try:
            body = await body_of(request, MAX_BODY)
        except ClientDisconnect:
            # Telegram brings it again; nobody is there to be answered, and nothing went wrong here.
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        try:
            update = read(raw, await me()) if isinstance(raw, dict) else None
            if update is not None:
                await store(update)
        except Unavailable as error:
            log.warning("an update is to come again: %s", error)
            return Response(status_code=503, headers=_LATER)
        return Response(status_code=200)

    return Route(PATH, receive, methods=["POST"])
