"""EN 16931 in UN/CEFACT's syntax (Cross Industry Invoice D16B): what is inside a Factur-X PDF, and XRechnung."""

from __future__ import annotations

from datetime import date

from core.einvoice.profiles import MARKS, Profile
from core.einvoice.terms import (
    Allowance,
    Contact,
    InvoiceTerms,
    LineTerms,
    Register,
    Sums,
    Trader,
    Transfer,
    VatCategory,
    VatRow,
)
from core.einvoice.tree import Branch, amount, compact, plain, root, written
from core.invoice import Preceding

_UN = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES = {
    "rsm": f"{_UN}CrossIndustryInvoice:100",
    "ram": f"{_UN}ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_UN}QualifiedDataType:100",
    "udt": f"{_UN}UnqualifiedDataType:100",
}


def write_cii(terms: InvoiceTerms, profile: Profile) -> bytes:
    """The elements stand in the order of the schema, which is not the order of the business terms."""
    marks = MARKS[profile]
    tree = root("CrossIndustryInvoice", "rsm", _NAMESPACES)
    context = tree.add("rsm:ExchangedDocumentContext")
    if marks.process:
        context.path("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", marks.process)
    context.path("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", marks.guideline)
    document = tree.add("rsm:ExchangedDocument")
    document.add("ram:ID", terms.number)
    document.add("ram:TypeCode", terms.type_code.value)
    _day(document.add("ram:IssueDateTime"), terms.issued_on)
    if terms.note:
        document.path("ram:IncludedNote/ram:Content", terms.note)
    transaction = tree.add("rsm:SupplyChainTradeTransaction")
    for line in terms.lines:
        _line(transaction.add("ram:IncludedSupplyChainTradeLineItem"), line)
    agreement = transaction.add("ram:ApplicableHeaderTradeAgreement")
    agreement.some("ram:BuyerReference", terms.buyer_reference)
    _trader(agreement.add("ram:SellerTradeParty"), terms.seller)
    _trader(agreement.add("ram:BuyerTradeParty"), terms.buyer)
    if terms.order:
        agreement.path("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", terms.order)
    _delivery(transaction.add("ram:ApplicableHeaderTradeDelivery"), terms)
    _settlement(transaction.add("ram:ApplicableHeaderTradeSettlement"), terms)
    return written(tree)


