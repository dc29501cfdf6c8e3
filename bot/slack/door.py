"""The way in from Slack over HTTP: Bolt verifies who signed, whoever did not is refused, and what was signed is read.

Its request would read a body before that, and lose a command in whose text the word “payload” stands (ADR 0010).
"""

from __future__ import annotations

import json
import logging
from urllib.parse import parse_qsl

from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.slack.ingress import Ingress, Json
from bot.slack.paths import EVENTS
from bot.web.bodies import body_of

# At INFO it would write down the whole of a body with a wrong signature, which is anybody's to write.
_QUIET = logging.getLogger(f"{__name__}.bolt")
_QUIET.setLevel(logging.WARNING)

MAX_BODY = 1024 * 1024
"""Bytes of one payload: Slack's largest, a form with all its answers, is a quarter of it."""
_MOST_FIELDS = 100
"""A slash command has fifteen."""
_SIGNATURE, _TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
_CLOSING = {"Connection": "close"}
"""The rest of what is being sent is not waited for."""
_LATER = {"Retry-After": "5"}
_FORM = "application/x-www-form-urlencoded"


class Door:
    """Nothing that is refused here reaches the inbox or the log."""

    def __init__(self, signing_secret: str, ingress: Ingress) -> None:
        """Raises ValueError without a secret: everybody could sign."""
        self._verifier = AsyncRequestVerification(signing_secret, base_logger=_QUIET).verifier
        self._ingress = ingress

    def route(self) -> Route:
        return Route(EVENTS, self._receive, methods=["POST"])

    async def _receive(self, request: Request) -> Response:
        refused = _unsigned(request)
        if refused:
            return Response(status_code=refused, headers=_CLOSING)
        try:
            body = await body_of(request, MAX_BODY)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413, headers=_CLOSING)
        return await self._opened(request, body)

    async def _opened(self, request: Request, body: bytes) -> Response:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return Response(status_code=400)
        if not self._verifier.is_valid(text, request.headers[_TIMESTAMP], request.headers[_SIGNATURE]):
            return Response(status_code=401)
        found = _read(text, request.headers.get("content-type", ""))
        if found is None:
            return Response(status_code=400)
        return _handshake(found) or await self._answered(found)

    async def _answered(self, body: Json) -> Response:
        answer = await self._ingress.answer(body)
        if answer.body is not None:
            return JSONResponse(answer.body, answer.status)
        return Response(status_code=answer.status, headers=_LATER if answer.status == 503 else None)


def _unsigned(request: Request) -> int:
    """What is no request of Slack's is refused before a byte of its body is read; 0 for what may be one."""
    signature, at = request.headers.get(_SIGNATURE, ""), request.headers.get(_TIMESTAMP, "")
    # Texts are compared in constant time only if both are ASCII.
    if not signature or not at or not signature.isascii():
        return 401
    return 0 if at.isascii() and at.isdigit() and len(at) <= 12 else 400


def _read(text: str, content_type: str) -> Json | None:
    """An event is JSON, an interaction is JSON in the field of a form, and a command is a form; None for all else."""
    try:
        if not content_type.startswith(_FORM):
            found = json.loads(text)
        else:
            found = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
            if "payload" in found:
                found = json.loads(found["payload"])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


def _handshake(body: Json) -> Response | None:
    """Slack tries out the certificate of an address, and whether it is ours, before it is taken."""
    if body.get("ssl_check") == "1":
        return Response()
    if body.get("type") == "url_verification":
        return JSONResponse({"challenge": body.get("challenge")})
    return None
