"""Sheets: numbers stay numbers, and what could run as a formula stays a text."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from core.documents.report_tables import aging_table, statement_table, summary_table
from core.documents.sheets import Table, as_csv, as_xlsx
from core.invoice import Period
from core.money import Money
from core.report import (
    AccountEntry,
    AgingRow,
    DaySum,
    EntryKind,
    Statement,
    TaxedDay,
    accounts,
    aging,
    summary,
)
from core.tax import TaxCategory
from tests.builders.core import IDS, a_business, a_client

HOSTILE = ("=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", " =cmd|'/c calc'!A0", "\uff1d1")
_NAMES = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def lines(table: Table) -> list[str]:
    return as_csv(table).decode("utf-8-sig").split("\r\n")


def xml(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return etree.fromstring(file.read(name))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_could_run_is_quoted_in_csv_and_a_text_in_xlsx(text: str) -> None:
    table = Table("x", ("a",), ((text,),))

    sheet = xml(as_xlsx(table), "xl/worksheets/sheet1.xml")

    assert f"'{text}" in as_csv(table).decode()
    assert sheet.findall(".//x:f", _NAMES) == []
    assert [cell.get("t") for cell in sheet.findall(".//x:c", _NAMES)] == ["s", "s"]


def test_numbers_and_days_stay_what_they_are() -> None:
    table = Table(
        "x", ("a", "b", "c"), ((Decimal("-1200.50"), date(2026, 3, 5), None), ("Löwe, Ana", None, Decimal(7)))
    )

    cells = xml(as_xlsx(table), "xl/worksheets/sheet1.xml").findall(".//x:sheetData/x:row/x:c", _NAMES)

    assert as_csv(table).startswith(b"\xef\xbb\xbf")
    assert lines(table) == ["a,b,c", "-1200.50,2026-03-05,", '"Löwe, Ana",,7', ""]
    numbers = {cell.get("r"): cell.findtext("x:v", "", _NAMES) for cell in cells if cell.get("t") != "s"}
    assert numbers == {"A2": "-1200.50", "B2": "46086", "C3": "7"}


def test_equal_tables_are_equal_files() -> None:
    table = Table("Übersicht: 7/8", ("a",), (("x",), (Decimal("1.5"),)))

    assert as_xlsx(table) == as_xlsx(table)


def test_debts_by_age_name_each_amount_s_currency() -> None:
    owed = tuple(Money(minor, "JPY") for minor in (1, 0, 20, 0, 300))

    table = aging_table(aging(date(2026, 3, 5), [AgingRow(IDS.new(), "Acme", owed)]), "en")

    assert table.rows == (("Acme", "JPY", *map(Decimal, (1, 0, 20, 0, 300)), Decimal(321)),)
    assert len(table.header) == len(table.rows[0])


def test_a_statement_is_a_row_for_each_entry_with_its_balance() -> None:
    entries = [
        AccountEntry(
            date(2026, 3, 2), EntryKind.INVOICE, "2026-0007", Money(11900, "EUR"), date(2026, 3, 16)
        ),
        AccountEntry(date(2026, 3, 4), EntryKind.PAYMENT, "2026-0007", Money(-5000, "EUR")),
    ]
    statement = Statement(
        a_business().party(), a_client().party(), Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 5),
        accounts([Money(100, "EUR")], entries),
    )  # fmt: skip

    assert lines(statement_table(statement, "en")) == [
        "Currency,Date,Entry,Number,Due date,Amount,Balance",
        "EUR,2026-03-01,Opening balance,,,,1.00",
        "EUR,2026-03-02,Invoice 2026-0007,2026-0007,2026-03-16,119.00,120.00",
        "EUR,2026-03-04,Payment for 2026-0007,2026-0007,,-50.00,70.00",
        "",
    ]


def test_a_summary_is_a_row_for_each_tax_of_each_month_and_every_cent_is_there() -> None:
    day = date(2026, 2, 3)
    billed = [TaxedDay(day, TaxCategory.STANDARD, Decimal(4), Money(287, "EUR"), Money(11, "EUR"))]
    report = summary(
        Period(date(2026, 1, 1), date(2026, 3, 31)), billed, [DaySum(day, Money(299, "EUR"))],
        [DaySum(date(2026, 3, 4), Money(-50, "EUR"))],
    )  # fmt: skip

    assert lines(summary_table(report, "en"))[1:] == [
        "2026-02-01,2026-02-28,EUR,Invoiced,S,4,2.87,0.11,2.98",
        "2026-02-01,2026-02-28,EUR,Rounding,,,,,0.01",
        "2026-03-01,2026-03-31,EUR,Received,,,,,-0.50",
        "",
    ]
