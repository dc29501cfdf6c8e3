from decimal import Decimal

import pytest

from core.country import defaults
from core.tax import (
    NO_TAX,
    STANDARD_RATES,
    Tax,
    TaxCategory,
    default_tax,
    must_register,
    named_vat,
    small_business_tax,
    tax_at,
)
from storage.codec import decode


@pytest.mark.parametrize(
    ("country", "rate"),
    [("DE", "19"), ("FI", "25.5"), ("CH", "8.1"), ("GB", "20"), ("MC", "20"), ("IM", "20")],
)
def test_a_registered_business_starts_with_the_standard_rate_of_its_country(country: str, rate: str) -> None:
    assert default_tax(country, registered=True) == Tax(TaxCategory.STANDARD, Decimal(rate))


@pytest.mark.parametrize("country", ["DE", "FR", "CH", "NO"])
def test_a_business_that_must_register_and_did_not_charges_nothing(country: str) -> None:
    assert default_tax(country, registered=False) == NO_TAX


@pytest.mark.parametrize(("registered", "tax"), [(True, Tax(TaxCategory.ZERO, Decimal(0))), (False, NO_TAX)])
def test_where_no_rate_is_known_a_business_starts_without_one(registered: bool, tax: Tax) -> None:
    assert default_tax("US", registered) == tax


def test_only_countries_with_a_known_rate_demand_a_registration() -> None:
    assert [must_register(country) for country in ("SE", "US", "BR")] == [True, False, False]


@pytest.mark.parametrize(("rate", "category"), [("7", "S"), ("0.1", "S"), ("0", "Z")])
def test_a_rate_alone_says_its_category(rate: str, category: str) -> None:
    assert tax_at(Decimal(rate)) == Tax(TaxCategory(category), Decimal(rate))


@pytest.mark.parametrize(("category", "rate"), [("S", "0"), ("Z", "7"), ("O", "19"), ("S", "-3")])
def test_only_the_standard_category_carries_a_rate(category: str, rate: str) -> None:
    with pytest.raises(ValueError, match="only the standard category"):
        Tax(TaxCategory(category), Decimal(rate))


@pytest.mark.parametrize("country", sorted(STANDARD_RATES))
def test_a_standard_rate_belongs_to_a_country_and_is_plausible(country: str) -> None:
    assert defaults(country).currency
    assert Decimal(8) <= Decimal(STANDARD_RATES[country]) <= Decimal(27)


@pytest.mark.parametrize(("category", "rate"), [("S", "19"), ("Z", "0")])
def test_what_is_taxed_has_no_reason_for_being_free(category: str, rate: str) -> None:
    with pytest.raises(ValueError, match="no reason"):
        Tax(TaxCategory(category), Decimal(rate), "VATEX-EU-AE")


@pytest.mark.parametrize(
    ("country", "code"), [("DE", ""), ("FR", "VATEX-FR-FRANCHISE"), ("MC", "VATEX-FR-FRANCHISE")]
)
def test_a_small_business_is_exempt_with_its_country_s_code(country: str, code: str) -> None:
    assert small_business_tax(country) == Tax(TaxCategory.EXEMPT, Decimal(0), code)


@pytest.mark.parametrize(("country", "named"), [("DE", True), ("ZA", True), ("US", False), ("AU", False)])
def test_what_is_charged_on_sales_is_not_called_vat_everywhere(country: str, named: bool) -> None:
    assert named_vat(country) is named


def test_a_tax_stored_before_there_were_codes_still_reads() -> None:
    assert decode(Tax, '{"category":"O","rate":"0"}') == NO_TAX
