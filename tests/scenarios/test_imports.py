"""Clients from a file of another program: shown first, imported as a whole and once, and taken back by one press."""

from __future__ import annotations

import pytest

from handlers.kinds import Attachment
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said does not depend on the database; each statement is tried on both in tests/storage."""


def sheet(*rows: str) -> Attachment:
    lines = ("Client Name;Email;Country;Fax", *rows)
    return Attachment("kunden.csv", "text/csv", "\n".join(lines).encode())


THREE = sheet(
    "Bär & Söhne;a@baer.example;DE;7", "acme GMBH;;DE;", "Zimt AG;z@zimt.example;Schweiz;", "zimt ag;;;"
)


async def test_a_file_is_shown_imported_once_and_taken_back(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    before = await office.snapshot("ana")

    await ana.says("/import", THREE)
    ana.sees("Nothing is changed yet.", "New clients: 2", "There already, left as they are: 2", "Bär & Söhne, Zimt AG",
             "These columns are left out: Fax")  # fmt: skip
    after = await office.snapshot("ana")
    assert after | {"file_import": []} == before
    shown = ana.seen
    await ana.presses("Import")
    ana.sees("Imported. New clients: 2")
    done = ana.seen
    await ana.presses("Import", on=shown)
    ana.sees("This file was imported already.")
    await ana.says("/client Zimt")
    ana.sees("Zimt AG", "Switzerland", "z@zimt.example")

    await ana.presses("Undo", on=done)
    ana.sees("Taken back: nothing of kunden.csv is there any more.")
    await ana.says("/clients")

    ana.sees("Acme GmbH")
    assert "Zimt" not in ana.seen.text
    assert "Bär" not in ana.seen.text


async def test_rows_are_pasted_where_no_file_can_be_sent(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/import\nClient Name,Email\nZimt AG,z@zimt.example")
    ana.sees("Nothing is changed yet.", "New clients: 1", "Zimt AG")
    await ana.presses("Import")
    ana.sees("Imported. New clients: 1")
    await ana.presses("Undo")
    ana.sees("Taken back: nothing of rows.csv is there any more.")

    await ana.says("/import")
    ana.sees("Send a CSV file of clients or of invoices, or write its rows here")
    await ana.says("Zimt AG")
    ana.sees("This is no table: its first line must name the columns")
    await ana.says("Name;E-Mail\nZimt AG;z@zimt.example")
    ana.sees("New clients: 1")
    await ana.says("/import")
    await ana.says("", THREE)
    ana.sees("New clients: 2")


async def test_who_shares_an_address_is_told_apart_and_who_is_known_by_theirs_is_named(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; email bills@acme.example")

    await ana.says("/import", sheet(
        "Acme Incorporated;BILLS@acme.example;;", "Rot KG;office@tax.example;;", "Blau KG;office@tax.example;;",
        "Rot KG;office@tax.example;;",
    ))  # fmt: skip

    ana.sees("New clients: 2", "There already, left as they are: 2",
             "Known by the e-mail address: Acme Incorporated = Acme GmbH", "Rot KG, Blau KG")  # fmt: skip


async def test_what_was_used_since_keeps_the_whole_import(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/import", THREE)
    await ana.presses("Import")
    done = ana.seen
    await ana.says("/client edit Zimt; email new@zimt.example")

    await ana.presses("Undo", on=done)

    ana.sees("Zimt AG was changed or used since, so the import cannot be taken back as a whole.")
    await ana.says("/client Bär")
    ana.sees("Bär & Söhne")


async def test_one_wrong_row_imports_nothing_and_many_come_as_a_file(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    before = await office.snapshot("ana")

    await ana.says("/import", sheet("Good;;DE;", *["Bad;nobody;DE;"] * 23))

    ana.sees(
        "Wrong rows: 23. Nothing is imported",
        "3",
        "email",
        "is not an e-mail address",
        "The file has all of them.",
    )
    assert ana.seen.buttons == ()
    assert ana.has_file("wrong-rows.csv").decode("utf-8-sig").count("is not an e-mail address") == 23
    assert await office.snapshot("ana") == before


async def test_a_file_waits_for_an_hour_and_only_the_newest_of_a_business_does(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/import", THREE)
    first = ana.seen
    await ana.says("/import", sheet("Neu;;;"))
    second = ana.seen

    await ana.presses("Import", on=first)
    ana.sees("This file is not waiting any more. Please send it again.")
    office.wait(hours=2)
    await ana.presses("Import", on=second)
    ana.sees("This file waited for more than an hour. Please send it again.")
    await ana.says("/import", sheet("Neu;;;"))
    await ana.presses("Cancel")

    ana.sees("Nothing was imported, and the file is gone.")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (sheet("Acme GmbH;;;"), "Everybody in this file is a client already"),
        (Attachment("a.csv", "text/csv", b"PK\x03\x04\x00"), "file: This is no CSV file"),
        (Attachment("a.csv", "text/csv", b"Foo,Bar\n1,2\n"), "There are: Foo, Bar"),
    ],
)
async def test_a_file_of_nothing_new_or_of_something_else_is_one_sentence(
    ana: Chat, file: Attachment, said: str
) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/import", file)

    ana.sees(said)


async def test_a_member_imports_nothing(office: Office, ana: Chat) -> None:
    ben = office.person("ben")
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "member")

    await ben.says("/import", THREE)

    ben.sees("/import is for the role admin and above; you are member.")


# -- open invoices -------------------------------------------------------------------------------------


def bills_of(*rows: str) -> Attachment:
    lines = (
        "Invoice Number,Client Name,Invoice Date,Invoice Due Date,Invoice Amount,Invoice Balance,Currency",
        *rows,
    )
    return Attachment("invoices.csv", "text/csv", "\n".join(lines).encode())


OLD = bills_of(
    "A-31,Acme GmbH,2026-01-10,2026-01-24,1190.00,1000.00,EUR", "A-32,Zimt AG,2026-02-20,2026-03-22,70.50,70.50,CHF",
    "A-30,Acme GmbH,2026-01-01,2026-01-15,50.00,0,EUR",
)  # fmt: skip


async def test_open_invoices_are_owed_and_paid_like_others_and_are_no_revenue_of_ours(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/rate 1 EUR = 0.9412 CHF on 2026-02-20")
    await ana.says("/import", OLD)
    ana.sees(
        "Open invoices: 2",
        "CHF 70.50, EUR 1,000.00",
        "Paid, void or draft, left out: 1",
        "New clients: 1",
        "Zimt AG",
    )
    await ana.presses("Import")
    ana.sees("Open invoices: 2, new clients: 1", "Revenue and VAT leave them out")

    for text in ("/overdue", "/invoices"):
        await ana.says(text)
        ana.sees("A-31", "1,000.00")
        assert {"Open A-31", "Paid A-31"} <= {*ana.seen.buttons}
        assert "PDF A-31" not in ana.seen.buttons
    await ana.says("/report year")
    ana.sees("Nothing was invoiced or received in this time.")
    await ana.says("/statement Acme")
    ana.sees("Invoiced: EUR 1,000.00")
    await ana.says("/aging in EUR")
    ana.sees("Zimt AG", "74.90", "1,074.90")
    await ana.says("/invoice show A-31")
    ana.sees("Issued by: another program", "EUR 1,000.00")
    assert not {"PDF", "Credit note", "Send", "Pay link"} & {*ana.seen.buttons}
    for text in ("/pdf A-31", "/xml A-31", "/credit A-31 10 wrong"):
        await ana.says(text)
        ana.sees("A-31 was issued by another program: its document is there")
    await ana.says("/paid A-31 400")
    ana.sees("Balance: EUR 600.00.")
    await ana.says("/remind A-31")
    assert ana.seen.files == {}
    await ana.says("/void A-32 written off there")
    ana.sees("A-32 to Zimt AG over CHF 70.50 is void: nothing of it is owed here any more.")
    assert "PDF" not in ana.seen.buttons
    await bills(ana, "Acme: First of ours @ 100")
    ana.sees("Issued 2026-0001")


async def test_nothing_is_asked_about_the_data_of_an_invoice_that_another_program_issued(ana: Chat) -> None:
    await ana.says("/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
                   "iban DE89370400440532013000; terms 14d")  # fmt: skip
    await ana.says(
        "/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE; email books@acme.example"
    )
    await ana.says("/import", OLD)
    await ana.presses("Import")

    await ana.says("/xml A-31")

    ana.sees("A-31 was issued by another program: its document is there")


async def test_an_import_of_invoices_is_taken_back_until_something_of_it_was_used(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    before = await office.snapshot("ana")
    await ana.says("/import", OLD)
    await ana.presses("Import")
    await ana.presses("Undo")
    ana.sees("Taken back: nothing of invoices.csv is there any more.")
    after = await office.snapshot("ana")
    assert [after[name] for name in ("invoice", "client")] == [before[name] for name in ("invoice", "client")]

    await ana.says("/import", OLD)
    await ana.presses("Import")
    done = ana.seen
    await ana.says("/paid A-32")
    await ana.presses("Undo", on=done)

    ana.sees("A-32 was changed or used since, so the import cannot be taken back as a whole.")


async def test_last_year_s_numbers_come_in_and_ours_of_that_year_go_on_behind_them(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/import", bills_of(
        "2025-0098,Acme GmbH,2025-12-10,,5,5,EUR", "2025-0041,Acme GmbH,2025-10-10,,5,5,EUR",
    ))  # fmt: skip
    await ana.presses("Import")
    ana.sees("Open invoices: 2")

    assert await bills(ana, "Acme: Late @ 100; on 2025-12-30") == "2025-0099"
    assert await bills(ana, "Acme: New @ 100") == "2026-0001"


async def test_what_these_books_cannot_take_is_a_wrong_row(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings next-number 42")
    await bills(ana, "Acme: Work @ 100")
    before = await office.snapshot("ana")

    await ana.says("/import", bills_of(
        "2026-0041,Acme GmbH,2026-01-10,,5,5,EUR", "2026-0042,Acme GmbH,2026-01-10,,5,5,EUR",
        "2026-0043,Acme GmbH,2026-01-10,,5,5,EUR", "A-1,東京,2026-01-10,,5,5,EUR",
    ))  # fmt: skip

    ana.sees(
        "Wrong rows: 3.",
        "“東” (U+6771) cannot be printed on an invoice.",
        "There is an invoice 2026-0042 already.",
        "2026-0043 is one that your own series has yet to give.",
    )
    assert await office.snapshot("ana") == before
