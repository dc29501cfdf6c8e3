from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.errors import InvalidInput
from core.invoice import Period
from core.party import Address, Business, Client
from core.tax import NO_TAX, Supply, Tax, TaxCategory, default_tax, small_business_tax, untaxed
from core.tax_choice import Choice, Rule, as_meant, check_taxes, choose
from tests.builders.core import VAT_19, ZERO, a_business, a_client, a_draft, a_line

SERVICES, GOODS = Supply
AE = untaxed(TaxCategory.REVERSE, "VATEX-EU-AE")
K = untaxed(TaxCategory.INTRA, "VATEX-EU-IC")
G = untaxed(TaxCategory.EXPORT, "VATEX-EU-G")
O_EU = untaxed(TaxCategory.OUTSIDE, "VATEX-EU-O")
G_ELSEWHERE = untaxed(TaxCategory.EXPORT)


def seller(country: str, vat_id: str = "yes", **changes: Any) -> Business:
    """Registered at home, unless changed."""
    business = a_business(address=Address(country), vat_id=vat_id, default_tax=default_tax(country, True))
    return replace(business, **changes)


def small(country: str, vat_id: str = "") -> Business:
    return seller(country, vat_id, default_tax=small_business_tax(country))


def buyer(country: str, vat_id: str = "yes") -> Client:
    return a_client(address=Address(country), vat_id=vat_id)


def at_home(country: str) -> Tax:
    return default_tax(country, True)


@pytest.mark.parametrize(
    ("business", "client", "supply", "tax", "rule"),
    [
        # Directive 2006/112/EC, articles 44 and 196.
        (seller("DE"), buyer("AT"), SERVICES, AE, Rule.REVERSE),
        (seller("AT"), buyer("DE"), SERVICES, AE, Rule.REVERSE),
        (seller("DE"), buyer("MC"), SERVICES, AE, Rule.REVERSE),
        # Article 138 (1).
        (seller("DE"), buyer("AT"), GOODS, K, Rule.INTRA),
        # Protocol on Northern Ireland, article 8: goods only.
        (seller("DE"), buyer("GB", "XI980780684"), GOODS, K, Rule.INTRA),
        (seller("DE"), buyer("GB", "XI980780684"), SERVICES, O_EU, Rule.ABROAD),
        # Articles 45 and 59c: consumers.
        (seller("DE"), buyer("AT", ""), SERVICES, at_home("DE"), Rule.CONSUMER),
        (seller("DE"), buyer("AT", ""), GOODS, at_home("DE"), Rule.CONSUMER),
        # Article 146 (1).
        (seller("DE"), buyer("US", ""), GOODS, G, Rule.EXPORT),
        (seller("FR"), buyer("GB"), GOODS, G, Rule.EXPORT),
        # Articles 44 and 59: the place of supply is outside.
        (seller("DE"), buyer("US", ""), SERVICES, O_EU, Rule.ABROAD),
        (seller("DE"), buyer("CH", ""), SERVICES, O_EU, Rule.ABROAD),
        # At home, and what counts as home: article 7 (1), Swiss VAT Act article 3 a.
        (seller("DE"), buyer("DE"), SERVICES, at_home("DE"), Rule.HOME),
        (seller("DE"), buyer("DE", ""), GOODS, at_home("DE"), Rule.HOME),
        (seller("FR"), buyer("MC"), SERVICES, at_home("FR"), Rule.HOME),
        (seller("GB"), buyer("IM"), GOODS, at_home("GB"), Rule.HOME),
        (seller("CH"), buyer("LI"), SERVICES, at_home("CH"), Rule.HOME),
        # § 19 UStG, article 293 B CGI; services to businesses in other states are taxed there all the same.
        (small("DE"), buyer("DE"), SERVICES, small_business_tax("DE"), Rule.SMALL_BUSINESS),
        (small("FR"), buyer("FR"), SERVICES, small_business_tax("FR"), Rule.SMALL_BUSINESS),
        (small("DE"), buyer("AT", ""), SERVICES, small_business_tax("DE"), Rule.SMALL_BUSINESS),
        (small("DE", "yes"), buyer("AT"), SERVICES, AE, Rule.REVERSE),
        # Articles 139 (1) and 283 (1).
        (small("DE", "yes"), buyer("AT"), GOODS, small_business_tax("DE"), Rule.SMALL_BUSINESS),
        (small("DE"), buyer("US", ""), GOODS, small_business_tax("DE"), Rule.SMALL_BUSINESS),
        (small("DE"), buyer("US", ""), SERVICES, O_EU, Rule.ABROAD),
        # VAT Act 1994, sections 7A and 30 (6).
        (seller("GB"), buyer("DE"), SERVICES, NO_TAX, Rule.ABROAD),
        (seller("GB"), buyer("US", ""), SERVICES, NO_TAX, Rule.ABROAD),
        (seller("GB"), buyer("DE", ""), SERVICES, at_home("GB"), Rule.CONSUMER),
        (seller("GB"), buyer("DE"), GOODS, G_ELSEWHERE, Rule.EXPORT),
        # Swiss VAT Act, articles 8 (1) and 23 (2).
        (seller("CH"), buyer("DE", ""), SERVICES, NO_TAX, Rule.ABROAD),
        (seller("CH"), buyer("DE", ""), GOODS, G_ELSEWHERE, Rule.EXPORT),
        # Norwegian VAT Act, sections 6-21 and 6-22.
        (seller("NO"), buyer("DE"), SERVICES, G_ELSEWHERE, Rule.EXPORT),
        (seller("NO"), buyer("SE"), GOODS, G_ELSEWHERE, Rule.EXPORT),
        # Where nothing is known and nothing is charged, nothing changes.
        (seller("US"), buyer("DE"), SERVICES, ZERO, Rule.HOME),
    ],
)
def test_the_two_countries_and_what_is_sold_decide(
    business: Business, client: Client, supply: Supply, tax: Tax, rule: Rule
) -> None:
    assert choose(business, client, supply) == Choice(tax, rule)


