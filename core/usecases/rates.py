"""Exchange rates: keeping them, and what a document owes to the one of its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core.audit import Action, Entry
from core.errors import N_, InvalidInput
from core.invoice import Document
from core.rates import EURO, ExchangeRate, home_currency, rate_between, states_vat_at_home
from core.reference_file import KEPT, read_reference_file
from core.usecases.desk import Desk


async def keep_rate(desk: Desk, rate: ExchangeRate) -> Entry:
    """What was typed. Raises InvalidInput for a day for which no invoice can be dated."""
    if not desk.today - KEPT <= rate.on <= desk.today:
        raise InvalidInput(
            "on", N_("{date} is not a day of the last {days} days."), desk.today.isoformat(), date=rate.on,
            days=KEPT.days,
        )  # fmt: skip
    await desk.work.rates.keep([rate])
    label = f"1 {rate.base} = {rate.rate:f} {rate.quote} ({rate.on})"
    return await desk.record(Action.RATES_KEPT, desk.business, label)


async def import_rates(desk: Desk, content: bytes, filename: str) -> tuple[ExchangeRate, ...]:
    """What a file of the ECB holds of the days that can still count. Raises InvalidInput for any other file."""
    return await keep_reference_rates(desk, read_reference_file(content, desk.today), filename)


async def keep_reference_rates(
    desk: Desk, rates: Sequence[ExchangeRate], filename: str
) -> tuple[ExchangeRate, ...]:
    """What was read of such a file, for this business: a file is read once for all of an install. A typed rate of the
    same day goes on counting before them.
    """
    kept = tuple(rate for rate in rates if desk.today - KEPT <= rate.on <= desk.today)
    await desk.work.rates.keep(kept)
    await desk.record(Action.RATES_KEPT, desk.business, filename)
    return kept


async def find_rate(desk: Desk, one: str, other: str, on: date) -> ExchangeRate | None:
    return rate_between(await desk.work.rates.find_near((one, other, EURO), on), one, other, on)


async def at_home(desk: Desk, document: Document) -> Document:
    """With the rate between its currency and the home currency, and its VAT there where the law wants that.

    Raises InvalidInput where the law wants it and no rate is known.
    """
    home, currency = home_currency(desk.business), document.currency
    if currency == home:
        return document
    stated = bool(document.totals.tax) and states_vat_at_home(desk.business.address.country)
    rate = await find_rate(desk, currency, home, document.issued_on)
    if rate is None and stated:
        raise InvalidInput(
            "rate",
            N_("The VAT must also be stated in {home}, and there is no rate for {currency} on {date} or in the "
               "week before."),
            f"/rate 1 {home} = 1.0832 {currency} on {document.issued_on}",
            home=home, currency=currency, date=document.issued_on,
        )  # fmt: skip
    if rate is None:
        return document
    return replace(document, rate=rate, home_tax=rate.convert(document.totals.tax) if stated else None)
