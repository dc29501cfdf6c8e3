"""What stands on the page on which a client sees a quote and decides about it: every word and number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.documents.printable import cleaned
from core.invoice import Document
from core.moments import local_day
from core.quote import Quote, QuoteState
from core.usecases.quote_page import ShownQuote
from handlers.hosted_figures import (
    Pairs,
    Row,
    Side,
    file_name,
    headings_of,
    remarks_of,
    report_link,
    rows_of,
    sides_of,
    sum_rows,
    told_of,
)
from handlers.hosted_sums import money_text
from handlers.words import _, language, long_date


@dataclass(frozen=True, slots=True)
class Ask:
    """What the client is asked, where there is something to decide."""

    heading: str
    text: str
    name: str
    """The label of the field for it."""
    accept: str
    decline: str


@dataclass(frozen=True, slots=True)
class QuotePage:
    """Plain texts; whoever shows them escapes them."""

    language: str
    title: str
    name: str
    """Of the seller."""
    status: str
    tone: str
    sides: tuple[Side, Side]
    facts: Pairs
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: Pairs
    total: tuple[str, str]
    remarks: tuple[str, ...]
    note: str
    note_heading: str
    lines: str
    pdf: str
    filename: str
    ask: Ask | None
    footer: str
    issuer: str
    report: tuple[str, str] | None
    """The words, and the address to follow."""
    made: str
    """Empty where nothing is said."""
    accent: str
    logo: str
    """Its name for who cannot see it; empty where there is none."""
    warning: str = ""


def quote_page_of(
    shown: ShownQuote, today: date, reports_to: str = "", *, unsigned: bool = False
) -> QuotePage:
    """In the language spoken now. `unsigned`: it was just answered without a name."""
    quote, document = shown.quote, cleaned(shown.quote.issued)
    return QuotePage(
        language=language(),
        title=_("Quote {number}", number=document.number),
        name=document.seller.name,
        status=_status(quote, today, shown.business.zone),
        tone=_tone(quote, today),
        sides=sides_of(document, _("Offered to")),
        facts=_facts(document, quote),
        headings=headings_of(document),
        rows=tuple(rows_of(document)),
        sums=sum_rows(document),
        total=(_("Total"), money_text(document.totals.payable)),
        remarks=remarks_of(document),
        note=document.note,
        note_heading=_("Note"),
        lines=_("What it is for"),
        pdf=_("Download PDF"),
        filename=file_name(document, "pdf"),
        ask=_ask(document) if _is_open(quote, today) else None,
        footer=document.footer,
        issuer=_("{name} made this quote and answers for it. If you do not know them, do not accept it.",
                 name=document.seller.name),
        report=_report(document, reports_to),
        made=_("Made with Billhook") if document.branded else "",
        accent=document.accent,
        logo=_("Logo of {name}", name=document.seller.name) if document.logo else "",
        warning=_("Please write your name.") if unsigned else "",
    )  # fmt: skip


def _is_open(quote: Quote, today: date) -> bool:
    return quote.state is QuoteState.OPEN and not quote.expired(today)


def _status(quote: Quote, today: date, zone: str) -> str:
    if quote.state is QuoteState.OPEN:
        until = long_date(quote.valid_until)
        if quote.expired(today):
            return _("This quote was valid until {date}.", date=until)
        return _("Valid until {date}", date=until)
    if quote.state is QuoteState.WITHDRAWN or quote.decided_at is None:
        return _("This quote was withdrawn.")
    on, name = long_date(local_day(quote.decided_at, zone)), quote.decided_by
    if quote.state is QuoteState.DECLINED:
        if quote.by_client:
            return _("Declined by {name} on {date}.", name=name, date=on)
        return _("Declined on {date}.", date=on)
    if quote.by_client:
        return _("Accepted by {name} on {date}. Thank you.", name=name, date=on)
    return _("Accepted on {date}. Thank you.", date=on)


def _tone(quote: Quote, today: date) -> str:
    if quote.state is QuoteState.ACCEPTED:
        return "paid"
    return "open" if _is_open(quote, today) else "void"


def _facts(document: Document, quote: Quote) -> Pairs:
    pairs = (
        (_("Number"), document.number),
        (_("Date"), long_date(document.issued_on)),
        (_("Valid until"), long_date(quote.valid_until)),
    )
    return (*pairs, *told_of(document))


def _ask(document: Document) -> Ask:
    return Ask(
        heading=_("Your answer"),
        text=_(
            "Whoever accepts orders what stands here, for {total}.", total=money_text(document.totals.payable)
        ),
        name=_("Your name"),
        accept=_("Accept"),
        decline=_("Decline"),
    )


def _report(document: Document, address: str) -> tuple[str, str] | None:
    if not address:
        return None
    subject = _("Quote {number} from {name}", number=document.number, name=document.seller.name)
    return _("Report this quote"), report_link(address, subject)
