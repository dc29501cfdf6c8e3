"""VAT in the words of a chat: the choices, which rule a draft follows, and how else it may be charged."""

from __future__ import annotations

from typing import assert_never

from core.errors import N_
from core.invoice import Draft, Invoice, TaxRow
from core.party import Client
from core.tax import Supply, Tax, TaxCategory, named_vat
from core.tax_choice import Rule, choose
from handlers.context import Context
from handlers.kinds import Button, Option
from handlers.reading.vat import EU, EXEMPT, EXPORT, NONE, REVERSE, ByRule
from handlers.starting import plain
from handlers.words import _

_TYPED = {
    TaxCategory.REVERSE: REVERSE,
    TaxCategory.EXEMPT: EXEMPT,
    TaxCategory.EXPORT: EXPORT,
    TaxCategory.INTRA: EU,
    TaxCategory.OUTSIDE: NONE,
}
_WHY = {
    Rule.REVERSE: N_("Reverse charge: the client accounts for the VAT"),
    Rule.INTRA: N_("Goods to a business in another EU country: VAT-free, the client accounts for the VAT"),
    Rule.EXPORT: N_("Export: no VAT is charged"),
    Rule.ABROAD: N_("A service to a business abroad: it is taxed there, not here"),
    Rule.CONSUMER: N_("As at home, because no VAT id of {name} is known"),
    Rule.SMALL_BUSINESS: N_("Small business: no VAT is charged"),
    Rule.OWN_ID_MISSING: N_(
        "Please check: with a VAT id of your own none would be charged; see /settings vat-id"
    ),
    Rule.UNKNOWN: N_("Please check: {name} is abroad, and the tax may not apply there"),
}
_QUIET = (Rule.HOME, Rule.UNREGISTERED)
"""What nobody wonders about."""


def tax_name(ctx: Context) -> str:
    """What it is called where the business is."""
    return _("VAT") if _named_vat(ctx) else _("Tax")


def _named_vat(ctx: Context) -> bool:
    return named_vat(ctx.desk.business.address.country)


def vat_text(tax: Tax) -> str:
    """What would be typed for it."""
    return plain(tax.rate) if tax.category.taxed else _TYPED[tax.category]


def vat_label(ctx: Context, tax: Tax) -> str:
    match tax.category:
        case TaxCategory.STANDARD | TaxCategory.ZERO:
            return f"{ctx.number(tax.rate)}%"
        case TaxCategory.EXEMPT:
            return _("Exempt")
        case TaxCategory.REVERSE:
            return _("Reverse charge")
        case TaxCategory.INTRA:
            return _("Supply within the EU")
        case TaxCategory.EXPORT:
            return _("Export")
        case TaxCategory.OUTSIDE:
            return _("No VAT")
        case _:
            assert_never(tax.category)


def vat_options(ctx: Context) -> tuple[Option, ...]:
    """The business's own rate first, then every reason for charging none."""
    usual = ctx.desk.business.default_tax
    own = (Option(vat_label(ctx, usual), vat_text(usual)),) if usual.category.taxed else ()
    words = (
        Option(_("Reverse charge"), REVERSE),
        Option(_("Supply within the EU"), EU),
        Option(_("Export"), EXPORT),
        Option(_("Exempt"), EXEMPT),
        Option(_("No VAT"), NONE),
        Option(_("By the rules"), ByRule.USUAL.value),
    )
    return (*own, *words)


def vat_of_row(ctx: Context, row: TaxRow, alone: bool) -> str:
    """What stands before the VAT of a group among the sums; `alone`: there is no other group."""
    rate, basis = ctx.number(row.tax.rate), ctx.money(row.basis)
    if row.tax.category.taxed:
        if not _named_vat(ctx):
            return (
                _("Tax {rate}%", rate=rate) if alone else _("Tax {rate}% on {basis}", rate=rate, basis=basis)
            )
        return _("VAT {rate}%", rate=rate) if alone else _("VAT {rate}% on {basis}", rate=rate, basis=basis)
    label = vat_label(ctx, row.tax)
    return label if alone else _("{reason} on {basis}", reason=label, basis=basis)


def vat_pairs(ctx: Context, draft: Draft, client: Client) -> tuple[tuple[str, str], ...]:
    """Which rule the draft's VAT follows and why; nothing where it is as usual."""
    choice = choose(ctx.desk.business, client)
    said = ""
    if all(line.tax for line in draft.lines):
        return ()
    if draft.tax == choice.tax:
        said = "" if choice.rule in _QUIET else _(_WHY[choice.rule], name=client.name)
    elif not draft.tax.category.taxed:
        said = vat_label(ctx, draft.tax)
    return ((tax_name(ctx), said),) if said else ()


def vat_buttons(ctx: Context, invoice: Invoice, client: Client) -> tuple[Button, ...]:
    """Ways to charge it otherwise, where the client is abroad: what the rules give where the draft has something else,
    what else may be right, goods for services, or all.
    """
    business = ctx.desk.business
    choice = choose(business, client)
    if choice.rule in (*_QUIET, Rule.SMALL_BUSINESS):
        return ()
    draft = invoice.id.hex
    other = Supply.SERVICES if client.supply is Supply.GOODS else Supply.GOODS
    buttons = [
        Button(vat_label(ctx, tax), "edit", f"{draft}; vat {typed}")
        for tax, typed in (
            (choice.tax, ByRule.USUAL.value),
            *((tax, vat_text(tax)) for tax in choice.instead),
        )
        if tax != invoice.draft.tax
    ]
    if choose(business, client, other).tax != choice.tax:
        label = _("These are goods") if other is Supply.GOODS else _("These are services")
        buttons.append(Button(label, "edit", f"{draft}; vat {other.value}"))
    return (*buttons, Button(_("Change VAT"), "edit", f"{draft}; vat"))
