"""CSV files of other programs: any delimiter and encoding, every column name, and nothing that is no table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.errors import InvalidInput
from core.importing import Sheet
from core.locale import NumberStyle
from core.money import Money
from core.party import Address
from core.terms import Terms
from handlers.reading.client_rows import read_clients
from handlers.reading.csv_file import read_csv
from handlers.reading.invoice_rows import Habits, is_of_invoices, read_invoices

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
        (b"Name,Email\n,\n", "no rows below"),
        (b"%PDF-1.7\x00\x01", "This is no CSV file"),
        (b"PK\x03\x04zip", "This is no CSV file"),
        (b"Name,Email\nA\x00B,x\n", "This is no CSV file"),
        (b"\xff\xfeN", "This is no CSV file"),
        (b"Name,Email\n\x81\x8d,x\n", "This is no CSV file"),
        (b"Name,Email\n" + b"x" * 10_001 + b",y\n", "Row 2 has a cell that is too long"),
        (b'Name,Email\n"' + b"x" * 200_000, "is no CSV|too long"),
        (b'{"clients": "' + b"x" * 200_000 + b'", "page": 1}', "is no CSV"),
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


# -- invoices ------------------------------------------------------------------------------------------

HABITS = Habits("EUR", NumberStyle(",", "."), Terms(days=14), "DE", "de", date(2026, 3, 5))


def read(text: str, habits: Habits = HABITS) -> Sheet:
    file = read_csv(text.encode())
    assert is_of_invoices(file)
    return read_invoices(file, habits)


@pytest.mark.parametrize(
    "text",
    [
        "Number,State,Client,Issued on,Due on,Currency,Net,VAT,Total,Paid,Credited,Balance\n"
        "R-7,partly paid,Acme,2026-01-15,2026-02-14,EUR,1000,190,1190.00,190.00,0,1000.00",  # our own
        "Invoice Number,Client Name,Invoice Date,Invoice Due Date,Invoice Amount,Invoice Balance,Currency\n"
        "R-7,Acme,2026-01-15,2026-02-14,1190.00,1000.00,EUR",  # Invoice Ninja 5
        "Amount,Balance,Client,Date,Due Date,Number,Paid to Date,Status,Currency\n"
        "1190,1000,Acme,15/Jan/2026,14/Feb/2026,R-7,190,Partial,EUR",  # its reports
        "invoice_number,customer_name,invoice_date,due_date,total,due_amount,currency_code\n"
        "R-7,Acme,2026-01-15 00:00:00,2026-02-14T00:00:00,1190.00,1000.00,EUR",  # Crater, InvoiceShelf
        "Rechnungsnummer;Kunde;Datum;Fällig am;Gesamtbetrag;Bezahlt\nR-7;Acme;15.01.2026;14.02.2026;1.190,00;190,00",
        "N° facture;Client;Date de facture;Échéance;Montant TTC;Reste à payer\n"
        "R-7;Acme;15/01/2026;14/02/2026;1190,00 €;1000,00 €",
        "Factura;Cliente;Fecha;Vencimiento;Importe;Pendiente\nR-7;Acme;15/1/2026;14/2/2026;1190,00;1000,00",
    ],
)  # fmt: skip
def test_an_open_invoice_is_read_from_the_columns_of_every_program(text: str) -> None:
    sheet = read(text)

    assert sheet.faults == ()
    row = sheet.invoices[0]
    assert (row.number, row.client.name, row.open) == ("R-7", "Acme", Money(100000, "EUR"))
    assert (row.issued_on, row.due_on) == (date(2026, 1, 15), date(2026, 2, 14))


def test_an_american_s_days_and_a_missing_due_date() -> None:
    american = replace(HABITS, country="US", currency="USD", style=NumberStyle(".", ","))

    sheet = read('Number,Client,Date,Total\n7,Acme,02/03/2026,"$1,190.50"\n', american)

    assert (sheet.invoices[0].issued_on, sheet.invoices[0].due_on) == (date(2026, 2, 3), date(2026, 2, 17))
    assert sheet.invoices[0].open == Money(119050, "USD")


@pytest.mark.parametrize(
    "amounts", ["1.190;2,50", "1.190;7", "1,190;7.00"]
)  # fmt: skip
def test_the_file_itself_says_how_it_writes_numbers_where_it_does(amounts: str) -> None:
    first, second = amounts.split(";")

    sheet = read(f"Number;Client;Date;Total\n1;A;2026-01-01;{first}\n2;A;2026-01-01;{second}\n")

    assert sheet.invoices[0].open == Money(119000, "EUR")


@pytest.mark.parametrize(
    ("days", "country", "read_as"),
    [
        ("03/02/2026 02/25/2026", "DE", "2026-03-02 2026-02-25"),
        ("03/02/2026 25/02/2026", "US", "2026-02-03 2026-02-25"),
        ("03/02/2026 01/02/2026", "DE", "2026-02-03 2026-02-01"),
        ("03/02/2026 01/02/2026", "US", "2026-03-02 2026-01-02"),
        ("03.02.2026 2026-02-25", "US", "2026-02-03 2026-02-25"),
    ],
)
def test_one_day_with_a_number_over_twelve_says_how_the_whole_file_writes_them(
    days: str, country: str, read_as: str
) -> None:
    rows = "".join(f"{number},A,{day},5\n" for number, day in enumerate(days.split()))

    sheet = read(f"Number,Client,Date,Total\n{rows}", replace(HABITS, country=country))

    assert " ".join(str(row.issued_on) for row in sheet.invoices) == read_as


def test_what_is_not_owed_is_counted_and_left_out() -> None:
    sheet = read(
        "Number,Client,Date,Total,Balance,Status\n1,A,2026-01-01,5,0,sent\n2,A,2026-01-01,5,5,Draft\n"
        "3,A,2026-01-01,5,,paid\n4,A,2026-01-01,5,5,Storniert\n5,A,2026-01-01,5,5,sent\n"
    )

    assert (sheet.settled, [row.number for row in sheet.invoices], sheet.faults) == (4, ["5"], ())


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (",Acme,2026-01-01,,5,,EUR", "number", "Nothing was written here"),
        ("x" * 31 + ",Acme,2026-01-01,,5,,EUR", "number", "is the most that fits"),
        ("1,Acme,2026-01-01,,5,,EUR", "number", "1 stands in this file twice."),
        ("2,,2026-01-01,,5,,EUR", "name", "Nothing was written here"),
        ("2,Acme,someday,,5,,EUR", "date", "is not a date"),
        ("2,Acme,2026-03-06,,5,,EUR", "date", "is in the future"),
        ("2,Acme,2026-01-02,2026-01-01,5,,EUR", "due", "before its date"),
        ("2,Acme,2026-01-01,,,,EUR", "total", "Nothing was written here"),
        ("2,Acme,2026-01-01,,-5,,EUR", "total", "What you owe a client is not imported"),
        ("2,Acme,2026-01-01,,5,EUR -5,EUR", "open", "“EUR -5” is below zero"),
        ("2,Acme,2026-01-01,,5,-,EUR", "open", "is not an amount"),
        ("2,Acme,2026-01-01,,1e9,,EUR", "total", "is not an amount"),
        ("2,Acme,2026-01-01,,5,6,EUR", "balance", "than the whole invoice comes to"),
        ("2,Acme,2026-01-01,,5,,gold", "currency", "is not the code of a currency"),
        ("2,Acme,2026-01-01,,5 USD,,EUR", "total", "is in another currency than EUR"),
        ("2,Acme,2026-01-01,,5.0015,,EUR", "total", "too many decimal places"),
    ],
)
def test_a_wrong_invoice_is_told_by_its_row_and_its_column(row: str, field: str, said: str) -> None:
    sheet = read(f"Number,Client,Date,Due date,Total,Balance,Currency\n1,Acme,2026-01-01,,5,,EUR\n{row}\n")

    assert [(fault.row, fault.error.field) for fault in sheet.faults] == [(3, field)]
    assert said in str(sheet.faults[0].error)
