"""What we know of the people of a workspace: their direct conversation with us, their name and language."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bot.slack.address import direct, spot
from bot.slack.calls import Calls
from bot.text import clean_name
from core.errors import BillhookError
from handlers.updates import Typed, Update

log = logging.getLogger(__name__)

_MOST = 10_000
_ASK_SECONDS = 3.0
_KNOWN_SECONDS, _UNKNOWN_SECONDS = 3600.0, 60.0
"""How long an answer holds, and how long nobody is asked again who did not answer."""
_MAX_NAME = 60
_MAX_LANGUAGE = 20

_Key = tuple[str, str]
"""A team and a user."""
_V = TypeVar("_V")


class _Recent(Generic[_V]):
    """The values that were used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[_Key, _V] = OrderedDict()

    def get(self, key: _Key) -> _V | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: _Key, value: _V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Who:
    """Empty where Slack did not say."""

    name: str
    language: str
    until: float


class People:
    """What Slack said of them is remembered in this process for a while."""

    def __init__(self, calls: Calls, most: int = _MOST) -> None:
        self._calls = calls
        self._directs: _Recent[str] = _Recent(most)
        self._known: _Recent[_Who] = _Recent(most)

    async def direct(self, team: str, user: str) -> str:
        """The id (D…) of the direct conversation, which takes files, too."""
        found = self._directs.get((team, user))
        if found is None:
            answer = await self._calls(team, lambda client: client.conversations_open(users=user), again=True)
            found = str(answer["channel"]["id"])
            self._directs.keep((team, user), found)
        return found

    async def introduced(self, update: Update) -> Update:
        """A stranger from another workspace is not asked about: our token does not know them."""
        sender, occasion = update.sender, update.occasion
        if not sender.workspace:
            return update
        team, _slash, user = sender.identity.partition("/")
        update = await self._at_home(update, team, user)
        if sender.language:
            return update
        who = await self._who(team, user)
        name = who.name or sender.name
        shown = replace(occasion, who=name) if occasion.who else occasion
        return replace(update, sender=replace(sender, name=name, language=who.language), occasion=shown)

    async def _at_home(self, update: Update, team: str, user: str) -> Update:
        """A command in the direct conversation with us is answered there for good: what only one person sees and
        nobody keeps is for places where others read along.
        """
        place = spot(update.chat)
        if not (isinstance(update.input, Typed) and place.is_corner and place.channel.startswith("D")):
            return update
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                ours = await self.direct(team, user)
        except (BillhookError, TimeoutError) as error:
            log.info("Slack does not say which conversation with %s/%s is ours: %s", team, user, error)
            return update
        return replace(update, chat=direct(team, user)) if place.channel == ours else update

    async def _who(self, team: str, user: str) -> _Who:
        known = self._known.get((team, user))
        if known is None or known.until < time.monotonic():
            known = await self._asked(team, user)
            self._known.keep((team, user), known)
        return known

    async def _asked(self, team: str, user: str) -> _Who:
        """Nobody waits long for it: a message is answered in English, too."""
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                answer = await self._calls(
                    team, lambda client: client.users_info(user=user, include_locale=True), again=True
                )
        except (BillhookError, TimeoutError) as error:
            log.info("Slack does not say who %s/%s is: %s", team, user, error)
            return _Who("", "", time.monotonic() + _UNKNOWN_SECONDS)
        return _who(answer.get("user"))


def _who(user: Any) -> _Who:
    told = _object(user)
    profile = _object(told.get("profile"))
    names = (told.get("real_name"), profile.get("real_name"), profile.get("display_name"))
    name = next((clean for name in names if (clean := clean_name(str(name or ""), _MAX_NAME))), "")
    language = told.get("locale")
    return _Who(
        name, language[:_MAX_LANGUAGE] if isinstance(language, str) else "", time.monotonic() + _KNOWN_SECONDS
    )


def _object(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}
