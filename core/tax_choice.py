"""Which VAT a seller charges a client when nobody says so: by both countries, their VAT ids, and what is sold.

Pure, and a default only: what a person types goes before it. It knows the EU, the United Kingdom, Switzerland with
Liechtenstein, and Norway; not the territories with rules of their own (Canaries, Åland …) and no triangular supplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from core.errors import N_, InvalidInput
from core.invoice import Draft
from core.party import Business, Client
from core.tax import EU_STATES, NO_TAX, Supply, Tax, TaxCategory, small_business_tax, untaxed

# For VAT, these are treated as the other: Directive 2006/112/EC, article 7 (1); the Swiss VAT Act, article 3 a.
_COUNTED_TO = {"MC": "FR", "IM": "GB", "LI": "CH"}
_RULES_KNOWN = frozenset(("GB", "CH", "NO"))
_CODES = {
    TaxCategory.REVERSE: "VATEX-EU-AE",
    TaxCategory.INTRA: "VATEX-EU-IC",
    TaxCategory.EXPORT: "VATEX-EU-G",
}


class Rule(Enum):
    """Why it is charged like that."""

    HOME = auto()
    """The seller's usual rate."""
    UNREGISTERED = auto()
    SMALL_BUSINESS = auto()
    REVERSE = auto()
    INTRA = auto()
    EXPORT = auto()
    ABROAD = auto()
    """A service that is taxed where the client is."""
    CONSUMER = auto()
    """A client in the EU without a VAT id pays like one at home."""
    OWN_ID_MISSING = auto()
    """Nothing is charged to businesses in the EU only by sellers with a VAT id."""
    UNKNOWN = auto()
    """No rule of the seller's country is known here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is charged, and why. `instead` is what else it may be where the facts do not say: then somebody is asked."""

    tax: Tax
    rule: Rule
    instead: tuple[Tax, ...] = ()


def choose(seller: Business, buyer: Client, supply: Supply | None = None) -> Choice:
    """The VAT of one supply; `supply` None: what the client is usually sold."""
    supply = supply or buyer.supply
    usual = seller.default_tax
    here, there = _land(seller.address.country), _land(buyer.address.country)
    if usual.category is TaxCategory.OUTSIDE and not seller.registered:
        return Choice(usual, Rule.UNREGISTERED)
    if here == there or usual.category is TaxCategory.OUTSIDE:
        return _home(seller)
    if here in EU_STATES and (there in EU_STATES or _northern(buyer, supply)):
        return _within_the_eu(seller, buyer, supply)
    if here in EU_STATES:
        return _out_of_the_eu(seller, supply)
    if here in _RULES_KNOWN and not _small(seller):
        return _from_outside(seller, buyer, supply, here, there)
    # Sales tax is not charged on what leaves the country in most places, but nobody here knows in which.
    return Choice(usual, Rule.UNKNOWN, (NO_TAX,)) if usual.rate else _home(seller)


def as_meant(seller: Business, category: TaxCategory) -> Tax:
    """The tax of a category that was named by a word, with the seller's code for it."""
    if category is TaxCategory.EXEMPT:
        return small_business_tax(seller.address.country) if _small(seller) else untaxed(category)
    european = _land(seller.address.country) in EU_STATES
    return untaxed(category, _CODES.get(category, "") if european else "")


def _land(country: str) -> str:
    return _COUNTED_TO.get(country, country)


def _northern(buyer: Client, supply: Supply) -> bool:
    """For goods it is in the EU (Withdrawal Agreement, Protocol on Northern Ireland, article 8); its ids begin so."""
    return supply is Supply.GOODS and buyer.vat_id.startswith("XI")


def _small(seller: Business) -> bool:
    return seller.default_tax.category is TaxCategory.EXEMPT


def _home(seller: Business) -> Choice:
    return Choice(seller.default_tax, Rule.SMALL_BUSINESS if _small(seller) else Rule.HOME)


