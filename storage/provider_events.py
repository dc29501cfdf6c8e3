"""What the payment provider told: each event is stored once, and applied once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.pay_ports import ProviderEvent
from core.plan import Standing, Subscription
from storage.scope import Scope
from storage.tables import SOLD, UNAPPLIED, event_look, stripe_event, subscription

_LONGEST_ERROR = 500
_FIRST = UUID(int=0)
_STORE: dict[bool, Any] = {
    True: postgresql.insert(stripe_event).on_conflict_do_nothing(),
    False: sqlite.insert(stripe_event).on_conflict_do_nothing(),
}
_THIS = sa.and_(stripe_event.c.id == sa.bindparam("key"), UNAPPLIED)
_GET = sa.select(stripe_event).where(_THIS)
_CLAIM = (
    sa.update(stripe_event)
    .where(_THIS)
    .values(applied_at=sa.bindparam("now", type_=stripe_event.c.applied_at.type))
    .returning(stripe_event)
)
_FAIL = (
    sa.update(stripe_event)
    .where(_THIS)
    .values(
        failed_at=sa.bindparam("now", type_=stripe_event.c.failed_at.type), error=sa.bindparam("new_error")
    )
)
_UNAPPLIED = (
    sa.select(stripe_event.c.id)
    .where(UNAPPLIED, stripe_event.c.stored_at < sa.bindparam("before", type_=stripe_event.c.stored_at.type))
    .order_by(stripe_event.c.stored_at, stripe_event.c.id)
    .limit(sa.bindparam("most"))
)
_BUSINESS = sa.select(subscription.c.business_id).where(subscription.c.customer == sa.bindparam("who"), SOLD)
_OF_ACCOUNT = (
    sa.select(stripe_event.c.id)
    .where(
        UNAPPLIED,
        stripe_event.c.business_id == sa.bindparam("whose"),
        stripe_event.c.account == sa.bindparam("name"),
    )
    .limit(1)
)
_BEFORE: sa.BindParameter[Any] = sa.bindparam("before", type_=subscription.c.renews_at.type)
_LAPSED = (
    sa.select(subscription.c.business_id, subscription.c.provider_id)
    .where(
        subscription.c.business_id > sa.bindparam("after", type_=sa.Uuid),
        subscription.c.standing.in_(
            [standing.value for standing in Standing if Subscription(standing=standing).live]
        ),
        sa.or_(subscription.c.renews_at < _BEFORE, subscription.c.ends_at < _BEFORE),
    )
    .order_by(subscription.c.business_id)
    .limit(sa.bindparam("most"))
)
_ASKED = sa.select(event_look.c.until).where(event_look.c.whose == sa.bindparam("key"))


def _note_asked(insert: Any) -> Any:
    new = insert(event_look)
    return new.on_conflict_do_update(index_elements=["whose"], set_={"until": new.excluded.until})


_NOTE_ASKED = {True: _note_asked(postgresql.insert), False: _note_asked(sqlite.insert)}


class SqlProviderEvents:
    """core.pay_ports.ProviderEvents."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def store(self, event: ProviderEvent, now: datetime) -> bool:
        stored = await self._scope.run(
            _STORE[self._scope.postgresql], id=event.id, type=event.type, object_id=event.object_id,
            business_id=event.business_id, created_at=event.created_at, stored_at=now, error="",
            account=event.account,
        )  # fmt: skip
        return stored.rowcount == 1

    async def claim(self, event_id: str, now: datetime) -> ProviderEvent | None:
        row = (await self._scope.run(_CLAIM, key=event_id, now=now)).one_or_none()
        return _event(row) if row else None

    async def fail(self, event_id: str, error: str, now: datetime) -> None:
        await self._scope.run(_FAIL, key=event_id, new_error=error[:_LONGEST_ERROR], now=now)

    async def get(self, event_id: str) -> ProviderEvent | None:
        row = (await self._scope.run(_GET, key=event_id)).one_or_none()
        return _event(row) if row else None

    async def list_unapplied(self, before: datetime, limit: int) -> Sequence[str]:
        return list((await self._scope.run(_UNAPPLIED, before=before, most=limit)).scalars())

    async def is_unapplied(self, business_id: UUID, account: str) -> bool:
        return (await self._scope.run(_OF_ACCOUNT, whose=business_id, name=account)).first() is not None

    async def asked_until(self, whose: str) -> datetime | None:
        until: datetime | None = (await self._scope.run(_ASKED, key=whose)).scalar_one_or_none()
        return until

    async def note_asked(self, whose: str, until: datetime) -> None:
        await self._scope.run(_NOTE_ASKED[self._scope.postgresql], whose=whose, until=until)

    async def list_lapsed(
        self, before: datetime, limit: int, after: UUID | None = None
    ) -> Sequence[tuple[UUID, str]]:
        rows = await self._scope.run(_LAPSED, before=before, after=after or _FIRST, most=limit)
        return [(row.business_id, row.provider_id) for row in rows]

    async def find_business(self, customer: str) -> UUID | None:
        business_id: UUID | None = (await self._scope.run(_BUSINESS, who=customer)).scalar_one_or_none()
        return business_id


def _event(row: sa.Row[Any]) -> ProviderEvent:
    return ProviderEvent(row.id, row.type, row.object_id, row.created_at, row.business_id, row.account)
