"""One business as an export reads it: page by page, within one transaction that sees one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.credit_note import CreditNote
from core.errors import N_, NotFound
from core.invoice import Document, Invoice, Kind, State
from core.party import Business, Client
from core.payment import Payment
from core.product import Product
from core.quote import Quote
from storage.business_rows import Row, pages, rows_of, to_json
from storage.businesses import business_of
from storage.clients import client_of
from storage.codec import decode
from storage.credit_notes import credit_note_of
from storage.invoices import invoice_of
from storage.parcel import name_of
from storage.payments import payment_of
from storage.products import product_of
from storage.quotes import quote_of
from storage.tables import business, client, credit_note, document, file, invoice, payment, product, quote

_TENANT: sa.BindParameter[UUID] = sa.bindparam("tenant", type_=sa.Uuid)
_KEY: sa.BindParameter[UUID] = sa.bindparam("key", type_=sa.Uuid)
_BUSINESS = sa.select(business.c.data, business.c.version).where(business.c.business_id == _TENANT)
_BUSINESSES = sa.select(business.c.business_id, business.c.name).order_by(business.c.business_id).limit(20)
_EVERY = sa.select(business.c.business_id).order_by(business.c.business_id)
_KEPT = (
    sa.select(document.c.kind, document.c.content)
    .where(document.c.business_id == _TENANT, document.c.subject_id == _KEY)
    .order_by(document.c.kind)
)
_FILES = sa.select(file.c.id, file.c.media_type).where(file.c.business_id == _TENANT).order_by(file.c.id)
_FILE = sa.select(file.c.content).where(file.c.business_id == _TENANT, file.c.id == _KEY)


def _frozen(table: sa.Table, is_void: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(table.c.id, table.c.document, is_void.label("void"))
        .where(table.c.business_id == _TENANT, table.c.document.is_not(None))
        .order_by(table.c.id)
    )


_FROZEN = {
    Kind.INVOICE: _frozen(invoice, invoice.c.state == State.VOID.value).where(~invoice.c.imported),
    Kind.CREDIT_NOTE: _frozen(credit_note, credit_note.c.voided_at.is_not(None)),
    Kind.QUOTE: _frozen(quote, sa.false()),
}
"""Whatever has a document that is kept."""
_OF_CLIENT = sa.and_(client.c.business_id == invoice.c.business_id, client.c.id == invoice.c.client_id)
_INVOICES = (
    sa.select(invoice, client.c.name.label("client"))
    .join_from(invoice, client, _OF_CLIENT)
    .where(invoice.c.business_id == _TENANT)
    .order_by(invoice.c.id)
)
_CLIENTS = (
    sa.select(client).where(client.c.business_id == _TENANT).order_by(client.c.search, client.c.id)
)  # fmt: skip
_PRODUCTS = (
    sa.select(product).where(product.c.business_id == _TENANT).order_by(product.c.search, product.c.id)
)
_PAYMENTS = (
    sa.select(payment, invoice.c.number, client.c.name.label("client"))
    .join_from(
        payment, invoice,
        sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id),
    )
    .join(client, sa.and_(client.c.business_id == payment.c.business_id, client.c.id == payment.c.client_id))
    .where(payment.c.business_id == _TENANT)
    .order_by(payment.c.id)
)  # fmt: skip
_SUBJECTS = sa.union_all(*(
    sa.select(
        table.c.business_id.label("business_id"), table.c.id.label("id"), table.c.number.label("number"),
        sa.literal(kind.value).label("kind"),
    )
    for kind, table in ((Kind.INVOICE, invoice), (Kind.CREDIT_NOTE, credit_note), (Kind.QUOTE, quote))
)).subquery("subjects")  # fmt: skip
_OF_DOCUMENT = sa.and_(
    _SUBJECTS.c.business_id == document.c.business_id, _SUBJECTS.c.id == document.c.subject_id
)
_QUOTES = (
    sa.select(quote, client.c.name.label("client"))
    .join_from(
        quote, client, sa.and_(client.c.business_id == quote.c.business_id, client.c.id == quote.c.client_id)
    )
    .where(quote.c.business_id == _TENANT)
    .order_by(quote.c.id)
)
_CREDIT_NOTES = sa.select(credit_note).where(credit_note.c.business_id == _TENANT).order_by(credit_note.c.id)
VOID = "void"
"""What the marked copy of a document is kept as."""
_KINDS = {"image/png": ".png", "image/jpeg": ".jpg"}


_FOLDERS = {Kind.INVOICE: "", Kind.CREDIT_NOTE: "credit-notes/", Kind.QUOTE: "quotes/"}
"""Each kind has numbers of its own, which may look alike."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Whatever has a document that is kept."""

    id: UUID
    kind: Kind
    document: Document
    void: bool


