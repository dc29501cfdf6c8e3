"""What reports in one currency convert: documents and payments in others, one by one, with the rates they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from core.conversion import ForeignDebt, ForeignEntry, ForeignGroup
from core.early_discount import less_revenue
from core.invoice import Period
from core.money import Money
from core.rates import ExchangeRate
from storage.codec import decode
from storage.discounts import taken
from storage.frozen import groups_of, part
from storage.inline import long
from storage.scope import Scope
from storage.tables import ISSUED, OPEN, OWED_MINOR, RECEIVED, STANDING, client, credit_note, invoice, payment

_FIRST, _LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
_TARGET: sa.BindParameter[str] = sa.bindparam("target")


def _mine(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.business_id == sa.bindparam("tenant"), table.c.currency != _TARGET)


def _frozen(table: sa.Table, postgresql: bool) -> tuple[sa.ColumnElement[Any], ...]:
    document = table.c.document
    return (
        table.c.number,
        table.c.currency,
        part(document, postgresql, "rate").label("rate"),
        part(document, postgresql, "totals", "tax_rows").label("tax_rows"),
        part(document, postgresql, "prepaid").label("prepaid"),
    )


def _documents(table: sa.Table, standing: sa.TextClause, postgresql: bool) -> sa.Select[Any]:
    within = table.c.issued_on.between(_FIRST, _LAST)
    return long(
        sa.select(table.c.issued_on, table.c.total_minor, *_frozen(table, postgresql))
        .where(_mine(table), standing, within)
        .order_by(table.c.issued_on, table.c.id)
    )


def _payments(postgresql: bool) -> sa.Select[Any]:
    of_payment = sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id)
    within = payment.c.received_on.between(_FIRST, _LAST)
    columns = (payment.c.received_on, payment.c.amount_minor, payment.c.discount_minor)
    return long(
        sa.select(*columns, *_frozen(invoice, postgresql))
        .select_from(payment.join(invoice, of_payment))
        .where(_mine(payment), RECEIVED, within)
        .order_by(payment.c.received_on, payment.c.id)
    )


def _debts(postgresql: bool) -> sa.Select[Any]:
    whose = sa.and_(client.c.business_id == sa.bindparam("tenant"), client.c.id == invoice.c.client_id)
    rate = part(invoice.c.document, postgresql, "rate").label("rate")
    return long(
        sa.select(
            invoice.c.number, invoice.c.client_id, client.c.name, invoice.c.due_on, invoice.c.currency,
            OWED_MINOR.label("owed"), rate,
        )
        .select_from(invoice.join(client, whose))
        .where(_mine(invoice), OPEN)
        .order_by(invoice.c.due_on, invoice.c.id)
    )  # fmt: skip


_INVOICES = {yes: _documents(invoice, ISSUED, yes) for yes in (False, True)}
_CREDIT_NOTES = {yes: _documents(credit_note, STANDING, yes) for yes in (False, True)}
_PAYMENTS = {yes: _payments(yes) for yes in (False, True)}
_DEBTS = {yes: _debts(yes) for yes in (False, True)}


async def foreign_entries(scope: Scope, period: Period, currency: str) -> Sequence[ForeignEntry]:
    """Of every currency but that one."""
    values: dict[str, Any] = {"first": period.start, "last": period.end, "target": currency}
    found = [_document(row, 1) for row in await scope.mine(_INVOICES[scope.postgresql], **values)]
    found += [_document(row, -1) for row in await scope.mine(_CREDIT_NOTES[scope.postgresql], **values)]
    for row in await scope.mine(_PAYMENTS[scope.postgresql], **values):
        found += _payment(row)
    return found


async def foreign_debts(scope: Scope, currency: str) -> Sequence[ForeignDebt]:
    return [
        ForeignDebt(
            row.number, row.client_id, row.name, row.due_on, Money(int(row.owed), row.currency), _rate(row)
        )
        for row in await scope.mine(_DEBTS[scope.postgresql], target=currency)
    ]


def _document(row: sa.Row[Any], sign: int) -> ForeignEntry:
    groups = tuple(
        ForeignGroup(category, rate, Money(sign * net, row.currency), Money(sign * tax, row.currency))
        for category, rate, net, tax in groups_of(row)
    )
    invoiced = Money(sign * row.total_minor, row.currency)
    return ForeignEntry(row.number, row.issued_on, _rate(row), invoiced, Money.zero(row.currency), groups)


def _payment(row: sa.Row[Any]) -> Iterator[ForeignEntry]:
    """The money, and the discount that it earned by coming early."""
    zero, rate = Money.zero(row.currency), _rate(row)
    on: date = row.received_on
    yield ForeignEntry(row.number, on, rate, zero, Money(row.amount_minor, row.currency))
    if row.discount_minor:
        discount = taken(on, Money(row.discount_minor, row.currency), row)
        days, sums = less_revenue([discount])
        less = tuple(ForeignGroup(day.category, day.rate, day.net, day.tax) for day in days)
        yield ForeignEntry(row.number, on, rate, sums[0].amount, zero, less)


def _rate(row: sa.Row[Any]) -> ExchangeRate | None:
    if row.rate in (None, "null"):
        return None
    return cast(ExchangeRate, decode(ExchangeRate, row.rate))
