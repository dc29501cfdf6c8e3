"""`/xml`: the data of an issued invoice as a file, for Peppol (UBL) or for German authorities (XRechnung)."""

from __future__ import annotations

from core.einvoice.export import lacks, must_be, usual_profile
from core.einvoice.profiles import Profile
from core.einvoice.rules import Missing
from core.einvoice.terms import NOTHING_ADDED, Added, Contact
from core.errors import N_, Conflict, InvalidInput
from core.invoice import MAX_REFERENCE, Document, Invoice, State
from core.party import Role
from core.usecases.imported import must_be_ours
from core.views import InvoiceFilter
from handlers.command import Command
from handlers.commands.find import find_invoice, named_invoice, to_credit_note
from handlers.commands.invoices import number_field
from handlers.context import Context
from handlers.einvoices import absent_notice, fill_buttons
from handlers.kinds import Answers, Asked, Button, DocumentXml, Field, Notice, Outcome, Raw, Reply
from handlers.reading.identifiers import read_phone
from handlers.reading.text import clean, required, shown
from handlers.words import _

_FORMATS = {
    "peppol": Profile.PEPPOL,
    "ubl": Profile.PEPPOL,
    "xrechnung": Profile.XRECHNUNG,
    "cii": Profile.XRECHNUNG,
}
_LATER = {Missing.CONTACT, Missing.REFERENCE}
"""What can be said when the file is asked for, for it only directs where that goes."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    invoice = await named_invoice(ctx, raw.get("number") or "")
    wanted = _wanted(ctx, invoice, raw) if invoice is not None else set()
    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),
        Field("format", _("Which format: peppol or xrechnung?"), _read_format, Asked.SILENT),
        Field("reference", _("Which reference did the client name, such as an order number or a Leitweg-ID?"),
              lambda text: clean(required(text, "reference", MAX_REFERENCE, "PO-48213"), "reference", MAX_REFERENCE),
              Asked.REQUIRED if Missing.REFERENCE in wanted else Asked.SILENT),
        Field("phone", _("Which phone number can the client call with questions? An XRechnung must name one."),
              read_phone, Asked.REQUIRED if Missing.CONTACT in wanted else Asked.SILENT),
    )  # fmt: skip


def _wanted(ctx: Context, invoice: Invoice, raw: Raw) -> set[Missing]:
    """What has to be asked; nothing where something else is in the way of this file."""
    if invoice.state is not State.ISSUED or invoice.imported:
        return set()
    document = invoice.issued
    profile = _FORMATS.get((raw.get("format") or "").lower()) or usual_profile(document)
    absent = set(lacks(document, profile, Added(_contact(ctx, document))))
    return absent if absent <= _LATER else set()


def _read(text: str) -> Raw:
    """`2026-0007 xrechnung`; the number may be an id."""
    number, _blank, rest = text.strip().partition(" ")
    raw: Raw = {"number": number} if number else {}
    return {**raw, "format": rest.strip()} if rest.strip().lower() not in ("", "xml") else raw


def _read_format(text: str) -> Profile:
    profile = _FORMATS.get(text.strip().lower())
    if profile is None:
        raise InvalidInput(
            "format", N_("“{value}” is no format that I can write."), "peppol", value=shown(text)
        )
    return profile


async def xml(ctx: Context, answers: Answers) -> Outcome:
    invoice = await find_invoice(ctx, answers["number"])
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("A draft has no XML yet; issue it first."), "/issue")
    must_be_ours(invoice)
    number = invoice.issued.number
    if invoice.state is State.VOID:
        raise Conflict(
            N_("{number} is void. Whoever reads its data would book it all the same."), number=number
        )
    document = invoice.issued
    profile: Profile = answers["format"] or usual_profile(document)
    added = _added(ctx, document, answers)
    absent = lacks(document, profile, added)
    if absent:
        # Nobody is told of what is asked for anyway, as soon as nothing else is in the way.
        absent = tuple(one for one in absent if one not in _LATER) or absent
        said = absent_notice(number, absent)
        return Reply((said,), (*fill_buttons(ctx, invoice, absent), *_other(invoice, profile)))
    must_be(document, profile, added)
    file = DocumentXml(invoice.id, f"{number.replace('/', '-')}-{profile.value}.xml", profile, added)
    buttons = (*_other(invoice, profile), *_keep(ctx, answers["phone"]))
    return Reply((Notice(_text(invoice, profile)),), buttons, (file,))


def _keep(ctx: Context, phone: str | None) -> tuple[Button, ...]:
    """What was asked need not be asked again: it then stands on invoices."""
    if not phone or not ctx.desk.member.role.reaches(Role.ADMIN):
        return ()
    return (Button(_("Keep {phone} for all invoices", phone=phone), "settings", f"phone {phone}"),)


def _added(ctx: Context, document: Document, answers: Answers) -> Added:
    contact = _contact(ctx, document)
    if answers["phone"]:
        name = document.seller.contact or ctx.desk.business.contact or ctx.desk.member.name
        contact = Contact(name, answers["phone"], document.seller.email)
    reference = answers["reference"] or ""
    return Added(contact, reference) if contact or reference else NOTHING_ADDED


def _contact(ctx: Context, document: Document) -> Contact | None:
    """As the settings have it now, where the document was issued without a phone number."""
    seller = document.seller
    if seller.phone or not ctx.desk.business.phone:
        return None
    name = seller.contact or ctx.desk.business.contact or ctx.desk.member.name
    return Contact(name, ctx.desk.business.phone, seller.email)


def _text(invoice: Invoice, profile: Profile) -> str:
    number, client = invoice.issued.number, invoice.issued.buyer.name
    if profile is Profile.XRECHNUNG:
        return _(
            "{number} to {client} as XRechnung (CII). It is only a file: send it on the way the authority names.",
            number=number,
            client=client,
        )
    return _(
        "{number} to {client} for Peppol (UBL). It is only a file: your access point sends it.",
        number=number,
        client=client,
    )


def _other(invoice: Invoice, profile: Profile) -> tuple[Button, ...]:
    """The other format; XRechnung is for clients in Germany."""
    if profile is Profile.XRECHNUNG:
        return (Button(_("For Peppol (UBL)"), "xml", f"{invoice.id.hex} peppol"),)
    if invoice.issued.buyer.address.country != "DE":
        return ()
    return (Button(_("As XRechnung"), "xml", f"{invoice.id.hex} xrechnung"),)


COMMANDS = (
    Command(
        name="xml",
        help=N_("Get the data of an invoice as XML"),
        run=xml,
        group="invoices",
        example="/xml 2026-0007",
        form=_form,
        read=_read,
        route=to_credit_note("credit xml"),
        role=Role.ACCOUNTANT,
    ),
)
