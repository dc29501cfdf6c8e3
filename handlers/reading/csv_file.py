"""CSV files as other programs write them: whatever their encoding and their delimiter, read into rows of text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from core.documents.sheets import could_run
from core.errors import N_, InvalidInput
from core.importing import MOST_BYTES, MOST_ROWS

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ",;\t|"
_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""Excel's own first line."""
_LONGEST_CELL = 10_000
EXAMPLE = "/import file:clients.csv"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """`rows` are numbered as a spreadsheet numbers them: the header is 1; empty ones are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_csv(content: bytes) -> CsvFile:
    """Raises InvalidInput for what is no table of text, and for more of it than is taken at once."""
    if len(content) > MOST_BYTES:
        raise _refused(N_("This file is larger than 1 MB. Please send it in parts."))
    text = _decoded(content)
    if not text.strip():
        raise _refused(N_("This file is empty."))
    named = _SEPARATOR.match(text)
    if named:
        text = text[named.end() :]
    delimiter = named[1] if named and named[1] in _DELIMITERS else _delimiter(text)
    records = _records(text, delimiter)
    header = tuple(records[0][1]) if records else ()
    if len(header) < 2:
        raise _refused(
            N_("This is no table: its first line must name the columns, such as Name, Email, Country.")
        )
    if len(records) == 1:
        raise _refused(N_("This file has no rows below the names of its columns."))
    if len(records) - 1 > MOST_ROWS:
        raise _refused(N_("This file has more than 5,000 rows. Please send it in parts."))
    return CsvFile(header, tuple(records[1:]))


def _decoded(content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise _no_text() from error
        # What Excel saves where nobody chose an encoding.
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise _no_text() from error
    text = text.removeprefix("\ufeff")
    if _BINARY.search(text):
        raise _no_text()
    return text


def _delimiter(text: str) -> str:
    """The one that parts the first line into the most columns; of equals, the first."""
    # No more of it than the reader takes as one cell: whatever is longer is refused where it is read.
    line = text.lstrip("\r\n").split("\n", 1)[0][:_LONGEST_CELL]
    return max(_DELIMITERS, key=lambda sign: len(next(_reader(line, sign), [])))


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def _records(text: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, cells in enumerate(_reader(text, delimiter), start=1):
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise _refused(
                    N_("Row {row} has a cell that is too long for anything an import takes."), row=number
                )
            row = tuple(_unquoted(cell.strip()) for cell in cells)
            if any(row):
                found.append((number, row))
    except csv.Error as error:
        raise _refused(N_("This file is no CSV: a quotation mark opens and nothing closes it.")) from error
    return found


def _unquoted(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it, as our own files have it."""
    return cell[1:] if cell.startswith("'") and could_run(cell[1:]) else cell


def _no_text() -> InvalidInput:
    return _refused(N_("This is no CSV file, or not one whose text can be read. Save it as CSV, UTF-8."))


def _refused(message: str, **values: object) -> InvalidInput:
    return InvalidInput("file", message, EXAMPLE, **values)
