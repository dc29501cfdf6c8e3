"""What stands on the page on which a client sees an invoice: every word and number, and nothing of how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.documents.printable import cleaned
from core.documents.qr import payload
from core.early_discount import could_settle
from core.einvoice.export import suffices
from core.einvoice.profiles import Profile
from core.invoice import Document, Invoice, State
from core.money import Money
from core.usecases.hosted import Shown
from handlers.hosted_figures import (
    Pairs,
    Row,
    Side,
    file_name,
    headings_of,
    number_text,
    remarks_of,
    report_link,
    rows_of,
    sides_of,
    sum_rows,
    told_of,
)
from handlers.hosted_sums import balance_pair, credited_pairs, money_text, payment_pairs
from handlers.pay_words import payment_facts
from handlers.words import _, language, long_date


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words."""

    pdf: str
    xml: str
    lines: str
    payments: str
    ways: str
    scan: str
    note: str
    report: str
    made: str
    logo: str


@dataclass(frozen=True, slots=True)
class Page:
    """Plain texts; whoever shows them escapes them."""

    language: str
    title: str
    name: str
    """Of the seller."""
    status: str
    tone: str
    """How the status is meant: open, late, paid or void."""
    sides: tuple[Side, Side]
    facts: Pairs
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: Pairs
    total: tuple[str, str]
    payments: Pairs
    balance: tuple[str, str] | None
    """None where nothing was paid yet, or nothing is owed for good."""
    remarks: tuple[str, ...]
    note: str
    footer: str
    ways: Pairs
    """How to pay by transfer; empty where there is nothing to pay, or no account is named."""
    code: str
    """What a banking app reads from the picture beside it; empty where there is none."""
    pay: str
    """What stands on the button; empty where it cannot be paid online."""
    words: Words
    issuer: str
    report: str
    """Where to report it, as an address to follow; empty where nobody is named."""
    accent: str
    has_logo: bool
    filename: str
    xml: str
    """The name of its data as a file; empty where they do not suffice for one."""
    branded: bool
    warning: str = ""
    """What went wrong with what was just tried."""


def page_of(shown: Shown, today: date, *, pays: bool = False, reports_to: str = "") -> Page:
    """The page in the language spoken now. `pays`: the business takes payments online."""
    invoice, document = shown.invoice, cleaned(shown.invoice.issued)
    balance = invoice.balance
    early = could_settle(invoice, shown.payments, today)
    return Page(
        language=language(),
        title=_("Invoice {number}", number=document.number),
        name=document.seller.name,
        status=_status(invoice, document, today),
        tone=_tone(invoice, today),
        sides=sides_of(document, _("Billed to")),
        facts=_facts(document),
        headings=headings_of(document),
        rows=tuple(rows_of(document)),
        sums=(*sum_rows(document), *_deposits(document)),
        total=_owed(document),
        payments=(*payment_pairs(shown.payments), *credited_pairs(invoice, shown.payments)),
        balance=balance_pair(invoice, shown.payments),
        remarks=(*remarks_of(document), *_early(document, early, pays=pays)),
        note=document.note,
        footer=document.footer,
        ways=_ways(document, balance) if balance else (),
        code=(payload(document, balance) or "") if balance else "",
        pay=_("Pay {amount} online", amount=money_text(early or balance)) if pays and balance else "",
        words=_words(document),
        issuer=_issuer(document),
        report=_report(document, reports_to),
        accent=document.accent,
        has_logo=document.logo is not None,
        filename=file_name(document, "pdf"),
        xml=file_name(document, "xml") if xml_profile(shown) else "",
        branded=document.branded,
    )


def xml_profile(shown: Shown) -> Profile | None:
    """In which form the client gets the data: as Peppol has them, or else as they are inside the PDF."""
    if shown.invoice.state is State.VOID:
        return None
    wanted = (Profile.PEPPOL, Profile.FACTUR_X)
    return next((one for one in wanted if suffices(shown.invoice.issued, one)), None)


def _words(document: Document) -> Words:
    return Words(
        pdf=_("Download PDF"),
        xml=_("Download XML"),
        lines=_("What it is for"),
        payments=_("Payments so far"),
        ways=_("How to pay by bank transfer"),
        scan=_("Scan it with your banking app"),
        note=_("Note"),
        report=_("Report this invoice"),
        made=_("Made with Billhook"),
        logo=_("Logo of {name}", name=document.seller.name),
    )


# -- what it is about ------------------------------------------------------------------------------


def _status(invoice: Invoice, document: Document, today: date) -> str:
    if invoice.state is State.VOID:
        return _("This invoice is void. Please do not pay it.")
    due = long_date(document.due_on)
    if invoice.credited and invoice.credited == invoice.total:
        return _("Credited in full. There is nothing to pay.")
    if not invoice.balance:
        return _("Paid in full. Thank you.")
    if invoice.overdue(today):
        return _("Overdue since {due}", due=due)
    if invoice.paid:
        return _("Partly paid, the rest is due on {due}", due=due)
    return _("Due on {due}", due=due)


def _tone(invoice: Invoice, today: date) -> str:
    if invoice.state is State.VOID:
        return "void"
    if not invoice.balance:
        return "paid"
    return "late" if invoice.overdue(today) else "open"


def _facts(document: Document) -> Pairs:
    pairs = (
        (_("Number"), document.number),
        (_("Date"), long_date(document.issued_on)),
        (_("Due"), long_date(document.due_on)),
    )
    order = ((_("Your order"), document.order),) if document.order else ()
    return (*pairs, *told_of(document), *order)


def _deposits(document: Document) -> Pairs:
    """What was billed and paid before; the total of all stands above it."""
    if not document.prepaid:
        return ()
    taken = (
        (
            _("Deposit {number} of {date}", number=one.number, date=long_date(one.issued_on)),
            money_text(-one.gross),
        )
        for one in document.prepaid
    )
    return ((_("Total"), money_text(document.totals.payable)), *taken)


def _owed(document: Document) -> tuple[str, str]:
    label = _("Left to pay") if document.prepaid else _("Total")
    return label, money_text(document.owed)


def _early(document: Document, least: Money | None, *, pays: bool) -> tuple[str, ...]:
    """As long as it settles the invoice; a checkout then asks for just that."""
    offer = document.early
    if offer is None or least is None:
        return ()
    values = {
        "percent": number_text(offer.terms.percent),
        "day": long_date(offer.until),
        "amount": money_text(least),
    }
    if pays:
        return (
            _(
                "{percent}% discount for what is paid online, or arrives by bank transfer, by {day}: {amount} then "
                "settles this invoice.",
                **values,
            ),
        )
    return (
        _(
            "{percent}% discount for a bank transfer that arrives by {day}: {amount} then settles this invoice.",
            **values,
        ),
    )


# -- what was paid, and how to pay -----------------------------------------------------------------


def _ways(document: Document, balance: Money) -> Pairs:
    facts = payment_facts(document, document.number)
    return (*facts.pairs, (_("Amount"), money_text(balance))) if facts.pairs else ()


# -- who answers for it ----------------------------------------------------------------------------


def _issuer(document: Document) -> str:
    return _(
        "{name} issued this invoice and answers for it. If you do not know them, do not pay it.",
        name=document.seller.name,
    )


def _report(document: Document, address: str) -> str:
    if not address:
        return ""
    subject = _("Invoice {number} from {name}", number=document.number, name=document.seller.name)
    return report_link(address, subject)