def _line(item: Branch, line: LineTerms) -> None:
    item.path("ram:AssociatedDocumentLineDocument/ram:LineID", line.id)
    item.path("ram:SpecifiedTradeProduct/ram:Name", line.name)
    price = item.path("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    price.add("ram:ChargeAmount", plain(line.price))
    if line.base_quantity != 1:
        price.add("ram:BasisQuantity", plain(line.base_quantity), unitCode=line.unit)
    item.path("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", plain(line.quantity), unitCode=line.unit)
    settlement = item.add("ram:SpecifiedLineTradeSettlement")
    _category(settlement.add("ram:ApplicableTradeTax"), line.vat)
    _period(settlement, line.start, line.end)
    settlement.path("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", amount(line.net))


def _trader(party: Branch, trader: Trader) -> None:
    party.some("ram:ID", trader.id)
    party.add("ram:Name", trader.name)
    if trader.register:
        _register(party, trader.register)
    if trader.contact:
        _contact(party.add("ram:DefinedTradeContact"), trader.contact)
    address = party.add("ram:PostalTradeAddress")
    address.some("ram:PostcodeCode", trader.postcode)
    address.some("ram:LineOne", trader.line1)
    address.some("ram:LineTwo", trader.line2)
    address.some("ram:CityName", trader.city)
    address.add("ram:CountryID", trader.country)
    if trader.endpoint:
        party.path(
            "ram:URIUniversalCommunication/ram:URIID", trader.endpoint.id, schemeID=trader.endpoint.scheme
        )
    if trader.tax_number:
        party.path("ram:SpecifiedTaxRegistration/ram:ID", trader.tax_number, schemeID="FC")
    if trader.vat_id:
        party.path("ram:SpecifiedTaxRegistration/ram:ID", trader.vat_id, schemeID="VA")


def _register(party: Branch, register: Register) -> None:
    party.some("ram:Description", register.whole)
    organization = party.add("ram:SpecifiedLegalOrganization")
    scheme = {"schemeID": register.scheme} if register.scheme else {}
    organization.add("ram:ID", register.number, **scheme)


def _contact(branch: Branch, contact: Contact) -> None:
    branch.some("ram:PersonName", contact.name)
    if contact.phone:
        branch.path("ram:TelephoneUniversalCommunication/ram:CompleteNumber", contact.phone)
    if contact.email:
        branch.path("ram:EmailURIUniversalCommunication/ram:URIID", contact.email)


def _delivery(delivery: Branch, terms: InvoiceTerms) -> None:
    if terms.ship_to_country:
        place = delivery.add("ram:ShipToTradeParty").add("ram:PostalTradeAddress")
        place.add("ram:CountryID", terms.ship_to_country)
    if terms.delivered_on:
        event = delivery.add("ram:ActualDeliverySupplyChainEvent")
        _day(event.add("ram:OccurrenceDateTime"), terms.delivered_on)


def _settlement(settlement: Branch, terms: InvoiceTerms) -> None:
    if terms.transfer:
        settlement.add("ram:PaymentReference", terms.transfer.remittance)
    settlement.some("ram:TaxCurrencyCode", terms.vat_currency)
    settlement.add("ram:InvoiceCurrencyCode", terms.currency)
    if terms.transfer:
        _transfer(settlement.add("ram:SpecifiedTradeSettlementPaymentMeans"), terms.transfer)
    for row in terms.vat_rows:
        _row(settlement.add("ram:ApplicableTradeTax"), row)
    _period(settlement, terms.start, terms.end)
    for allowance in terms.allowances:
        _allowance(settlement.add("ram:SpecifiedTradeAllowanceCharge"), allowance)
    if terms.payment_terms or terms.due_on:
        payment = settlement.add("ram:SpecifiedTradePaymentTerms")
        payment.some("ram:Description", terms.payment_terms)
        if terms.due_on:
            _day(payment.add("ram:DueDateDateTime"), terms.due_on)
    _sums(settlement.add("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), terms, terms.sums)
    for preceding in terms.preceding:
        _preceding(settlement.add("ram:InvoiceReferencedDocument"), preceding)


def _transfer(means: Branch, transfer: Transfer) -> None:
    means.add("ram:TypeCode", transfer.means)
    account = means.add("ram:PayeePartyCreditorFinancialAccount")
    account.add("ram:IBANID", transfer.iban)
    account.some("ram:AccountName", transfer.holder)
    if transfer.bic:
        means.path("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", transfer.bic)


def _row(tax: Branch, row: VatRow) -> None:
    tax.add("ram:CalculatedAmount", amount(row.amount))
    tax.add("ram:TypeCode", "VAT")
    tax.some("ram:ExemptionReason", row.exemption)
    tax.add("ram:BasisAmount", amount(row.basis))
    tax.add("ram:CategoryCode", row.vat.code)
    tax.some("ram:ExemptionReasonCode", row.exemption_code)
    _rate(tax, row.vat)


def _allowance(branch: Branch, allowance: Allowance) -> None:
    branch.path("ram:ChargeIndicator/udt:Indicator", "false")
    branch.add("ram:ActualAmount", amount(allowance.amount))
    branch.add("ram:ReasonCode", allowance.reason_code)
    branch.add("ram:Reason", allowance.reason)
    _category(branch.add("ram:CategoryTradeTax"), allowance.vat)


def _category(tax: Branch, vat: VatCategory) -> None:
    tax.add("ram:TypeCode", "VAT")
    tax.add("ram:CategoryCode", vat.code)
    _rate(tax, vat)


def _rate(tax: Branch, vat: VatCategory) -> None:
    if vat.rate is not None:
        tax.add("ram:RateApplicablePercent", plain(vat.rate))


def _sums(branch: Branch, terms: InvoiceTerms, sums: Sums) -> None:
    branch.add("ram:LineTotalAmount", amount(sums.lines))
    if sums.allowances:
        branch.add("ram:AllowanceTotalAmount", amount(sums.allowances))
    branch.add("ram:TaxBasisTotalAmount", amount(sums.net))
    branch.add("ram:TaxTotalAmount", amount(sums.vat), currencyID=terms.currency)
    if terms.vat_in_vat_currency is not None:
        branch.add("ram:TaxTotalAmount", amount(terms.vat_in_vat_currency), currencyID=terms.vat_currency)
    if sums.rounding:
        branch.add("ram:RoundingAmount", amount(sums.rounding))
    branch.add("ram:GrandTotalAmount", amount(sums.gross))
    if sums.prepaid:
        branch.add("ram:TotalPrepaidAmount", amount(sums.prepaid))
    branch.add("ram:DuePayableAmount", amount(sums.due))


def _preceding(branch: Branch, preceding: Preceding) -> None:
    branch.add("ram:IssuerAssignedID", preceding.number)
    if preceding.issued_on:
        stamp = branch.add("ram:FormattedIssueDateTime")
        stamp.add("qdt:DateTimeString", compact(preceding.issued_on), format="102")


def _period(branch: Branch, start: date | None, end: date | None) -> None:
    if start is None and end is None:
        return
    period = branch.add("ram:BillingSpecifiedPeriod")
    if start:
        _day(period.add("ram:StartDateTime"), start)
    if end:
        _day(period.add("ram:EndDateTime"), end)


def _day(branch: Branch, day: date) -> None:
    branch.add("udt:DateTimeString", compact(day), format="102")