def document_name(number: str, kind: Kind, ending: str) -> str:
    """Where a document lies in the export, below `pdf/` or `xml/`."""
    return f"{_FOLDERS[kind]}{name_of(number)}{ending}"


def pdf_name(number: str, kind: Kind, kept_as: str) -> str:
    """Of what is void there are two."""
    mark = "" if kept_as == kind.value else f"-{kept_as}"
    return f"pdf/{document_name(number, kind, f'{mark}.pdf')}"


def file_name(file_id: UUID, media_type: str) -> str:
    return f"files/{file_id}{_KINDS.get(media_type, '')}"


async def list_businesses(connection: AsyncConnection) -> Sequence[tuple[UUID, str]]:
    """The first of them, by age: ids sort by when they were made."""
    return [(row.business_id, row.name) for row in await connection.execute(_BUSINESSES)]


async def every_business(connection: AsyncConnection) -> Sequence[UUID]:
    """All of them, by age."""
    return list((await connection.execute(_EVERY)).scalars())


class BusinessReader:
    """On PostgreSQL its role must be one that sees the business's rows."""

    def __init__(self, connection: AsyncConnection, business_id: UUID) -> None:
        self._connection = connection
        self.business_id = business_id

    async def business(self) -> Business:
        row = (await self._connection.execute(_BUSINESS, self._mine())).one_or_none()
        if row is None:
            raise NotFound(N_("There is no business {id} here."), id=self.business_id)
        return business_of(row.data, row.version)

    async def rows(self, table: sa.Table) -> AsyncIterator[Iterable[Row]]:
        """Everything of a table, each row with the name of the file that stands for its content."""
        write = to_json(table)
        select = rows_of(table, self.business_id)
        if table is document:
            select = select.join_from(document, _SUBJECTS, _OF_DOCUMENT).add_columns(
                _SUBJECTS.c.number, _SUBJECTS.c.kind.label("subject")
            )
        async for part in pages(self._connection, select, {}):
            if table is document:
                yield [
                    {**write(row[:-2]), "content": pdf_name(row.number, Kind(row.subject), row.kind)}
                    for row in part
                ]
            elif table is file:
                yield [{**write(row), "content": file_name(row.id, row.media_type)} for row in part]
            else:
                yield [write(row) for row in part]

    async def frozen(self) -> AsyncIterator[Frozen]:
        for kind, select in _FROZEN.items():
            async for part in self._pages(select):
                for row in part:
                    yield Frozen(row.id, kind, decode(Document, row.document), row.void)

    async def kept(self, subject_id: UUID) -> Sequence[tuple[str, bytes]]:
        """The PDFs of one that were kept, by what they are kept as."""
        found = await self._connection.execute(_KEPT, self._mine(subject_id))
        return [(row.kind, row.content) for row in found]

    async def files(self) -> AsyncIterator[tuple[UUID, str]]:
        """Ids and media types."""
        async for part in self._pages(_FILES):
            for row in part:
                yield row.id, row.media_type

    async def file(self, file_id: UUID) -> bytes:
        content: bytes = (await self._connection.execute(_FILE, self._mine(file_id))).scalar_one()
        return content

    async def clients(self) -> AsyncIterator[list[Client]]:
        async for part in self._pages(_CLIENTS):
            yield [client_of(row.data, row.version) for row in part]

    async def products(self) -> AsyncIterator[list[Product]]:
        async for part in self._pages(_PRODUCTS):
            yield [product_of(row) for row in part]

    async def invoices(self) -> AsyncIterator[list[tuple[Invoice, str]]]:
        """Drafts as well; each with the name that its client has now."""
        async for part in self._pages(_INVOICES):
            yield [(invoice_of(row), row.client) for row in part]

    async def credit_notes(self) -> AsyncIterator[list[CreditNote]]:
        async for part in self._pages(_CREDIT_NOTES):
            yield [credit_note_of(row) for row in part]

    async def quotes(self) -> AsyncIterator[list[tuple[Quote, str]]]:
        """Drafts as well; each with the name that its client has now."""
        async for part in self._pages(_QUOTES):
            yield [(quote_of(row), row.client) for row in part]

    async def payments(self) -> AsyncIterator[list[tuple[Payment, str, str]]]:
        """Each with its invoice's number and its client's name."""
        async for part in self._pages(_PAYMENTS):
            yield [(payment_of(row), row.number, row.client) for row in part]

    def _pages(self, select: sa.Select[Any]) -> AsyncIterator[Sequence[sa.Row[Any]]]:
        return pages(self._connection, select, self._mine())

    def _mine(self, key: UUID | None = None) -> dict[str, Any]:
        return {"tenant": self.business_id, "key": key} if key else {"tenant": self.business_id}
