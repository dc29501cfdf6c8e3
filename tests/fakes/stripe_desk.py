"""Takes a call of the API in: who asks, what is wrong with it, whether it came before, and what is answered."""

from __future__ import annotations

import asyncio
import base64
import binascii
import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.slack_faults import Fault, HangUp, Refusal, ServerError, TooMany, Troubles
from tests.fakes.stripe_expand import expanded, require
from tests.fakes.stripe_params import checked, read
from tests.fakes.stripe_routes import ROUTES, Route
from tests.fakes.stripe_values import Call, Json, Refused, wrong
from tests.fakes.stripe_world import Account, Kept, Key, World

_VERSION = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?")
_FORM = "application/x-www-form-urlencoded"
_KEPT_SECONDS = 24 * 3600


@dataclass(slots=True)
class _Open:
    """A call that is being answered."""

    route: str
    path: str
    id: str
    body: bytes
    query: str
    headers: Mapping[str, str]
    request_id: str
    parameters: Json = field(default_factory=dict)
    account: Account | None = None
    kept: Kept | None = None
    replayed: bool = False

    @property
    def idempotency_key(self) -> str:
        return self.headers.get("Idempotency-Key", "") if self.route.startswith("POST") else ""


class Desk:
    """Runs in the server's own thread; everything it touches it touches under the world's lock."""

    def __init__(self, world: World, troubles: Troubles) -> None:
        self._world = world
        self._troubles = troubles

    async def api(self, request: web.Request) -> web.StreamResponse:
        name, id = _named(request)
        body = await request.read()
        world = self._world
        with world.changed:
            call = _Open(
                name, request.path, id, body, request.query_string, request.headers, world.id("req")
            )  # fmt: skip
            self._troubles.watch(name)
            fault, late = self._troubles.meet(name)
            status, told = _before(fault) or self._answer(call, request)
            if isinstance(fault, ServerError):
                status, told = fault.status, _ours
            elif isinstance(fault, HangUp):
                status = 0
            self._note(call, status, told)
        try:
            await asyncio.sleep(late)
        finally:
            # Until its answer has left, a call is under way, and its key is in use.
            with world.changed:
                if call.kept is not None:
                    call.kept.status = call.kept.status or 200
        if isinstance(fault, HangUp) and request.transport is not None:
            request.transport.abort()
        return web.json_response(told, status=status or 500, headers=self._headers(call, fault))

    def _note(self, call: _Open, status: int, told: Json) -> None:
        world = self._world
        world.calls.append(
            Call(
                call.route, call.path, call.parameters, call.account.id if call.account else "",
                call.idempotency_key, call.headers.get("Stripe-Version", ""), status, copy.deepcopy(told),
                call.replayed, world.exactly(),
            )
        )  # fmt: skip
        world.changed.notify_all()

    def _headers(self, call: _Open, fault: Fault | None) -> dict[str, str]:
        headers = {"Request-Id": call.request_id, "Stripe-Version": call.headers.get("Stripe-Version", "")}
        if call.idempotency_key:
            headers["Idempotency-Key"] = call.idempotency_key
        if call.replayed and call.kept is not None:
            headers.update({"Idempotent-Replayed": "true", "Original-Request": call.kept.request_id})
        if isinstance(fault, TooMany):
            headers["Retry-After"] = str(fault.retry_after)
        return headers

    def _answer(self, call: _Open, request: web.Request) -> tuple[int, Json]:
        world = self._world
        try:
            return self._answered(call, request)
        except Refused as refused:
            return refused.status, refused.body
        except Exception as error:
            # A fault of the fake's own must not pass for one that a test asked for.
            world.troubled.append(f"the fake itself failed at {call.route}: {error!r}")
            return 500, _ours

    def _answered(self, call: _Open, request: web.Request) -> tuple[int, Json]:
        world = self._world
        account, key = world.caller(_secret(request.headers.get("Authorization", "")))
        call.account = account
        route = ROUTES.get(call.route)
        if route is None:
            raise Refused(f"Unrecognized request URL ({call.route}).", status=404)
        self._check_headers(call, request)
        require(account, key, route.permission)
        call.parameters = _parameters(call, request.content_type)
        given = checked(call.parameters, route.shape)
        _check_metadata(given, "")
        if call.idempotency_key:
            again = _again(account, call, world.exactly())
            if again is not None:
                return again
        world.version = call.headers["Stripe-Version"]
        world.request = {"id": call.request_id, "idempotency_key": call.idempotency_key or None}
        try:
            status, told = self._work(account, key, route, call, given)
        finally:
            world.request = {"id": None, "idempotency_key": None}
        if call.idempotency_key:
            # What was refused before anything was done is not kept.
            call.kept = account.kept[call.idempotency_key] = Kept(
                call.route,
                call.path,
                call.parameters,
                world.exactly() + _KEPT_SECONDS,
                0,
                told,
                call.request_id,
            )
            if status != 200:
                call.kept.status = status
        return status, told

    def _work(self, account: Account, key: Key, route: Route, call: _Open, given: Json) -> tuple[int, Json]:
        paths = given.get("expand", [])
        try:
            answer = route.work(account, call.id, given)
        except Refused as refused:
            if refused.checked:
                raise
            return refused.status, refused.body
        return 200, expanded(account, key, answer, paths)

    def _check_headers(self, call: _Open, request: web.Request) -> None:
        version = request.headers.get("Stripe-Version", "")
        if not _VERSION.fullmatch(version):
            # Stripe would take the account's own version, and the app break when somebody changes that.
            self._world.troubled.append(f"{call.route} came without a Stripe-Version")
            raise Refused(f"Invalid Stripe API version: {version!r}", code="api_version_missing")
        if len(call.idempotency_key) > 255:
            raise Refused("Idempotency keys may not be longer than 255 characters", type="idempotency_error")


