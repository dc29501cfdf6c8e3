import pytest

from core.errors import InvalidInput
from handlers.reading.fields import split_fields

NAMES = ("country", "address", "vat-id", "iban", "terms", "email")


def test_the_examples_of_the_interface_are_split() -> None:
    start = split_fields(
        "Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
        "iban DE89370400440532013000; terms 14d",
        NAMES,
        "name",
    )
    client = split_fields(
        "Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE123456788; email books@acme.example",
        NAMES,
        "name",
    )

    assert start == {
        "name": "Studio Löwe",
        "country": "DE",
        "address": "Hauptstr. 1, 10115 Berlin",
        "vat-id": "DE136695976",
        "iban": "DE89370400440532013000",
        "terms": "14d",
    }
    assert client == {
        "name": "Acme GmbH",
        "address": "Ring 2, 20095 Hamburg",
        "country": "DE",
        "vat-id": "DE123456788",
        "email": "books@acme.example",
    }


@pytest.mark.parametrize("typed", ["vat-id X1", "VAT ID X1", "vat_id: X1", "Vat-Id=X1", "vat id =  X1"])
def test_a_name_is_matched_however_it_is_spelled(typed: str) -> None:
    assert split_fields(f"Acme; {typed}", NAMES, "name") == {"name": "Acme", "vat-id": "X1"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", {}),
        (";;", {}),
        ("; country DE", {"country": "DE"}),
        ("name: Acme; country DE", {"name": "Acme", "country": "DE"}),
        ("country: DE; name = Acme", {"country": "DE", "name": "Acme"}),
        ("Country DE", {"name": "Country DE"}),
        ("Acme; address a\nb", {"name": "Acme", "address": "a\nb"}),
        ("Acme; address: x: y = z", {"name": "Acme", "address": "x: y = z"}),
    ],
)
def test_the_first_part_is_the_first_field_unless_it_names_one(typed: str, found: dict[str, str]) -> None:
    assert split_fields(typed, NAMES, "name") == found


def test_a_flag_alone_means_yes_and_an_alias_is_the_name_it_stands_for() -> None:
    found = split_fields(
        "x; incl; reference 7", ("incl", "ref"), "first", flags=("incl",), aliases={"reference": "ref"}
    )

    assert found == {"first": "x", "incl": "yes", "ref": "7"}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ("Acme; colour red", "name", "There is no “colour” here; after a semicolon comes one of: "
         "country, address, vat-id, iban, terms, email."),
        ("Acme; countryside x", "name", "There is no “countryside” here; after a semicolon comes one of: "
         "country, address, vat-id, iban, terms, email."),
        ("Acme; IBAN 1; countrİes x", "name", "There is no “countrİes” here; after a semicolon comes one of: "
         "country, address, vat-id, iban, terms, email."),
        ("Acme; İban x", "name", "There is no “İban” here; after a semicolon comes one of: "
         "country, address, vat-id, iban, terms, email."),
        ("Acme; country DE; Country FR", "country", "“country” is there twice; write it once."),
        ("Acme; name Bob", "name", "“name” is there twice; write it once."),
        ("Acme; vat id", "vat-id", "“vat-id” has no value; write it behind the name."),
        ("Acme; vat id:", "vat-id", "“vat-id” has no value; write it behind the name."),
        ("Ac\u202eme", "name",
         "“Ac\ufffdme” holds a character that cannot be seen (U+202E); type it again without it."),
        ("a" * 20_001, "name", f"“{'a' * 59}…” is 20001 characters long; 20000 is the most that fits."),
    ],
)  # fmt: skip
def test_a_refused_field_says_what_is_wrong(typed: str, field: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        split_fields(typed, NAMES, "name")

    assert (caught.value.field, str(caught.value)) == (field, sentence)
