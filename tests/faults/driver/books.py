"""What the database holds at the end of a run, read by plain SQL as one would from outside."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.faults.facts import Facts

Row = dict[str, Any]
_COLUMNS = {
    "business": "business_id id name",
    "client": "business_id id name data",
    "member": "business_id id",
    "invoice": "business_id id state number total_minor paid_minor credited_minor due_on draft document quote_id",
    "payment": "business_id id invoice_id amount_minor applied_minor reversed_at provider_id refunds_id discount_minor",
    "pay_session": "invoice_id provider_id",
    "stripe_event": "id type applied_at failed_at error",
    "audit": "business_id action subject subject_id label undoes",
    "counter": "business_id series value",
    "credit_note": "business_id id invoice_id number total_minor voided_at document",
    "quote": "business_id id state number total_minor data",
    "series": "business_id id state data",
    "recurrence_run": "business_id series_id period invoice_id",
    "inbox": "platform update_id chat state",
    "outbox": "id chat state sender ref done payload kind about repeats dedupe_key",
    "agenda": "business_id zone digest_at digest_days woken_at",
    "digest_run": "business_id local_on made_at",
    "reminder": "business_id id state way",
    "reminder_run": "business_id invoice_id step reminder_id",
}
_JSON = {"data", "draft", "document", "payload"}
_KEYS = {
    "id",
    "business_id",
    "invoice_id",
    "subject_id",
    "undoes",
    "about",
    "reminder_id",
    "refunds_id",
    "series_id",
    "quote_id",
}
_AS_TEXT = {"due_on", "local_on", "digest_at", "period"}


@dataclass(frozen=True, slots=True)
class Books:
    """Every row of the tables that matter; ids are text, and JSON is read."""

    tables: dict[str, list[Row]]

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def by(self, table: str, column: str) -> dict[Any, list[Row]]:
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in self.tables[table]:
            found[row[column]].append(row)
        return found


def read(facts: Facts) -> Books:
    tables: dict[str, list[Row]] = {}
    for table, columns in _COLUMNS.items():
        names = columns.split()
        listed = ", ".join(
            "business_id AS id" if table == "business" and name == "id" else name for name in names
        )
        rows = facts.rows(f"SELECT {listed} FROM {table}")
        tables[table] = [
            {name: _plain(name, value) for name, value in zip(names, row, strict=True)} for row in rows
        ]
    return Books(tables)


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _KEYS:
        return str(value).replace("-", "")
    if name in _AS_TEXT:
        return str(value)
    return json.loads(value) if name in _JSON else value
