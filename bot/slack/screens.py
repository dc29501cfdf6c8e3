"""Modals and the home tab: shown on somebody's screen while that is still possible."""

from __future__ import annotations

import asyncio
import time

from bot.slack.address import Spot
from bot.slack.calls import Calls
from bot.slack.client import reason
from bot.slack.parts import Home, Modal
from core.errors import Unavailable
from handlers.platform import Lost, Undeliverable

_PAUSES = (0.15, 0.4, 1.0)
"""Seconds until the view that only says to wait must be there: somebody else opens it at the same moment."""
_FRESH_SECONDS = 2.8
"""A trigger lives for three."""
_TRIGGER_IS_GONE = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "not_found"}
)
_NOT_FOUND = "not_found"
_CHANGED = "hash_conflict"


class Screens:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def show(self, place: Spot, modal: Modal) -> bool:
        """False when there is no screen for it any more."""
        return bool(
            (modal.form and await self._updated(place.team, modal))
            or (modal.opens and await self._opened(place.team, modal))
        )

    async def publish(self, place: Spot, home: Home) -> None:
        await self._calls(
            place.team,
            lambda client: client.views_publish(user_id=place.user, view=home.view),
            again=True,
        )

    async def _updated(self, team: str, modal: Modal) -> bool:
        match modal.form.split():
            case ["external", external_id]:
                for pause in (*_PAUSES, None):
                    if await self._replaced(team, modal, external_id=external_id):
                        return True
                    if pause is not None:
                        await asyncio.sleep(pause)
                return False
            case ["id", view_id, *seen]:
                return await self._replaced(team, modal, view_id=view_id, seen="".join(seen))
            case ["only", view_id, seen]:
                await self._replaced(team, modal, view_id=view_id, seen=seen)
                return True
            case _:
                return False

    async def _replaced(
        self,
        team: str,
        modal: Modal,
        external_id: str | None = None,
        view_id: str | None = None,
        seen: str = "",
    ) -> bool:
        """What became another view meanwhile is newer than this one, or holds what the person wrote: it stays."""
        try:
            await self._calls(
                team,
                lambda client: client.views_update(
                    view=modal.view, external_id=external_id, view_id=view_id, hash=seen or None
                ),
                again=True,
            )
        except Undeliverable as error:
            if reason(error) == _NOT_FOUND:
                return False
            if reason(error) != _CHANGED:
                raise
        return True

    async def _opened(self, team: str, modal: Modal) -> bool:
        """Too late or lost is all the same: the trigger does not live for another try."""
        moment, _space, trigger = modal.opens.partition(" ")
        if not trigger or time.time() - _number(moment) > _FRESH_SECONDS:
            return False
        try:
            await self._calls(team, lambda client: client.views_open(trigger_id=trigger, view=modal.view))
        except (Lost, Unavailable):
            return False
        except Undeliverable as error:
            if reason(error) not in _TRIGGER_IS_GONE:
                raise
            return False
        return True


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
