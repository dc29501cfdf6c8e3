"""The tables of an export that people open: one row per client, product, invoice, line and payment.

The headers are English and stay as they are, for programs read them, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.credit_note import CreditNote
from core.documents.sheets import Cell
from core.invoice import Invoice, State
from core.money import total as sum_of
from core.party import Client
from core.payment import Payment
from core.product import Product
from core.quote import Quote

CLIENTS = (
    "Name", "Address", "Address 2", "Postcode", "City", "Country", "VAT id", "Email", "Language", "Archived on",
)  # fmt: skip
PRODUCTS = ("Name", "Code", "Price", "Currency", "Unit", "VAT category", "VAT rate", "Archived on")
INVOICES = (
    "Number", "State", "Client", "Issued on", "Due on", "Currency", "Net", "VAT", "Total", "Paid", "Credited",
    "Balance", "Reference", "Voided on", "Void reason",
)  # fmt: skip
CREDIT_NOTES = (
    "Number", "State", "Client", "Issued on", "Invoice", "Currency", "Net", "VAT", "Total", "Reason", "Voided on",
    "Void reason",
)  # fmt: skip
QUOTES = (
    "Number", "State", "Client", "Issued on", "Valid until", "Currency", "Net", "VAT", "Total", "Decided by",
    "Decided on",
)  # fmt: skip
LINES = (
    "Number", "Line", "Description", "Quantity", "Unit", "Unit price", "Net", "Currency", "VAT category", "VAT rate",
)  # fmt: skip
PAYMENTS = (
    "Received on",
    "Number",
    "Client",
    "Currency",
    "Amount",
    "Applied",
    "Discount",
    "Method",
    "Taken back on",
)

Cells = tuple[Cell, ...]


def client_row(client: Client) -> Cells:
    address = client.address
    return (
        client.name, address.line1, address.line2, address.postcode, address.city, address.country, client.vat_id,
        client.email, client.language, client.archived_at and client.archived_at.date(),
    )  # fmt: skip


def product_row(product: Product) -> Cells:
    tax, archived_at = product.tax, product.archived_at
    return (
        product.name, product.code, product.price, product.currency, product.unit,
        tax.category.value if tax else None, tax.rate if tax else None, archived_at and archived_at.date(),
    )  # fmt: skip


def invoice_row(invoice: Invoice, client: str) -> Cells:
    """Of a draft, only what it would come to; `client` is whom it is for now."""
    total, document = invoice.total, invoice.document
    head: Cells = (None, State.DRAFT.value, client, None, None, total.currency, None, None)
    reference = invoice.draft.reference
    if document is not None:
        # Deposits that it takes off were billed, and are listed, with invoices of their own.
        tax = document.totals.tax - sum_of((one.tax for one in document.prepaid), total.currency)
        net = document.totals.net - sum_of((one.net for one in document.prepaid), total.currency)
        head = (
            document.number, _state(invoice), document.buyer.name, document.issued_on, document.due_on,
            total.currency, net.amount, tax.amount,
        )  # fmt: skip
        reference = document.reference
    return (
        *head, total.amount, invoice.paid.amount, invoice.credited.amount, invoice.balance.amount, reference,
        invoice.voided_at and invoice.voided_at.date(), invoice.void_reason,
    )  # fmt: skip


def _state(invoice: Invoice) -> str:
    """As a person sees it; late is left out, for a file is read on other days."""
    if invoice.state is State.VOID:
        return "void"
    if not invoice.balance:
        return "paid"
    return "partly paid" if invoice.paid else "open"


def credit_note_row(credit_note: CreditNote) -> Cells:
    """Amounts as the note states them: above zero."""
    document, voided_at = credit_note.document, credit_note.voided_at
    sums, preceding = document.totals, document.preceding
    return (
        document.number, "void" if voided_at else "issued", document.buyer.name, document.issued_on,
        preceding.number if preceding else "", document.currency, sums.net.amount, sums.tax.amount,
        sums.payable.amount, credit_note.reason, voided_at.date() if voided_at else None, credit_note.void_reason,
    )  # fmt: skip


def quote_row(quote: Quote, client: str) -> Cells:
    """Of a draft, only what it would come to; `client` is whom it is for now."""
    document, decided_at = quote.document, quote.decided_at
    sums = document.totals if document else None
    return (
        document.number if document else None, quote.state.value, document.buyer.name if document else client,
        document.issued_on if document else None, document.valid_until if document else None, quote.total.currency,
        sums.net.amount if sums else None, sums.tax.amount if sums else None, quote.total.amount, quote.decided_by,
        decided_at.date() if decided_at else None,
    )  # fmt: skip


def line_rows(invoice: Invoice) -> Iterator[Cells]:
    """As the document has them: net prices."""
    if invoice.document is None:
        return
    for place, line in enumerate(invoice.document.totals.lines, start=1):
        yield (
            invoice.document.number, str(place), line.description, line.quantity, line.unit, line.unit_price,
            line.net.amount, line.net.currency, line.tax.category.value, line.tax.rate,
        )  # fmt: skip


def payment_row(payment: Payment, number: str, client: str) -> Cells:
    """Money that went back is an amount below zero."""
    reversed_on: date | None = payment.reversed_at and payment.reversed_at.date()
    return (
        payment.received_on, number, client, payment.amount.currency, payment.amount.amount,
        payment.applied.amount, payment.discount.amount, payment.method, reversed_on,
    )  # fmt: skip
