"""Documents with odd, distinct values and correct sums, for whoever needs one to print or send."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from PIL import Image

from core.documents.logo import normalise_logo
from core.invoice import Discount, Document, Draft, Line
from core.party import Address, Party
from core.tax import Tax, TaxCategory
from core.terms import Terms
from core.totals import compute

WORK = (
    "Design of the landing page",
    "Workshop with the product team in Düsseldorf, including preparation and written minutes",
    "Photo licence “Skyline at dusk”",
    "Travel by train, second class",
    "Monthly care of the website: updates, backups and a report on the first working day of the month",
)
UNITS = ("HUR", "DAY", "C62", "KMT", "MON")

STANDARD = Tax(TaxCategory.STANDARD, Decimal(19))
REDUCED = Tax(TaxCategory.STANDARD, Decimal(7))
ZERO = Tax(TaxCategory.ZERO, Decimal(0))
OUTSIDE = Tax(TaxCategory.OUTSIDE, Decimal(0))

SELLER = Party(
    name="Studio Lindqvist & Søn GmbH",
    address=Address(country="DE", line1="Karl-Liebknecht-Straße 17", postcode="10178", city="Berlin"),
    vat_id="DE811907980",
    email="billing@lindqvist.example",
)
BUYER = Party(
    name="Acme Fabrication Ltd",
    address=Address(
        country="IE", line1="23 Harcourt Street", line2="2nd floor", postcode="D02 YA40", city="Dublin"
    ),
    vat_id="IE6388047V",
)


def a_line(index: int = 0, **changes: Any) -> Line:
    """The index gives a line its own text, quantity and price."""
    line = Line(
        description=f"{WORK[index % len(WORK)]} #{index + 1}",
        price=Decimal("37.45") + Decimal(index) * Decimal("1.13"),
        quantity=Decimal(index % 7 + 1) + (Decimal("0.5") if index % 3 == 0 else Decimal(0)),
        unit=UNITS[index % len(UNITS)],
    )
    return replace(line, **changes)


def a_document(
    lines: int | Sequence[Line] = 3,
    *,
    tax: Tax = STANDARD,
    currency: str = "EUR",
    discount: Discount | None = None,
    inclusive: bool = False,
    **changes: Any,
) -> Document:
    """`changes` replace fields of the Document; sums always follow from the lines, tax and discount."""
    typed = tuple(map(a_line, range(lines))) if isinstance(lines, int) else tuple(lines)
    draft = Draft(
        client_id=UUID(int=7),
        currency=currency,
        lines=typed,
        tax=tax,
        due=Terms(days=14),
        discount=discount,
        inclusive=inclusive,
    )
    document = Document(
        number="2026-0007",
        issued_on=date(2026, 3, 5),
        due_on=date(2026, 3, 19),
        terms="14d",
        seller=SELLER,
        buyer=BUYER,
        totals=compute(draft),
        discount=discount,
        inclusive=inclusive,
        reference="PO-48213",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        footer="Studio Lindqvist & Søn GmbH · Amtsgericht Charlottenburg HRB 214365 · Managing director: Ida Lindqvist",
    )
    return replace(document, **changes)


def a_logo(width: int = 640, height: int = 200) -> bytes:
    """As it is stored."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), (217, 70, 50)).save(content, "PNG")
    return normalise_logo(content.getvalue())
