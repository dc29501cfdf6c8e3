"""The numbers of the overview: one statement for each, found by its own index, never one sum over two currencies."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from core.money import Money
from core.terms import add_months
from core.views import CurrencyOverview, CurrencyOwed, Overview
from storage.scope import Scope
from storage.tables import (
    DISCOUNTED,
    DRAFTS,
    ISSUED,
    OPEN,
    OWED_MINOR,
    RECEIVED,
    STANDING,
    credit_note,
    invoice,
    payment,
)

MOST_DRAFTS = 1000
"""Nobody reads an exact number of more; counting stops there."""
_SOON = timedelta(days=7)


def _by_currency(table: sa.Table, *sums: Any) -> sa.Select[Any]:
    query = sa.select(table.c.currency, *sums).where(table.c.business_id == sa.bindparam("tenant"))
    return query.group_by(table.c.currency)


_LATE = invoice.c.due_on < sa.bindparam("today", type_=sa.Date)
# The same columns as in the index of due dates, so that on PostgreSQL the rows are never visited.
_OWED = _by_currency(
    invoice,
    sa.func.sum(sa.case((_LATE, OWED_MINOR), else_=0)).label("overdue"),
    sa.func.sum(sa.case((_LATE, 1), else_=0)).label("overdue_count"),
    sa.func.sum(sa.case((_LATE, 0), else_=OWED_MINOR)).label("soon"),
    sa.func.sum(sa.case((_LATE, 0), else_=1)).label("soon_count"),
).where(OPEN, invoice.c.due_on < sa.bindparam("until", type_=sa.Date))
_BILLED = _by_currency(invoice, sa.func.sum(invoice.c.total_minor).label("issued")).where(
    ISSUED,
    invoice.c.issued_on >= sa.bindparam("first", type_=sa.Date),
    invoice.c.issued_on < sa.bindparam("after", type_=sa.Date),
)
_CREDITED = _by_currency(credit_note, sa.func.sum(credit_note.c.total_minor).label("credited")).where(
    STANDING,
    credit_note.c.issued_on >= sa.bindparam("first", type_=sa.Date),
    credit_note.c.issued_on < sa.bindparam("after", type_=sa.Date),
)
_FORGIVEN = _by_currency(payment, sa.func.sum(payment.c.discount_minor).label("forgiven")).where(
    DISCOUNTED,
    payment.c.received_on >= sa.bindparam("first", type_=sa.Date),
    payment.c.received_on < sa.bindparam("after", type_=sa.Date),
)
_CAME_IN = _by_currency(payment, sa.func.sum(payment.c.amount_minor).label("received")).where(
    RECEIVED,
    payment.c.received_on >= sa.bindparam("first", type_=sa.Date),
    payment.c.received_on < sa.bindparam("after", type_=sa.Date),
)
_SOME_DRAFTS = (
    sa.select(invoice.c.id)
    .where(invoice.c.business_id == sa.bindparam("tenant"), DRAFTS)
    .limit(MOST_DRAFTS)
    .subquery()
)
_COUNT_DRAFTS = sa.select(sa.func.count()).select_from(_SOME_DRAFTS)


async def owed(scope: Scope, today: date) -> tuple[CurrencyOwed, ...]:
    """Of the overview only what is asked of it each morning."""
    rows = await scope.mine(_OWED, today=today, until=today + _SOON)
    found = [
        CurrencyOwed(
            Money(int(row.overdue), row.currency),
            row.overdue_count,
            Money(int(row.soon), row.currency),
            row.soon_count,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.currency))


async def overview(scope: Scope, today: date) -> Overview:
    first = today.replace(day=1)
    month = {"first": first, "after": add_months(first, 1)}
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for statement, values in (
        (_OWED, {"today": today, "until": today + _SOON}),
        (_BILLED, month),
        (_CREDITED, month),
        (_FORGIVEN, month),
        (_CAME_IN, month),
    ):
        for row in (await scope.mine(statement, **values)).mappings():
            sums = {name: int(value) for name, value in row.items() if name != "currency"}
            found[row["currency"]].update(sums)
    drafts = (await scope.mine(_COUNT_DRAFTS)).scalar_one()
    return Overview(tuple(_currency(code, found[code]) for code in sorted(found)), drafts)


def _currency(code: str, sums: dict[str, int]) -> CurrencyOverview:
    return CurrencyOverview(
        overdue=Money(sums.get("overdue", 0), code),
        overdue_count=sums.get("overdue_count", 0),
        soon=Money(sums.get("soon", 0), code),
        soon_count=sums.get("soon_count", 0),
        issued=Money(sums.get("issued", 0) - sums.get("credited", 0) - sums.get("forgiven", 0), code),
        received=Money(sums.get("received", 0), code),
    )