def _within_the_eu(seller: Business, buyer: Client, supply: Supply) -> Choice:
    """Directive 2006/112/EC: articles 44 and 196 for services to businesses, 138 for goods to them, and 45 for services
    to consumers; goods to consumers stay at home up to the threshold of article 59c.
    """
    if supply is Supply.GOODS and _small(seller):
        # Article 139 (1): small businesses make no intra-Community supplies; theirs are exempt like those at home.
        return _home(seller)
    if not buyer.vat_id:
        return _home(seller) if _small(seller) else Choice(seller.default_tax, Rule.CONSUMER)
    category, rule = TaxCategory.REVERSE, Rule.REVERSE
    if supply is Supply.GOODS:
        category, rule = TaxCategory.INTRA, Rule.INTRA
    tax = as_meant(seller, category)
    if not seller.vat_id:
        # Articles 214 (1) (e) and 226 (3): whoever sells services to other states needs an id, and so for goods.
        return Choice(seller.default_tax, Rule.OWN_ID_MISSING, (tax,))
    return Choice(tax, rule)


def _out_of_the_eu(seller: Business, supply: Supply) -> Choice:
    """Directive 2006/112/EC, article 146 (1) for goods; 44 and 59 for services, which are then outside its scope."""
    if supply is Supply.SERVICES:
        return Choice(untaxed(TaxCategory.OUTSIDE, "VATEX-EU-O"), Rule.ABROAD)
    if _small(seller):
        return _home(seller)
    return Choice(as_meant(seller, TaxCategory.EXPORT), Rule.EXPORT)


def _from_outside(seller: Business, buyer: Client, supply: Supply, here: str, there: str) -> Choice:
    """GB: VAT Act 1994, sections 7A (services) and 30 (6) (exports). CH: VAT Act, articles 8 (1) and 23 (2).
    NO: VAT Act, sections 6-21 (goods) and 6-22 (services), both zero-rated and not outside.
    """
    if supply is Supply.GOODS or here == "NO":
        return Choice(as_meant(seller, TaxCategory.EXPORT), Rule.EXPORT)
    if here == "GB" and there in EU_STATES and not buyer.vat_id:
        return Choice(seller.default_tax, Rule.CONSUMER)
    return Choice(NO_TAX, Rule.ABROAD)


def check_taxes(seller: Business, buyer: Client, draft: Draft) -> None:
    """Raise InvalidInput for what EN 16931 and the law let no invoice say, whoever typed it."""
    taxes = {line.tax or draft.tax for line in draft.lines}
    categories = {tax.category for tax in taxes}
    if TaxCategory.OUTSIDE in categories and len(taxes) > 1:
        # BR-O-11 to BR-O-14.
        raise InvalidInput(
            "vat",
            N_("What is outside VAT stands on an invoice of its own; here other lines have a rate."),
            "vat 0",
        )
    if TaxCategory.REVERSE in categories:
        _check_reverse(buyer)
    if TaxCategory.INTRA in categories:
        _check_intra(seller, buyer, draft)


def _check_reverse(buyer: Client) -> None:
    # BR-AE-02 to BR-AE-04; article 226 (4).
    if not buyer.vat_id:
        raise InvalidInput(
            "vat", N_("Reverse charge needs the client's VAT id. Add it first: /client edit {name}; vat-id …"), "19%",
            name=buyer.name,
        )  # fmt: skip


def _check_intra(seller: Business, buyer: Client, draft: Draft) -> None:
    # BR-IC-02 to BR-IC-04, 11 and 12; articles 138 (1) and 226 (3), (4) and (7).
    here, there = _land(seller.address.country), _land(buyer.address.country)
    fits = here != there and here in EU_STATES and (there in EU_STATES or _northern(buyer, Supply.GOODS))
    if not fits:
        raise InvalidInput(
            "vat", N_("A VAT-free supply within the EU goes from one member state to another; {name} is in {country}."),
            "19%", name=buyer.name, country=buyer.address.country,
        )  # fmt: skip
    if not buyer.vat_id:
        raise InvalidInput(
            "vat", N_("A VAT-free supply within the EU needs the client's VAT id. Add it first: "
                      "/client edit {name}; vat-id …"), "19%", name=buyer.name,
        )  # fmt: skip
    if not seller.vat_id:
        raise InvalidInput(
            "vat",
            N_("A VAT-free supply within the EU needs your own VAT id. Add it first: /settings vat-id …"),
            "19%",
        )
    if draft.period is None and draft.delivered_on is None:
        raise InvalidInput(
            "delivered", N_("A VAT-free supply within the EU says when the goods were delivered: a day or a period."),
            "2026-11-30",
        )  # fmt: skip
