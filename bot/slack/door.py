"""The one way in from Slack, over HTTP or Socket Mode: Bolt's verification, then ours alone.

Bolt's whole app would look for settings of its own in the environment, build a client for each request and try one
listener after the other; of it we take what verifies.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.middleware.ssl_check.async_ssl_check import AsyncSslCheck
from slack_bolt.middleware.url_verification.async_url_verification import AsyncUrlVerification
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.ingress import Ingress
from bot.slack.paths import EVENTS
from bot.web.bodies import body_of

log = logging.getLogger(__name__)
# A wrong signature is logged with the whole body, which is anybody's to write.
_QUIET = logging.getLogger(f"{__name__}.bolt")
_QUIET.setLevel(logging.WARNING)

MAX_BODY = 1024 * 1024
"""Bytes of one payload: Slack's largest, a form with all its answers, is a quarter of it."""
_NOTHING = BoltResponse(status=404)
_SIGNATURE, _TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


class Door:
    """Dispatches what was brought; nothing gets past the first that answers."""

    def __init__(self, signing_secret: str, ingress: Ingress) -> None:
        self._middleware: Sequence[AsyncMiddleware] = (
            AsyncSslCheck(base_logger=_QUIET),
            AsyncRequestVerification(signing_secret, base_logger=_QUIET),
            AsyncUrlVerification(base_logger=_QUIET),
            ingress,
        )

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        for middleware in self._middleware:
            going_on = _Next()
            answer = await middleware.async_process(req=request, resp=_NOTHING, next=going_on)
            if answer is not None and not going_on.called:
                return answer
        return _NOTHING

    def route(self) -> Route:
        return Route(EVENTS, self._receive, methods=["POST"])

    async def _receive(self, request: Request) -> Response:
        refused = _unsigned(request)
        if refused:
            return Response(status_code=refused, headers={"Connection": "close"})
        try:
            body = await body_of(request, MAX_BODY)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, RecursionError):
            # Neither a form nor JSON in UTF-8.
            return Response(status_code=400)
        answer = await self.dispatch(asked)
        return Response(answer.body or "", answer.status, answer.first_headers())


class _Next:
    """Tells whether the one before let the request through."""

    called = False

    async def __call__(self) -> BoltResponse:
        self.called = True
        return BoltResponse(status=200)


def _unsigned(request: Request) -> int:
    """What is no request of Slack's is refused before a byte of its body is read; 0 for what may be one."""
    signature, at = request.headers.get(_SIGNATURE, ""), request.headers.get(_TIMESTAMP, "")
    if not signature or not at:
        return 401
    return 0 if at.isascii() and at.isdigit() and len(at) <= 12 else 400
