"""Invoices: one row holds the whole aggregate, so saving one is one statement (docs/decisions/0002)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from core.errors import N_, Conflict
from core.invoice import Document, Draft, Invoice, State
from core.money import Money
from core.numbering import SERIES
from core.views import CurrencyOwed, Cursor, InvoiceFilter, InvoiceRow, OverdueTotal, Overview, Page
from storage.codec import decode, encode
from storage.home import overview, owed
from storage.invoice_pages import overdue_totals, page_statement, page_values
from storage.paging import page_of
from storage.scope import Scope, by_id, versioned_update
from storage.tables import counter, invoice

_ADD = sa.insert(invoice)
_GET = sa.select(invoice).where(by_id(invoice))
_LOCK = _GET.with_for_update()
_BY_NUMBER = sa.select(invoice).where(
    invoice.c.business_id == sa.bindparam("tenant"), invoice.c.number == sa.bindparam("number")
)
_OF_QUOTE = (
    sa.select(invoice)
    .where(invoice.c.business_id == sa.bindparam("tenant"), invoice.c.quote_id == sa.bindparam("of"))
    .order_by(invoice.c.id)
)
_DRAFT_COLUMNS = ("client_id", "currency", "total_minor", "draft")
_ISSUE_COLUMNS = (
    "state",
    "number",
    "currency",
    "total_minor",
    "issued_on",
    "due_on",
    "issued_at",
    "document",
)
_LATER_COLUMNS = ("state", "paid_minor", "credited_minor", "voided_at", "void_reason")
_SAVE_DRAFT = versioned_update(invoice, *_DRAFT_COLUMNS).where(invoice.c.state == State.DRAFT.value)
_ISSUE = versioned_update(invoice, *_ISSUE_COLUMNS).where(invoice.c.state == State.DRAFT.value)
_SAVE_ISSUED = versioned_update(invoice, *_LATER_COLUMNS).where(invoice.c.state != State.DRAFT.value)
_REMOVE = sa.delete(invoice).where(
    by_id(invoice), invoice.c.version == sa.bindparam("seen"), invoice.c.state == State.DRAFT.value
)


def _next_count(insert: Any) -> sa.Executable:
    """One statement on either database: take the row's lock, count up, give the number."""
    first = insert.values(value=1)
    up = first.on_conflict_do_update(
        index_elements=["business_id", "series", "period"], set_={"value": counter.c.value + 1}
    )
    return cast(sa.Executable, up.returning(counter.c.value))


_COUNT = {True: _next_count(postgresql.insert(counter)), False: _next_count(sqlite.insert(counter))}
_BEGIN_COUNT: dict[bool, Any] = {
    True: postgresql.insert(counter).on_conflict_do_nothing(),
    False: sqlite.insert(counter).on_conflict_do_nothing(),
}
_OF_COUNTER = (
    counter.c.business_id == sa.bindparam("tenant"),
    counter.c.series == SERIES,
    counter.c.period == sa.bindparam("of_period"),
)
_HOLD_COUNT = sa.select(counter.c.value).where(*_OF_COUNTER).with_for_update()
_GIVEN = (
    sa.select(sa.literal(1))
    .where(
        invoice.c.business_id == sa.bindparam("tenant"),
        invoice.c.number.is_not(None),
        sa.or_(~invoice.c.imported, sa.bindparam("back", type_=sa.Boolean)),
        invoice.c.issued_on.between(
            sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
        ),
    )
    .limit(1)
)
_RECOUNT = sa.update(counter).where(*_OF_COUNTER).values(value=sa.bindparam("new_value"))


