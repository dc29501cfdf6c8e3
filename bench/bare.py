"""The yardsticks for storing an invoice: the same rows by the drivers alone, in as few statements as they allow."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import asyncpg

from bench.ledger import IDS, PERIOD, SERIES, TODAY, Ledger, plain
from core.terms import Terms

_POSTGRES = """
WITH counted AS (
    INSERT INTO counter (business_id, series, period, value) VALUES ($1, 'invoice', '2026', 1)
    ON CONFLICT (business_id, series, period) DO UPDATE SET value = counter.value + 1
    RETURNING '2026-' || lpad(value::text, 4, '0') AS number
)
INSERT INTO invoice (business_id, id, version, client_id, state, number, currency, total_minor, paid_minor,
                     issued_on, due_on, created_at, issued_at, void_reason, draft, document)
SELECT $1, $2, 1, $3, 'issued', number, 'EUR', $4, 0, $5, $6, now(), now(), '',
       $7::jsonb, jsonb_set($8::jsonb, '{number}', to_jsonb(number))
FROM counted
RETURNING number
"""

_SQLITE_COUNT = """
INSERT INTO counter (business_id, series, period, value) VALUES (?, ?, ?, 1)
ON CONFLICT (business_id, series, period) DO UPDATE SET value = value + 1 RETURNING value
"""
_SQLITE_INVOICE = """
INSERT INTO invoice (business_id, id, version, client_id, state, number, currency, total_minor, paid_minor,
                     issued_on, due_on, created_at, issued_at, void_reason, draft, document)
VALUES (?, ?, 1, ?, 'issued', ?, 'EUR', ?, 0, ?, ?, ?, ?, '', ?, ?)
"""


class BarePostgres:
    """One statement per invoice on a connection that stays open."""

    def __init__(self, connection: asyncpg.Connection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger
        self._plain = plain(ledger)
        self._due_on = Terms(days=14).due(TODAY)

    async def store(self) -> None:
        ledger = self._ledger
        await self._connection.fetchval(
            _POSTGRES, ledger.business.id, IDS.new(), ledger.client.id, ledger.document.totals.payable.minor,
            TODAY, self._due_on, json.dumps(self._plain["draft"]), json.dumps(self._plain["document"]),
        )  # fmt: skip


class BareSqlite:
    """One transaction of two statements per invoice."""

    def __init__(self, path: str, ledger: Ledger) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self._ledger = ledger
        self._plain = plain(ledger)
        self._due_on = Terms(days=14).due(TODAY)

    def store(self) -> None:
        ledger, run = self._ledger, self.connection.execute
        business = ledger.business.id.hex
        document: dict[str, Any] = self._plain["document"]
        run("BEGIN IMMEDIATE")
        (count,) = run(_SQLITE_COUNT, (business, SERIES, PERIOD)).fetchone()
        number = f"2026-{count:04}"
        run(
            _SQLITE_INVOICE,
            (business, IDS.new().hex, ledger.client.id.hex, number, ledger.document.totals.payable.minor,
             TODAY.isoformat(), self._due_on.isoformat(), "2026-03-05 09:00:00.000000", "2026-03-05 09:00:00.000000",
             json.dumps(self._plain["draft"]), json.dumps({**document, "number": number})),
        )  # fmt: skip
        run("COMMIT")