@pytest.mark.parametrize("country", ["DE", "GB", "US"])
@pytest.mark.parametrize("there", ["DE", "AT", "US"])
def test_whoever_is_not_registered_charges_nothing_anywhere(country: str, there: str) -> None:
    business = seller(country, "", tax_number="", default_tax=NO_TAX)

    assert choose(business, buyer(there)) == Choice(NO_TAX, Rule.UNREGISTERED)


@pytest.mark.parametrize(("supply", "tax"), [(SERVICES, AE), (GOODS, K)])
def test_without_an_own_vat_id_somebody_is_asked(supply: Supply, tax: Tax) -> None:
    found = choose(seller("DE", ""), buyer("AT"), supply)

    assert found == Choice(at_home("DE"), Rule.OWN_ID_MISSING, (tax,))


def test_a_small_business_without_a_vat_id_is_asked_about_its_services() -> None:
    assert choose(small("DE"), buyer("AT")) == Choice(small_business_tax("DE"), Rule.OWN_ID_MISSING, (AE,))


def test_a_sales_tax_is_charged_at_home_and_abroad_somebody_is_asked() -> None:
    business = seller("US", "", tax_number="", default_tax=VAT_19)

    assert choose(business, buyer("US")) == Choice(VAT_19, Rule.HOME)
    assert choose(business, buyer("CA")) == Choice(VAT_19, Rule.UNKNOWN, (NO_TAX,))


def test_what_the_client_is_usually_sold_decides_where_nothing_is_said() -> None:
    client = replace(buyer("AT"), supply=GOODS)

    assert (choose(seller("DE"), client).tax, choose(seller("DE"), client, SERVICES).tax) == (K, AE)


@pytest.mark.parametrize(
    ("business", "category", "tax"),
    [
        (seller("DE"), TaxCategory.REVERSE, AE),
        (seller("GB"), TaxCategory.REVERSE, untaxed(TaxCategory.REVERSE)),
        (seller("FR"), TaxCategory.EXEMPT, untaxed(TaxCategory.EXEMPT)),
        (small("FR"), TaxCategory.EXEMPT, small_business_tax("FR")),
        (seller("DE"), TaxCategory.OUTSIDE, NO_TAX),
    ],
)
def test_a_word_means_the_tax_with_the_seller_s_own_code(
    business: Business, category: TaxCategory, tax: Tax
) -> None:
    assert as_meant(business, category) == tax


PERIOD = Period(date(2026, 3, 2), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("business", "client", "tax", "line", "field", "said"),
    [
        (seller("DE"), buyer("US"), O_EU, VAT_19, "vat", "stands on an invoice of its own"),
        (seller("DE"), buyer("US"), O_EU, NO_TAX, "vat", "stands on an invoice of its own"),
        (seller("DE"), buyer("AT", ""), AE, AE, "vat", "Reverse charge needs the client's VAT id"),
        (seller("DE"), buyer("US"), K, K, "vat", "is in US"),
        (seller("GB"), buyer("AT"), K, K, "vat", "from one member state to another"),
        (seller("DE"), buyer("DE"), K, K, "vat", "from one member state to another"),
        (seller("DE"), buyer("AT", ""), K, K, "vat", "needs the client's VAT id"),
        (seller("DE", ""), buyer("AT"), K, K, "vat", "needs your own VAT id"),
        (seller("DE"), buyer("AT"), K, K, "delivered", "when the goods were delivered"),
    ],
)
def test_what_no_invoice_may_say_is_refused(
    business: Business, client: Client, tax: Tax, line: Tax, field: str, said: str
) -> None:
    draft = a_draft(client.id, tax=tax, lines=(a_line(), a_line(tax=line)))

    with pytest.raises(InvalidInput, match=said) as refused:
        check_taxes(business, client, draft)

    assert refused.value.field == field
    examples = {"delivered": "2026-11-30", "stands on an invoice of its own": "vat 0"}
    assert refused.value.example == examples.get(field, examples.get(said, "19%"))
    assert "{" not in str(refused.value)
    assert "None" not in str(refused.value)


@pytest.mark.parametrize(
    ("tax", "line"), [(AE, AE), (K, K), (AE, VAT_19), (VAT_19, ZERO), (O_EU, O_EU), (K, VAT_19)]
)
def test_what_may_stand_on_one_invoice_passes(tax: Tax, line: Tax) -> None:
    draft = a_draft(buyer("AT").id, tax=tax, lines=(a_line(), a_line(tax=line)), period=PERIOD)

    check_taxes(seller("DE"), buyer("AT"), draft)


def test_goods_for_northern_ireland_are_supplied_within_the_eu() -> None:
    draft = a_draft(buyer("GB").id, tax=K, lines=(a_line(),), period=PERIOD)

    check_taxes(seller("DE"), buyer("GB", "XI980780684"), draft)
    with pytest.raises(InvalidInput, match="from one member state to another"):
        check_taxes(seller("DE"), buyer("GB"), draft)