class SqlInvoices:
    """core.ports.Invoices."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Invoice) -> None:
        columns = {name: read(new) for name, read in _READ.items()}
        await self._scope.insert(_ADD, id=new.id, version=new.version, created_at=new.created_at, **columns)

    async def get(self, invoice_id: UUID) -> Invoice:
        return invoice_of(await self._scope.get(_GET, "invoice", key=invoice_id))

    async def lock(self, invoice_id: UUID) -> Invoice:
        return invoice_of(await self._scope.get(_LOCK, "invoice", key=invoice_id))

    async def find_number(self, number: str) -> Invoice | None:
        row = (await self._scope.mine(_BY_NUMBER, number=number)).one_or_none()
        return invoice_of(row) if row else None

    async def list_of_quote(self, quote_id: UUID) -> Sequence[Invoice]:
        return [invoice_of(row) for row in await self._scope.mine(_OF_QUOTE, of=quote_id)]

    async def save(self, changed: Invoice) -> Invoice:
        """A draft as typed, or what payments and voiding change; the frozen document is never written again."""
        if changed.state is State.DRAFT:
            return await self._write(_SAVE_DRAFT, _DRAFT_COLUMNS, changed)
        return await self._write(_SAVE_ISSUED, _LATER_COLUMNS, changed)

    async def save_issued(self, issued: Invoice) -> Invoice:
        try:
            return await self._write(_ISSUE, _ISSUE_COLUMNS, issued)
        except IntegrityError as error:
            raise Conflict(
                N_(
                    "{number} was given under an earlier pattern. Choose another one: /settings number-pattern …"
                ),
                number=issued.issued.number,
            ) from error

    async def _write(self, statement: sa.Update, names: tuple[str, ...], changed: Invoice) -> Invoice:
        new = {f"new_{name}": _READ[name](changed) for name in names}
        await self._scope.update(statement, key=changed.id, seen=changed.version, **new)
        return replace(changed, version=changed.version + 1)

    async def remove_draft(self, gone: Invoice) -> None:
        await self._scope.update(_REMOVE, key=gone.id, seen=gone.version)

    async def next_count(self, series: str, period: str) -> int:
        statement = _COUNT[self._scope.postgresql]
        return cast(int, (await self._scope.insert(statement, series=series, period=period)).scalar_one())

    async def begin_count(self, series: str, period: str, value: int) -> bool:
        statement = _BEGIN_COUNT[self._scope.postgresql]
        return (await self._scope.insert(statement, series=series, period=period, value=value)).rowcount == 1

    async def recount(self, period: str, value: int) -> bool:
        # Whoever gives a number holds the row until that is committed, so what follows sees it.
        held = (await self._scope.mine(_HOLD_COUNT, of_period=period)).scalar_one_or_none()
        if held is None:
            return False
        first, last = (date(int(period), 1, 1), date(int(period), 12, 31)) if period else (date.min, date.max)
        # Further back there may be numbers that came from another program.
        if (await self._scope.mine(_GIVEN, first=first, last=last, back=value < held)).first():
            return False
        await self._scope.mine(_RECOUNT, of_period=period, new_value=value)
        return True

    async def list_page(
        self, which: InvoiceFilter, today: date, client_id: UUID | None, cursor: Cursor | None, limit: int
    ) -> Page[InvoiceRow]:
        statement = page_statement(which, client_id is not None, cursor)
        values = page_values(which, today, client_id, cursor)
        rows = (await self._scope.mine(statement, most=limit + 1, **values)).all()

        def key(row: sa.Row[Any]) -> str:
            return f"{row.due_on}/{row.id.hex}" if which is InvoiceFilter.OVERDUE else f"/{row.id.hex}"

        return page_of(rows, limit, cursor, _row, key)

    async def overdue_totals(self, today: date) -> Sequence[OverdueTotal]:
        rows = await self._scope.mine(overdue_totals, today=today)
        return [OverdueTotal(Money(int(row.owed), row.currency), row.invoices) for row in rows]

    async def owed(self, today: date) -> Sequence[CurrencyOwed]:
        return await owed(self._scope, today)

    async def overview(self, today: date) -> Overview:
        return await overview(self._scope, today)


_READ: dict[str, Callable[[Invoice], Any]] = {
    "client_id": lambda invoice: invoice.draft.client_id,
    "state": lambda invoice: invoice.state.value,
    "number": lambda invoice: invoice.document and invoice.document.number,
    "currency": lambda invoice: invoice.total.currency,
    "total_minor": lambda invoice: invoice.total.minor,
    "paid_minor": lambda invoice: invoice.paid.minor,
    "credited_minor": lambda invoice: invoice.credited_minor,
    "issued_on": lambda invoice: invoice.document and invoice.document.issued_on,
    "due_on": lambda invoice: invoice.document and invoice.document.due_on,
    "issued_at": lambda invoice: invoice.issued_at,
    "voided_at": lambda invoice: invoice.voided_at,
    "void_reason": lambda invoice: invoice.void_reason,
    "quote_id": lambda invoice: invoice.draft.quoted and invoice.draft.quoted.quote_id,
    "draft": lambda invoice: encode(invoice.draft),
    "document": lambda invoice: invoice.document and encode(invoice.document),
    "imported": lambda invoice: invoice.imported,
}
"""Each column's value; a statement reads only its own, for writing JSON is what costs."""


def invoice_of(row: sa.Row[Any]) -> Invoice:
    return Invoice(
        id=row.id,
        draft=cast(Draft, decode(Draft, row.draft)),
        total=Money(row.total_minor, row.currency),
        paid=Money(row.paid_minor, row.currency),
        created_at=row.created_at,
        state=State(row.state),
        document=cast(Document, decode(Document, row.document)) if row.document is not None else None,
        issued_at=row.issued_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        version=row.version,
        credited_minor=row.credited_minor,
        imported=row.imported,
    )


def _row(row: sa.Row[Any]) -> InvoiceRow:
    return InvoiceRow(
        id=row.id,
        number=row.number,
        client_id=row.client_id,
        client=row.client,
        state=State(row.state),
        total=Money(row.total_minor, row.currency),
        paid=Money(row.paid_minor, row.currency),
        credited=Money(row.credited_minor, row.currency),
        issued_on=row.issued_on,
        due_on=row.due_on,
        imported=row.imported,
    )
