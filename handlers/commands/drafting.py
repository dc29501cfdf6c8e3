"""From typed answers to a draft, and from a draft back to what would be typed: the fields of an invoice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from core.early import NOT_EARLY, EarlyTerms
from core.errors import N_, InvalidInput
from core.invoice import MAX_NOTE, MAX_REFERENCE, Discount, Draft, Line
from core.locale import format_decimal
from core.party import Client
from core.product import Goods, Product
from core.tax import NO_TAX, Supply, Tax, tax_at, untaxed
from core.tax_choice import as_meant, choose
from core.terms import Terms
from core.usecases.client import change_client
from handlers.choices import search_currencies
from handlers.context import Context
from handlers.kinds import Answers, Asked, Box, Field, Option
from handlers.reading.dates import read_date
from handlers.reading.invoice_text import read_discount, read_yes_no
from handlers.reading.lines import read_priced_lines
from handlers.reading.parties import read_currency
from handlers.reading.terms import read_due, read_early, read_period
from handlers.reading.text import clean
from handlers.reading.vat import Vat, read_vat
from handlers.starting import plain, said, unchanged, yes_or_no
from handlers.vat_words import vat_options, vat_text
from handlers.words import _

NEVER = date.min
"""What `-` reads as where a day may be taken out again."""
_NO_GOODS: Mapping[str, Product] = MappingProxyType({})


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
        silent("early", _("How much is off for whoever pays early? For example 2% 10d, or - for nothing."),
               lambda text: NOT_EARLY if none(text) else read_early(text), draft and draft.early),
        silent("on", _("Which date does the invoice carry?"),
               lambda text: read_date(text, "on", today, language, nearest=True, month_first=month_first),
               draft and draft.issue_on, box=Box.DAY),
        silent("period", _("When was the work done? For example 2026-11-01..2026-11-30, or november."),
               lambda text: read_period(text, today, language, month_first=month_first), draft and draft.period),
        silent("delivered", _("On which day was it delivered? - for none."),
               lambda text: NEVER if none(text) else read_date(text, "delivered", today, language, nearest=True,
                                                               month_first=month_first),
               draft and draft.delivered_on),
        silent("vat", _("Which VAT rate, in percent?"), read_vat, _typed(ctx, draft), options=vat_options(ctx)),
        silent("discount", _("How much discount? For example 10% or 50, or - for none."),
               lambda text: Discount() if none(text) else read_discount(text, style, hint=business.currency),
               draft and draft.discount),
        silent("currency", _("Which currency?"), read_currency, draft and draft.currency, search=search_currencies),
        silent("ref", _("Which reference of the client's, such as an order number?"),
               lambda text: "" if none(text) else clean(text, "ref", MAX_REFERENCE), draft and draft.reference),
        silent("order", _("Which number has the client's order, where their reference is another one?"),
               lambda text: "" if none(text) else clean(text, "order", MAX_REFERENCE), draft and draft.order),
        silent("note", _("Which note shall stand on it?"),
               lambda text: "" if none(text) else clean(text, "note", MAX_NOTE, multiline=True),
               draft and draft.note, box=Box.TEXT),
        silent("incl", _("Do the prices include VAT?"), lambda text: read_yes_no(text, "incl"),
               bool(draft and draft.inclusive), options=yes_or_no(), box=Box.CHOICE),
    )  # fmt: skip


def _starts(ctx: Context, draft: Draft | None) -> dict[str, str]:
    """What would have been typed for the draft; for a new one, for what the business usually does."""
    starts = {
        "due": str(draft.due if draft else ctx.desk.business.terms),
        # Of a new one it stands empty: whom it is for decides, unless somebody says otherwise.
        "vat": vat_text(draft.tax) if draft else "",
        "incl": said(bool(draft and draft.inclusive)),
    }
    if draft is None:
        return starts
    starts |= {"currency": draft.currency, "ref": draft.reference, "order": draft.order, "note": draft.note}
    if draft.early:
        starts["early"] = str(draft.early)
    if draft.issue_on:
        starts["on"] = str(draft.issue_on)
    if draft.period:
        starts["period"] = f"{draft.period.start}..{draft.period.end}"
    if draft.delivered_on:
        starts["delivered"] = str(draft.delivered_on)
    if draft.discount and draft.discount.percent is not None:
        starts["discount"] = f"{plain(draft.discount.percent)}%"
    elif draft.discount and draft.discount.amount is not None:
        starts["discount"] = format_decimal(draft.discount.amount, ctx.typing)
    return starts


def _typed(ctx: Context, draft: Draft | None) -> Tax | None:
    """What typing it again reads as, where that means the very same tax."""
    if draft is None:
        return None
    typed = draft.tax if draft.tax.category.taxed else untaxed(draft.tax.category)
    return typed if seller_tax(ctx, typed) == draft.tax else None


def none(text: str) -> bool:
    """How a person takes something out again."""
    return text.strip().lower() in ("-", "none")


def lines_field(
    ctx: Context, asked: Asked, goods: Goods = _NO_GOODS, offered: tuple[Option, ...] = ()
) -> Field:
    """`goods`: the products that the lines may name; `offered`: some that are a press away."""
    prompt = _("What do you bill for? One line or several, such as: 3h design @ 120, 2 x Hosting @ 49.90")
    style, hint = ctx.typing, ctx.desk.business.currency
    return Field(
        "lines",
        prompt,
        lambda text: read_priced_lines(text, style, hint=hint, goods=goods),
        asked,
        offered,
        box=Box.TEXT,
    )


def new_draft(ctx: Context, client: Client, answers: Answers) -> Draft:
    """The draft as typed, with the business's own terms and currency, and the VAT that the rules give for this client,
    for what was not.
    """
    business = ctx.desk.business
    lines = answers["lines"]
    typed = answers["currency"]
    if typed and lines.currency and typed != lines.currency:
        raise InvalidInput(
            "currency", N_("The prices are written in {written}, the invoice is in {typed}."), lines.currency,
            written=lines.currency, typed=typed,
        )  # fmt: skip
    tax = meant_tax(ctx, client, answers["vat"])
    typed_lines = seller_lines(ctx, lines.lines)
    if tax == NO_TAX and any(line.tax and line.tax.rate for line in typed_lines):
        # EN 16931 lets "outside VAT" stand beside no other category; beside a rate it is a rate of zero.
        tax = tax_at(Decimal(0))
    due: Terms | date = answers.get("due") or business.terms
    return Draft(
        client_id=client.id,
        currency=typed or lines.currency or client.currency or business.currency,
        lines=typed_lines,
        tax=tax,
        due=due,
        early=_early(ctx, client, answers.get("early"), due, answers.get("on") or ctx.today),
        issue_on=answers.get("on"),
        period=answers["period"],
        discount=_some(answers["discount"]),
        inclusive=bool(answers["incl"]),
        reference=answers["ref"] or "",
        note=answers["note"] or "",
        order=answers["order"] or "",
        delivered_on=_day(answers.get("delivered")),
    )


def _early(
    ctx: Context, client: Client, typed: EarlyTerms | None, due: Terms | date, issued_on: date
) -> EarlyTerms | None:
    """As typed, or else as the client and the business have it, where that is over before the invoice is due."""
    if typed is not None:
        return typed or None
    usual = client.early if client.early is not None else ctx.desk.business.early
    due_on = due.due(issued_on) if isinstance(due, Terms) else due
    return usual if usual and usual.until(issued_on) <= due_on else None


def changed_draft(ctx: Context, draft: Draft, client: Client, answers: Answers) -> Draft:
    """The draft with the options that were named; `client` is whom it is for."""
    changes: dict[str, Any] = {}
    plain = {"due": "due", "on": "issue_on", "period": "period", "currency": "currency", "ref": "reference",
             "order": "order", "note": "note", "incl": "inclusive"}  # fmt: skip
    for name, attribute in plain.items():
        # A quote has neither a date to be typed nor one on which it is due.
        if answers.get(name) is not None:
            changes[attribute] = answers[name]
    if answers.get("early") is not None:
        changes["early"] = answers["early"] or None
    if answers.get("delivered") is not None:
        changes["delivered_on"] = _day(answers["delivered"])
    if answers["discount"] is not None:
        changes["discount"] = _some(answers["discount"])
    if answers["vat"] is not None:
        changes["tax"] = meant_tax(ctx, client, answers["vat"])
    return replace(draft, **changes)


def _some(discount: Discount | None) -> Discount | None:
    """`-` reads as a discount of nothing, which takes the one that was there out again."""
    return None if discount == Discount() else discount


def _day(day: date | None) -> date | None:
    return None if day == NEVER else day


async def sold(ctx: Context, client: Client, typed: Vat | None) -> Client:
    """Goods or services: said once, it is kept for what the client is invoiced next."""
    if not isinstance(typed, Supply) or client.supply is typed:
        return client
    saved, _entry = await change_client(ctx.desk, client, replace(client, supply=typed))
    return saved


def meant_tax(ctx: Context, client: Client, typed: Vat | None) -> Tax:
    """What was typed, or else what the rules give for this client and what they are sold."""
    business = ctx.desk.business
    if isinstance(typed, Tax):
        return seller_tax(ctx, typed)
    return choose(business, client).tax


def seller_tax(ctx: Context, typed: Tax) -> Tax:
    """`vat 0` of a seller outside VAT is no zero rate: it stays outside (EN 16931 lets O mix with nothing). A reason
    for charging none gets the seller's code.
    """
    business = ctx.desk.business
    if not typed.category.taxed:
        return as_meant(business, typed.category)
    outside = business.default_tax == NO_TAX and not business.registered
    return NO_TAX if outside and not typed.rate else typed


def seller_lines(ctx: Context, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The same rule for rates that stand in single lines."""
    return tuple(
        replace(line, tax=seller_tax(ctx, line.tax)) if line.tax is not None else line for line in lines
    )
