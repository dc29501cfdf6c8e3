"""An issued invoice as XML: the one door to it for everybody else."""

from __future__ import annotations

import re
from dataclasses import replace

from core.documents.early import in_xrechnung
from core.einvoice.mapping import is_deposit, terms_of
from core.einvoice.profiles import Profile
from core.einvoice.rules import TOO_FINE, Missing, faults, missing
from core.einvoice.terms import NOTHING_ADDED, Added, InvoiceTerms, TypeCode
from core.errors import N_, Conflict
from core.invoice import Document, Kind
from core.money import exponent

_MOST_PLACES = 2
_LEITWEG_ID = re.compile(r"\d{2,12}(?:-[A-Za-z0-9]{1,30})?-\d{2}")


def usual_profile(document: Document) -> Profile:
    """XRechnung for German authorities, who are known by the form of their reference (BT-10)."""
    german = document.buyer.address.country == "DE" and _LEITWEG_ID.fullmatch(document.reference.strip())
    return Profile.XRECHNUNG if german else Profile.PEPPOL


def terms_for(document: Document, profile: Profile, added: Added = NOTHING_ADDED) -> InvoiceTerms:
    """Its terms as the profile wants them: German authorities are reached by mail, Peppol by VAT id."""
    german = profile is Profile.XRECHNUNG
    # XRechnung knows no prepayment invoices (BR-DE-17); a partial one it does.
    deposit = is_deposit(document) and german
    terms = terms_of(
        document, type_code=TypeCode.PARTIAL if deposit else None, contact=added.contact, by_mail=german
    )
    if german and document.early:
        terms = replace(terms, payment_terms=f"{terms.payment_terms}\n{in_xrechnung(document)}")
    return terms if terms.buyer_reference else replace(terms, buyer_reference=added.reference)


def lacks(
    document: Document, profile: Profile = Profile.FACTUR_X, added: Added = NOTHING_ADDED
) -> tuple[Missing, ...]:
    """What has to be filled in before it can be such an e-invoice; takes no longer for many lines than for one."""
    without_lines = replace(document, totals=replace(document.totals, lines=()))
    return missing(terms_for(without_lines, profile, added), profile)


def suffices(document: Document, profile: Profile) -> bool:
    """As far as can be told at a glance, for whoever only offers it."""
    return exponent(document.currency) <= _MOST_PLACES and not lacks(document, profile)


def can_be(document: Document, profile: Profile = Profile.FACTUR_X) -> bool:
    if document.kind is Kind.QUOTE:
        return False
    terms = terms_for(document, profile)
    return not missing(terms, profile) and not faults(terms)


def must_be(document: Document, profile: Profile, added: Added = NOTHING_ADDED) -> InvoiceTerms:
    """Raises Conflict where it cannot be such an e-invoice, whatever the reason: `lacks` says what is missing."""
    terms = terms_for(document, profile, added)
    if missing(terms, profile):
        raise Conflict(N_("{number} lacks something that an e-invoice must have."), number=terms.number)
    broken = faults(terms)
    if TOO_FINE in broken:
        raise Conflict(
            N_("{number} is in {currency}, which has more decimal places than an e-invoice takes."),
            number=terms.number, currency=terms.currency,
        )  # fmt: skip
    if broken:
        raise _refusal(terms, broken)
    return terms


def to_xml(document: Document, profile: Profile, added: Added = NOTHING_ADDED) -> bytes:
    """The XML, looked at once more. Raises Conflict as `must_be` does."""
    # lxml takes 80 ms to import, which whoever only asks what is missing need not pay.
    from core.einvoice.cii import write_cii  # noqa: PLC0415
    from core.einvoice.schema import schema_faults  # noqa: PLC0415
    from core.einvoice.ubl import write_ubl  # noqa: PLC0415

    terms = must_be(document, profile, added)
    content = (write_ubl if profile is Profile.PEPPOL else write_cii)(terms, profile)
    broken = schema_faults(content)
    if broken:
        raise _refusal(terms, broken)
    return content


def _refusal(terms: InvoiceTerms, broken: tuple[str, ...]) -> Conflict:
    rules = "; ".join(dict.fromkeys(broken))
    return Conflict(
        N_("{number} cannot be written as an e-invoice: {rules}."), number=terms.number, rules=rules
    )
