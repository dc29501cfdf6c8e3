"""Calls of the Web API in the name of a workspace, whose token is looked up for each of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import SHUT_OUT, TROUBLE, Web, reason, translated
from bot.slack.workspaces import Workspaces
from core.errors import N_, BillhookError, Unavailable

log = logging.getLogger(__name__)

Ask = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]


class Calls:
    """Who calls gets the answer, or an error of handlers.platform that holds no secret."""

    def __init__(self, web: Web, workspaces: Workspaces) -> None:
        self._web = web
        self._workspaces = workspaces

    async def __call__(self, team: str, ask: Ask, again: bool = False) -> dict[str, Any]:
        """`again`: doing it twice is doing it once, so what was lost may be repeated."""
        token = await self._workspaces.token(team)
        try:
            answer = await ask(self._web.client(token))
        except TROUBLE as error:
            known = translated(error, again)
            _note(error, known)
            if reason(known) in SHUT_OUT:
                known = await self._shut_out(team, token, known)
            raise known from None
        return cast("dict[str, Any]", answer.data)

    async def _shut_out(self, team: str, token: str, known: BillhookError) -> BillhookError:
        """A workspace that installed us again meanwhile has a new token, which is not to blame."""
        if await self._workspaces.token(team) != token:
            return Unavailable(N_("Slack cannot be reached."), 1)
        log.warning("the workspace %s shuts us out: %s", team, reason(known))
        await self._workspaces.revoke(team)
        return known


def _note(error: Exception, known: BillhookError) -> None:
    """What Slack has against something that we made; its complaints name places in it, not what stands there."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    more = data.get("response_metadata") if isinstance(data, dict) else None
    if more and more.get("messages"):
        log.error("Slack refused what we sent: %s: %s", reason(known), more["messages"])
