"""EN 16931 in OASIS's syntax (UBL 2.1), as Peppol BIS Billing 3 has it: invoices and credit notes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.einvoice.profiles import MARKS, Profile
from core.einvoice.terms import (
    Allowance,
    InvoiceTerms,
    LineTerms,
    Trader,
    Transfer,
    TypeCode,
    VatCategory,
    VatRow,
)
from core.einvoice.tree import Branch, amount, plain, root, written
from core.invoice import Preceding

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_COMMON = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}


def write_ubl(terms: InvoiceTerms, profile: Profile) -> bytes:
    """A credit note is a document of its own kind, with other names for the same terms."""
    credit = terms.type_code is TypeCode.CREDIT_NOTE
    kind = "CreditNote" if credit else "Invoice"
    marks = MARKS[profile]
    tree = root(kind, "", {"": f"{_UBL}{kind}-2", **_COMMON})
    tree.add("cbc:CustomizationID", marks.guideline)
    tree.some("cbc:ProfileID", marks.process)
    tree.add("cbc:ID", terms.number)
    tree.add("cbc:IssueDate", terms.issued_on.isoformat())
    if terms.due_on and not credit:
        tree.add("cbc:DueDate", terms.due_on.isoformat())
    tree.add(f"cbc:{kind}TypeCode", terms.type_code.value)
    tree.some("cbc:Note", terms.note)
    tree.add("cbc:DocumentCurrencyCode", terms.currency)
    tree.some("cbc:TaxCurrencyCode", terms.vat_currency)
    tree.some("cbc:BuyerReference", terms.buyer_reference)
    _period(tree, terms.start, terms.end)
    if terms.order:
        tree.path("cac:OrderReference/cbc:ID", terms.order)
    for preceding in terms.preceding:
        _preceding(tree.path("cac:BillingReference/cac:InvoiceDocumentReference"), preceding)
    _trader(tree.path("cac:AccountingSupplierParty/cac:Party"), terms.seller)
    _trader(tree.path("cac:AccountingCustomerParty/cac:Party"), terms.buyer)
    _delivery(tree, terms)
    if terms.transfer:
        due_on = terms.due_on if credit else None
        _transfer(tree.add("cac:PaymentMeans"), terms.transfer, due_on)
    if terms.payment_terms:
        tree.path("cac:PaymentTerms/cbc:Note", terms.payment_terms)
    for allowance in terms.allowances:
        _allowance(tree.add("cac:AllowanceCharge"), allowance, terms.currency)
    _taxes(tree, terms)
    _sums(tree.add("cac:LegalMonetaryTotal"), terms)
    for line in terms.lines:
        _line(tree.add(f"cac:{kind}Line"), line, terms.currency, credit=credit)
    return written(tree)


def _money(branch: Branch, name: str, value: Decimal, currency: str) -> None:
    branch.add(name, amount(value), currencyID=currency)


def _period(branch: Branch, start: date | None, end: date | None) -> None:
    if start is None and end is None:
        return
    period = branch.add("cac:InvoicePeriod")
    period.some("cbc:StartDate", start.isoformat() if start else "")
    period.some("cbc:EndDate", end.isoformat() if end else "")


def _preceding(branch: Branch, preceding: Preceding) -> None:
    branch.add("cbc:ID", preceding.number)
    branch.some("cbc:IssueDate", preceding.issued_on.isoformat() if preceding.issued_on else "")


def _trader(party: Branch, trader: Trader) -> None:
    if trader.endpoint:
        party.add("cbc:EndpointID", trader.endpoint.id, schemeID=trader.endpoint.scheme)
    if trader.id:
        party.path("cac:PartyIdentification/cbc:ID", trader.id)
    address = party.add("cac:PostalAddress")
    address.some("cbc:StreetName", trader.line1)
    address.some("cbc:AdditionalStreetName", trader.line2)
    address.some("cbc:CityName", trader.city)
    address.some("cbc:PostalZone", trader.postcode)
    address.path("cac:Country/cbc:IdentificationCode", trader.country)
    _scheme(party, trader.vat_id, "VAT")
    _scheme(party, trader.tax_number, "TAX")
    entity = party.add("cac:PartyLegalEntity")
    entity.add("cbc:RegistrationName", trader.name)
    if trader.register:
        scheme = {"schemeID": trader.register.scheme} if trader.register.scheme else {}
        entity.add("cbc:CompanyID", trader.register.number, **scheme)
        entity.some("cbc:CompanyLegalForm", trader.register.whole)
    if trader.contact:
        contact = party.add("cac:Contact")
        contact.some("cbc:Name", trader.contact.name)
        contact.some("cbc:Telephone", trader.contact.phone)
        contact.some("cbc:ElectronicMail", trader.contact.email)


def _scheme(party: Branch, number: str, scheme: str) -> None:
    if number:
        registration = party.add("cac:PartyTaxScheme")
        registration.add("cbc:CompanyID", number)
        registration.path("cac:TaxScheme/cbc:ID", scheme)


def _delivery(tree: Branch, terms: InvoiceTerms) -> None:
    if not terms.delivered_on and not terms.ship_to_country:
        return
    delivery = tree.add("cac:Delivery")
    delivery.some("cbc:ActualDeliveryDate", terms.delivered_on.isoformat() if terms.delivered_on else "")
    if terms.ship_to_country:
        address = delivery.path("cac:DeliveryLocation/cac:Address")
        address.path("cac:Country/cbc:IdentificationCode", terms.ship_to_country)


def _transfer(means: Branch, transfer: Transfer, due_on: date | None) -> None:
    means.add("cbc:PaymentMeansCode", transfer.means)
    means.some("cbc:PaymentDueDate", due_on.isoformat() if due_on else "")
    means.add("cbc:PaymentID", transfer.remittance)
    account = means.add("cac:PayeeFinancialAccount")
    account.add("cbc:ID", transfer.iban)
    account.some("cbc:Name", transfer.holder)
    if transfer.bic:
        account.path("cac:FinancialInstitutionBranch/cbc:ID", transfer.bic)


def _allowance(branch: Branch, allowance: Allowance, currency: str) -> None:
    branch.add("cbc:ChargeIndicator", "false")
    branch.add("cbc:AllowanceChargeReasonCode", allowance.reason_code)
    branch.add("cbc:AllowanceChargeReason", allowance.reason)
    _money(branch, "cbc:Amount", allowance.amount, currency)
    _category(branch.add("cac:TaxCategory"), allowance.vat)


def _category(branch: Branch, vat: VatCategory, exemption_code: str = "", exemption: str = "") -> None:
    branch.add("cbc:ID", vat.code)
    if vat.rate is not None:
        branch.add("cbc:Percent", plain(vat.rate))
    branch.some("cbc:TaxExemptionReasonCode", exemption_code)
    branch.some("cbc:TaxExemptionReason", exemption)
    branch.path("cac:TaxScheme/cbc:ID", "VAT")


def _taxes(tree: Branch, terms: InvoiceTerms) -> None:
    taxes = tree.add("cac:TaxTotal")
    _money(taxes, "cbc:TaxAmount", terms.sums.vat, terms.currency)
    for row in terms.vat_rows:
        _row(taxes.add("cac:TaxSubtotal"), row, terms.currency)
    if terms.vat_in_vat_currency is not None:
        _money(tree.add("cac:TaxTotal"), "cbc:TaxAmount", terms.vat_in_vat_currency, terms.vat_currency)


def _row(branch: Branch, row: VatRow, currency: str) -> None:
    _money(branch, "cbc:TaxableAmount", row.basis, currency)
    _money(branch, "cbc:TaxAmount", row.amount, currency)
    _category(branch.add("cac:TaxCategory"), row.vat, row.exemption_code, row.exemption)


def _sums(branch: Branch, terms: InvoiceTerms) -> None:
    sums, currency = terms.sums, terms.currency
    _money(branch, "cbc:LineExtensionAmount", sums.lines, currency)
    _money(branch, "cbc:TaxExclusiveAmount", sums.net, currency)
    _money(branch, "cbc:TaxInclusiveAmount", sums.gross, currency)
    if sums.allowances:
        _money(branch, "cbc:AllowanceTotalAmount", sums.allowances, currency)
    if sums.prepaid:
        _money(branch, "cbc:PrepaidAmount", sums.prepaid, currency)
    if sums.rounding:
        _money(branch, "cbc:PayableRoundingAmount", sums.rounding, currency)
    _money(branch, "cbc:PayableAmount", sums.due, currency)


def _line(branch: Branch, line: LineTerms, currency: str, *, credit: bool) -> None:
    branch.add("cbc:ID", line.id)
    quantity = "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity"
    branch.add(quantity, plain(line.quantity), unitCode=line.unit)
    _money(branch, "cbc:LineExtensionAmount", line.net, currency)
    _period(branch, line.start, line.end)
    item = branch.add("cac:Item")
    item.add("cbc:Name", line.name)
    _category(item.add("cac:ClassifiedTaxCategory"), line.vat)
    price = branch.add("cac:Price")
    price.add("cbc:PriceAmount", plain(line.price), currencyID=currency)
    if line.base_quantity != 1:
        price.add("cbc:BaseQuantity", plain(line.base_quantity), unitCode=line.unit)
