"""What comes in from Slack: stored, acknowledged, and only then worked on.

Bolt verifies and authorizes; this is its one middleware, for trying one listener after the other costs it more than
all the rest. It is the same for HTTP and for Socket Mode.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack import receive, sheet
from bot.slack.send import Slack
from core.errors import Unavailable
from handlers.command import Command
from handlers.inline import Inline
from handlers.kinds import Submitted, Typed, Update
from handlers.platform import ChatGone
from handlers.words import _

log = logging.getLogger(__name__)

_KNOWN_SECONDS = 5.0
_MOST_KNOWN = 10_000
LOOK_SECONDS = 1.5
"""What looking at a form before it is sent may take of the three seconds in which Slack wants its answer."""
_LATER: dict[str, str | Sequence[str]] = {"Retry-After": "5"}
_OK = 200
Json = dict[str, Any]


class Ingress(AsyncMiddleware):
    """Answers every payload by itself: nothing behind it is ever reached."""

    def __init__(
        self, store: Callable[[Update], Awaitable[bool]], inline: Inline, slack: Slack,
        commands: Mapping[str, Command], token: Callable[[], str], origins: frozenset[str],
    ) -> None:  # fmt: skip
        self._store = store
        self._inline = inline
        self._slack = slack
        self._commands = commands
        self._token = token
        self._origins = origins
        self._opening: set[asyncio.Task[None]] = set()
        # Until when a workspace is taken for installed without another look.
        self._known: dict[str, float] = {}

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        body, at = req.body, time.time()
        try:
            if not await self._is_installed(body):
                return BoltResponse(status=_OK)
        except Unavailable as error:
            log.warning("a payload is to come again: %s", error)
            return BoltResponse(status=503, headers=_LATER)
        if "command" in body:
            return await self._command(body, at)
        match body.get("type"):
            case "event_callback":
                return await self._event(body)
            case "block_suggestion":
                return await self._suggest(body)
            case "view_submission":
                return await self._submitted(body, at)
            case str():
                return await self._stored(receive.interaction(body, at, self._origins))
            case _:
                return BoltResponse(status=400, body="")

    async def _is_installed(self, body: Json) -> bool:
        """No call of Slack's, and a look at our table every few seconds: whoever removed us is not served."""
        team = receive.team(body)
        known = self._known.get(team, 0.0)
        if known > time.monotonic() or receive.removal(body) is not None:
            return True
        try:
            await self._slack.workspaces.bot_user(team)
        except ChatGone:
            self._known.pop(team, None)
            return False
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[team] = time.monotonic() + _KNOWN_SECONDS
        return True

    # -- what is stored, and worked on by a job ---------------------------------------------------------

    async def _event(self, body: Json) -> BoltResponse:
        team = receive.removal(body)
        try:
            if team is not None:
                self._known.pop(team, None)
                await self._slack.workspaces.revoke(team)
                return BoltResponse(status=_OK)
            update = receive.event(body)
            if update is not None:
                await self._store(update)
        except Unavailable as error:
            # Events come again; nothing else does.
            log.warning("an event is to come again: %s", error)
            return BoltResponse(status=503, headers=_LATER)
        return BoltResponse(status=_OK)

    async def _command(self, body: Json, at: float) -> BoltResponse:
        update = receive.command(body, at, self._origins)
        if update is None:
            return BoltResponse(status=_OK)
        title = self._form_of(update)
        if title:
            update = self._with_form(update)
        return await self._stored(update, title)

    async def _stored(self, update: Update | None, title: str = "") -> BoltResponse:
        if update is None:
            return BoltResponse(status=_OK)
        try:
            fresh = await self._store(update)
        except Unavailable as error:
            log.warning("an update was refused: %s", error)
            return _json({"response_type": "ephemeral", "text": _unreachable()})
        if title and fresh:
            self._open(update, title)
        return BoltResponse(status=_OK)

    # -- the view that waits ----------------------------------------------------------------------------

    def _form_of(self, update: Update) -> str:
        """The title of the form that the command opens without any doubt; empty where its text may be enough."""
        text = update.input.text if isinstance(update.input, Typed) else ""
        command = self._commands.get(text.removeprefix("/"))
        return _(command.help) if command is not None and command.asks else ""

    def _with_form(self, update: Update) -> Update:
        """The trigger is used up at once, and the answer goes into the view that it opened."""
        occasion = update.occasion
        if not occasion.opens:
            return update
        return replace(update, occasion=replace(occasion, form=f"external {self._token()}"))

    def _open(self, update: Update, title: str) -> None:
        """After the acknowledgement: Slack's own answer may take a second, and the person waits for ours."""
        external_id = update.occasion.form.removeprefix("external ")
        self._later(self._slack.open_waiting(update, external_id, title))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    # -- what is answered in the acknowledgement --------------------------------------------------------

    async def _submitted(self, body: Json, at: float) -> BoltResponse:
        update = receive.interaction(body, at, self._origins)
        if update is None or not isinstance(update.input, Submitted):
            return BoltResponse(status=_OK)
        given = update.input
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                look = await self._inline.look(update, given, await self._slack.manners())
            if look.errors:
                return _json(sheet.field_errors(body["view"], look.errors))
            # Sent for good, the form closes with the acknowledgement. Else another one takes its place: that of the
            # view alone, for what it looks like changes with the acknowledgement, too.
            form = " ".join(update.occasion.form.split()[:2]) if look.goes_on else ""
            await self._store(replace(update, occasion=replace(update.occasion, form=form)))
        except (Unavailable, TimeoutError) as error:
            log.warning("a form was not taken: %s", error)
            return _json(sheet.field_errors(body["view"], {"": _unreachable()}))
        if not look.goes_on:
            return BoltResponse(status=_OK)
        return _json(sheet.replaced(sheet.waiting(body["view"]["title"]["text"], "", update.chat)))

    async def _suggest(self, body: Json) -> BoltResponse:
        asked = receive.suggestion(body)
        if asked is None:
            return _json({"options": []})
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                found = await self._inline.offer(*asked, await self._slack.manners())
        except (Unavailable, TimeoutError) as error:
            log.warning("nothing could be offered: %s", error)
            found = ()
        return _json({"options": sheet.choices(found)})


def _json(body: Json) -> BoltResponse:
    return BoltResponse(status=_OK, body=json.dumps(body), headers={"Content-Type": ["application/json"]})


def _unreachable() -> str:
    return _("I cannot be reached just now. Nothing was changed; please try again in a minute.")
