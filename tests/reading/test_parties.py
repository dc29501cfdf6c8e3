import pytest

from core.errors import InvalidInput
from core.party import Address
from handlers.reading.parties import (
    read_address,
    read_colour,
    read_contact_line,
    read_country,
    read_currency,
    read_language,
    read_zone,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Hauptstr. 1, 10115 Berlin", Address("DE", "Hauptstr. 1", "", "10115", "Berlin")),
        ("Hauptstr. 1\n10115 Berlin", Address("DE", "Hauptstr. 1", "", "10115", "Berlin")),
        ("Hauptstr. 1 10115 Berlin", Address("DE", "Hauptstr. 1", "", "10115", "Berlin")),
        ("Hauptstr. 1,10115 Berlin", Address("DE", "Hauptstr. 1", "", "10115", "Berlin")),
        ("Hauptstr. 1, Hof 2, 10115 Berlin, DE", Address("DE", "Hauptstr. 1", "Hof 2", "10115", "Berlin")),
        ("Hauptstr. 1, D-10115 Berlin", Address("DE", "Hauptstr. 1", "", "D-10115", "Berlin")),
        ("Rue 1, 1204 Genève, Suisse", Address("CH", "Rue 1", "", "1204", "Genève")),
        ("Gracht 1, 1012 AB Amsterdam", Address("NL", "Gracht 1", "", "1012 AB", "Amsterdam")),
        ("ul. Prosta 1, 00-001 Warszawa", Address("PL", "ul. Prosta 1", "", "00-001", "Warszawa")),
        ("Storgatan 1, 111 22 Stockholm", Address("SE", "Storgatan 1", "", "111 22", "Stockholm")),
        ("10 Downing St, London SW1A 2AA", Address("GB", "10 Downing St", "", "", "London SW1A 2AA")),
        (
            "1 Main St, Springfield, IL 62701, USA",
            Address("US", "1 Main St", "", "", "Springfield, IL 62701"),
        ),
        ("1 Main St, Wilmington, DE", Address("US", "1 Main St", "", "", "Wilmington, DE")),
        ("1 King St, Ottawa, ON K1A 0B1", Address("CA", "1 King St", "", "", "Ottawa, ON K1A 0B1")),
        ("a, b, c, d, e", Address("JP", "a", "b, c, d", "", "e")),
        ("somewhere", Address("DE", "somewhere")),
        ("10115 Berlin", Address("DE", "", "", "10115", "Berlin")),
    ],
)
def test_an_address_is_taken_apart_as_its_country_writes_it(typed: str, address: Address) -> None:
    assert read_address(typed, address.country) == address


@pytest.mark.parametrize(
    "typed", ["Berlin, Hauptstr. 1", "c/o Fred, Hof 3, Hauptstr. 1 b, Berlin Mitte", "1 2 3, 4"]
)
def test_an_address_of_an_unknown_shape_prints_all_that_was_typed(typed: str) -> None:
    assert ", ".join(read_address(typed, "DE").lines()) == typed


def test_an_address_needs_some_words() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_address(" , ", "DE")

    assert (caught.value.field, str(caught.value)) == ("address", "“,” is not an address.")
    assert caught.value.example == "Hauptstr. 1, 10115 Berlin"


@pytest.mark.parametrize(
    ("typed", "contact"),
    [
        ("Acme", {"name": "Acme"}),
        ("Acme GmbH, Hauptstr. 1, 10115 Berlin, DE",
         {"name": "Acme GmbH", "address": "Hauptstr. 1, 10115 Berlin", "country": "DE"}),
        ("Acme GmbH, Germany", {"name": "Acme GmbH", "country": "DE"}),
        ("Acme, Inc., 1 Main St, Springfield, IL 62701, USA",
         {"name": "Acme, Inc.", "address": "1 Main St, Springfield, IL 62701", "country": "US"}),
        ("Acme, 1 Main St, Springfield, IL", {"name": "Acme", "address": "1 Main St, Springfield, IL"}),
        ("Acme, Ring 2\n20095 Hamburg\nDeutschland\nUSt-ID: DE 136695976\nbooks@acme.example",
         {"name": "Acme", "address": "Ring 2, 20095 Hamburg", "country": "DE", "vat-id": "DE136695976",
          "email": "books@acme.example"}),
        ("Hellas SA, EL094259216, Ελλάδα", {"name": "Hellas SA", "vat-id": "EL094259216", "country": "GR"}),
        ("Alpen AG, CHE-107.787.577 MWST", {"name": "Alpen AG", "vat-id": "CHE107787577MWST"}),
        ("Foo, Ring 2, 20095 HAMBURG", {"name": "Foo", "address": "Ring 2, 20095 HAMBURG"}),
    ],
)  # fmt: skip
def test_a_contact_line_is_taken_apart(typed: str, contact: dict[str, str]) -> None:
    assert read_contact_line(typed) == contact


def test_a_contact_line_needs_a_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_contact_line(", ,")

    assert (caught.value.field, str(caught.value)) == ("client", "Nothing was written here.")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("europe/BERLIN", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_key_or_its_city(typed: str, zone: str) -> None:
    assert read_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-CH", "de_CH"),
        ("en-XX", "en"),
        ("German", "de"),
        ("français", "fr"),
        ("中文", "zh"),
    ],
)
def test_a_language_is_found_by_its_code_or_its_name(typed: str, language: str) -> None:
    assert read_language(typed) == language


def test_small_answers_are_stored_in_their_usual_spelling() -> None:
    assert (read_country("Österreich"), read_currency("chf"), read_colour("#1F4E79")) == (
        "AT",
        "CHF",
        "#1f4e79",
    )


@pytest.mark.parametrize(
    ("reader", "typed", "field", "sentence", "example"),
    [
        (read_country, "Atlantis", "country",
         "“Atlantis” is not a country I know; write its name or its two letters.", "DE"),
        (read_zone, "Mars", "zone", "“Mars” is not a time zone I know; write a large city near you.", "Europe/Berlin"),
        (read_language, "tlh", "language",
         "“tlh” is not a language I know; write its name or its two letters.", "de"),
        (read_currency, "€", "currency", "“€” is not the code of a currency; write its three letters.", "EUR"),
        (read_currency, "XAU", "currency", "“XAU” is not the code of a currency; write its three letters.", "EUR"),
        (read_colour, "red", "colour", "“red” is not a colour: write # and six digits from 0 to f.", "#1f4e79"),
        (read_colour, "#fff", "colour", "“#fff” is not a colour: write # and six digits from 0 to f.", "#1f4e79"),
        (read_colour, "#１f4e79", "colour",
         "“#１f4e79” is not a colour: write # and six digits from 0 to f.", "#1f4e79"),
    ],
)  # fmt: skip
def test_a_refused_answer_says_what_is_wrong(
    reader: object, typed: str, field: str, sentence: str, example: str
) -> None:
    assert callable(reader)
    with pytest.raises(InvalidInput) as caught:
        reader(typed)

    assert (caught.value.field, str(caught.value), caught.value.example) == (field, sentence, example)
