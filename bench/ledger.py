"""A business with a client and one typical invoice, written through the product or straight into the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.system import SystemClock, SystemIds
from core.digest import DigestRules
from core.invoice import Document, Draft, Invoice, Line, State
from core.money import Money
from core.party import Address, Business, Client
from core.tax import Tax, TaxCategory
from core.terms import Terms
from core.usecases.business import open_business
from core.usecases.client import add_client
from core.usecases.invoice import freeze
from storage.codec import encode
from storage.engine import Storage

CLOCK, IDS = SystemClock(), SystemIds()
TODAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
SERIES, PERIOD = "invoice", "2026"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a writer needs: the business it is in and the invoice that it writes again and again."""

    business: Business
    client: Client
    draft: Draft
    document: Document

    @property
    def turn(self) -> str:
        """What its writers queue for, as handlers/dispatch.py names it."""
        return self.business.id.hex


async def open_ledger(storage: Storage, sender: str = "", digest: DigestRules | None = None) -> Ledger:
    """`sender` owns the business; by default somebody of its own."""
    vat = Tax(TaxCategory.STANDARD, Decimal(19))
    business = Business(
        id=IDS.new(), name="Studio Lindqvist & Søn", currency="EUR", language="en", zone="Europe/Berlin",
        address=Address("DE", "Karl-Liebknecht-Straße 17", postcode="10178", city="Berlin"),
        terms=Terms(days=14), created_at=NOW, vat_id="DE136695976", iban="DE89370400440532013000", default_tax=vat,
        digest=digest or DigestRules(),
    )  # fmt: skip
    client = Client(IDS.new(), "Acme", NOW, Address("DE", "Ring 2", postcode="20095", city="Hamburg"))
    async with storage.work() as work:
        desk, _entry = await open_business(
            work, CLOCK, IDS, business, sender or f"bench:{business.id.hex}", "Ida Lindqvist"
        )
        await add_client(desk, client)
    lines = (
        Line("Design of the landing page", Decimal(120), Decimal(3), "HUR"),
        Line("Photo licence “Skyline at dusk”", Decimal("49.90"), Decimal(2)),
        Line("Travel by train, second class", Decimal("0.42"), Decimal(186), "KMT"),
    )
    draft = Draft(client.id, "EUR", lines, vat, Terms(days=14))
    return Ledger(business, client, draft, freeze(business, client, draft, TODAY))


async def store(storage: Storage, ledger: Ledger) -> None:
    """The statements of one issued invoice, by the repositories, in one transaction."""
    total = ledger.document.totals.payable
    async with storage.work(ledger.turn) as work:
        await work.enter(ledger.business.id)
        drafted = Invoice(IDS.new(), ledger.draft, total, Money.zero("EUR"), NOW)
        await work.invoices.add(drafted)
        count = await work.invoices.next_count(SERIES, PERIOD)
        document = replace(ledger.document, number=ledger.business.number_pattern.format(count, TODAY))
        await work.invoices.save_issued(
            replace(drafted, state=State.ISSUED, document=document, issued_at=NOW)
        )


def plain(ledger: Ledger) -> dict[str, Any]:
    """Draft and document as plain data, which a bare driver's caller turns into JSON by itself."""
    return {"draft": json.loads(encode(ledger.draft)), "document": json.loads(encode(ledger.document))}
