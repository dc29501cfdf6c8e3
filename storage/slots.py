"""Rate slots: the next free moment of a key, handed out one after the other to every process that asks."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from storage.scope import Scope
from storage.straight import Answer

_NOW = {True: "CAST(extract(epoch FROM clock_timestamp()) AS double precision)", False: ":now"}
_NUMBER = {True: "CAST({} AS double precision)", False: "{}"}
_GREATER = {True: "greatest", False: "max"}


def _reserve(postgresql: bool) -> sa.TextClause:
    now, number, greater = _NOW[postgresql], _NUMBER[postgresql], _GREATER[postgresql]
    seconds, patience = number.format(":seconds"), number.format(":patience")
    return sa.text(
        f"INSERT INTO rate_slot AS slot (key, next_at) VALUES (:key, {now} + {seconds}) "  # noqa: S608
        f"ON CONFLICT (key) DO UPDATE SET next_at = {greater}(slot.next_at, {now}) + {seconds} "
        f"WHERE slot.next_at <= {now} + {patience} RETURNING next_at - {seconds} - {now}"
    )


def _hold(postgresql: bool) -> sa.TextClause:
    now, greater = _NOW[postgresql], _GREATER[postgresql]
    until = f"{now} + {_NUMBER[postgresql].format(':seconds')}"
    return sa.text(
        f"INSERT INTO rate_slot AS slot (key, next_at) VALUES (:key, {until}) "  # noqa: S608
        f"ON CONFLICT (key) DO UPDATE SET next_at = {greater}(slot.next_at, {until})"
    )


_RESERVE = {kind: _reserve(kind) for kind in (True, False)}
_HOLD = {kind: _hold(kind) for kind in (True, False)}
_WAIT = {
    kind: sa.text(f"SELECT next_at - {_NOW[kind]} FROM rate_slot WHERE key = :key")  # noqa: S608
    for kind in (True, False)
}


class SqlSlots:
    """core.ports.Slots."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def reserve(self, key: str, seconds: float, patience: float) -> tuple[bool, float]:
        taken = await self._run(_RESERVE, key=key, seconds=seconds, patience=patience)
        wait = taken.scalar_one_or_none()
        if wait is not None:
            return True, max(0.0, float(wait))
        left = (await self._run(_WAIT, key=key)).scalar_one()
        return False, max(0.0, float(left))

    async def hold(self, key: str, seconds: float) -> None:
        await self._run(_HOLD, key=key, seconds=seconds)

    async def _run(self, statements: dict[bool, sa.TextClause], **values: Any) -> Answer:
        # An SQLite database belongs to one machine, whose clock is this one.
        clock = {} if self._scope.postgresql else {"now": time.time()}
        return await self._scope.run(statements[self._scope.postgresql], **values, **clock)
