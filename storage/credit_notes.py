"""Credit notes: one row holds the whole of one, and of it only whether it is void ever changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.credit_note import CreditNote
from core.errors import N_, Conflict
from core.invoice import Document
from storage.codec import decode, encode
from storage.scope import Scope, by_id, versioned_update
from storage.tables import credit_note

_MINE = credit_note.c.business_id == sa.bindparam("tenant")
_ADD = sa.insert(credit_note)
_GET = sa.select(credit_note).where(by_id(credit_note))
_BY_NUMBER = sa.select(credit_note).where(_MINE, credit_note.c.number == sa.bindparam("number"))
_OF_INVOICE = (
    sa.select(credit_note)
    .where(_MINE, credit_note.c.invoice_id == sa.bindparam("invoice_id"))
    .order_by(credit_note.c.id)
)
_NEWEST = sa.select(credit_note).where(_MINE).order_by(credit_note.c.id.desc()).limit(sa.bindparam("most"))
_SAVE = versioned_update(credit_note, "voided_at", "void_reason")


class SqlCreditNotes:
    """core.ports.CreditNotes."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: CreditNote) -> None:
        try:
            await self._scope.insert(
                _ADD, id=new.id, version=new.version, client_id=new.client_id, invoice_id=new.invoice_id,
                number=new.number, currency=new.total.currency, total_minor=new.total.minor,
                issued_on=new.document.issued_on, created_at=new.created_at, reason=new.reason,
                voided_at=new.voided_at, void_reason=new.void_reason, document=encode(new.document),
            )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(
                N_(
                    "{number} was given under an earlier pattern. Choose another one: /settings credit-pattern …"
                ),
                number=new.number,
            ) from error

    async def get(self, credit_note_id: UUID) -> CreditNote:
        return credit_note_of(await self._scope.get(_GET, "credit note", key=credit_note_id))

    async def find_number(self, number: str) -> CreditNote | None:
        row = (await self._scope.mine(_BY_NUMBER, number=number)).one_or_none()
        return credit_note_of(row) if row else None

    async def save(self, changed: CreditNote) -> CreditNote:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_voided_at=changed.voided_at,
            new_void_reason=changed.void_reason,
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def list_of(self, invoice_id: UUID) -> Sequence[CreditNote]:
        return [credit_note_of(row) for row in await self._scope.mine(_OF_INVOICE, invoice_id=invoice_id)]

    async def list_newest(self, most: int) -> Sequence[CreditNote]:
        return [credit_note_of(row) for row in await self._scope.mine(_NEWEST, most=most)]


def credit_note_of(row: sa.Row[Any]) -> CreditNote:
    return CreditNote(
        id=row.id,
        invoice_id=row.invoice_id,
        client_id=row.client_id,
        document=cast(Document, decode(Document, row.document)),
        reason=row.reason,
        created_at=row.created_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        version=row.version,
    )
