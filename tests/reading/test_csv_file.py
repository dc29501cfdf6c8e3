"""CSV files of other programs: any delimiter and encoding, every column name, and nothing that is no table."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.party import Address
from handlers.reading.client_rows import read_clients
from handlers.reading.csv_file import read_csv

PLAIN = "Name,Email,Country\nBär & Söhne,a@baer.example,DE\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        ("\ufeff" + PLAIN).encode(),
        ("\ufeff" + PLAIN).encode("utf-16-le"),
        ("\ufeff" + PLAIN).encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode(),
        '"Name","Email","Country"\n"Bär & Söhne","a@baer.example","DE"'.encode(),
        ("\n\n" + PLAIN + "\n,,\n").encode(),
    ],
)
def test_a_table_is_read_however_it_was_saved(content: bytes) -> None:
    file = read_csv(content)

    assert file.header == ("Name", "Email", "Country")
    assert [cells for _number, cells in file.rows] == [("Bär & Söhne", "a@baer.example", "DE")]


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    file = read_csv(b'Name,Address\n"A","1\n2"\n\nB,3\n')

    assert [(number, cells[0]) for number, cells in file.rows] == [(2, "A"), (4, "B")]


def test_the_apostrophe_before_a_formula_is_taken_off_again_and_no_other_one() -> None:
    file = read_csv(b"Name,Email\n'=1+1,x\n'til,x\n=1+1,x\n")

    assert [cells[0] for _number, cells in file.rows] == ["=1+1", "'til", "=1+1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"Name\nAcme\n", "is no table"),
        (b"%PDF-1.7\x00\x01", "This is no CSV file"),
        (b"PK\x03\x04zip", "This is no CSV file"),
        (b"Name,Email\nA\x00B,x\n", "This is no CSV file"),
        (b"\xff\xfeN", "This is no CSV file"),
        (b"Name,Email\n\x81\x8d,x\n", "This is no CSV file"),
        (b"Name,Email\n" + b"x" * 10_001 + b",y\n", "Row 2 has a cell that is too long"),
        (b'Name,Email\n"' + b"x" * 200_000, "is no CSV|too long"),
        (b"Name,Email\n" + b"a,b\n" * 5_001, "more than 5,000 rows"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"x" * 10_000_000, "larger than 1 MB"),
    ],
)
def test_what_is_no_table_or_too_much_is_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_csv(content)


@pytest.mark.parametrize(
    "header",
    [
        "Name,Email,Address,Address 2,Postcode,City,Country,VAT id",  # our own
        "Client Name,Client Email,Client Street,Client Apt/Suite,Client Postal Code,Client City,Client Country,"
        "Client VAT Number",  # Invoice Ninja 5
        "Name,Contact Email,Street,Apt/Suite,Postal Code,City,Country,VAT Number",  # its reports
        "name,email,address_street_1,address_street_2,zip,city,country,vat_id",  # Crater, InvoiceShelf
        "Kunde,E-Mail,Straße,Adresszusatz,PLZ,Ort,Land,USt-IdNr.",
        "Société,Courriel,Adresse,Adresse 2,Code postal,Ville,Pays,N° TVA",
        "Razón social,Correo electrónico,Dirección,Dirección 2,Código postal,Ciudad,País,NIF",
        "COMPANY,E-MAIL ADDRESS,Address Line 1,Address Line 2,ZIP Code,Town,country_code,Vat No.",
    ],
)
def test_columns_are_known_by_the_names_that_programs_and_languages_give_them(header: str) -> None:
    row = "Acme SARL,a@acme.example,1 rue X,Bât. 2,75001,Paris,France,FR23334175221"

    sheet = read_clients(read_csv(f"{header}\n{row}\n".encode()), "DE")

    assert (sheet.faults, sheet.left_out) == ((), ())
    client = sheet.clients[0]
    assert (client.row, client.name, client.email, client.vat_id) == (
        2,
        "Acme SARL",
        "a@acme.example",
        "FR23334175221",
    )
    assert client.address == Address("FR", "1 rue X", "Bât. 2", "75001", "Paris")


def test_a_client_without_a_country_is_at_home_and_other_columns_are_named() -> None:
    sheet = read_clients(read_csv(b"Name,Balance,Name\nAcme,7,Again\n"), "AT")

    assert sheet.clients[0].address == Address("AT")
    assert sheet.left_out == ("Balance", "Name")


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (",a@b.example,DE,", "name", "Nothing was written here"),
        ("Acme,nobody,DE,", "email", "is not an e-mail address"),
        ("Acme,,Lummerland,", "country", "is not a country I know"),
        ("Acme,,DE,DE123", "vat-id", "has not the form of a VAT id"),
        ("Acme,,DE,,more", "row", "more cells than there are columns"),
        ("Ac\u202eme,,DE,", "name", "a character that cannot be seen"),
        ("x" * 201 + ",,DE,", "name", "is the most that fits"),
    ],
)
def test_a_wrong_row_is_told_by_its_number_and_its_column(row: str, field: str, said: str) -> None:
    file = read_csv(f"Name,Email,Country,VAT id\nGood,,,\n{row}\n".encode())

    sheet = read_clients(file, "DE")

    assert [(fault.row, fault.error.field) for fault in sheet.faults] == [(3, field)]
    assert said in str(sheet.faults[0].error)
    assert [client.name for client in sheet.clients] == ["Good"]


def test_a_file_without_names_says_which_columns_it_has() -> None:
    with pytest.raises(InvalidInput, match="There are: Foo, Bar"):
        read_clients(read_csv(b"Foo,Bar\n1,2\n"), "DE")
