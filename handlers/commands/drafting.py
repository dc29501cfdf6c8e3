"""From typed answers to a draft, and from a draft back to what would be typed: the fields of an invoice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.errors import N_, InvalidInput
from core.invoice import MAX_NOTE, MAX_REFERENCE, Discount, Draft, Line
from core.locale import format_decimal
from core.tax import NO_TAX, Tax, tax_at
from handlers.choices import search_currencies
from handlers.context import Context
from handlers.kinds import Answers, Asked, Box, Field
from handlers.reading.amounts import read_percent
from handlers.reading.dates import read_date
from handlers.reading.invoice_text import read_discount, read_yes_no
from handlers.reading.lines import read_priced_lines
from handlers.reading.parties import read_currency
from handlers.reading.terms import read_due, read_period
from handlers.reading.text import clean
from handlers.starting import plain, said, unchanged, yes_or_no
from handlers.words import _


def option_fields(ctx: Context, draft: Draft | None = None) -> tuple[Field, ...]:
    """Everything that may stand behind the lines; asked for only when it is named. Of a draft, as it stands there."""
    business = ctx.desk.business
    style, language, today = ctx.typing, business.language, ctx.today
    month_first = business.address.country == "US"
    starts = _starts(ctx, draft)

    def silent(name: str, prompt: str, parse: Callable[[str], Any], value: Any = None, **more: Any) -> Field:
        return Field(
            name, prompt, parse, Asked.SILENT, start=unchanged(starts.get(name, ""), parse, value), **more
        )

    return (
        silent("due", _("When is it due? For example 14d, 30d eom or 2026-12-31."),
               lambda text: read_due(text, today, language, month_first=month_first),
               draft.due if draft else business.terms),
        silent("on", _("Which date does the invoice carry?"),
               lambda text: read_date(text, "on", today, language, nearest=True, month_first=month_first),
               draft and draft.issue_on, box=Box.DAY),
        silent("period", _("When was the work done? For example 2026-11-01..2026-11-30, or november."),
               lambda text: read_period(text, today, language, month_first=month_first), draft and draft.period),
        silent("vat", _("Which VAT rate, in percent?"), lambda text: read_percent(text, "vat"), _rate(ctx, draft)),
        silent("discount", _("How much discount? For example 10% or 50, or - for none."),
               lambda text: Discount() if none(text) else read_discount(text, style, hint=business.currency),
               draft and draft.discount),
        silent("currency", _("Which currency?"), read_currency, draft and draft.currency, search=search_currencies),
        silent("ref", _("Which reference of the client's, such as an order number?"),
               lambda text: "" if none(text) else clean(text, "ref", MAX_REFERENCE), draft and draft.reference),
        silent("note", _("Which note shall stand on it?"),
               lambda text: "" if none(text) else clean(text, "note", MAX_NOTE, multiline=True),
               draft and draft.note, box=Box.TEXT),
        silent("incl", _("Do the prices include VAT?"), lambda text: read_yes_no(text, "incl"),
               bool(draft and draft.inclusive), options=yes_or_no(), box=Box.CHOICE),
    )  # fmt: skip


def _starts(ctx: Context, draft: Draft | None) -> dict[str, str]:
    """What would have been typed for the draft; for a new one, for what the business usually does."""
    rate = _rate(ctx, draft)
    starts = {
        "due": str(draft.due if draft else ctx.desk.business.terms),
        "vat": "" if rate is None else plain(rate),
        "incl": said(bool(draft and draft.inclusive)),
    }
    if draft is None:
        return starts
    starts |= {"currency": draft.currency, "ref": draft.reference, "note": draft.note}
    if draft.issue_on:
        starts["on"] = str(draft.issue_on)
    if draft.period:
        starts["period"] = f"{draft.period.start}..{draft.period.end}"
    if draft.discount and draft.discount.percent is not None:
        starts["discount"] = f"{plain(draft.discount.percent)}%"
    elif draft.discount and draft.discount.amount is not None:
        starts["discount"] = format_decimal(draft.discount.amount, ctx.typing)
    return starts


def _rate(ctx: Context, draft: Draft | None) -> Decimal | None:
    """The rate, where typing it means the very same tax."""
    tax = draft.tax if draft else ctx.desk.business.default_tax
    return tax.rate if registered_tax(ctx, tax.rate) == tax else None


def none(text: str) -> bool:
    """How a person takes something out again."""
    return text.strip().lower() in ("-", "none")


def lines_field(ctx: Context, asked: Asked, currency: str | None = None) -> Field:
    prompt = _("What do you bill for? One line or several, such as: 3h design @ 120, 2 x Hosting @ 49.90")
    style, hint = ctx.typing, ctx.desk.business.currency
    return Field(
        "lines",
        prompt,
        lambda text: read_priced_lines(text, style, currency=currency, hint=hint),
        asked,
        box=Box.TEXT,
    )


def new_draft(ctx: Context, client_id: Any, answers: Answers) -> Draft:
    """The draft as typed, with the business's own terms, rate and currency for what was not."""
    business = ctx.desk.business
    lines = answers["lines"]
    typed = answers["currency"]
    if typed and lines.currency and typed != lines.currency:
        raise InvalidInput(
            "currency", N_("The prices are written in {written}, the invoice is in {typed}."), lines.currency,
            written=lines.currency, typed=typed,
        )  # fmt: skip
    tax = registered_tax(ctx, answers["vat"])
    typed_lines = seller_lines(ctx, lines.lines)
    if tax == NO_TAX and any(line.tax and line.tax.rate for line in typed_lines):
        # EN 16931 lets "outside VAT" stand beside no other category; beside a rate it is a rate of zero.
        tax = tax_at(Decimal(0))
    return Draft(
        client_id=client_id,
        currency=typed or lines.currency or business.currency,
        lines=typed_lines,
        tax=tax,
        due=answers["due"] or business.terms,
        issue_on=answers["on"],
        period=answers["period"],
        discount=_some(answers["discount"]),
        inclusive=bool(answers["incl"]),
        reference=answers["ref"] or "",
        note=answers["note"] or "",
    )


def changed_draft(ctx: Context, draft: Draft, answers: Answers) -> Draft:
    """The draft with the options that were named."""
    changes: dict[str, Any] = {}
    plain = {"due": "due", "on": "issue_on", "period": "period", "currency": "currency", "ref": "reference",
             "note": "note", "incl": "inclusive"}  # fmt: skip
    for name, attribute in plain.items():
        if answers[name] is not None:
            changes[attribute] = answers[name]
    if answers["discount"] is not None:
        changes["discount"] = _some(answers["discount"])
    if answers["vat"] is not None:
        changes["tax"] = registered_tax(ctx, answers["vat"])
    return replace(draft, **changes)


def _some(discount: Discount | None) -> Discount | None:
    """`-` reads as a discount of nothing, which takes the one that was there out again."""
    return None if discount == Discount() else discount


def registered_tax(ctx: Context, rate: Decimal | None) -> Tax:
    """`vat 0` of a seller outside VAT is no zero rate: it stays outside (EN 16931 lets O mix with nothing)."""
    default = ctx.desk.business.default_tax
    if rate is None:
        return default
    return NO_TAX if default == NO_TAX and not rate and not ctx.desk.business.registered else tax_at(rate)


def seller_lines(ctx: Context, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The same rule for rates that stand in single lines."""
    return tuple(
        replace(line, tax=registered_tax(ctx, line.tax.rate)) if line.tax is not None else line
        for line in lines
    )
