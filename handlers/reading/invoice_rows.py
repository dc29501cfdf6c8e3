"""The rows of a CSV file as open invoices: which column is which, and what of each is still to be paid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.errors import N_, InvalidInput
from core.importing import Fault, InvoiceRow, Sheet
from core.locale import NumberStyle
from core.money import Money
from core.terms import Terms
from handlers.reading.amounts import read_amount
from handlers.reading.client_rows import COLUMNS, client_of_row, columns_of, row_of
from handlers.reading.csv_file import CsvFile
from handlers.reading.dates import read_date
from handlers.reading.parties import read_currency
from handlers.reading.text import bare, required, shown

_LONGEST_NUMBER = 30
_DECIMALS = re.compile(r"[0-9]([.,])[0-9]{2}(?![0-9])[^0-9]*$")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/")
_MONTHS = 12
_BELOW = re.compile(r"^[^0-9]*[-\u2212\u2013][^0-9]*[0-9]")
_NAMES = {
    "number": "number|invoice number|invoice no|invoice nr|invoice|rechnungsnummer|rechnungsnr|rechnung|rechnung nr|"
              "nummer|nr|numero|numero de facture|facture|n facture|numero de factura|factura|n factura",
    "issued": "date|invoice date|issued on|issue date|issued|datum|rechnungsdatum|date de facture|date facture|"
              "date d emission|fecha|fecha de factura|fecha de emision",
    "due": "due date|due on|due|invoice due date|fallig|fallig am|falligkeit|falligkeitsdatum|echeance|date d echeance|"
           "vencimiento|fecha de vencimiento",
    "total": "total|amount|invoice amount|invoice total|grand total|total amount|betrag|summe|gesamt|gesamtbetrag|"
             "brutto|bruttobetrag|montant|montant ttc|total ttc|importe|importe total",
    "open": "balance|invoice balance|balance due|due amount|amount due|open|outstanding|offen|offener betrag|saldo|"
            "restbetrag|solde|reste a payer|reste du|pendiente|saldo pendiente",
    "paid": "paid|amount paid|paid to date|invoice paid to date|bezahlt|gezahlt|paye|montant paye|pagado",
    "currency": "currency|currency code|wahrung|devise|monnaie|moneda|divisa",
    "state": "status|state|invoice status|etat|statut|estado",
}  # fmt: skip
_FIELDS = {
    name: field
    for field, names in ({k: v for k, v in COLUMNS.items() if k != "name"} | _NAMES).items()
    for name in names.split("|")
    # In a file of invoices that is an amount.
    if name not in ("vat", "tva")
}
_FIELDS |= dict.fromkeys(COLUMNS["name"].split("|"), "client") | {
    "client name": "client",
    "customer name": "client",
}
_NEEDED = ("number", "client", "issued")
_NOT_OWED = frozenset(
    "draft void voided cancelled canceled reversed deleted paid entwurf storniert bezahlt brouillon annule annulee "
    "paye payee borrador anulado anulada pagado pagada".split()
)
"""States in which nothing is owed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How whoever wrote the file writes, as far as it does not say so itself."""

    currency: str
    style: NumberStyle
    terms: Terms
    country: str
    language: str
    today: date
    month_first: bool = False
    """Of 3/2/2026, the file decides."""


def is_of_invoices(file: CsvFile) -> bool:
    columns, _left_out = columns_of(file.header, _FIELDS)
    return all(field in columns for field in _NEEDED) and not columns.keys().isdisjoint({"total", "open"})


def read_invoices(file: CsvFile, habits: Habits) -> Sheet:
    columns, left_out = columns_of(file.header, _FIELDS)
    month_first = _month_first(file, columns, habits.country == "US")
    habits = replace(habits, style=_style(file, columns) or habits.style, month_first=month_first)
    found: list[InvoiceRow] = []
    faults: list[Fault] = []
    settled = 0
    numbers: set[str] = set()
    for number, cells in file.rows:
        try:
            row = _invoice(number, row_of(cells, columns, len(file.header)), habits)
            if row is None:
                settled += 1
                continue
            if row.number in numbers:
                raise InvalidInput("number", N_("{number} stands in this file twice."), number=row.number)
            numbers.add(row.number)
            found.append(row)
        except InvalidInput as error:
            faults.append(Fault(number, error))
    return Sheet(invoices=tuple(found), faults=tuple(faults), left_out=left_out, settled=settled)


def _style(file: CsvFile, columns: Mapping[str, int]) -> NumberStyle | None:
    """What the amounts with two decimals show, where they agree; None where the business's own has to decide."""
    places = [columns[field] for field in ("total", "open", "paid") if field in columns]
    cells = (cells[place] for _number, cells in file.rows for place in places if place < len(cells))
    marks = {found[1] for cell in cells if (found := _DECIMALS.search(cell))}
    return {".": NumberStyle(".", ","), ",": NumberStyle(",", ".")}[marks.pop()] if len(marks) == 1 else None


