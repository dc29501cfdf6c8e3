"""The audit trail: rows are added and read, never changed."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from core.audit import Action, Entry
from core.credit_note import CreditNote
from core.importing import Import
from core.invoice import Invoice
from core.party import Business, Client, Member
from core.payment import Payment
from core.product import Product
from core.quote import Quote
from core.reminder import OptOut, Promise, Reminder
from core.series import Series
from storage.codec import decode, encode
from storage.scope import Scope, by_id
from storage.tables import audit

_KINDS: dict[str, Any] = {
    "business": Business, "client": Client, "invoice": Invoice, "credit note": CreditNote, "payment": Payment,
    "member": Member, "product": Product, "quote": Quote, "reminder": Reminder, "promise": Promise, "series": Series,
    "import": Import, "opt-out": OptOut,
}  # fmt: skip

_ASIDE = (Action.MEMBER_LINKED, Action.CHASE_CHANGED, Action.LINKS_REVOKED, Action.STATEMENT_SENT)

_later = audit.alias("later")
_ADD = sa.insert(audit)
_GET = sa.select(audit).where(by_id(audit))
_UNDOING = sa.select(sa.literal(1)).where(
    audit.c.business_id == sa.bindparam("tenant"), audit.c.undoes == sa.bindparam("key")
)
_STANDING = sa.and_(
    audit.c.business_id == sa.bindparam("tenant"),
    audit.c.undoes.is_(None),
    ~sa.exists().where(_later.c.business_id == audit.c.business_id, _later.c.undoes == audit.c.id),
)
_LAST = (
    sa.select(audit)
    .where(_STANDING, audit.c.member_id == sa.bindparam("member_id"))
    .order_by(audit.c.id.desc())
    .limit(1)
)
_LATEST = (
    sa.select(audit.c.id)
    # Where somebody came in from, what is sent about an invoice, who has a link and who was mailed a statement change
    # nothing that an undo would have to take back first.
    .where(
        _STANDING,
        audit.c.subject_id == sa.bindparam("subject_id"),
        audit.c.action.not_in([action.value for action in _ASIDE]),
    )
    .order_by(audit.c.id.desc())
    .limit(1)
)
_DRAFTING = [one.value for one in (Action.DRAFT_CREATED, Action.DRAFT_CHANGED, Action.DEPOSIT_DRAFTED)]
_LAST_DRAFT = (
    sa.select(audit.c.subject_id)
    .where(
        audit.c.business_id == sa.bindparam("tenant"),
        audit.c.member_id == sa.bindparam("member_id"),
        audit.c.action.in_(_DRAFTING),
    )
    .order_by(audit.c.id.desc())
    .limit(1)
)


class SqlAudit:
    """core.ports.Audit."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.written = False

    async def add(self, entry: Entry) -> None:
        self.written = True
        await self._scope.insert(
            _ADD, id=entry.id, at=entry.at, member_id=entry.member_id, action=entry.action.value,
            subject=entry.subject, subject_id=entry.subject_id, label=entry.label, version=entry.version,
            before=None if entry.before is None else encode(entry.before), undoes=entry.undoes,
        )  # fmt: skip

    async def get(self, entry_id: UUID) -> Entry:
        return _entry(await self._scope.get(_GET, "change", key=entry_id))

    async def last_of(self, member_id: UUID) -> Entry | None:
        row = (await self._scope.mine(_LAST, member_id=member_id)).one_or_none()
        return _entry(row) if row else None

    async def latest_about(self, subject_id: UUID) -> UUID | None:
        row = (await self._scope.mine(_LATEST, subject_id=subject_id)).one_or_none()
        return cast(UUID, row.id) if row else None

    async def last_draft_of(self, member_id: UUID) -> UUID | None:
        row = (await self._scope.mine(_LAST_DRAFT, member_id=member_id)).one_or_none()
        return cast(UUID, row.subject_id) if row else None

    async def is_undone(self, entry_id: UUID) -> bool:
        return (await self._scope.mine(_UNDOING, key=entry_id)).first() is not None


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        member_id=row.member_id,
        action=Action(row.action),
        subject=row.subject,
        subject_id=row.subject_id,
        label=row.label,
        version=row.version,
        before=None if row.before is None else decode(_KINDS[row.subject], row.before),
        undoes=row.undoes,
    )
