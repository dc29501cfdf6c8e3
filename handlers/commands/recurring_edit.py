"""`/recurring edit`: what a recurring invoice bills, when and until when, from its next day on."""

from __future__ import annotations

from dataclasses import replace

from core.errors import N_, InvalidInput
from core.recurrence import Rule
from core.series import Series
from core.usecases.series import edit_series
from handlers.command import Command
from handlers.commands.drafting import changed_draft, lines_field, option_fields, seller_lines, sold
from handlers.commands.goods import goods_in, offered_products
from handlers.commands.recurring import (
    LEFT_OUT,
    OPTIONS,
    checked_rule,
    covers_field,
    find_series,
    one_form,
    shown_series,
    usual_rules,
)
from handlers.context import Context, undo_button
from handlers.forms import split_form
from handlers.kinds import Answers, Ask, Asked, Box, Button, Field, Notice, Outcome, Raw, Reply, Text
from handlers.reading.dates import read_date
from handlers.reading.invoice_text import split_invoice
from handlers.reading.recurrences import read_rule, read_times
from handlers.recurring import series_card
from handlers.words import _

_NAMES = ("lines", *(name for name in OPTIONS if name not in ("then", "from")))
_BUTTONS = ("lines", "every", "period", "until", "times", "due", "vat", "discount", "ref", "order", "note")


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    (which,) = await one_form(ctx, raw)
    today, language = ctx.today, ctx.desk.business.language
    return (
        which,
        lines_field(
            ctx, Asked.SILENT, await goods_in(ctx, raw.get("lines")), await offered_products(ctx, raw.get("lines"))
        ),
        Field("every", _("How often? For example monthly on 31, every 2 weeks on friday, quarterly on last day."),
              lambda text: checked_rule(text, today, language), Asked.SILENT, options=usual_rules()),
        Field("until", _("Until which day?"), lambda text: read_date(text, "until", today, language), Asked.SILENT,
              box=Box.DAY),
        Field("times", _("How many invoices in all?"), read_times, Asked.SILENT),
        covers_field(),
        *(field for field in option_fields(ctx) if field.name not in LEFT_OUT),
    )  # fmt: skip


def _read(text: str) -> Raw:
    """`Acme: Hosting @ 60; due 30d; every monthly on 15`, or a button's id and the name of a field."""
    head, _semicolon, rest = text.partition(";")
    raw: Raw = {**split_invoice(head)} if head.strip() else {}
    series = raw.pop("client", None)
    named = split_form(f";{rest}", _NAMES, "series") if rest.strip() else {}
    return {**({"series": series} if series else {}), **raw, **named}


async def edit(ctx: Context, answers: Answers) -> Outcome:
    found = await find_series(ctx, answers["series"])
    if isinstance(found, Ask):
        return found
    client = await ctx.work.clients.get(found.draft.client_id)
    if all(value is None for name, value in answers.items() if name != "series"):
        ask = Text(_("What do you want to change? It holds from the next invoice on."))
        labels = _labels()
        buttons = tuple(
            Button(labels[name], "recurring edit", f"{found.id.hex}; {name}") for name in _BUTTONS
        )
        return Reply((*series_card(ctx, found, client), ask), buttons)
    series = await ctx.work.series.lock(found.id)
    client = await sold(ctx, client, answers["vat"])
    draft = changed_draft(ctx, series.draft, client, {**answers, **dict.fromkeys(LEFT_OUT)})
    lines = answers["lines"]
    if lines is not None:
        if lines.currency and lines.currency != draft.currency:
            raise InvalidInput(
                "lines", N_("The prices are written in {written}, the invoice is in {typed}."), "3h design @ 120",
                written=lines.currency, typed=draft.currency,
            )  # fmt: skip
        draft = replace(draft, lines=seller_lines(ctx, lines.lines))
    changed = replace(
        series,
        draft=draft,
        rule=_rule(ctx, series, answers["every"]),
        until=answers["until"] or series.until,
        times=answers["times"] or series.times,
        covers=series.covers if answers["period"] is None else answers["period"],
    )
    saved, entry = await edit_series(ctx.desk, series, changed)
    text = _(
        "The recurring invoice to {client} is changed, from {date} on.",
        client=client.name,
        date=saved.next_on,
    )
    return shown_series(ctx, saved, client, Notice(text, "success"), undo_button(entry))


def _rule(ctx: Context, series: Series, typed: str | None) -> Rule:
    return series.rule if typed is None else read_rule(typed, ctx.today, ctx.desk.business.language)


def _labels() -> dict[str, str]:
    return {
        "lines": _("Lines"), "every": _("How often"), "period": _("For the time"), "until": _("Ends on"),
        "times": _("Invoices"), "due": _("Due"), "vat": _("VAT"), "discount": _("Discount"), "ref": _("Reference"),
        "order": _("Order"), "note": _("Note"),
    }  # fmt: skip


COMMANDS = (
    Command(
        name="recurring edit",
        help=N_("Change what a recurring invoice bills, and when"),
        run=edit,
        group="invoices",
        example="/recurring edit Acme: Hosting @ 60; due 30d",
        form=_form,
        read=_read,
        whole=True,
    ),
)
