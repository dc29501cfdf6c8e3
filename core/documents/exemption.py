"""Why a document charges no VAT (BT-120): a sentence in its language, from category, code and the seller's country.

Article 226 (11) and (11a) of Directive 2006/112/EC ask for the provision or any other reference, and for the very words
"reverse charge". What a law is called in its own country is not translated.
"""

from __future__ import annotations

from core.documents.words import _
from core.tax import EU_STATES, Tax, TaxCategory

# A small business names the law of its country; elsewhere in the EU it is the directive's own article.
_SMALL_BUSINESS_LAWS = {
    "AT": "§ 6 Abs. 1 Z 27 UStG 1994",
    "BE": "article 56bis CTVA / artikel 56bis WBTW",
    "DE": "§ 19 UStG",
    "FR": "TVA non applicable, art. 293 B du CGI",
    "IT": "art. 1, commi 54-89, L. 190/2014",
    "MC": "TVA non applicable, art. 293 B du CGI",
    "NL": "artikel 25 Wet OB 1968",
    "PL": "art. 113 ustawy o VAT",
    "PT": "IVA - regime de isenção, artigo 53.º CIVA",
}


def exemption(tax: Tax, country: str, language: str, *, small: bool = False, registered: bool = True) -> str:
    """The sentence, empty where VAT is charged. `country` is the seller's; `small`: it is a small business there.

    `registered`: the seller is registered for VAT, so that being outside it has another reason.
    """
    european = country in EU_STATES or country == "MC"
    match tax.category:
        case TaxCategory.STANDARD | TaxCategory.ZERO:
            return ""
        case TaxCategory.EXEMPT:
            return _small(country, language) if small else _("Exempt from VAT.", language)
        case TaxCategory.REVERSE if european:
            return _(
                "Reverse charge: the recipient accounts for the VAT (article 196 of Directive 2006/112/EC).",
                language,
            )
        case TaxCategory.REVERSE:
            return _("Reverse charge: the recipient accounts for the VAT.", language)
        case TaxCategory.INTRA:
            return _("VAT-free intra-Community supply (article 138 of Directive 2006/112/EC).", language)
        case TaxCategory.EXPORT:
            return _export(country, european, language)
        case TaxCategory.OUTSIDE:
            return _outside(tax, registered, language)


def _small(country: str, language: str) -> str:
    law = _SMALL_BUSINESS_LAWS.get(country)
    if law is None and country in EU_STATES:
        return _("No VAT is charged: small business (article 284 of Directive 2006/112/EC).", language)
    if law is None:
        return _("No VAT is charged: small business.", language)
    return _("No VAT is charged: small business ({law}).", language).format(law=law)


def _export(country: str, european: bool, language: str) -> str:
    if european:
        return _("VAT-free export (article 146 of Directive 2006/112/EC).", language)
    if country in ("CH", "LI"):
        return _("VAT-free export (article 23 of the VAT Act).", language)
    if country == "NO":
        return _("Export, zero-rated (sections 6-21 and 6-22 of the VAT Act).", language)
    return _("Export, zero-rated.", language)


def _outside(tax: Tax, registered: bool, language: str) -> str:
    if not registered:
        return _("No VAT is charged: the seller is not registered for VAT.", language)
    if tax.code:
        return _(
            "No VAT is charged: the service is taxed where the recipient is (article 44 of Directive 2006/112/EC).",
            language,
        )
    return _("No VAT is charged: this is outside the scope of VAT.", language)
