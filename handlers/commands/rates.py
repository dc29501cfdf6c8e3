"""Exchange rates: typed in, taken from a file of the European Central Bank, and listed."""

from __future__ import annotations

from datetime import timedelta

from core.errors import N_, InvalidInput
from core.party import Role
from core.rates import OLDEST, ExchangeRate, RateSource, home_currency
from core.usecases.rates import import_rates, keep_rate
from handlers.choices import search_currencies
from handlers.command import Command
from handlers.context import Context
from handlers.kinds import Answers, Asked, Box, Button, Field, Lines, Notice, Outcome, Raw, Reply
from handlers.reading.dates import read_date
from handlers.reading.parties import read_currency
from handlers.reading.rates import TypedRate, read_rate, split_rate
from handlers.words import _

SHOWN = 50
"""Rates in one list: as many as the ECB publishes for a day, and some typed ones."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    home, language, today = home_currency(ctx.desk.business), ctx.desk.business.language, ctx.today
    currency = _currency_of(raw)
    named = "=" in (raw.get("rate") or "")
    prompt = (
        _("How many {currency} is 1 {home}? For example 1.0832", currency=currency, home=home)
        if currency
        else _("What is the rate? For example 1 {home} = 1.0832 USD", home=home)
    )
    return (
        Field("currency", _("For which currency?"), read_currency, Asked.SILENT if named else Asked.REQUIRED,
              search=search_currencies, guides=True),
        Field("rate", prompt, lambda text: read_rate(text, home, currency)),
        Field("on", _("For which day?"), lambda text: read_date(text, "on", today, language, past=True),
              Asked.SILENT, box=Box.DAY, start=str(today)),
    )  # fmt: skip


def _currency_of(raw: Raw) -> str:
    try:
        return read_currency(raw.get("currency") or "")
    except InvalidInput:
        return ""


async def keep(ctx: Context, answers: Answers) -> Outcome:
    typed: TypedRate = answers["rate"]
    rate = ExchangeRate(typed.base, typed.quote, answers["on"] or ctx.today, typed.rate)
    await keep_rate(ctx.desk, rate)
    text = _(
        "On {date}, {rate}. Invoices of that day and of the week after it go by this rate.",
        date=rate.on,
        rate=_said(ctx, rate),
    )
    return Reply((Notice(text, "success"),), (Button(_("Rates"), "rates"),))


def _said(ctx: Context, rate: ExchangeRate) -> str:
    return f"1 {rate.base} = {ctx.number(rate.rate)} {rate.quote}"


async def list_rates(ctx: Context, answers: Answers) -> Outcome:
    """Those that count today."""
    rates = await ctx.work.rates.list_between(ctx.today - OLDEST, ctx.today, SHOWN)
    buttons = (Button(_("Add a rate"), "rate"),)
    if not rates:
        text = _(
            "No rate of the last {days} days is known. Write one, or send a file of the ECB's reference rates with "
            "the caption /rate import.",
            days=OLDEST // timedelta(days=1),
        )
        return Reply((Notice(text),), buttons)
    rows = tuple((str(rate.on), _said(ctx, rate), _source(rate)) for rate in rates)
    return Reply(
        (Lines((_("Date"), _("Exchange rate"), _("Source")), rows, title=_("Exchange rates")),), buttons
    )


def _source(rate: ExchangeRate) -> str:
    return {RateSource.TYPED: _("typed"), RateSource.ECB: "ECB"}[rate.source]


async def take_file(ctx: Context, answers: Answers) -> Outcome:
    if not ctx.files:
        raise InvalidInput(
            "file",
            N_("Send the ECB's file of reference rates along (eurofxref-hist.zip, .csv or .xml)."),
            "/rate import file:eurofxref-hist.csv",
        )
    rates = await import_rates(ctx.desk, ctx.files[0].content, ctx.files[0].filename)
    days = {rate.on for rate in rates}
    text = _(
        "Read {count} rates of the ECB, from {first} to {last}.",
        count=len(rates),
        first=min(days),
        last=max(days),
    )
    return Reply((Notice(text, "success"),), (Button(_("Rates"), "rates"),))


COMMANDS = (
    Command(
        name="rate",
        help=N_("Keep an exchange rate"),
        run=keep,
        group="money",
        example="/rate USD 1.0832 on 2026-11-27",
        form=_form,
        read=lambda text: {**split_rate(text)} if text.strip() else {},
    ),
    Command(
        name="rate import",
        help=N_("Read a file of the ECB's reference rates"),
        run=take_file,
        group="money",
        example="/rate import",
    ),
    Command(
        name="rates",
        help=N_("The exchange rates that count today"),
        run=list_rates,
        group="money",
        example="/rates",
        role=Role.ACCOUNTANT,
    ),
)
