"""Takes a call of the Web API in, lets happen what must go wrong, does the work, and writes the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from aiohttp import web

from tests.fakes import slack_chat as chat
from tests.fakes import slack_views as views
from tests.fakes.slack_calls import check_arguments, read_arguments
from tests.fakes.slack_chat import Caller, require_scope
from tests.fakes.slack_faults import Fault, HangUp, Pacer, Refusal, ServerError, TooMany, Troubles
from tests.fakes.slack_files import Files
from tests.fakes.slack_replies import reply
from tests.fakes.slack_table import METHODS, PACED, SCOPES, WITHOUT_TOKEN
from tests.fakes.slack_values import Call, Json, Refused, Violation
from tests.fakes.slack_world import Grant, World

Work = Callable[[World, Caller, Json], Json]
Keyless = Callable[[Mapping[str, str], Json], Json]
"""Work for which no workspace is needed: the headers, and the arguments."""

UPLOAD = "upload"
REPLY = "response_url"
"""The names that what is no method has among the calls and faults."""

_SECRETS = frozenset({"token", "client_secret", "code", "access_token"})


class Desk:
    """Runs in the server's own thread; everything it touches it touches under the world's lock."""

    def __init__(self, world: World, files: Files, troubles: Troubles, pacer: Pacer) -> None:
        self.keyless: dict[str, Keyless] = {}
        self._world = world
        self._files = files
        self._troubles = troubles
        self._pacer = pacer
        self._handlers: dict[str, Work] = {
            "auth.test": chat.auth_test,
            "auth.revoke": chat.auth_revoke,
            "chat.postMessage": chat.post_message,
            "chat.update": chat.update,
            "chat.delete": chat.delete,
            "chat.postEphemeral": chat.post_ephemeral,
            "conversations.open": chat.conversations_open,
            "conversations.info": chat.conversations_info,
            "conversations.members": chat.conversations_members,
            "users.info": chat.users_info,
            "views.open": views.views_open,
            "views.push": views.views_push,
            "views.update": views.views_update,
            "views.publish": views.views_publish,
            "files.getUploadURLExternal": files.upload_url,
            "files.completeUploadExternal": files.complete,
            "files.info": files.info,
        }

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await request.read()
        return await self._serve(request, method, lambda call: self._method(call, request, body))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((part for part in form.values() if isinstance(part, web.FileField)), None)
            content = part.file.read() if part is not None else b""
        else:
            content = await request.read()

        def work(call: _Open) -> web.Response:
            call.arguments = {"length": len(content)}
            status, told = self._files.upload(request.path, content)
            call.response = {"ok": status == 200}
            return web.Response(status=status, text=told)

        return await self._serve(request, UPLOAD, work)

    async def reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()

        def work(call: _Open) -> web.Response:
            call.arguments = {"body": body.decode("utf-8", "replace")}
            status, told = reply(self._world, request.path, body)
            call.response = told or {"ok": True}
            return web.json_response(told, status=status) if told else web.Response(text="ok")

        return await self._serve(request, REPLY, work)

    async def _serve(
        self, request: web.Request, method: str, work: Callable[[_Open], web.Response]
    ) -> web.StreamResponse:
        world = self._world
        call = _Open(method)
        with world.changed:
            self._troubles.watch(method)
            fault, late = self._troubles.meet(method)
            answer = None if fault is None else _before(fault, call)
            if answer is None:
                try:
                    answer = work(call)
                except Exception as error:
                    # A fault of the fake's own must not pass for one that a test asked for.
                    world.violate(f"the fake itself failed at {method}: {error!r}")
                    answer = web.json_response({"ok": False, "error": "fatal_error"}, status=500)
                if isinstance(fault, ServerError | HangUp):
                    answer = _broken(fault, call)
            broken = isinstance(fault, HangUp)
            world.calls.append(call.closed(0 if broken else answer.status))
            world.changed.notify_all()
        if late:
            await asyncio.sleep(late)
        if broken and request.transport is not None:
            request.transport.abort()
        return answer

    def _method(self, call: _Open, request: web.Request, body: bytes) -> web.Response:
        world, method = self._world, call.method
        headers: dict[str, str] = {}
        try:
            given = read_arguments(
                method, request.query_string, request.headers.get("Content-Type", ""), body
            )
            call.arguments = _open_part(given)
            call.response = {"ok": True, **self._work(call, request.headers, given)}
        except Refused as refused:
            if isinstance(refused, Violation):
                world.violate(f"{method}: {refused.problem}")
            call.response = {"ok": False, "error": refused.error, **refused.more}
        except _Wait as wait:
            self._troubles.forbid(method, wait.seconds)
            return _too_many(wait.seconds, call)
        if call.scopes:
            headers["X-OAuth-Scopes"] = ",".join(sorted(call.scopes))
        return web.json_response(call.response, headers=headers)

    def _work(self, call: _Open, headers: Mapping[str, str], given: Json) -> Json:
        world, method = self._world, call.method
        if method not in METHODS:
            raise Violation("unknown_method", "there is no such method, or the fake does not have it")
        token = str(given.pop("token", ""))
        scheme, _, bearer = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            token = bearer.strip()
        if method in WITHOUT_TOKEN:
            return self.keyless[method](headers, check_arguments(method, given))
        grant = self._granted(token)
        call.scopes = grant.scopes
        require_scope(grant, SCOPES.get(method, ()))
        if grant.workspace is None:
            if method not in self.keyless:
                raise Violation("not_allowed_token_type", "the app's own token opens only sockets")
            return self.keyless[method](headers, check_arguments(method, given))
        if method in self.keyless:
            raise Violation("not_allowed_token_type", "a bot's token opens no sockets")
        call.team_id = grant.workspace.id
        caller = Caller(grant.workspace, grant, token)
        # Bolt's clients add it to every call; it matters only to tokens of a whole organisation.
        if given.pop("team_id", call.team_id) != call.team_id:
            raise Violation("team_access_not_granted", "the token is another team's")
        arguments = check_arguments(method, given)
        if method not in PACED:
            return self._handlers[method](world, caller, arguments)
        person = world.people.get(arguments["channel"])
        channel_id = world.dm_of(person).id if person is not None else arguments["channel"]
        seconds = self._pacer.wait(method, channel_id)
        if seconds:
            raise _Wait(seconds)
        told = self._handlers[method](world, caller, arguments)
        self._pacer.count(method, channel_id, call.at)
        return told

    def _granted(self, token: str) -> Grant:
        if not token:
            raise Refused("not_authed")
        grant = self._world.grants.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if grant.ended:
            raise Refused(grant.ended)
        return grant


class _Wait(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Open:
    """A call that has no answer yet."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.arguments: Json = {}
        self.response: Json = {}
        self.team_id = ""
        self.scopes: frozenset[str] = frozenset()
        self.at = time.monotonic()

    def closed(self, status: int) -> Call:
        told = _open_part(self.response)
        return Call(self.method, self.arguments, told, status, self.team_id, self.at)


def _open_part(told: Json) -> Json:
    return {name: value for name, value in told.items() if name not in _SECRETS}


def _before(fault: Fault, call: _Open) -> web.Response | None:
    """The answer of a fault that keeps the work from being done."""
    match fault:
        case TooMany(seconds):
            return _too_many(seconds, call)
        case Refusal(error):
            call.response = {"ok": False, "error": error}
            return web.json_response(call.response)
        case ServerError(after_work=False) | HangUp(after_work=False):
            return _broken(fault, call)
        case _:
            return None


def _broken(fault: ServerError | HangUp, call: _Open) -> web.Response:
    call.response = {}
    status = fault.status if isinstance(fault, ServerError) else 500
    return web.Response(status=status, text="upstream connect error or disconnect/reset before headers")


def _too_many(seconds: int, call: _Open) -> web.Response:
    call.response = {"ok": False, "error": "ratelimited"}
    return web.json_response(call.response, status=429, headers={"Retry-After": str(seconds)})
