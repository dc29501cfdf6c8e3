"""Everything a business has in one zip: rows, documents and tables, read in one moment and written piece by piece.

What is in memory does not grow with the business, but for the name and the sum of each file.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rendering import Renderer
from core.documents import export_tables as tables
from core.documents.sheets import BOM, Cell, csv_lines
from core.einvoice.profiles import Profile
from core.einvoice.terms import NOTHING_ADDED
from core.errors import N_, BillhookError, Conflict
from core.invoice import Kind
from core.moments import local_day
from core.party import Business
from storage.backup import publish, refuse_taken
from storage.business_reader import VOID, BusinessReader, Frozen, document_name, file_name, pdf_name
from storage.business_rows import CARRIED
from storage.engine import Storage
from storage.migrate import HEAD
from storage.parcel import Packer, line

_README = """\
Everything that Billhook keeps of {name}, as it stood at {at} UTC.

pdf/           every invoice as it was issued; %2F in a name stands for /
xml/           the same invoices as XML of EN 16931 (CII), where their data suffice
csv/           tables for a spreadsheet; amounts have a point, days look like 2026-03-31
data/          every row for programs: JSON, one object a line
files/         logos and receipts
manifest.json  what is in here, with SHA-256 sums

"billhook import FILE" brings it into another install, without loss.
"""

MOST_SENT = 45_000_000
"""Bytes that are sent into a chat: Telegram takes 50 MB."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: Counter[str]
    documents: int
    size: int
    """Bytes."""


class TooLarge(Conflict):
    """The file would be larger than it may be for whoever asked for it."""


def export_name(business: Business, now: datetime) -> str:
    """Of the zip."""
    words = "-".join("".join(sign if sign.isalnum() else " " for sign in business.name).split())
    return f"{words[:60].lower() or 'business'}-{local_day(now, business.zone)}.zip"


