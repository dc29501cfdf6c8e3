"""What an invoice lacks to be an e-invoice, in words, and the buttons that lead to where it is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.einvoice.export import lacks
from core.einvoice.rules import Missing
from core.invoice import Invoice
from core.party import Role
from core.tax import must_register
from handlers.context import Context
from handlers.kinds import Button, Notice
from handlers.words import _

_OF_SELLER = {
    Missing.SELLER_NUMBER: "vat-id",
    Missing.SELLER_VAT_ID: "vat-id",
    Missing.SELLER_TOWN: "address",
    Missing.SELLER_ADDRESS: "email",
    Missing.BANK_ACCOUNT: "iban",
    Missing.CONTACT: "phone",
}
_OF_CLIENT = {
    Missing.BUYER_VAT_ID: "vat-id",
    Missing.BUYER_TOWN: "address",
    Missing.BUYER_ADDRESS: "email",
    Missing.REFERENCE: "reference",
}


def absent_at_issue(invoice: Invoice) -> tuple[Missing, ...]:
    """Of an invoice that stays an ordinary PDF. Nothing where e-invoices are no matter for the seller."""
    document = invoice.issued
    return lacks(document) if must_register(document.seller.address.country) else ()


def ordinary_notice(absent: Iterable[Missing]) -> Notice:
    text = _(
        "The PDF is an ordinary one, not an e-invoice. Missing: {fields}. An issued invoice stays as it is; what you "
        "fill in holds from the next one on.",
        fields=_listed(absent),
    )
    return Notice(text)


def absent_notice(number: str, absent: Iterable[Missing]) -> Notice:
    text = _(
        "{number} lacks what this format demands: {fields}. An issued invoice stays as it is; what you fill in holds "
        "from the next one on.",
        number=number,
        fields=_listed(absent),
    )
    return Notice(text, "warning")


def fill_buttons(ctx: Context, invoice: Invoice, absent: Iterable[Missing]) -> tuple[Button, ...]:
    """One for each place; none for what whoever asks may not change."""
    return tuple(dict.fromkeys(_buttons(ctx, invoice, absent)))


def _buttons(ctx: Context, invoice: Invoice, absent: Iterable[Missing]) -> Iterator[Button]:
    for one in absent:
        label = _("Fill in: {field}", field=_word(one))
        if one in _OF_SELLER and ctx.desk.member.role.reaches(Role.ADMIN):
            yield Button(label, "settings", _OF_SELLER[one])
        elif one in _OF_CLIENT:
            yield Button(label, "client edit", f"{invoice.draft.client_id.hex}; {_OF_CLIENT[one]}")


def _listed(absent: Iterable[Missing]) -> str:
    return ", ".join(dict.fromkeys(map(_word, absent)))


def _word(missing: Missing) -> str:  # noqa: PLR0911, PLR0912 - one word for each
    match missing:
        case Missing.SELLER_NUMBER:
            return _("your VAT id or tax number")
        case Missing.SELLER_VAT_ID:
            return _("your VAT id")
        case Missing.SELLER_TOWN:
            return _("postcode and town of your address")
        case Missing.SELLER_ADDRESS:
            return _("your e-mail address")
        case Missing.BANK_ACCOUNT:
            return _("your IBAN")
        case Missing.CONTACT:
            return _("a phone number to ask at")
        case Missing.BUYER_VAT_ID:
            return _("the client's VAT id")
        case Missing.BUYER_TOWN:
            return _("postcode and town of the client's address")
        case Missing.BUYER_ADDRESS:
            return _("the client's e-mail address")
        case Missing.REFERENCE:
            return _("the client's reference")
        case Missing.PERIOD:
            return _("the day or period of delivery")
        case Missing.REASON:
            return _("the reason why no VAT is charged")
        case _:
            return _("a name, country or date")
