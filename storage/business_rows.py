"""The rows of one business: which tables an export takes along and which it leaves, read in pages and loaded back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.invoice import Document, Draft
from core.party import Business, Client
from core.product import Product
from core.quote import Quote
from core.series import Series
from storage.archive import decoder, encoder
from storage.backup import parents_first
from storage.codec import decode
from storage.tables import metadata
from storage.types import Json

AT_ONCE = 100
"""Rows held in memory; an invoice may have a thousand lines."""

_CARRIED = frozenset(
    "approval audit business chase client counter credit_note document exchange_rate fee_run file invoice "
    "invoice_view member opt_out payment product promise quote receipt recurrence_run reminder reminder_run "
    "series".split()
)
LEFT_OUT: Mapping[str, str] = {
    "agenda": "when the clock comes by: begun anew when somebody of the business joins",
    "attachment": "what is on its way to a chat",
    "board": "what stands on a screen",
    "button": "what a chat may press",
    "chat": "where this install speaks",
    "conversation": "a form in the middle of being filled in",
    "digest_run": "which mornings this install has told",
    "event_look": "how far Stripe was read",
    "file_import": "a file that somebody is about to import; what came of others is there",
    "inbox": "what came in from a chat",
    "install_state": "a secret of installing",
    "installation": "tokens of workspaces",
    "invitation": "secrets that let somebody in",
    "invoice_link": "secrets that open a page",
    "link": "secrets that open a chat",
    "notice": "what a chat is told later",
    "outbox": "what goes out to a chat",
    "pay_account": "keys of a Stripe account",
    "pay_session": "checkouts that only this install can follow",
    "pay_setup": "secrets that connect a Stripe account",
    "plan_change": "what was bought from this install",
    "plan_order": "what was bought from this install",
    "preference": "what each chat wants to hear",
    "quote_link": "secrets that open a page",
    "rate_slot": "how fast this install may speak",
    "seat": "which account of a platform is whom",
    "sender": "which account of a platform is whom",
    "stripe_event": "what Stripe told this install",
    "subscription": "what was bought from this install",
    "tally": "the numbers of this install",
    "unsubscribe": "secrets in letters",
    "usage": "what was used of what was bought from this install",
}
"""Secrets, and what belongs to the install and its chats rather than to the business; a test asks of each new table."""

CARRIED: tuple[sa.Table, ...] = tuple(table for table in metadata.sorted_tables if table.name in _CARRIED)
"""Parents before children."""
BYTES: Mapping[str, str] = {"document": "content", "file": "content"}
"""The column that holds a file; a row names the file that stands for it."""
_AGGREGATES: Mapping[tuple[str, str], type[Any]] = {
    ("business", "data"): Business,
    ("client", "data"): Client,
    ("credit_note", "document"): Document,
    ("invoice", "document"): Document,
    ("invoice", "draft"): Draft,
    ("product", "data"): Product,
    ("quote", "data"): Quote,
    ("quote", "document"): Document,
    ("series", "data"): Series,
}

Row = dict[str, Any]


def columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Those that a row of the export has, without the one whose content is a file of its own."""
    return [column for column in table.columns if column.name != BYTES.get(table.name)]


async def pages(
    connection: AsyncConnection, select: sa.Select[Any], values: Mapping[str, Any]
) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    """Through a cursor of the database, so that no result is ever in memory as a whole."""
    async with connection.stream(select, values, execution_options={"yield_per": AT_ONCE}) as rows:
        async for part in rows.partitions(AT_ONCE):
            yield part
            # Other tasks of this process get their turn between two parts.
            await asyncio.sleep(0)


def rows_of(table: sa.Table, business_id: UUID) -> sa.Select[Any]:
    """In one order on every database, and after the rows of the same table that they name."""
    return (
        sa.select(*columns(table))
        .where(table.c.business_id == business_id)
        .order_by(*parents_first(table), *table.primary_key.columns)
    )


def to_json(table: sa.Table) -> Callable[[Sequence[Any]], Row]:
    """As a backup writes a row, but what is JSON already stays it, so that other programs read it at once."""
    kept = columns(table)
    encode = encoder(kept)
    nested = [column.name for column in kept if isinstance(column.type, Json)]

    def write(row: Sequence[Any]) -> Row:
        values = encode(row)
        for name in nested:
            values[name] = None if values[name] is None else json.loads(values[name])
        return values

    return write


def from_json(table: sa.Table) -> Callable[[Mapping[str, Any]], Row]:
    """Raises ValueError for a row that this release could not have written: what comes from a file is input."""
    kept = columns(table)
    decoded = decoder(kept)
    nested = [column.name for column in kept if isinstance(column.type, Json)]

    def read(row: Mapping[str, Any]) -> Row:
        values = dict(row)
        for name in nested:
            if values.get(name) is not None:
                values[name] = json.dumps(values[name], ensure_ascii=False, separators=(",", ":"))
                if kind := _AGGREGATES.get((table.name, name)):
                    decode(kind, values[name])
        return decoded(values)

    return read
