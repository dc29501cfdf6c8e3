"""The rows of `every_row` with aggregates that can be read, a document that was never kept, and a neighbour."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PIL import Image

from core.documents.logo import normalise_logo
from core.invoice import Kind
from storage.codec import encode
from storage.engine import create_engine
from storage.tables import metadata
from tests.bot.every_row import BUSINESS, CLIENT, INVOICE, ROWS
from tests.builders.core import a_business, a_client, a_full_draft, an_issued_invoice
from tests.builders.products import a_product
from tests.builders.quotes import an_issued_quote
from tests.builders.series import a_series

NEIGHBOUR = UUID(int=1007)
UNKEPT = UUID(int=1017)
SECRETS = (b"gAAAAA", b"terminal:owner", b"cus_7", b"cs_7", b"acct_7")
"""Of what stays behind: sealed keys and tokens, who speaks where, and the names that a provider gave."""

_logo = io.BytesIO()
Image.new("RGB", (7, 5), "teal").save(_logo, "PNG")


def rows_of_a_business() -> dict[str, list[dict[str, Any]]]:
    """Everything that a business can have, beside what the install has for it."""
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    logo = rows["file"][0]["id"]
    owner = a_business(id=BUSINESS, logo=logo)
    client = a_client("Löwe & Söhne, =SUM(A1)", id=CLIENT)
    rows["file"][0] |= {"media_type": "image/jpeg", "content": normalise_logo(_logo.getvalue())}
    rows["business"] = [
        {"business_id": one.id, "version": 3, "name": one.name, "data": encode(one)}
        for one in (owner, a_business(id=NEIGHBOUR, name="Nachbar", logo=None))
    ]
    rows["client"] = [
        {"business_id": BUSINESS, "id": key, "version": 1, "name": name, "search": name.casefold(),
         "archived_at": None, "data": encode(replace(client, id=key, name=name))}
        for key, name in ((CLIENT, client.name), (UUID(int=1013), "Zweite"))
    ] + [
        {"business_id": NEIGHBOUR, "id": CLIENT, "version": 1, "name": "Fremd", "search": "fremd",
         "archived_at": None, "data": encode(replace(client, name="Fremd"))}
    ]  # fmt: skip
    first = rows["invoice"][0]
    rows["invoice"] = [
        {**first, "id": key, "number": number, "total_minor": bill.total.minor, "draft": encode(bill.draft),
         "document": encode(bill.issued), "imported": False}
        for key, number in ((INVOICE, "2026/0007"), (UNKEPT, "2026/0008"))
        for bill in (an_issued_invoice(owner, client, number, a_full_draft(CLIENT)),)
    ] + [
        {**first, "id": UUID(int=1019), "state": "draft", "number": None, "document": None, "issued_on": None,
         "due_on": None, "issued_at": None, "paid_minor": 0, "total_minor": 7000, "draft": encode(a_full_draft(CLIENT))}
    ]  # fmt: skip
    note = an_issued_invoice(owner, client, "CN2026-0007", a_full_draft(CLIENT)).issued
    rows["credit_note"][0]["document"] = encode(replace(note, kind=Kind.CREDIT_NOTE))
    quote = an_issued_quote(owner, CLIENT, "Q7")
    rows["quote"][0] |= {"data": encode(replace(quote, document=None)), "document": encode(quote.issued)}
    rows["series"][0]["data"] = encode(a_series(CLIENT))
    rows["product"][0]["data"] = encode(a_product("+49 30 hosting"))
    rows["audit"][0]["before"] = json.dumps({"b": 1, "a": [None, "ä"], "amount": "1.10"})
    return rows


async def fill(url: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    engine = create_engine(url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(sa.insert(table), rows[table.name])
    await engine.dispose()


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The same zip after `change`."""
    files = members(path)
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