def _named(request: web.Request) -> tuple[str, str]:
    """The route and the id in it."""
    path = request.path.rstrip("/")
    name = f"{request.method} {path}"
    if name in ROUTES:
        return name, ""
    for route in ROUTES:
        pattern = re.escape(route).replace(re.escape("{id}"), r"([^/\s]+)")
        match = re.fullmatch(pattern, name)
        if match:
            return route, match[1]
    return name, ""


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            rest = base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            rest = ""
    if scheme.lower() not in {"bearer", "basic"} or not rest.strip():
        raise Refused(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using"
            " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    return rest.strip()


def _parameters(call: _Open, content_type: str) -> Json:
    if not call.route.startswith("POST"):
        if call.body:
            raise Refused("A request of this kind has no body")
        return read(call.query)
    if call.query:
        raise Refused("Parameters of a POST stand in its body")
    if call.body and content_type != _FORM:
        raise Refused(f"Invalid request: the content type must be {_FORM}", code="unsupported_content_type")
    return read(call.body.decode("utf-8", "replace"))


def _check_metadata(given: Json, above: str) -> None:
    """https://docs.stripe.com/api/metadata"""
    for name, value in given.items():
        where = f"{above}[{name}]" if above else name
        if name == "metadata" and isinstance(value, dict):
            _check_entries(value, where)
        elif isinstance(value, dict):
            _check_metadata(value, where)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, dict):
                    _check_metadata(one, f"{where}[{index}]")


def _check_entries(entries: Json, where: str) -> None:
    if len(entries) > 50:
        raise wrong("Metadata can have up to 50 keys", where)
    for name, text in entries.items():
        if len(name) > 40:
            raise wrong("Metadata keys may have up to 40 characters", where)
        if len(text) > 500:
            raise wrong(
                f"Metadata values can have up to 500 characters, but you passed in a value that is {len(text)}"
                " characters.",
                f"{where}[{name}]",
            )


def _again(account: Account, call: _Open, now: float) -> tuple[int, Json] | None:
    """The answer that this key got before; None for a new key."""
    kept = account.kept.get(call.idempotency_key)
    if kept is None or kept.until <= now:
        return None
    if not kept.status:
        raise Refused(
            "There is currently another in-progress request using this Idempotent Key (that probably means you"
            " submitted twice, and the other request is still going through).",
            status=409,
            type="idempotency_error",
            code="idempotency_key_in_use",
        )
    if (kept.route, kept.path) != (call.route, call.path):
        raise Refused(
            "Keys for idempotent requests can only be used for the same endpoint they were first used for"
            f" ('{kept.path}' vs '{call.path}').",
            type="idempotency_error",
        )
    if kept.parameters != call.parameters:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
            f" using a key other than '{call.idempotency_key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    call.replayed = True
    call.kept = kept
    return kept.status, kept.response


_ours: Json = {
    "error": {
        "type": "api_error",
        "message": "Sorry! There was an error while talking to one of our backends.",
    }
}


def _before(fault: Fault | None) -> tuple[int, Json] | None:
    """The answer of a fault that strikes before the work; None where the work is done."""
    match fault:
        case TooMany():
            told = {
                "type": "invalid_request_error",
                "code": "rate_limit",
                "message": "Request rate limit exceeded.",
            }
            return 429, {"error": told}
        case Refusal():
            told = {
                "type": "invalid_request_error",
                "code": fault.error,
                "message": f"Refused: {fault.error}",
            }
            return 400, {"error": told}
        case ServerError(after_work=False) | HangUp(after_work=False):
            return 500, _ours
        case _:
            return None
