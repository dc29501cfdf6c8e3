"""The list queries over invoices: one prepared statement per filter and direction, paged by keyset."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.views import Cursor, InvoiceFilter
from storage.paging import as_uuid
from storage.tables import DRAFTS, OPEN, OWED_MINOR, PAID, client, invoice

_COLUMNS = (
    invoice.c.id, invoice.c.number, invoice.c.client_id, client.c.name.label("client"), invoice.c.state,
    invoice.c.currency, invoice.c.total_minor, invoice.c.paid_minor, invoice.c.credited_minor, invoice.c.issued_on,
    invoice.c.due_on, invoice.c.imported,
)  # fmt: skip
_JOINED = invoice.join(
    client, sa.and_(client.c.business_id == invoice.c.business_id, client.c.id == invoice.c.client_id)
)
# The partial indexes serve a query only if it repeats their condition to the letter, unqualified column names
# included; both tables have no such column in common.
_WHERE: dict[InvoiceFilter, Any] = {
    InvoiceFilter.OPEN: OPEN,
    InvoiceFilter.OVERDUE: OPEN,
    InvoiceFilter.PAID: PAID,
    InvoiceFilter.DRAFT: DRAFTS,
    InvoiceFilter.ALL: sa.true(),
}
_DUE_BEFORE = invoice.c.due_on < sa.bindparam("today", type_=sa.Date)


@cache
def _statement(which: InvoiceFilter, of_client: bool, placed: bool, backwards: bool) -> sa.Select[Any]:
    query = sa.select(*_COLUMNS).select_from(_JOINED)
    query = query.where(invoice.c.business_id == sa.bindparam("tenant"), _WHERE[which])
    if of_client:
        query = query.where(invoice.c.client_id == sa.bindparam("client_id", type_=sa.Uuid))
    order: tuple[Any, ...]
    mark_id = sa.bindparam("mark_id", type_=sa.Uuid)
    if which is InvoiceFilter.OVERDUE:
        query = query.where(_DUE_BEFORE)
        edge = sa.tuple_(invoice.c.due_on, invoice.c.id)
        mark = sa.tuple_(sa.bindparam("mark", type_=sa.Date), mark_id)
        later = (invoice.c.due_on, invoice.c.id)
        order = tuple(column.desc() for column in later) if backwards else later
        if placed:
            query = query.where(edge < mark if backwards else edge > mark)
    else:
        order = (invoice.c.id,) if backwards else (invoice.c.id.desc(),)
        if placed:
            query = query.where(invoice.c.id > mark_id if backwards else invoice.c.id < mark_id)
    return query.order_by(*order).limit(sa.bindparam("most"))


def page_statement(which: InvoiceFilter, of_client: bool, cursor: Cursor | None) -> sa.Select[Any]:
    return _statement(which, of_client, cursor is not None, cursor is not None and cursor.backwards)


def page_values(
    which: InvoiceFilter, today: date, client_id: UUID | None, cursor: Cursor | None
) -> dict[str, Any]:
    """The parameters that `page_statement` of the same arguments binds."""
    values: dict[str, Any] = {}
    if client_id is not None:
        values["client_id"] = client_id
    if which is InvoiceFilter.OVERDUE:
        values["today"] = today
    if cursor is not None:
        due, _, key = cursor.key.partition("/")
        values["mark_id"] = as_uuid(key)
        if which is InvoiceFilter.OVERDUE:
            values["mark"] = _date(due)
    return values


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


overdue_totals = (
    sa.select(
        invoice.c.currency,
        sa.func.sum(OWED_MINOR).label("owed"),
        sa.func.count().label("invoices"),
    )
    .where(invoice.c.business_id == sa.bindparam("tenant"), OPEN, _DUE_BEFORE)
    .group_by(invoice.c.currency)
    .order_by(invoice.c.currency)
)
