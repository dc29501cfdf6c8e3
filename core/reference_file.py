"""The reference rates of the European Central Bank as it publishes them: eurofxref as CSV, ZIP or XML.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from core.errors import N_, InvalidInput
from core.money import CURRENCIES
from core.rates import EURO, ExchangeRate, RateSource

MAX_SIZE = 5_000_000
"""The whole history since 1999 has 3 MB."""
KEPT = timedelta(days=400)
"""Invoices carry a date of at most a year ago, so no older rate is ever asked for."""
_EXAMPLE = "eurofxref-hist.csv"
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,8})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MARK = re.compile(
    r"""<Cube\s[^<>]{0,20}?(?:time=["']([^"'<>]{1,20})["']|currency=["']([A-Z]{3})["']\s+rate=["']([^"'<>]{1,30})["'])"""
)


def read_reference_file(content: bytes, today: date) -> tuple[ExchangeRate, ...]:
    """What a euro was in each currency on each day that can still count. Raises InvalidInput for any other file."""
    if len(content) > MAX_SIZE:
        raise _refused()
    text = _text(_unpacked(content))
    found = _rows_of_xml(text) if text.lstrip().startswith("<") else _rows_of_csv(text)
    rates, days = [], 0
    for day, currency, rate in found:
        days += 1
        if currency in CURRENCIES and today - KEPT <= day <= today:
            rates.append(ExchangeRate(EURO, currency, day, rate, RateSource.ECB))
    if not days:
        raise _refused()
    if not rates:
        raise InvalidInput(
            "file", N_("This file has no rates of the last {days} days."), _EXAMPLE, days=KEPT.days
        )
    return tuple(rates)


def _refused() -> InvalidInput:
    return InvalidInput(
        "file", N_("This is not a file of the ECB's reference rates, as CSV, ZIP or XML."), _EXAMPLE
    )


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            info, *others = archive.infolist()
            # Whatever else can be in a zip may ask for gigabytes before it gives a byte.
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _refused()
            # What it says of its size is not believed: no more is unpacked than is allowed.
            with archive.open(info) as file:
                unpacked = file.read(MAX_SIZE + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, EOFError,
            OSError) as error:  # fmt: skip
        raise _refused() from error
    if others or len(unpacked) > MAX_SIZE:
        raise _refused()
    return unpacked


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused() from error


def _rows_of_csv(text: str) -> Iterator[tuple[date, str, Decimal]]:
    """`Date, USD, JPY …`, then a day and its rates, N/A where there was none."""
    head, *rows = text.splitlines() or [""]
    names = [name.strip() for name in head.split(",")]
    if names[0] != "Date" or len(names) > 200:
        raise _refused()
    for row in rows:
        cells = [cell.strip() for cell in row.split(",")]
        if not any(cells):
            continue
        day = _day(cells[0])
        if len(cells) > len(names) + 1:
            raise _refused()
        for name, cell in zip(names[1:], cells[1:], strict=False):
            if name and cell not in ("", "N/A"):
                yield day, name, _rate(cell)


def _rows_of_xml(text: str) -> Iterator[tuple[date, str, Decimal]]:
    """Read by its marks alone: entities and whatever else an XML could hold mean nothing here."""
    day: date | None = None
    for time, currency, rate in _MARK.findall(text):
        if time:
            day = _day(time)
        elif day is not None:
            yield day, currency, _rate(rate)


def _day(text: str) -> date:
    """`2026-11-27`, or `27 November 2026` as the file of one day has it."""
    try:
        return (
            date.fromisoformat(text) if _ISO.fullmatch(text) else datetime.strptime(text, "%d %B %Y").date()
        )
    except ValueError as error:
        raise _refused() from error


def _rate(text: str) -> Decimal:
    if not _RATE.fullmatch(text) or not Decimal(text):
        raise _refused()
    return Decimal(text)
