"""Checkouts in which clients pay: at most one of an invoice is live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from core.pay_ports import PaySession, SessionState
from storage.scope import Scope, by_id
from storage.tables import ENDED, KNOWN, LIVE, OWED_MINOR, invoice, pay_session

ENDED_KEPT = timedelta(days=90)
"""Longer than a payment that was begun in it may be under way."""
KEY_LIFE = timedelta(hours=23)
"""How long the provider surely knows an idempotency key again (24 hours by its word)."""

_FIRST = UUID(int=0)
_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_OF_BUSINESS = pay_session.c.business_id == _TENANT
_LIVE_OF = (
    sa.select(pay_session)
    .where(_OF_BUSINESS, pay_session.c.invoice_id == sa.bindparam("of"), LIVE)
    .with_for_update()
)
_ADD = sa.insert(pay_session)
_END = (
    sa.update(pay_session)
    .where(by_id(pay_session))
    .values(state=SessionState.ENDED.value, to_end=sa.bindparam("new_to_end", type_=sa.Boolean))
)
_END_ALL = (
    sa.update(pay_session).where(_OF_BUSINESS, LIVE).values(state=SessionState.ENDED.value, to_end=True)
)
_TIDY = sa.delete(pay_session).where(
    _OF_BUSINESS,
    ENDED,
    pay_session.c.created_at < sa.bindparam("limit", type_=pay_session.c.created_at.type),
)


_WAY = (SessionState.OPENING, SessionState.OPEN, SessionState.ENDED, SessionState.PAID)
"""A session that is over may turn out to be paid, and nothing comes after that."""


def _rank(state: Any) -> sa.Case[int]:
    return sa.case({name.value: place for place, name in enumerate(_WAY)}, value=state)


_NEW_STATE: sa.BindParameter[str] = sa.bindparam("new_state", type_=sa.Text)
_SAVE = (
    sa.update(pay_session)
    .where(by_id(pay_session))
    .values(
        state=sa.case((_rank(_NEW_STATE) >= _rank(pay_session.c.state), _NEW_STATE), else_=pay_session.c.state),
        to_end=sa.and_(pay_session.c.to_end, _NEW_STATE.not_in([SessionState.PAID.value, SessionState.ENDED.value])),
        provider_id=sa.bindparam("new_provider_id"),
        url=sa.bindparam("new_url"),
        expires_at=sa.bindparam("new_expires_at", type_=pay_session.c.expires_at.type),
    )
    .returning(pay_session.c.state)
)  # fmt: skip
_FIND = sa.select(pay_session).where(_OF_BUSINESS, pay_session.c.provider_id == sa.bindparam("known"), KNOWN)
_FIND_OWN = sa.select(pay_session).where(by_id(pay_session))
# The condition of its index, with the table's name, for an invoice has a state as well.
_TO_END = sa.text("(pay_session.to_end OR pay_session.state IN ('opening', 'open'))")
_STALE = (
    sa.select(pay_session)
    .join(
        invoice,
        sa.and_(invoice.c.business_id == pay_session.c.business_id, invoice.c.id == pay_session.c.invoice_id),
    )
    .where(
        _OF_BUSINESS,
        _TO_END,
        pay_session.c.id > sa.bindparam("after", type_=sa.Uuid),
        sa.or_(
            pay_session.c.to_end,
            invoice.c.state != "issued",
            invoice.c.currency != pay_session.c.currency,
            pay_session.c.amount_minor + pay_session.c.discount_minor != OWED_MINOR,
        ),
    )
    .order_by(pay_session.c.id)
    .limit(sa.bindparam("most"))
)


class SqlPaySessions:
    """core.pay_ports.PaySessions."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def begin(self, new: PaySession) -> PaySession:
        live = await self._live(new.invoice_id)
        if live is not None:
            over = _is_over(live, new)
            if not over and (live.amount, live.discount_minor) == (new.amount, new.discount_minor):
                return live
            # A direct debit may have been promised in one whose time is over.
            await self._scope.mine(_END, key=live.id, new_to_end=not over or live.state is SessionState.OPEN)
        await self._scope.mine(_TIDY, limit=new.created_at - ENDED_KEPT)
        await self._scope.insert(
            _ADD, id=new.id, invoice_id=new.invoice_id, currency=new.amount.currency,
            amount_minor=new.amount.minor, created_at=new.created_at, state=new.state.value, to_end=False,
            provider_id=new.provider_id, url=new.url, expires_at=new.expires_at,
            account=new.account, discount_minor=new.discount_minor,
        )  # fmt: skip
        return new

    async def save(self, changed: PaySession) -> SessionState:
        saved = await self._scope.mine(
            _SAVE, key=changed.id, new_state=changed.state.value, new_provider_id=changed.provider_id,
            new_url=changed.url, new_expires_at=changed.expires_at,
        )  # fmt: skip
        state: str | None = saved.scalar_one_or_none()
        # One that was tidied away long ago is over.
        return SessionState(state) if state else SessionState.ENDED

    async def find(self, provider_id: str) -> PaySession | None:
        row = (await self._scope.mine(_FIND, known=provider_id)).one_or_none()
        return _session(row) if row else None

    async def find_own(self, session_id: UUID) -> PaySession | None:
        row = (await self._scope.mine(_FIND_OWN, key=session_id)).one_or_none()
        return _session(row) if row else None

    async def find_live(self, invoice_id: UUID) -> PaySession | None:
        return await self._live(invoice_id)

    async def end_all(self) -> None:
        await self._scope.mine(_END_ALL)

    async def list_stale(self, limit: int, after: UUID | None = None) -> Sequence[PaySession]:
        rows = await self._scope.mine(_STALE, after=after or _FIRST, most=limit)
        return [_session(row) for row in rows]

    async def _live(self, invoice_id: UUID) -> PaySession | None:
        row = (await self._scope.mine(_LIVE_OF, of=invoice_id)).one_or_none()
        return _session(row) if row else None


def _is_over(live: PaySession, new: PaySession) -> bool:
    """The provider has closed it by itself, or would not know our key for it any more."""
    if live.state is SessionState.OPENING:
        return live.created_at + KEY_LIFE <= new.created_at
    return live.expires_at is not None and live.expires_at <= new.created_at


def _session(row: sa.Row[Any]) -> PaySession:
    return PaySession(
        id=row.id,
        invoice_id=row.invoice_id,
        amount=Money(row.amount_minor, row.currency),
        created_at=row.created_at,
        state=SessionState(row.state),
        provider_id=row.provider_id,
        url=row.url,
        expires_at=row.expires_at,
        account=row.account,
        discount_minor=row.discount_minor,
    )
