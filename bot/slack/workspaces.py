"""The workspaces we may write to, and the token of each: one from the settings, or those that installed us."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.slack.address import PLATFORM
from bot.slack.client import SHUT_OUT, TROUBLE, Web, reason, translated
from core.chat_ports import Installation
from core.errors import N_, Unavailable
from handlers.platform import ChatGone
from storage.engine import Storage

_REFUSED_SECONDS = 60.0


class Workspaces(Protocol):
    """Everything raises ChatGone for a workspace that did not let us in, or took that back."""

    async def token(self, team: str) -> str: ...
    async def bot_user(self, team: str) -> str: ...
    async def revoke(self, team: str, at: datetime | None = None) -> None:
        """Its token opens nothing any more; nothing is sent there until it installs us again, or did so after `at`."""


@dataclass(frozen=True, slots=True)
class _Own:
    team: str
    bot_user: str


class OneWorkspace:
    """The workspace of SLACK_BOT_TOKEN. Which one that is, Slack is asked once."""

    def __init__(self, token: str, web: Web, storage: Storage | None = None) -> None:
        """Without a storage, what becomes of the workspace's chats is written down nowhere."""
        self._token = token
        self._web = web
        self._storage = storage
        self._own: _Own | None = None
        self._revoked = False
        self._asking = asyncio.Lock()

    async def token(self, team: str) -> str:
        """Raises Unavailable while Slack does not say whose the token is."""
        await self._ours(team)
        return self._token

    async def bot_user(self, team: str) -> str:
        return (await self._ours(team)).bot_user

    async def revoke(self, team: str, at: datetime | None = None) -> None:
        """Until the next start, which may bring another token."""
        await self._ours(team)
        self._revoked = True
        if self._storage is not None:
            async with self._storage.work() as work:
                await work.installations.revoke(PLATFORM, team)

    async def _ours(self, team: str) -> _Own:
        async with self._asking:
            if self._own is None and not self._revoked:
                self._own = await self._asked()
        if self._own is None or self._revoked or self._own.team != team:
            raise _not_installed()
        return self._own

    async def _asked(self) -> _Own:
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
        own = _Own(str(answer["team_id"]), str(answer["user_id"]))
        if self._storage is not None:
            async with self._storage.work() as work:
                await work.installations.welcome(PLATFORM, own.team)
        return own


class ManyWorkspaces:
    """Those that installed us. Each is looked up anew, so that one that took it back is left alone at once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def token(self, team: str) -> str:
        return (await self._found(team)).token

    async def bot_user(self, team: str) -> str:
        return (await self._found(team)).bot_user

    async def revoke(self, team: str, at: datetime | None = None) -> None:
        async with self._storage.work() as work:
            await work.installations.revoke(PLATFORM, team, at)

    async def _found(self, team: str) -> Installation:
        async with self._storage.work() as work:
            found = await work.installations.find(PLATFORM, team)
        if found is None:
            raise _not_installed()
        return found


def _not_installed() -> ChatGone:
    return ChatGone(N_("This Slack workspace did not install me, or removed me."))
