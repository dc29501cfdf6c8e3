"""Businesses, members, clients, invoices, payments and audit entries: valid, with odd and distinct values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.audit import Action, Entry
from core.early import EarlyTerms
from core.invoice import Discount, Draft, Invoice, Line, Period, State
from core.money import Money
from core.numbering import NumberPattern
from core.party import Address, Business, Client, Member, Role
from core.payment import Payment
from core.tax import Tax, TaxCategory, tax_at
from core.terms import Terms
from core.totals import compute
from core.usecases.invoice import freeze
from tests.fakes.clock import SequentialIds

IDS = SequentialIds()
VAT_19 = tax_at(Decimal(19))
VAT_7 = tax_at(Decimal(7))
ZERO = Tax(TaxCategory.ZERO, Decimal(0))
ISSUED_ON = date(2026, 3, 5)


def a_business(**changes: Any) -> Business:
    business = Business(
        id=IDS.new(),
        name="Wäscherei Krüger & Töchter",
        address=Address("DE", "Lindenallee 23", "Hinterhaus, 3. Stock", "04177", "Leipzig"),
        currency="EUR",
        language="de",
        zone="Europe/Berlin",
        terms=Terms(days=9, months=1, end_of_month=True),
        created_at=datetime(2026, 1, 7, 6, 5, 4, 321987, tzinfo=UTC),
        vat_id="DE136695976",
        tax_number="231/815/08150",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        email="post@krueger.example",
        default_tax=VAT_19,
        number_pattern=NumberPattern("{YYYY}-{NNN}"),
        accent="#0a7d5a",
        footer="Amtsgericht Leipzig HRB 21436",
        logo=UUID(int=0x10907),
    )
    return replace(business, **changes)


def a_member(**changes: Any) -> Member:
    joined_at = datetime(2026, 1, 8, 7, 6, 5, 432198, tzinfo=UTC)
    return replace(Member(IDS.new(), "Ånna Krüger", Role.OWNER, joined_at), **changes)


def a_client(name: str = "Acme Fabrication Ltd", **changes: Any) -> Client:
    client = Client(
        id=IDS.new(),
        name=name,
        created_at=datetime(2026, 1, 9, 8, 7, 6, 543219, tzinfo=UTC),
        address=Address("IE", "23 Harcourt Street", "2nd floor", "D02 YA40", "Dublin"),
        vat_id="IE6388047V",
        email="books@acme.example",
    )
    return replace(client, **changes)


def a_line(price: str = "37.45", quantity: str = "3", **changes: Any) -> Line:
    return replace(Line(f"Work at {price}", Decimal(price), Decimal(quantity), "HUR"), **changes)


def a_draft(client_id: UUID, **changes: Any) -> Draft:
    """119.00 EUR payable unless changed."""
    return replace(Draft(client_id, "EUR", (a_line("40", "2.5"),), VAT_19, due=Terms(days=17)), **changes)


def a_full_draft(client_id: UUID, **changes: Any) -> Draft:
    """Every field holds something else than its default."""
    filled = a_draft(
        client_id,
        lines=(a_line("37.45", "1.25"), a_line("0.0125", "1200", tax=VAT_7), a_line("53", "7", tax=ZERO)),
        issue_on=date(2026, 3, 4),
        due=date(2026, 4, 13),
        period=Period(date(2026, 2, 3), date(2026, 2, 27)),
        discount=Discount(percent=Decimal("3.5")),
        inclusive=True,
        reference="PO-48213",
        early=EarlyTerms(Decimal("2.5"), 7),
        note="Vielen Dank!\nÜberweisung bitte mit „Nummer“.",
        order="4500012345",
        delivered_on=date(2026, 2, 26),
    )
    return replace(filled, **changes)


def an_invoice(draft: Draft, **changes: Any) -> Invoice:
    """A draft, or what `changes` make of it."""
    invoice = Invoice(
        id=IDS.new(),
        draft=draft,
        total=compute(draft).payable,
        paid=Money.zero(draft.currency),
        created_at=datetime(2026, 3, 2, 3, 4, 5, 678912, tzinfo=UTC),
    )
    return replace(invoice, **changes)


def an_issued_invoice(
    business: Business, client: Client, number: str, draft: Draft | None = None, **changes: Any
) -> Invoice:
    """Issued without a counter, for whoever needs many of them or certain dates."""
    invoice = an_invoice(draft or a_draft(client.id))
    document = freeze(business, client, invoice.draft, invoice.draft.issue_on or ISSUED_ON)
    issued = replace(
        invoice,
        state=State.ISSUED,
        document=replace(document, number=number),
        issued_at=datetime(2026, 3, 5, 4, 3, 2, 109876, tzinfo=UTC),
    )
    return replace(issued, **changes)


def a_payment(invoice: Invoice, amount: str = "23.57", **changes: Any) -> Payment:
    money = Money.of(Decimal(amount), invoice.total.currency)
    payment = Payment(
        id=IDS.new(),
        client_id=invoice.draft.client_id,
        invoice_id=invoice.id,
        amount=money,
        applied=money,
        received_on=date(2026, 3, 6),
        method="transfer",
        created_at=datetime(2026, 3, 6, 9, 8, 7, 654321, tzinfo=UTC),
    )
    return replace(payment, **changes)


def an_entry(subject: str, subject_id: UUID, **changes: Any) -> Entry:
    entry = Entry(
        id=IDS.new(),
        at=datetime(2026, 3, 7, 1, 2, 3, 456789, tzinfo=UTC),
        member_id=IDS.new(),
        action=Action.CLIENT_CHANGED,
        subject=subject,
        subject_id=subject_id,
        label="Ünlü & Çelik",
        version=3,
    )
    return replace(entry, **changes)
