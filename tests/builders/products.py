"""Products: valid, with odd and distinct values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.product import Product
from tests.builders.core import IDS, VAT_7


def a_product(name: str = "Höst Größe", **changes: Any) -> Product:
    """49.90 EUR a month at 7%, also called HOST-1."""
    at = datetime(2026, 1, 11, 9, 8, 7, 654321, tzinfo=UTC)
    product = Product(IDS.new(), name, Decimal("49.90"), "EUR", at, code="HOST-1", unit="MON", tax=VAT_7)
    return replace(product, **changes)
