"""The business a transaction is in, and the few statement shapes every repository shares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import N_, Conflict, NotFound
from core.ports import Clock
from storage.straight import Answer, Straight

_MISSING = {
    "business": N_("There is no such business."), "member": N_("There is no such member."),
    "client": N_("There is no such client."), "invoice": N_("There is no such invoice."),
    "product": N_("There is no such product."),
    "payment": N_("There is no such payment."), "file": N_("There is no such file."),
    "change": N_("There is no such change."), "request": N_("This request is gone, and so is the draft it was about."),
    "reminder": N_("There is no such reminder."), "promise": N_("There is no such promise."),
    "order": N_("There is no such order."), "series": N_("There is no such recurring invoice."),
    "import": N_("This file is not waiting any more. Please send it again."),
    "credit note": N_("There is no such credit note."),
    "quote": N_("There is no such quote."),
}  # fmt: skip

_GUARD = sa.select(sa.func.set_config("app.business", sa.bindparam("business", type_=sa.Text), True))


def guard(business_id: sa.ColumnElement[UUID]) -> sa.ColumnElement[str]:
    """In a SELECT that finds one row: PostgreSQL's policies let that business's rows through from here on."""
    return sa.func.set_config("app.business", sa.cast(business_id, sa.Text), True)


class Scope:
    """One transaction, and inside it one business."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._straight = Straight(connection)
        self._business_id: UUID | None = None
        self.begun = False
        """SQLAlchemy sends BEGIN to PostgreSQL with the first statement: before it, a raw one would commit alone."""
        self.postgresql = connection.dialect.name == "postgresql"

    async def enter(self, business_id: UUID) -> None:
        """Name the tenant: every repository filters by it, and PostgreSQL's policies do so a second time."""
        self.entered(business_id)
        await self._guard(str(business_id))

    def entered(self, business_id: UUID) -> None:
        """Likewise, where the statement that found the business has called `guard` for PostgreSQL."""
        self._business_id = business_id

    @asynccontextmanager
    async def acting(self, business_id: UUID) -> AsyncIterator[None]:
        """A few statements for that business, in a transaction that may be another's or nobody's."""
        before = self._business_id
        await self.enter(business_id)
        yield
        self._business_id = before
        await self._guard(str(before) if before else "")

    async def _guard(self, business: str) -> None:
        if self.postgresql:
            await self.run(_GUARD, business=business)

    @property
    def business_id(self) -> UUID:
        """Refuses to answer before a business was entered, so that no query can forget it."""
        if self._business_id is None:
            raise RuntimeError("no business was entered in this transaction")
        return self._business_id

    async def run(self, statement: sa.Executable, **values: Any) -> Answer:
        """Execute outside any business."""
        self.begun = True
        return await self._straight.execute(statement, values)

    async def run_many(self, statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
        await self._connection.execute(statement, rows)

    async def mine(self, statement: sa.Executable, **values: Any) -> Answer:
        """Execute with the business bound as `:tenant`, a name every such statement holds."""
        return await self._straight.execute(statement, {"tenant": self.business_id, **values})

    async def insert(self, statement: sa.Executable, **values: Any) -> Answer:
        """Execute an INSERT into a tenant table for this business."""
        return await self._straight.execute(statement, {"business_id": self.business_id, **values})

    async def get(self, statement: sa.Executable, kind: str, **values: Any) -> sa.Row[Any]:
        """The one row, or NotFound: the same answer for another business's row."""
        row = (await self.mine(statement, **values)).one_or_none()
        if row is None:
            raise NotFound(_MISSING[kind])
        return row

    async def update(self, statement: sa.Executable, **values: Any) -> None:
        """An UPDATE guarded by the version that was seen; Conflict when it moved on."""
        result = await self.mine(statement, **values)
        if result.rowcount != 1:
            raise Conflict(N_("Somebody else changed this at the same moment. Please try again."))


class Clocked:
    """What the parts of a repository hold in common: the transaction, and the time."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock


def by_id(table: sa.Table) -> sa.ColumnElement[bool]:
    """`WHERE business_id = :tenant AND id = :key`."""
    return sa.and_(table.c.business_id == sa.bindparam("tenant"), table.c.id == sa.bindparam("key"))


def versioned_update(table: sa.Table, *columns: str) -> sa.Update:
    """Set the columns of one row and count its version up, if it is still the one that was seen.

    The row's key is `:key`, the seen version `:seen`, and each column's new value `:new_COLUMN`:
    SQLAlchemy keeps plain column names in an UPDATE's parameters to itself.
    """
    values: Mapping[str, Any] = {
        name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns
    }
    return (
        sa.update(table)
        .where(by_id(table), table.c.version == sa.bindparam("seen"))
        .values({**values, "version": table.c.version + 1})
    )


def versioned_delete(table: sa.Table) -> sa.Delete:
    """Remove one row, `:key`, if it is still the one that was seen."""
    return sa.delete(table).where(by_id(table), table.c.version == sa.bindparam("seen"))
