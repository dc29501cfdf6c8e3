from decimal import Decimal

import pytest

from core.documents.exemption import exemption
from core.documents.typeface import without_glyph
from core.tax import NO_TAX, STANDARD_RATES, Tax, TaxCategory, tax_at, untaxed

FREE = tuple(category for category in TaxCategory if not category.taxed)


@pytest.mark.parametrize(
    ("tax", "country", "said"),
    [
        (
            untaxed(TaxCategory.REVERSE),
            "DE",
            "Reverse charge: the recipient accounts for the VAT (article 196",
        ),
        (untaxed(TaxCategory.REVERSE), "GB", "Reverse charge: the recipient accounts for the VAT."),
        (untaxed(TaxCategory.INTRA), "AT", "VAT-free intra-Community supply (article 138"),
        (untaxed(TaxCategory.EXPORT), "FR", "VAT-free export (article 146"),
        (untaxed(TaxCategory.EXPORT), "CH", "VAT-free export (article 23 of the VAT Act)."),
        (untaxed(TaxCategory.EXPORT), "NO", "Export, zero-rated (sections 6-21"),
        (untaxed(TaxCategory.EXPORT), "GB", "Export, zero-rated."),
        (untaxed(TaxCategory.EXEMPT), "DE", "Exempt from VAT."),
        (untaxed(TaxCategory.OUTSIDE, "VATEX-EU-O"), "DE", "No VAT is charged: the service is taxed where"),
        (NO_TAX, "DE", "No VAT is charged: this is outside the scope of VAT."),
    ],
)
def test_a_document_says_in_one_sentence_why_there_is_no_vat(tax: Tax, country: str, said: str) -> None:
    assert exemption(tax, country, "en").startswith(said)


@pytest.mark.parametrize(
    ("country", "law"),
    [("DE", "§ 19 UStG"), ("FR", "art. 293 B du CGI"), ("SI", "article 284"), ("GB", "small business.")],
)
def test_a_small_business_names_its_own_law(country: str, law: str) -> None:
    assert law in exemption(untaxed(TaxCategory.EXEMPT), country, "en", small=True)


def test_whoever_is_not_registered_says_so() -> None:
    said = exemption(NO_TAX, "DE", "en", registered=False)

    assert said == "No VAT is charged: the seller is not registered for VAT."


@pytest.mark.parametrize("rate", ["0", "19"])
def test_where_vat_is_charged_there_is_nothing_to_explain(rate: str) -> None:
    assert exemption(tax_at(Decimal(rate)), "DE", "en") == ""


@pytest.mark.parametrize("country", [*STANDARD_RATES, "MC", "US"])
@pytest.mark.parametrize("category", FREE)
def test_every_reason_can_be_printed(category: TaxCategory, country: str) -> None:
    for small in (True, False):
        said = exemption(untaxed(category), country, "en", small=small)

        assert said
        assert not without_glyph(said)