async def export_to(
    connection: AsyncConnection, renderer: Renderer, business_id: UUID, folder: Path, now: datetime,
    most: int | None = None,
) -> Exported:  # fmt: skip
    """Write a new file into the folder, readable by its owner only. The transaction must see one moment.

    Raises NotFound when there is no such business, Conflict when the file exists, TooLarge above `most` bytes.
    """
    reader = BusinessReader(connection, business_id)
    business = await reader.business()
    path = folder / export_name(business, now)
    refuse_taken(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with Packer(temporary, path, now) as packer:
            export = _Export(reader, renderer, packer, most)
            rows = await export.write(business, now)
        publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    documents = sum(name.startswith("pdf/") for name in packer.files)
    return Exported(path, rows, documents, path.stat().st_size)


class _Export:
    """The parts of the zip, one after the other."""

    def __init__(self, reader: BusinessReader, renderer: Renderer, packer: Packer, most: int | None) -> None:
        self._reader = reader
        self._renderer = renderer
        self._packer = packer
        self._most = most
        self._without_pdf: list[str] = []
        self._without_xml: list[str] = []
        self._logo: tuple[UUID, bytes] | None = None

    async def write(self, business: Business, now: datetime) -> Counter[str]:
        self._put("README.txt", _README.format(name=business.name, at=f"{now:%Y-%m-%d %H:%M}").encode())
        async for frozen in self._reader.frozen():
            await self._document(frozen)
        async for file_id, media_type in self._reader.files():
            self._put(file_name(file_id, media_type), await self._reader.file(file_id))
        rows = await self._rows()
        await self._tables()
        self._packer.finish({
            "schema": HEAD, "made_at": now.isoformat(), "tables": rows,
            "business": {"id": str(business.id), "name": business.name}, "without_pdf": self._without_pdf,
            "without_xml": self._without_xml,
        })  # fmt: skip
        self._check()
        return rows

    def _put(self, name: str, content: bytes) -> None:
        self._packer.put(name, content)
        self._check()

    def _check(self) -> None:
        if self._most is not None and self._packer.size > self._most:
            raise TooLarge(
                N_(
                    "The export is larger than {most} MB, which is too much for a chat. Whoever runs this install gets "
                    "it with: billhook export --business {business} DIR"
                ),
                most=self._most // 1_000_000,
                business=self._reader.business_id,
            )

    async def _document(self, frozen: Frozen) -> None:
        """Every PDF that was kept, as it is; one that never was is rendered and still not kept."""
        document, number = frozen.document, frozen.document.number
        wanted = VOID if frozen.void else frozen.kind.value
        kept = dict(await self._reader.kept(frozen.id))
        if wanted not in kept:
            logo = await self._logo_of(document.logo)
            try:
                kept[wanted] = await self._renderer.render(document, logo, void=frozen.void)
            except BillhookError:
                self._without_pdf.append(number)
        for kept_as in sorted(kept):
            self._put(pdf_name(number, frozen.kind, kept_as), kept[kept_as])
        if frozen.kind is Kind.QUOTE:
            return  # It is no invoice, so there are no data of one.
        try:
            xml = await self._renderer.xml(document, Profile.FACTUR_X, NOTHING_ADDED)
        except BillhookError:
            self._without_xml.append(number)
        else:
            self._put(f"xml/{document_name(number, frozen.kind, '.xml')}", xml)

    async def _logo_of(self, file_id: UUID | None) -> bytes | None:
        """Most documents have the same one as the document before."""
        if file_id is None:
            return None
        if self._logo is None or self._logo[0] != file_id:
            self._logo = file_id, await self._reader.file(file_id)
        return self._logo[1]

    async def _rows(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for table in CARRIED:
            counts[table.name] = 0
            with self._packer.file(f"data/{table.name}.jsonl") as pieces:
                async for part in self._reader.rows(table):
                    lines = [line(row) for row in part]
                    pieces.write(b"".join(lines))
                    counts[table.name] += len(lines)
            self._check()
        return counts

    async def _tables(self) -> None:
        """Headers and rows for people, from what was read a second time: one file is written at a time."""
        reader = self._reader
        await self._table("clients", tables.CLIENTS, reader.clients(), lambda one: [tables.client_row(one)])
        await self._table(
            "products", tables.PRODUCTS, reader.products(), lambda one: [tables.product_row(one)]
        )
        await self._table(
            "invoices", tables.INVOICES, reader.invoices(), lambda one: [tables.invoice_row(*one)]
        )
        await self._table("lines", tables.LINES, reader.invoices(), lambda one: tables.line_rows(one[0]))
        await self._table(
            "credit-notes",
            tables.CREDIT_NOTES,
            reader.credit_notes(),
            lambda one: [tables.credit_note_row(one)],
        )
        await self._table("quotes", tables.QUOTES, reader.quotes(), lambda one: [tables.quote_row(*one)])
        await self._table(
            "payments", tables.PAYMENTS, reader.payments(), lambda one: [tables.payment_row(*one)]
        )

    async def _table(
        self, name: str, header: tuple[str, ...], parts: AsyncIterator[Sequence[Item]],
        cells: Callable[[Item], Iterable[tuple[Cell, ...]]],
    ) -> None:  # fmt: skip
        with self._packer.file(f"csv/{name}.csv") as pieces:
            pieces.write(BOM + csv_lines([header]))
            async for part in parts:
                pieces.write(csv_lines(row for item in part for row in cells(item)))
        self._check()


class Exports:
    """What a chat is sent: one at a time in a process, for each holds a connection and a core for a while."""

    def __init__(self, storage: Storage, renderer: Renderer) -> None:
        self._storage = storage
        self._renderer = renderer
        self._turn = asyncio.Lock()

    async def make(self, business_id: UUID) -> bytes:
        """Raises TooLarge above what every platform takes."""
        async with self._turn:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="billhook-export-"))
            try:
                async with self._storage.snapshot() as work:
                    await work.enter(business_id)
                    made = await export_to(
                        work.connection,
                        self._renderer,
                        business_id,
                        folder,
                        self._storage.clock.now(),
                        MOST_SENT,
                    )
                return await asyncio.to_thread(made.path.read_bytes)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder)
