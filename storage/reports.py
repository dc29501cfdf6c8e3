"""What reports are read by: sums over issued invoices and payments, made by the database.

Void invoices and credit notes, and payments that were taken back, count nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.conversion import ForeignDebt, ForeignEntry
from core.invoice import Period, State
from core.money import Money
from core.report import AccountEntry, Age, AgingRow, DaySum, EntryKind, Taken, TaxedDay, age_edges
from core.tax import TaxCategory
from storage.discounts import early_discounts
from storage.foreign import foreign_debts, foreign_entries
from storage.inline import long
from storage.json_rows import Part, array, tax_rows
from storage.money_tables import QUOTED
from storage.scope import Scope
from storage.tables import ISSUED, OPEN, OWED_MINOR, RECEIVED, STANDING, client, credit_note, invoice, payment

_AGES = tuple(f"age_{place}" for place in range(len(Age)))
_EDGES = tuple(sa.bindparam(f"edge_{place}", type_=sa.Date) for place in range(len(Age) - 1))
_FIRST, _LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
_CLIENT = sa.bindparam("client_id", type_=sa.Uuid)
_MY_INVOICES = invoice.c.business_id == sa.bindparam("tenant")
_MY_PAYMENTS = payment.c.business_id == sa.bindparam("tenant")
_MY_CREDIT_NOTES = credit_note.c.business_id == sa.bindparam("tenant")


def _of_age(place: int) -> sa.ColumnElement[int]:
    """What is owed of that age: due on its edge or later, and before the edge of the age that is younger."""
    within = []
    if place < len(_EDGES):
        within.append(invoice.c.due_on >= _EDGES[place])
    if place > 0:
        within.append(invoice.c.due_on < _EDGES[place - 1])
    return sa.func.sum(sa.case((sa.and_(*within), OWED_MINOR), else_=0)).label(_AGES[place])


# Names come to the sums, not to every invoice. Grouped by the bare column, SQLite would read all of a client's
# invoices in their order where it has no statistics; like this it reads the open ones.
_DEBTOR = sa.func.coalesce(invoice.c.client_id, invoice.c.id)
_OWED = (
    sa.select(_DEBTOR.label("client_id"), invoice.c.currency, *map(_of_age, range(len(Age))))
    .where(_MY_INVOICES, OPEN)
    .group_by(_DEBTOR, invoice.c.currency)
    .subquery("owed")
)
_AGING = long(
    sa.select(_OWED, client.c.name).join(
        client, sa.and_(client.c.business_id == sa.bindparam("tenant"), client.c.id == _OWED.c.client_id)
    )
)

# Drafts have no date. Said like this, no partial index over all clients' days serves it: the client's own index
# leads to fewer rows.
# Credit that moves from one invoice to another is nothing between the business and the client.
_PAID_BY = (
    _MY_PAYMENTS, payment.c.client_id == _CLIENT, payment.c.reversed_at.is_(None), payment.c.move_id.is_(None),
)  # fmt: skip
_CREDITED_TO = (_MY_CREDIT_NOTES, credit_note.c.client_id == _CLIENT, STANDING)
_BILLED_TO = (_MY_INVOICES, invoice.c.client_id == _CLIENT, invoice.c.state != State.VOID.value)
_BEFORE = sa.union_all(
    sa.select(invoice.c.currency, invoice.c.total_minor.label("minor")).where(
        *_BILLED_TO, invoice.c.issued_on < _FIRST
    ),
    sa.select(payment.c.currency, -payment.c.amount_minor - payment.c.discount_minor).where(
        *_PAID_BY, payment.c.received_on < _FIRST
    ),
    sa.select(credit_note.c.currency, -credit_note.c.total_minor).where(
        *_CREDITED_TO, credit_note.c.issued_on < _FIRST
    ),
).subquery("moved")
_OPENINGS = sa.select(_BEFORE.c.currency, sa.func.sum(_BEFORE.c.minor).label("minor")).group_by(
    _BEFORE.c.currency
)
# One more kind of entry is one more SELECT of these columns.
_ENTRIES = sa.union_all(
    sa.select(
        invoice.c.issued_on.label("day"), sa.literal(EntryKind.INVOICE.value).label("kind"), invoice.c.id,
        invoice.c.number, invoice.c.currency, invoice.c.total_minor.label("minor"), invoice.c.due_on,
    ).where(*_BILLED_TO, invoice.c.issued_on.between(_FIRST, _LAST)),
    sa.select(
        payment.c.received_on,
        sa.case(
            (payment.c.refunds_id.is_(None), EntryKind.PAYMENT.value), else_=EntryKind.REFUND.value
        ),
        payment.c.id, invoice.c.number, payment.c.currency, -payment.c.amount_minor, sa.null(),
    )
    .join(
        invoice,
        sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id),
    )
    .where(*_PAID_BY, payment.c.received_on.between(_FIRST, _LAST)),
    sa.select(
        credit_note.c.issued_on, sa.literal(EntryKind.CREDIT_NOTE.value), credit_note.c.id, credit_note.c.number,
        credit_note.c.currency, -credit_note.c.total_minor, sa.null(),
    ).where(*_CREDITED_TO, credit_note.c.issued_on.between(_FIRST, _LAST)),
    sa.select(
        payment.c.received_on, sa.literal(EntryKind.DISCOUNT.value), payment.c.id, invoice.c.number, payment.c.currency,
        -payment.c.discount_minor, sa.null(),
    )
    .join(
        invoice,
        sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id),
    )
    .where(*_PAID_BY, payment.c.discount_minor > 0, payment.c.received_on.between(_FIRST, _LAST)),
).subquery("entry")  # fmt: skip
_ACCOUNT = (
    sa.select(_ENTRIES).order_by(_ENTRIES.c.day, _ENTRIES.c.kind, _ENTRIES.c.id).limit(sa.bindparam("most"))
)

_IN_PERIOD = (_MY_INVOICES, ISSUED, invoice.c.issued_on.between(_FIRST, _LAST))
_INVOICED = long(
    sa.select(
        invoice.c.issued_on.label("day"),
        invoice.c.currency,
        sa.func.sum(invoice.c.total_minor).label("minor"),
    )
    .where(*_IN_PERIOD)
    .group_by(invoice.c.issued_on, invoice.c.currency)
)
_NOTED = (_MY_CREDIT_NOTES, STANDING, credit_note.c.issued_on.between(_FIRST, _LAST))
_CREDITED = long(
    sa.select(
        credit_note.c.issued_on.label("day"),
        credit_note.c.currency,
        (-sa.func.sum(credit_note.c.total_minor)).label("minor"),
    )
    .where(*_NOTED)
    .group_by(credit_note.c.issued_on, credit_note.c.currency)
)
_RECEIVED = long(
    sa.select(
        payment.c.received_on.label("day"), payment.c.currency, sa.func.sum(payment.c.amount_minor).label("minor")
    )
    .where(_MY_PAYMENTS, RECEIVED, payment.c.received_on.between(_FIRST, _LAST))
    .group_by(payment.c.received_on, payment.c.currency)
)  # fmt: skip


def _billed(table: sa.Table, where: tuple[Any, ...], sign: int, postgresql: bool) -> sa.Select[Any]:
    """The VAT groups as each document froze them."""
    rows, part = tax_rows(table.c.document, postgresql)
    return _summed(table, part, table.join(rows, sa.true()), where, sign)


def _taken_off(postgresql: bool) -> sa.Select[Any]:
    """The deposits in invoices of a rest: each counts on the day of its own invoice."""
    deposits, _part = array(invoice.c.document, postgresql, "deposit", "prepaid")
    rows, part = array(deposits.c.value, postgresql, "tax_row", "tax_rows")
    source = invoice.join(deposits, sa.true()).join(rows, sa.true())
    return _summed(invoice, part, source, (*_IN_PERIOD, QUOTED), -1)


def _summed(
    table: sa.Table, part: Part, source: sa.FromClause, where: tuple[Any, ...], sign: int
) -> sa.Select[Any]:
    """By the day and the currency of the document in `table`."""
    taxed = (
        sa.select(
            table.c.issued_on.label("day"), table.c.currency, part("tax", "category").label("category"),
            part("tax", "rate").label("rate"), sa.cast(part("basis", "minor"), sa.BigInteger).label("net"),
            sa.cast(part("amount", "minor"), sa.BigInteger).label("tax"),
        )
        .select_from(source)
        .where(*where)
        .subquery("taxed")
    )  # fmt: skip
    alike = (taxed.c.day, taxed.c.currency, taxed.c.category, taxed.c.rate)
    sums = ((sign * sa.func.sum(taxed.c.net)).label("net"), (sign * sa.func.sum(taxed.c.tax)).label("tax"))
    return long(sa.select(*alike, *sums).group_by(*alike))


_BILLED = {
    postgresql: (
        _billed(invoice, _IN_PERIOD, 1, postgresql),
        _taken_off(postgresql),
        _billed(credit_note, _NOTED, -1, postgresql),
    )
    for postgresql in (False, True)
}
"""What invoices add, and what the deposits that they take off and credit notes take from that."""


class SqlReports:
    """core.report.Reports."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def aging(self, today: date) -> Sequence[AgingRow]:
        edges = {f"edge_{place}": edge for place, edge in enumerate(age_edges(today))}
        return [
            AgingRow(
                row.client_id,
                row.name,
                tuple(Money(int(getattr(row, age)), row.currency) for age in _AGES),
            )
            for row in await self._scope.mine(_AGING, **edges)
        ]

    async def openings(self, client_id: UUID, before: date) -> Sequence[Money]:
        rows = await self._scope.mine(_OPENINGS, client_id=client_id, first=before)
        return [Money(int(row.minor), row.currency) for row in rows]

    async def entries(self, client_id: UUID, period: Period, most: int) -> Sequence[AccountEntry]:
        rows = await self._scope.mine(_ACCOUNT, client_id=client_id, most=most, **_ends(period))
        return [
            AccountEntry(row.day, EntryKind(row.kind), row.number, Money(row.minor, row.currency), row.due_on)
            for row in rows
        ]

    async def billed(self, period: Period) -> Sequence[TaxedDay]:
        return [
            TaxedDay(
                row.day,
                TaxCategory(row.category),
                Decimal(row.rate),
                Money(int(row.net), row.currency),
                Money(int(row.tax), row.currency),
            )
            for statement in _BILLED[self._scope.postgresql]
            for row in await self._scope.mine(statement, **_ends(period))
        ]

    async def invoiced(self, period: Period) -> Sequence[DaySum]:
        return [*await self._days(_INVOICED, period), *await self._days(_CREDITED, period)]

    async def received(self, period: Period) -> Sequence[DaySum]:
        return await self._days(_RECEIVED, period)

    async def foreign_entries(self, period: Period, currency: str) -> Sequence[ForeignEntry]:
        return await foreign_entries(self._scope, period, currency)

    async def foreign_debts(self, currency: str) -> Sequence[ForeignDebt]:
        return await foreign_debts(self._scope, currency)

    async def early_discounts(self, period: Period) -> Sequence[Taken]:
        return await early_discounts(self._scope, period)

    async def _days(self, statement: sa.Select[Any], period: Period) -> Sequence[DaySum]:
        rows = await self._scope.mine(statement, **_ends(period))
        return [DaySum(row.day, Money(int(row.minor), row.currency)) for row in rows]


def _ends(period: Period) -> dict[str, date]:
    return {"first": period.start, "last": period.end}
