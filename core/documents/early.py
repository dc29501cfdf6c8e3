"""What a document says about paying early, on paper and as data."""

from __future__ import annotations

from core.documents import words
from core.documents.figures import Figures
from core.invoice import Document


def early_payment(document: Document) -> str:
    """In the document's language; empty where nothing is off."""
    offer, language = document.early, document.language
    if offer is None:
        return ""
    figures = Figures(language, document.currency)
    return words.words(language).early.format(
        percent=figures.number(offer.terms.percent),
        day=words.day(offer.until, language),
        currency=document.currency,
        amount=figures.money(offer.amount),
        total=figures.money(offer.amount + offer.discount),
    )


def in_xrechnung(document: Document) -> str:
    """The same for programs, in a line of its own of BT-20 as XRechnung has it (BR-DE-18)."""
    offer = document.early
    return f"#SKONTO#TAGE={offer.terms.days}#PROZENT={offer.terms.percent:.2f}#\n" if offer else ""
