"""Requests to issue a draft: at most one about each draft is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.approval import Answer, Request
from storage.scope import Scope, by_id, versioned_update
from storage.tables import UNANSWERED, approval

_ADD = sa.insert(approval)
_GET = sa.select(approval).where(by_id(approval))
_LOCK = _GET.with_for_update()
_OPEN_ABOUT = sa.and_(
    approval.c.business_id == sa.bindparam("tenant"),
    approval.c.invoice_id == sa.bindparam("about"),
    UNANSWERED,
)
_OPEN = sa.select(approval).where(_OPEN_ABOUT)
_SUPERSEDE = (
    sa.update(approval)
    .where(_OPEN_ABOUT)
    .values(answer=Answer.SUPERSEDED.value, version=approval.c.version + 1)
)
_SAVE = versioned_update(approval, "answer", "decided_by", "reason").where(UNANSWERED)


class SqlApprovals:
    """core.ports.Approvals."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, request: Request) -> None:
        await self._scope.mine(_SUPERSEDE, about=request.invoice_id)
        await self._scope.insert(
            _ADD, id=request.id, version=request.version, invoice_id=request.invoice_id,
            invoice_version=request.invoice_version, member_id=request.member_id, chat=request.chat,
            asked_at=request.asked_at, answer=request.answer.value, decided_by=request.decided_by,
            reason=request.reason,
        )  # fmt: skip

    async def get(self, request_id: UUID) -> Request:
        return _request(await self._scope.get(_GET, "request", key=request_id))

    async def lock(self, request_id: UUID) -> Request:
        return _request(await self._scope.get(_LOCK, "request", key=request_id))

    async def find_open(self, invoice_id: UUID) -> Request | None:
        row = (await self._scope.mine(_OPEN, about=invoice_id)).one_or_none()
        return _request(row) if row else None

    async def save(self, request: Request) -> None:
        await self._scope.update(
            _SAVE, key=request.id, seen=request.version, new_answer=request.answer.value,
            new_decided_by=request.decided_by, new_reason=request.reason,
        )  # fmt: skip


def _request(row: sa.Row[Any]) -> Request:
    return Request(
        id=row.id,
        invoice_id=row.invoice_id,
        invoice_version=row.invoice_version,
        member_id=row.member_id,
        chat=row.chat,
        asked_at=row.asked_at,
        answer=Answer(row.answer),
        decided_by=row.decided_by,
        reason=row.reason,
        version=row.version,
    )
