"""Reads a statement as SQLAlchemy holds it and tells which tenant tables it leaves open to every business.

SQLite has no row-level security, so there the repositories' own filter is all that keeps tenants apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter
from sqlalchemy.sql.expression import FromClause

from storage.tables import TENANT_TABLES

TENANT_NAMES = frozenset(table.name for table in TENANT_TABLES)
FLEET_NAMES = frozenset(
    {
        "agenda",
        "digest_run",
        "subscription",
        "plan_change",
        "usage",
        "plan_order",
        "invoice_link",
        "quote_link",
        "pay_account",
        "pay_setup",
    }
)
"""Rows of a business that the tick, a token or the operator's numbers read for all, and everybody else for one."""


def unguarded(
    statement: Any, rows: list[Mapping[str, Any]], names: frozenset[str] = TENANT_NAMES
) -> set[str]:
    """The tables, or their aliases, that neither `:tenant` nor an inserted business_id restricts."""
    if isinstance(statement, sa.TextClause):
        return {name for name in names if name in statement.text.split()}
    if isinstance(statement, sa.Insert):
        guarded = bool(rows) and all("business_id" in row for row in rows)
        return {statement.table.name} & names if not guarded else set()
    if any(_is_loose(part) for part in visitors.iterate(statement)):
        return set(_touched(statement, names))
    return set(_touched(statement, names)) - _restricted(statement)


def _is_loose(part: Any) -> bool:
    """A text with an OR of its own, which SQLAlchemy joins to the other conditions without parentheses."""
    if not isinstance(part, sa.TextClause):
        return False
    outside, depth = "", 0
    for letter in part.text:
        depth += (letter == "(") - (letter == ")")
        outside += letter if depth == 0 else " "
    return " OR " in outside.upper()


def touched(statement: Any, names: frozenset[str] = TENANT_NAMES) -> set[str]:
    """The names, or aliases, under which a statement touches tenant tables, or those others."""
    if isinstance(statement, sa.Insert):
        return {statement.table.name} & names
    return set(_touched(statement, names))


def _touched(statement: Any, names: frozenset[str]) -> Iterator[str]:
    for part in visitors.iterate(statement):
        sources: list[FromClause] = []
        if isinstance(part, sa.Select):
            sources = list(part.get_final_froms())
        elif isinstance(part, (sa.Update, sa.Delete)):
            sources = [part.table]
        for source in sources:
            for found in visitors.iterate(source):
                if isinstance(found, sa.Table) and found.name in names:
                    yield found.name
                if isinstance(found, sa.Alias) and getattr(found.element, "name", "") in names:
                    yield found.name


def _restricted(statement: Any) -> set[str]:
    """Tables whose business_id equals `:tenant`, at once or by way of another table's."""
    names: set[str] = set()
    joined: list[tuple[str, str]] = []
    for part in visitors.iterate(statement):
        if not (isinstance(part, BinaryExpression) and part.operator is operators.eq):
            continue
        left, right = _owner(part.left), _owner(part.right)
        if left and isinstance(part.right, BindParameter) and part.right.key == "tenant":
            names.add(left)
        if left and right:
            joined += [(left, right), (right, left)]
    while more := {right for left, right in joined if left in names} - names:
        names |= more
    return names


def _owner(side: Any) -> str | None:
    """The table of a business_id column."""
    if isinstance(side, sa.ColumnClause) and side.name == "business_id" and side.table is not None:
        return str(getattr(side.table, "name", ""))
    return None


class Inspector:
    """Listens to everything an engine executes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.seen: list[Any] = []
        self.open: list[str] = []
        self._known: dict[Any, bool] = {}
        event.listen(engine.sync_engine, "before_execute", self._inspect)

    def _inspect(self, _connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        self.seen.append(statement)
        if self._is_open(statement, list(many) or [one]):
            self.open.append(str(statement))

    def _is_open(self, statement: Any, rows: list[Mapping[str, Any]]) -> bool:
        """What is guarded in one statement is so in all of its shape, so that each shape is read once."""
        shape = None
        if isinstance(statement, (sa.Select, sa.CompoundSelect, sa.Update, sa.Delete)):
            shape = statement._generate_cache_key()
        if shape is None:
            return bool(unguarded(statement, rows))
        if shape.key not in self._known:
            self._known[shape.key] = bool(unguarded(statement, rows))
        return self._known[shape.key]
