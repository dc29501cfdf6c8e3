"""What a client reads about paying an invoice, by transfer or online, in the language spoken now."""

from __future__ import annotations

import re

from core.invoice import Document
from handlers.kinds import Facts
from handlers.words import _


def unavailable() -> str:
    return _(
        "Paying online does not work at the moment. Please try again in some minutes, or pay by bank transfer."
    )


def refused() -> str:
    return _("This amount cannot be paid online. Please pay by bank transfer.")


def thanks() -> tuple[str, str]:
    """Title and text for whoever comes back from paying. Only the provider's own word books a payment."""
    return _("Thank you"), _(
        "Your payment is being confirmed. The page of the invoice shows it as soon as that is done."
    )


def not_paid() -> tuple[str, str]:
    return _("Not paid"), _(
        "Nothing was paid. You can go back to the page of the invoice and choose how to pay."
    )


def to_the_page() -> str:
    return _("To the invoice")


def payment_facts(document: Document, numbers: str) -> Facts:
    """The account as the document prints it, and what to write along; without pairs where it prints none."""
    pairs = []
    if document.iban:
        pairs.append((_("Account holder"), document.seller.name))
        pairs.append((_("IBAN"), " ".join(re.findall(".{1,4}", document.iban))))
        if document.bic:
            pairs.append((_("BIC"), document.bic))
        pairs.append((_("Reference"), numbers))
    return Facts(tuple(pairs))
