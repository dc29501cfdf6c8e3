"""Who a sender is: their seats in businesses, and the language they chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import Seat, Speaker
from storage.scope import Clocked
from storage.tables import seat, sender
from storage.workspace import bounds, within

MAX_NEIGHBOURS = 200
_TICK = timedelta(microseconds=1)

_NEWEST_FIRST = (seat.c.chosen_at.desc(), seat.c.business_id)
_asked = sa.select(sa.bindparam("key", type_=sa.Text).label("sender")).subquery("asked")
_SPEAKER = (
    sa.select(seat.c.business_id, seat.c.member_id, sender.c.language)
    .select_from(
        _asked.outerjoin(seat, seat.c.sender == _asked.c.sender).outerjoin(
            sender, sender.c.sender == _asked.c.sender
        )
    )
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_SEATS = (
    sa.select(seat.c.business_id, seat.c.member_id, seat.c.chosen_at)
    .where(seat.c.sender == sa.bindparam("key"))
    .order_by(*_NEWEST_FIRST)
)
_SENDERS = (
    sa.select(seat.c.sender)
    .where(seat.c.business_id == sa.bindparam("business"), seat.c.member_id == sa.bindparam("member"))
    .order_by(seat.c.chosen_at.desc(), seat.c.sender)
)
_NEIGHBOURS = (
    sa.select(seat.c.business_id, seat.c.member_id)
    .where(within(seat.c.sender))
    .order_by(seat.c.sender, seat.c.business_id)
    .limit(MAX_NEIGHBOURS)
)


def _upserts(insert: Any) -> dict[str, Any]:
    sit, speak = insert(seat), insert(sender)
    return {
        "sit": sit.on_conflict_do_update(
            index_elements=["sender", "business_id"],
            set_={"member_id": sit.excluded.member_id, "chosen_at": sit.excluded.chosen_at},
        ),
        "speak": speak.on_conflict_do_update(
            index_elements=["sender"], set_={"language": speak.excluded.language}
        ),
    }


_UPSERTS = {True: _upserts(postgresql.insert), False: _upserts(sqlite.insert)}


class Seats(Clocked):
    """The part of core.ports.Chats that is about a sender."""

    sat: frozenset[str] = frozenset()

    async def speaker(self, sender: str) -> Speaker:
        row = (await self._scope.run(_SPEAKER, key=sender)).one()
        return Speaker(_seat(row) if row.member_id else None, row.language or "")

    async def seats(self, sender: str) -> Sequence[Seat]:
        return [_seat(row) for row in await self._scope.run(_SEATS, key=sender)]

    async def senders_of(self, seat: Seat) -> Sequence[str]:
        rows = await self._scope.run(_SENDERS, business=seat.business_id, member=seat.member_id)
        return list(rows.scalars())

    async def neighbours(self, workspace: str) -> Sequence[Seat]:
        rows = await self._scope.run(_NEIGHBOURS, **bounds(workspace))
        return list(dict.fromkeys(_seat(row) for row in rows))

    async def choose_language(self, sender: str, language: str) -> None:
        await self._scope.run(_UPSERTS[self._scope.postgresql]["speak"], sender=sender, language=language)

    async def sit(self, sender: str, seat: Seat) -> None:
        self.sat |= {sender}
        last = (await self._scope.run(_SEATS, key=sender)).first()
        # Two choices within one tick of the clock still have an order.
        chosen_at = max(self._clock.now(), last.chosen_at + _TICK) if last else self._clock.now()
        await self._scope.run(
            _UPSERTS[self._scope.postgresql]["sit"], sender=sender, business_id=seat.business_id,
            member_id=seat.member_id, chosen_at=chosen_at,
        )  # fmt: skip


def _seat(row: sa.Row[Any]) -> Seat:
    return Seat(row.business_id, row.member_id)
