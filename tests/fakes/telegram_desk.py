"""Takes a call in, lets happen what must go wrong, does the work, and writes the answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from tests.fakes import telegram_profile as profile
from tests.fakes import telegram_sending as sending
from tests.fakes.telegram_bodies import Given, read_body
from tests.fakes.telegram_checks import Checker
from tests.fakes.telegram_faults import (
    Fault,
    HangUp,
    Pacer,
    Refusal,
    ServerError,
    TooMany,
    Troubles,
    failure,
    too_many,
)
from tests.fakes.telegram_files import MAX_UPLOAD
from tests.fakes.telegram_values import Call, Params, Refused, Violation
from tests.fakes.telegram_wire import Answer, Reply, Request
from tests.fakes.telegram_world import World

Work = Callable[[World, Params], object]

HANDLERS: dict[str, Work] = {
    "getMe": profile.get_me,
    "setWebhook": profile.set_webhook,
    "deleteWebhook": profile.delete_webhook,
    "getWebhookInfo": profile.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_text,
    "editMessageCaption": sending.edit_caption,
    "editMessageReplyMarkup": sending.edit_markup,
    "deleteMessage": sending.delete_message,
    "answerCallbackQuery": profile.answer_callback_query,
    "getFile": profile.get_file,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChat": profile.get_chat,
    "getChatMember": profile.get_chat_member,
    "leaveChat": profile.leave_chat,
}
POLL = "getUpdates"
FILE = "file"
"""The name that a download has among the calls."""

_PACED = frozenset(
    name for name in HANDLERS if name.startswith(("send", "edit")) and name != "sendChatAction"
)
_IGNORED = frozenset(
    "business_connection_id direct_messages_topic_id message_effect_id suggested_post_parameters rich_message"
    " inline_message_id thumbnail certificate ip_address".split()
)
_BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"
_NOT_FOUND = failure(404, "Not Found")
_CONFLICT_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
_CONFLICT_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
_CONFLICT_SET = "Conflict: terminated by setWebhook request"
LONGEST_POLL = 50


def _reply(answer: tuple[int, dict[str, Any]]) -> Reply:
    status, told = answer
    seconds = told.get("parameters", {}).get("retry_after")
    headers = (("Retry-After", str(seconds)),) if seconds else ()
    return Reply(status, json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), headers=headers)


class Desk:
    """Runs in the server's own thread; everything it touches it touches under the world's lock."""

    def __init__(self, world: World, token: str, checker: Checker, troubles: Troubles, pacer: Pacer) -> None:
        self.world = world
        self._token = token
        self._checker = checker
        self._troubles = troubles
        self._pacer = pacer
        self.polls = 0
        """How many polls have begun to wait."""
        self._poller: asyncio.Future[str] | None = None

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        prefix, _, rest = request.path.lstrip("/").partition("/")
        is_file = prefix == "file"
        if is_file:
            prefix, _, rest = rest.partition("/")
        if not prefix.startswith("bot") or not rest or request.verb not in {"GET", "POST"}:
            return _reply(_NOT_FOUND)
        if unquote(prefix) != f"bot{self._token}":
            return _reply(failure(401, "Unauthorized"))
        try:
            answer = self._enter(request, FILE if is_file else rest, rest)
        except Exception as error:
            return self._failed(rest, error)
        return self._guarded(rest, answer) if isinstance(answer, Awaitable) else answer

    async def _guarded(self, method: str, answer: Awaitable[Answer]) -> Answer:
        try:
            return await answer
        except Exception as error:
            return self._failed(method, error)

    def _failed(self, method: str, error: Exception) -> Answer:
        """A fault of the fake's own must not pass for one that a test asked for."""
        with self.world.changed:
            self.world.violate(f"the fake itself failed at {method}: {error!r}")
        return _reply(failure(500, "Internal Server Error"))

    def _enter(self, request: Request, method: str, rest: str) -> Answer | Awaitable[Answer]:
        if method == FILE:
            return self._call(FILE, Given({"file_path": rest}))
        if len(request.body) > MAX_UPLOAD + 64 * 1024:
            return self._call(method, Given(), failure(413, "Request Entity Too Large"))
        given = read_body(request.query, request.headers.get("content-type", ""), request.body)
        return self._call(method, given)

    def updates_came(self) -> None:
        """In the server's thread: a poll that waits has something to fetch."""
        self._end_poll("")

    def webhook_changed(self) -> None:
        if self.world.mail.webhook is not None:
            self._end_poll(_CONFLICT_SET)

    def _end_poll(self, outcome: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(outcome)

    def _call(
        self, method: str, given: Given, at_once: tuple[int, dict[str, Any]] | None = None
    ) -> Answer | Awaitable[Answer]:
        arrived = time.monotonic()
        with self.world.changed:
            params, refused = self._read(method, given) if at_once is None else ({}, at_once)
            chat_id = params.get("chat_id")
            chat_id = chat_id if isinstance(chat_id, int) else None
            if refused is not None:
                return self._done(Call(method, params, *refused, chat_id, arrived), _reply(refused))
            self._troubles.watch(method, chat_id)
            fault, late = self._troubles.meet(method, chat_id)
            before = None if fault is None else _before(fault)
            if before is None and method == POLL:
                return self._poll(params, arrived, fault, late)
            reply: Answer
            if before is not None:
                status, told, reply = before
            elif method == FILE:
                status, told, reply = self._file(params)
            else:
                status, told = self._work(method, params, chat_id, arrived)
                reply = _reply((status, told))
            if fault is not None and before is None:
                status, told, reply = _after(fault)
            call = Call(method, params, status or None, told, chat_id, arrived)
            answer = self._done(call, reply)
        return _late(answer, late) if late else answer

    def _done(self, call: Call, answer: Answer) -> Answer:
        self.world.calls.append(call)
        self.world.changed.notify_all()
        return answer

    def _read(self, method: str, given: Given) -> tuple[dict[str, Any], tuple[int, dict[str, Any]] | None]:
        """The parameters, and the answer if they are refused as they stand."""
        if method == FILE:
            return dict(given.fields), None
        if not self._checker.knows(method):
            self.world.violate(f"there is no method {method}")
            return {}, _NOT_FOUND
        params, problems = self._checker.read(method, given)
        problems += [
            f"{method}: the fake does not act on {name}" for name in sorted(params.keys() & _IGNORED)
        ]
        if method not in HANDLERS and method != POLL:
            problems.append(f"the fake does not act on {method}")
        for problem in problems:
            self.world.violate(problem)
        return params, failure(400, f"Bad Request: {problems[0]}") if problems else None

    def _work(
        self, method: str, params: dict[str, Any], chat_id: int | None, arrived: float
    ) -> tuple[int, dict[str, Any]]:
        paced = method in _PACED and chat_id is not None
        try:
            if paced and chat_id is not None:
                wait = self._pacer.wait(chat_id)
                if wait is not None:
                    self._pacer.over_the_limit += 1
                    self._troubles.forbid(_PACED, wait[1], wait[0])
                    return too_many(wait[0])
            result = HANDLERS[method](self.world, params)
        except Refused as refused:
            if isinstance(refused, Violation):
                self.world.violate(f"{method}: {refused.description}")
            return failure(refused.status, refused.description, refused.parameters)
        if paced and chat_id is not None:
            self._pacer.count(method, chat_id, arrived)
        return 200, {"ok": True, "result": result}

    def _file(self, params: dict[str, Any]) -> tuple[int, dict[str, Any], Reply]:
        file = self.world.files.by_path.get(params["file_path"])
        if file is None:
            return (*_NOT_FOUND, _reply(_NOT_FOUND))
        return 200, {}, Reply(200, file.content, "application/octet-stream")

    async def _poll(self, params: dict[str, Any], arrived: float, fault: Fault | None, late: float) -> Answer:
        """Long polling: one waits at a time, until there is something or its time is over."""
        timeout = min(params.get("timeout", 0), LONGEST_POLL)
        answer = self._fetch(params, first=True)
        if answer is None and timeout > 0:
            future = self._poller = asyncio.get_running_loop().create_future()
            with self.world.changed:
                self.polls += 1
                self.world.changed.notify_all()
            try:
                async with asyncio.timeout(timeout):
                    conflict = await future
                answer = failure(409, conflict) if conflict else None
            except TimeoutError:
                pass
            finally:
                if self._poller is future:
                    self._poller = None
        if answer is None:
            answer = self._fetch(params, first=False) or (200, {"ok": True, "result": []})
        reply: Answer = _reply(answer)
        status, told = answer
        if fault is not None:
            status, told, reply = _after(fault)
        if late:
            await asyncio.sleep(late)
        with self.world.changed:
            return self._done(Call(POLL, params, status or None, told, None, arrived), reply)

    def _fetch(self, params: dict[str, Any], *, first: bool) -> tuple[int, dict[str, Any]] | None:
        mail = self.world.mail
        with self.world.changed:
            if mail.webhook is not None:
                return failure(409, _CONFLICT_WEBHOOK)
            if first:
                self._end_poll(_CONFLICT_POLL)
                try:
                    profile.allow_updates(self.world, params)
                except Violation as violation:
                    self.world.violate(f"{POLL}: {violation.description}")
                    return failure(400, violation.description)
            limit = max(1, min(params.get("limit", 100), 100))
            updates = mail.poll(params.get("offset", 0), limit)
            self.world.changed.notify_all()
        return (200, {"ok": True, "result": [update.body for update in updates]}) if updates else None


async def _late(answer: Answer, seconds: float) -> Answer:
    await asyncio.sleep(seconds)
    return answer


def _before(fault: Fault) -> tuple[int, dict[str, Any], Answer] | None:
    """The answer of a fault that keeps the work from being done."""
    match fault:
        case TooMany(seconds):
            answer = too_many(seconds)
            return (*answer, _reply(answer))
        case Refusal(status, description, parameters):
            answer = failure(status, description, parameters)
            return (*answer, _reply(answer))
        case ServerError(after_work=False) | HangUp(after_work=False):
            return _after(fault)
        case _:
            return None


def _after(fault: Fault) -> tuple[int, dict[str, Any], Answer]:
    """The answer in place of the one that the work would have had."""
    if not isinstance(fault, ServerError):
        return 0, {}, None
    if fault.status == 502:
        return 502, {}, Reply(502, _BAD_GATEWAY, "text/html")
    answer = failure(fault.status, "Internal Server Error")
    return (*answer, _reply(answer))
