"""The fixed words of reports, on paper and in sheets: whole messages, translated like those of invoices."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from core.documents.words import _
from core.report import Age, EntryKind


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The messages of one language; those with braces are filled by `str.format`."""

    statement: str
    statement_of: str
    sender: str
    recipient: str
    vat_id: str
    period: str
    days: str
    made_on: str
    day: str
    entry: str
    number: str
    due: str
    amount: str
    balance: str
    opening: str
    payable: str
    credit: str
    settled: str
    nothing: str
    pay: str
    invoice: str
    payment: str
    refund: str
    credit_note: str
    discount: str
    page: str
    made_with: str
    aging: str
    client: str
    currency: str
    current: str
    to_30: str
    to_60: str
    to_90: str
    over_90: str
    total: str
    revenue: str
    first: str
    last: str
    kind: str
    category: str
    rate: str
    net: str
    vat: str
    invoiced: str
    received: str
    rounding: str
    left_out: str
    more: str

    def age(self, age: Age) -> str:
        return dict(zip(Age, (self.current, self.to_30, self.to_60, self.to_90, self.over_90), strict=True))[
            age
        ]

    def movement(self, kind: EntryKind, number: str) -> str:
        """What an entry is, with the number of its invoice or credit note."""
        said = {
            EntryKind.INVOICE: self.invoice,
            EntryKind.CREDIT_NOTE: self.credit_note,
            EntryKind.PAYMENT: self.payment,
            EntryKind.REFUND: self.refund,
            EntryKind.DISCOUNT: self.discount,
        }
        return said[kind].format(number=number)


@lru_cache(maxsize=64)
def report_words(language: str) -> ReportWords:
    return ReportWords(
        statement=_("Statement of account", language),
        statement_of=_("Statement of account for {client}", language),
        sender=_("From", language),
        recipient=_("Account of", language),
        vat_id=_("VAT ID {value}", language),
        period=_("Statement period", language),
        days=_("{start} to {end}", language),
        made_on=_("As of", language),
        day=_("Date", language),
        entry=_("Entry", language),
        number=_("Number", language),
        due=_("Due date", language),
        amount=_("Amount", language),
        balance=_("Balance", language),
        opening=_("Opening balance", language),
        payable=_("Balance due", language),
        credit=_("In your favour", language),
        settled=_("Everything is settled", language),
        nothing=_("Nothing was invoiced or paid in this time, and nothing is due.", language),
        pay=_("How to pay", language),
        invoice=_("Invoice {number}", language),
        payment=_("Payment for {number}", language),
        refund=_("Money back for {number}", language),
        credit_note=_("Credit note {number}", language),
        discount=_("Early-payment discount on {number}", language),
        page=_("Page {number} of {count}", language),
        made_with=_("Made with Billhook", language),
        aging=_("Owed by age", language),
        client=_("Client", language),
        currency=_("Currency", language),
        current=_("Not late", language),
        to_30=_("1 to 30 days late", language),
        to_60=_("31 to 60 days late", language),
        to_90=_("61 to 90 days late", language),
        over_90=_("Over 90 days late", language),
        total=_("Total", language),
        revenue=_("Revenue and VAT", language),
        first=_("First day", language),
        last=_("Last day", language),
        kind=_("Kind", language),
        category=_("VAT category", language),
        rate=_("VAT rate in %", language),
        net=_("Net", language),
        vat=_("VAT", language),
        invoiced=_("Invoiced", language),
        received=_("Received", language),
        rounding=_("Rounding", language),
        left_out=_("Left out, without a rate: {number}", language),
        more=_("Further currencies are in the sheet.", language),
    )


@lru_cache(maxsize=64)
def report_characters(language: str) -> frozenset[str]:
    """Every character that these words need, so that their font can be chosen beforehand."""
    messages = report_words(language)
    return frozenset("".join(getattr(messages, field.name) for field in fields(messages))) - {"{", "}"}
