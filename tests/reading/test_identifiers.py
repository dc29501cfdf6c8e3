import pytest

from core.errors import InvalidInput
from handlers.reading.identifiers import EXAMPLES, read_bic, read_email, read_iban, read_vat_id


@pytest.mark.parametrize(("country", "example"), EXAMPLES.items())
def test_the_example_of_every_country_is_a_valid_id_as_we_store_it(country: str, example: str) -> None:
    assert read_vat_id(example, country) == example
    assert read_vat_id(f" {example[:2].lower()} {example[2:5]}.{example[5:]} ", country) == example


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("136695976", "DE", "DE136695976"),
        ("U13585627", "AT", "ATU13585627"),
        ("GR094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("XI980780684", "GB", "XI980780684"),
        ("CHE-107.787.577", "CH", "CHE107787577MWST"),
        ("CHE-107.787.577 TVA", "CH", "CHE107787577TVA"),
        ("995 525 828", "NO", "NO995525828MVA"),
        ("53 0000 04605", "MC", "FR53000004605"),
        ("83 914 571 673", "AU", "83914571673"),
        ("T5-8356-7825-6246", "JP", "T5835678256246"),
        ("27AAPFU0939F1ZV", "IN", "27AAPFU0939F1ZV"),
        ("12-3456789", "US", "123456789"),
        ("LI 12345", "LI", "LI12345"),
    ],
)
def test_an_id_is_stored_with_its_prefix_and_without_separators(
    typed: str, country: str, stored: str
) -> None:
    assert read_vat_id(typed, country) == stored


@pytest.mark.parametrize("typed", [
    "", "-", "–", "none", "No", "n/a", "not registered", "Not VAT registered", "keine", "aucun", "Kleinunternehmer",
])  # fmt: skip
def test_words_for_not_registered_store_nothing(typed: str) -> None:
    assert read_vat_id(typed, "DE") == ""


@pytest.mark.parametrize(
    ("typed", "country", "sentence"),
    [
        ("DE136695977", "DE", "“DE136695977” has the form of a VAT id, but its check digits are wrong."),
        ("CHE-107.787.578", "CH", "“CHE-107.787.578” has the form of a VAT id, but its check digits are wrong."),
        ("FR23334175221", "DE", "“FR23334175221” begins with FR, but a VAT id of this country begins with DE."),
        ("EL094259216", "IT", "“EL094259216” begins with EL, but a VAT id of this country begins with IT."),
        ("DE136695976", "GR", "“DE136695976” begins with DE, but a VAT id of this country begins with EL."),
        ("DE123", "DE",
         "“DE123” has not the form of a VAT id of this country (DE); write none if there is none."),
        ("DE１３６６９５９７６", "DE",
         "“DE１３６６９５９７６” has not the form of a VAT id of this country (DE); write none if there is none."),
        ("yes", "US", "“yes” has not the form of a VAT id of this country (US); write none if there is none."),
        ("{country}", "DE",
         "“{country}” has not the form of a VAT id of this country (DE); write none if there is none."),
    ],
)  # fmt: skip
def test_a_refused_vat_id_says_whether_form_prefix_or_check_digits_are_wrong(
    typed: str, country: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_vat_id(typed, country)

    assert (caught.value.field, str(caught.value)) == ("vat-id", sentence)
    assert caught.value.example == EXAMPLES.get(country, "")


def test_an_iban_is_stored_in_capitals_without_blanks() -> None:
    assert read_iban("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert read_iban("IBAN: GB33 BUKB 2020 1555 5555 55") == "GB33BUKB20201555555555"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "DE89370400440532013001",
            "“DE89370400440532013001” has the form of an IBAN, but its check digits are wrong.",
        ),
        ("DE8937040044", "“DE8937040044” has not the form of an IBAN."),
        ("12345", "“12345” has not the form of an IBAN."),
        ("ＤＥ89370400440532013000", "“ＤＥ89370400440532013000” has not the form of an IBAN."),
        ("", "Nothing was written here."),
    ],
)
def test_a_refused_iban_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_iban(typed)

    assert (caught.value.field, str(caught.value), caught.value.example) == (
        "iban",
        sentence,
        "DE89370400440532013000",
    )


def test_a_bic_has_eight_or_eleven_characters() -> None:
    assert [read_bic(typed) for typed in ("cobadeff", "COBA DE FF XXX")] == ["COBADEFF", "COBADEFFXXX"]
    for typed in ("COBA", "COBADEFF1", "COBADÉFF"):
        with pytest.raises(InvalidInput) as caught:
            read_bic(typed)
        assert str(caught.value) == f"“{typed}” is not a BIC."


def test_an_email_address_keeps_its_name_and_lowers_its_domain() -> None:
    assert read_email(" Anna.B+inv@Acme.Example ") == "Anna.B+inv@acme.example"
    assert read_email("x@a-b.c0.museum") == "x@a-b.c0.museum"


@pytest.mark.parametrize("typed", [
    "a@b", "@b.de", "a@", "a b@c.de", "a@@b.de", "<a@b.de>", ".a@b.de", "a.@b.de", "a..b@c.de", "a@b..de", "a@-b.de",
    "a@b-.de", "a@1.2.3.4", "a@b.c", "ü@b.de", "a@bü.de", "a@b.de,c@d.de", "a@b.de>", "x" * 65 + "@b.de",
])  # fmt: skip
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_email(typed)

    assert caught.value.message == "“{value}” is not an e-mail address."
    assert caught.value.example == "books@acme.example"


def test_an_email_address_cannot_carry_a_mail_header() -> None:
    for typed in ("a@b.de\r\nBcc: eve@c.de", "a@b.de\nBcc: eve@c.de", "a@b.de\0", "a@b.de\x0bx"):
        with pytest.raises(InvalidInput):
            read_email(typed)
