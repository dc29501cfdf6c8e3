"""The workspaces we may write to, and the token of each: one from the settings, or those that installed us."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from typing import Protocol

from bot.slack.address import PLATFORM
from bot.slack.client import SHUT_OUT, TROUBLE, Web, reason, translated
from core.chat_ports import Installation
from core.errors import N_, BillhookError, Unavailable
from handlers.platform import ChatGone
from storage.engine import Storage

log = logging.getLogger(__name__)

_REFUSED_SECONDS = 60.0
_LOOK_SECONDS = 0.15
"""What comes in waits no longer for Slack to say whose our token is."""
_LOOK_PAUSE = 5.0


class Workspaces(Protocol):
    """A token is given, and taken back, only where a workspace let us in; ChatGone says that it did not."""

    async def admits(self, team: str) -> bool:
        """Whether what comes from there is taken in. However Slack is, this is quick."""

    async def token(self, team: str) -> str: ...
    async def revoke(self, team: str, at: datetime | None = None) -> None:
        """Its token opens nothing any more; nothing is sent there until it installs us again, or did so after `at`."""


class OneWorkspace:
    """The workspace of SLACK_BOT_TOKEN. Which one that is, Slack is asked once."""

    def __init__(self, token: str, web: Web, storage: Storage | None = None) -> None:
        """Without a storage, what becomes of the workspace's chats is written down nowhere."""
        self._token = token
        self._web = web
        self._storage = storage
        self._own = ""
        self._revoked = False
        self._asking = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._look_at = 0.0

    async def admits(self, team: str) -> bool:
        """While Slack does not say whose the token is, whatever it signed is taken in: nothing is sent before."""
        if not self._own and not self._revoked:
            await self._look()
        return not self._revoked and self._own in ("", team)

    async def _look(self) -> None:
        """One look for all who wait, and after one that failed none for a while."""
        if self._looking is None or (self._looking.done() and time.monotonic() > self._look_at):
            self._looking = asyncio.create_task(self._looked())
        await asyncio.wait((self._looking,), timeout=_LOOK_SECONDS)

    async def _looked(self) -> None:
        try:
            await self._known()
        except BillhookError as error:
            log.warning("whose the token is, Slack does not say yet: %s", error)
        self._look_at = time.monotonic() + _LOOK_PAUSE

    async def token(self, team: str) -> str:
        """Raises Unavailable while Slack does not say whose the token is."""
        await self._ours(team)
        return self._token

    async def revoke(self, team: str, at: datetime | None = None) -> None:
        """Until the next start, which may bring another token."""
        if await self._known() != team:
            raise _not_installed()
        self._revoked = True
        if self._storage is not None:
            async with self._storage.work() as work:
                await work.installations.revoke(PLATFORM, team)

    async def _ours(self, team: str) -> None:
        if await self._known() != team or self._revoked:
            raise _not_installed()

    async def _known(self) -> str:
        async with self._asking:
            if not self._own:
                self._own = await self._asked()
        return self._own

    async def _asked(self) -> str:
        try:
            answer = await self._web.client(self._token).auth_test()
        except TROUBLE as error:
            known = translated(error, again=True)
            if reason(known) in SHUT_OUT:
                known = Unavailable(
                    N_("Slack refuses this bot: {reason}. Check SLACK_BOT_TOKEN."), _REFUSED_SECONDS,
                    reason=reason(known),
                )  # fmt: skip
            raise known from None
        team = str(answer["team_id"])
        if self._storage is not None:
            async with self._storage.work() as work:
                await work.installations.welcome(PLATFORM, team)
        return team


class ManyWorkspaces:
    """Those that installed us. Each is looked up anew, so that one that took it back is left alone at once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def admits(self, team: str) -> bool:
        """Slack waits for the answer, and a message to be sent does not."""
        try:
            await self._found(team, first=True)
        except ChatGone:
            return False
        return True

    async def token(self, team: str) -> str:
        return (await self._found(team)).token

    async def revoke(self, team: str, at: datetime | None = None) -> None:
        async with self._storage.work() as work:
            await work.installations.revoke(PLATFORM, team, at)

    async def _found(self, team: str, first: bool = False) -> Installation:
        async with self._storage.work(first=first) as work:
            found = await work.installations.find(PLATFORM, team)
        if found is None:
            raise _not_installed()
        return found


def _not_installed() -> ChatGone:
    return ChatGone(N_("This Slack workspace did not install me, or removed me."))
