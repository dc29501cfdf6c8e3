"""What comes in from Slack: stored, acknowledged, and only then worked on. The same for HTTP and for Socket Mode."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.slack import receive, sheet
from bot.slack.origin import total, way
from bot.slack.send import Slack
from core.errors import BillhookError, Unavailable
from handlers.command import Command
from handlers.inline import Inline
from handlers.platform import ChatGone
from handlers.updates import Submitted, Typed, Update
from handlers.words import _

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that one answer may take of the three in which Slack wants it, its way there and back included."""
_KNOWN_SECONDS = 5.0
_MOST_KNOWN = 10_000
_END_OF_TIME = 2**36
Json = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack is told at once. 503: it was not taken, and an event is to come again."""

    status: int = 200
    body: Json | None = None


_TAKEN, _LATER, _STRANGE = Answer(), Answer(503), Answer(400)


class Ingress:
    """One for a process. Whoever calls it has verified that it is Slack who speaks."""

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
        self._running: set[asyncio.Future[Any]] = set()
        # Until when a workspace is taken for installed without another look.
        self._known: dict[str, float] = {}

    async def answer(self, body: Json) -> Answer:
        try:
            return await self._in_time(self._answered(body, time.time()))
        except (Unavailable, TimeoutError) as error:
            log.warning("a payload was not taken: %s", str(error) or "it took too long")
            return self._not_taken(body)

    async def _in_time(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Raises TimeoutError. What is cancelled is not waited for: it may hang in its database."""
        task = asyncio.create_task(work)
        self._keep(task)
        try:
            await asyncio.wait((task,), timeout=PATIENCE)
        finally:
            if not task.done():
                task.cancel()
        if not task.done():
            raise TimeoutError
        return task.result()

    async def _answered(self, body: Json, at: float) -> Answer:
        gone = receive.removal(body)
        if gone is not None:
            return await self._removed(gone, body)
        if not await self._is_installed(receive.team(body)):
            return _TAKEN
        if "command" in body:
            return await self._command(body, at)
        match body.get("type"):
            case "event_callback":
                return await self._stored(receive.event(body))
            case "block_suggestion":
                return await self._suggest(body)
            case "view_submission":
                return await self._submitted(body, at)
            case str():
                return await self._stored(receive.interaction(body, at, self._origins))
            case _:
                return _STRANGE

    async def _is_installed(self, team: str) -> bool:
        """Looked up every few seconds: whoever removed us is not served."""
        now, until = time.monotonic(), self._known.get(team)
        if until is not None and until > now:
            return True
        if until is not None:
            # One of them looks; whoever comes meanwhile goes by what was known.
            self._known[team] = now + PATIENCE
        if not await self._slack.workspaces.admits(team):
            self._known.pop(team, None)
            return False
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[team] = time.monotonic() + _KNOWN_SECONDS
        return True

    async def _removed(self, team: str, body: Json) -> Answer:
        """Two events tell of it, in either order, and maybe after the workspace has installed us again."""
        self._known.pop(team, None)
        try:
            await self._slack.workspaces.revoke(team, _moment(body))
        except ChatGone:
            log.info("the workspace %s had removed us already", team)
        return _TAKEN

    # -- what is stored, and worked on by a job ---------------------------------------------------------

    async def _stored(self, update: Update | None) -> Answer:
        if update is not None:
            await self._store(update)
        return _TAKEN

    async def _command(self, body: Json, at: float) -> Answer:
        update = receive.command(body, at, self._origins)
        title = self._form_of(update) if update is not None else ""
        if update is None or not title:
            return await self._stored(update)
        # The trigger is used up at once, and the answer goes into the view that it opened.
        external_id = self._token()
        occasion = replace(update.occasion, form=f"external {external_id}")
        if await self._store(replace(update, occasion=occasion)):
            # After the acknowledgement: Slack's own answer may take a second, and the person waits for ours.
            self._later(self._slack.open_waiting(update, external_id, title))
        return _TAKEN

    def _form_of(self, update: Update) -> str:
        """The title of the form that the command opens without any doubt; empty where its text may be enough."""
        text = update.input.text if isinstance(update.input, Typed) else ""
        command = self._commands.get(text.removeprefix("/"))
        return _(command.help) if command is not None and command.asks and update.occasion.opens else ""

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._keep(asyncio.create_task(work))

    def _keep(self, task: asyncio.Future[Any]) -> None:
        """The loop itself holds no task that waits."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    # -- what is answered in the acknowledgement --------------------------------------------------------

    async def _submitted(self, body: Json, at: float) -> Answer:
        update = receive.interaction(body, at, self._origins)
        if update is None or not isinstance(update.input, Submitted):
            return _TAKEN
        look = await self._inline.look(update, update.input, await self._slack.manners())
        if look.errors:
            return Answer(body=sheet.field_errors(body["view"], look.errors))
        # Sent for good, the form closes with the acknowledgement. Else another one takes its place: that of the
        # view alone, for what it looks like changes with the acknowledgement, too.
        form = " ".join(update.occasion.form.split()[:2]) if look.goes_on else ""
        await self._store(replace(update, occasion=replace(update.occasion, form=form)))
        if not look.goes_on:
            return _TAKEN
        return Answer(body=sheet.replaced(sheet.waiting(body["view"]["title"]["text"], "", update.chat)))

    async def _suggest(self, body: Json) -> Answer:
        asked = receive.suggestion(body)
        found = await self._inline.offer(*asked, await self._slack.manners()) if asked is not None else ()
        return Answer(body={"options": sheet.choices(found)})

    # -- what cannot be taken now -----------------------------------------------------------------------

    def _not_taken(self, body: Json) -> Answer:
        """Slack brings events again, and nothing else: whoever did something else is told."""
        said = _("I cannot be reached just now. Nothing was changed; please try again in a minute.")
        alone = {"response_type": "ephemeral", "replace_original": False, "text": said}
        if "command" in body:
            return Answer(body=alone)
        if body.get("type") == "view_submission":
            told = total(sheet.field_errors)(body.get("view"), {"": said})
            return Answer(body=told) if told else _LATER
        if body.get("type") == "block_suggestion":
            return Answer(body={"options": []})
        hook = total(way)(body, self._origins)
        if not hook:
            return _LATER
        # Slack shows what an acknowledgement says only to a command.
        self._later(self._tell(hook, alone))
        return _TAKEN

    async def _tell(self, hook: str, said: Json) -> None:
        try:
            await self._slack.web.answer(hook, said, again=False)
        except BillhookError as error:
            log.warning("nobody could be told: %s", error.code)


def _moment(body: Json) -> datetime | None:
    """When an event happened: Slack tells the second that had begun."""
    told = body.get("event_time")
    if not isinstance(told, int) or not 0 < told < _END_OF_TIME:
        return None
    return datetime.fromtimestamp(told + 1, UTC)
