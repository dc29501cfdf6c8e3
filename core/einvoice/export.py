"""An issued invoice as XML: the one door to it for everybody else."""

from __future__ import annotations

from core.einvoice.mapping import terms_of
from core.einvoice.profiles import Profile
from core.einvoice.rules import TOO_FINE, Missing, faults, missing
from core.einvoice.terms import Contact, InvoiceTerms
from core.errors import N_, Conflict
from core.invoice import Document


def terms_for(document: Document, profile: Profile, contact: Contact | None = None) -> InvoiceTerms:
    """Its terms as the profile wants them: German authorities are reached by mail, Peppol by VAT id."""
    return terms_of(document, contact=contact, by_mail=profile is Profile.XRECHNUNG)


def lacks(
    document: Document, profile: Profile = Profile.FACTUR_X, contact: Contact | None = None
) -> tuple[Missing, ...]:
    """What has to be filled in before it can be such an e-invoice."""
    return missing(terms_for(document, profile, contact), profile)


def can_be(document: Document, profile: Profile = Profile.FACTUR_X) -> bool:
    terms = terms_for(document, profile)
    return not missing(terms, profile) and not faults(terms)


def to_xml(document: Document, profile: Profile, contact: Contact | None = None) -> bytes:
    """Raises Conflict where it cannot be such an e-invoice, whatever the reason: `lacks` says what is missing."""
    terms = terms_for(document, profile, contact)
    if missing(terms, profile):
        raise Conflict(N_("{number} lacks something that an e-invoice must have."), number=document.number)
    return write(terms, profile)


def write(terms: InvoiceTerms, profile: Profile) -> bytes:
    """The XML, looked at once more. Raises Conflict for terms that break a rule."""
    # lxml takes 80 ms to import, which whoever only asks what is missing need not pay.
    from core.einvoice.cii import write_cii  # noqa: PLC0415
    from core.einvoice.schema import schema_faults  # noqa: PLC0415
    from core.einvoice.ubl import write_ubl  # noqa: PLC0415

    broken = faults(terms)
    if TOO_FINE in broken:
        raise Conflict(
            N_("{number} is in {currency}, which has more decimal places than an e-invoice takes."),
            number=terms.number, currency=terms.currency,
        )  # fmt: skip
    content = b""
    if not broken:
        content = (write_ubl if profile is Profile.PEPPOL else write_cii)(terms, profile)
        broken = schema_faults(content)
    if broken:
        raise Conflict(
            N_("{number} cannot be written as an e-invoice: {rules}."),
            number=terms.number, rules="; ".join(dict.fromkeys(broken)),
        )  # fmt: skip
    return content