def _month_first(file: CsvFile, columns: Mapping[str, int], usual: bool) -> bool:
    """Read row by row, 3/2 would be in February and 2/25 beside it as well: one that is clear speaks for all."""
    places = [columns[field] for field in ("issued", "due") if field in columns]
    cells = (cells[place] for _number, cells in file.rows for place in places if place < len(cells))
    pairs = ((int(found[1]), int(found[2])) for cell in cells if (found := _SLASHED.match(cell)))
    clear = {second > _MONTHS for first, second in pairs if max(first, second) > _MONTHS}
    return clear.pop() if len(clear) == 1 else usual


def _invoice(place: int, row: Mapping[str, str], habits: Habits) -> InvoiceRow | None:
    """None where nothing is owed on it."""
    if bare(row.get("state", "")).strip() in _NOT_OWED:
        return None
    number = required(row["number"], "number", _LONGEST_NUMBER, "2026-0042")
    currency = read_currency(row["currency"]) if row.get("currency") else habits.currency
    open_ = _open(row, currency, habits)
    if not open_:
        return None
    issued_on = _day(row["issued"], "date", habits)
    due_on = _day(row["due"], "due", habits) if row.get("due") else habits.terms.due(issued_on)
    if issued_on > habits.today:
        raise InvalidInput("date", N_("{date} is in the future."), habits.today.isoformat(), date=issued_on)
    if due_on < issued_on:
        raise InvalidInput(
            "due", N_("It would be due on {due}, before its date {issued}."), "14d", due=due_on, issued=issued_on
        )  # fmt: skip
    client = client_of_row(place, {**row, "name": row["client"]}, habits.country)
    return InvoiceRow(place, number, client, issued_on, due_on, Money.of(open_, currency))


def _open(row: Mapping[str, str], currency: str, habits: Habits) -> Decimal:
    """What the file says is open; else the total less what was paid."""

    def amount(field: str) -> Decimal:
        if _BELOW.search(row[field]):
            raise InvalidInput(
                field, N_("“{value}” is below zero. What you owe a client is not imported; take this row out."),
                value=shown(row[field]),
            )  # fmt: skip
        typed = read_amount(row[field], field, habits.style, currency_hint=currency, allow_zero=True)
        if typed.currency not in (None, currency):
            raise InvalidInput(
                field, N_("“{value}” is in another currency than {currency}."), value=row[field], currency=currency
            )  # fmt: skip
        return typed.value

    total = amount("total") if row.get("total") else None
    if row.get("open"):
        left = amount("open")
    elif total is not None:
        left = total - (amount("paid") if row.get("paid") else 0)
    else:
        raise InvalidInput("total", N_("Nothing was written here."), "120")
    if left < 0 or (total is not None and left > total):
        raise InvalidInput("balance", N_("More is open, or was paid, than the whole invoice comes to."))
    return left


def _day(text: str, field: str, habits: Habits) -> date:
    """Without the time of day that databases write behind it."""
    day = text.replace("T", " ").split(" ", 1)[0] if text[:4].isdigit() else text
    return read_date(
        day, field, habits.today, habits.language, past=True, month_first=habits.month_first
    )  # fmt: skip
