from zoneinfo import ZoneInfo

import pytest

from core.country import CountryDefaults, country_code, country_name, defaults
from core.money import CURRENCIES


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"),
        ("at", "AT"),
        (" uk ", "GB"),
        ("EL", "GR"),
        ("Deutschland", "DE"),
        ("germany", "DE"),
        ("Allemagne", "DE"),
        ("ALEMANIA", "DE"),
        ("österreich", "AT"),
        ("Osterreich", "AT"),
        ("The Netherlands", "NL"),
        ("Nederland", "NL"),
        ("U.S.A.", "US"),
        ("Trinidad and Tobago", "TT"),
        ("Cote d\u2019Ivoire", "CI"),
        ("Россия", "RU"),
        ("Ελλάδα", "GR"),
        ("日本", "JP"),
        ("Česko", "CZ"),
        ("XK", "XK"),
        ("", None),
        ("XX", None),
        ("EU", None),
        ("Berlin", None),
        ("x" * 200_000, None),
        ("D\u0415", None),
    ],
)
def test_a_country_is_found_by_what_people_call_it(typed: str, code: str | None) -> None:
    assert country_code(typed) == code


def test_a_country_has_a_name_in_the_readers_language_or_in_english() -> None:
    assert country_name("DE") == "Germany"
    assert country_name("DE", "fr") == "Allemagne"
    assert country_name("AT", "de_CH") == "Österreich"
    assert country_name("AT", "xx") == "Austria"
    assert country_name("??", "de") == "??"


@pytest.mark.parametrize(
    ("code", "currency", "language", "zone"),
    [
        ("DE", "EUR", "de", "Europe/Berlin"),
        ("US", "USD", "en", "America/New_York"),
        ("GB", "GBP", "en", "Europe/London"),
        ("CH", "CHF", "de", "Europe/Zurich"),
        ("AU", "AUD", "en", "Australia/Sydney"),
        ("BR", "BRL", "pt", "America/Sao_Paulo"),
        ("CA", "CAD", "en", "America/Toronto"),
        ("RU", "RUB", "ru", "Europe/Moscow"),
        ("BG", "EUR", "bg", "Europe/Sofia"),
        ("HR", "EUR", "hr", "Europe/Zagreb"),
        ("IN", "INR", "en", "Asia/Kolkata"),
        ("XK", "EUR", "sq", "Europe/Belgrade"),
        ("AQ", "USD", "en", "Antarctica/McMurdo"),
        ("NO", "NOK", "nb", "Europe/Oslo"),
    ],
)
def test_a_new_business_starts_with_what_its_country_uses(
    code: str, currency: str, language: str, zone: str
) -> None:
    found = defaults(code)

    assert (found.currency, found.language, found.zone) == (currency, language, zone)
    assert found.zones[0] == zone


def test_zones_that_show_the_same_time_are_asked_for_once() -> None:
    assert defaults("DE") == CountryDefaults("EUR", "de", "Europe/Berlin", ("Europe/Berlin",))
    assert defaults("ES").zones == ("Europe/Madrid", "Atlantic/Canary")
    assert defaults("AR").zones == ("America/Argentina/Buenos_Aires",)
    assert len(defaults("US").zones) == 8


def test_every_country_has_a_currency_we_bill_in_and_a_zone_that_exists() -> None:
    codes = [a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    countries = {code for code in codes if country_code(code) == code}

    found = [defaults(code) for code in countries]

    assert len(countries) == 250
    assert {country.currency for country in found} <= CURRENCIES
    assert all(ZoneInfo(zone).key == zone for country in found for zone in country.zones)


def test_what_is_no_country_has_no_defaults() -> None:
    with pytest.raises(KeyError):
        defaults("XX")
