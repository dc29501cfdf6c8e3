"""A product: what is billed again and again, kept with its price, so that its name or code is a whole line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from core.tax import Tax
from core.units import PIECE
from core.views import Cursor, Page

MAX_NAME = 100
MAX_CODE = 20


@dataclass(frozen=True, slots=True)
class Product:
    """An archived product stays in the invoices that were written with it, and is no longer found by its name."""

    id: UUID
    name: str
    price: Decimal
    """Per unit in major units; with or without VAT as the invoice says that it stands on."""
    currency: str
    created_at: datetime
    code: str = ""
    unit: str = PIECE
    tax: Tax | None = None
    """None follows the invoice's rate."""
    archived_at: datetime | None = None
    version: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """What a line may call it."""
        return (key(self.name), key(self.code)) if self.code else (key(self.name),)


Goods = Mapping[str, Product]
"""Products by what a line may call them (`key`)."""


def key(text: str) -> str:
    """How names and codes are compared: whatever their case and blanks."""
    return " ".join(text.split()).casefold()


def by_key(products: Iterable[Product]) -> Goods:
    return {name: product for product in products for name in product.keys}


class Products(Protocol):
    async def add(self, product: Product) -> None: ...
    async def get(self, product_id: UUID) -> Product: ...
    async def save(self, product: Product) -> Product:
        """Raises Conflict when somebody saved it since it was loaded."""

    async def remove(self, product: Product) -> None: ...
    async def find_named(self, keys: Sequence[str]) -> Sequence[Product]:
        """Live ones whose name or code is among the keys."""

    async def search(self, text: str, limit: int, live: bool = True) -> Sequence[Product]:
        """Live or archived ones whose name or code holds the text, by name."""

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[Product]:
        """Live ones by name."""
