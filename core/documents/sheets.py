"""Tables as files that a spreadsheet opens: CSV and XLSX. What they hold is decided in core/documents/report_tables.py.

A text that a spreadsheet could run as a formula stays a text; numbers and days stay what they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

Cell = str | Decimal | date | None

BOM = "\ufeff".encode()
"""Without it, Excel takes UTF-8 for the code page of the computer."""
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with (owasp.org/www-community/attacks/CSV_Injection); full width counts in Japanese Excel."""
_MADE_AT = datetime(2000, 1, 1)
"""Stands in every file, so that equal tables have equal bytes."""
_WIDEST, _NARROWEST, _LONGEST = 60, 8, 32_767
_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Table:
    """`title` names the sheet; each row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def as_csv(table: Table) -> bytes:
    """UTF-8, commas, a point in numbers, days as ISO 8601 has them."""
    return BOM + csv_lines((table.header, *table.rows))


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Some lines of such a file, for one that is written piece by piece; it begins with BOM."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
        case _:
            return f"'{cell}" if could_run(cell) else cell


def could_run(text: str) -> bool:
    """Whether a spreadsheet might take it for a formula."""
    return text.lstrip(" ").startswith(_RUNS)


def as_xlsx(table: Table) -> bytes:
    """A header that stays in sight, and columns as wide as what stands in them."""
    # It takes 0.1 s to import, which whoever never asks for a sheet need not pay.
    from xlsxwriter import Workbook  # noqa: PLC0415

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(made, options)
    book.set_properties({"created": _MADE_AT})
    sheet = book.add_worksheet(table.title.translate(_SHEET_NAME)[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    numbers = {
        places: book.add_format({"num_format": f"#,##0.{'0' * places}" if places else "#,##0"})
        for places in sorted(
            {_places(cell) for row in table.rows for cell in row if isinstance(cell, Decimal)}
        )
    }
    for column, name in enumerate(table.header):
        sheet.write_string(0, column, name, bold)
        shown = max((len(_plain(row[column])) for row in table.rows), default=0)
        sheet.set_column(column, column, min(max(shown, len(name), _NARROWEST) + 2, _WIDEST))
    for line, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            match cell:
                case None:
                    continue
                case Decimal():
                    sheet.write_number(line, column, cell, numbers[_places(cell)])
                case date():
                    sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)
                case _:
                    sheet.write_string(line, column, cell[:_LONGEST])
    sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))
