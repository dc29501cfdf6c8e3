"""How reports look in a chat: debts by age, a client's account, revenue with its taxes, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.money import Money
from core.report import Account, Age, Aging, AgingTable, EntryKind, LeftOut, Revenue
from core.tax import Tax
from handlers.context import Context
from handlers.kinds import Block, Facts, Lines, Notice
from handlers.vat_words import vat_label
from handlers.words import _

MOST_LEFT_OUT = 20
SHOWN = 10
"""Clients of one currency in the chat; a file has all of them."""


def aging_blocks(ctx: Context, report: Aging) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for table in report.tables:
        blocks.append(_aging_table(ctx, table))
        if len(table.rows) > SHOWN:
            left = len(table.rows) - SHOWN
            blocks.append(Notice(_("{count} more clients are in the file.", count=left)))
    return tuple(blocks)


def _aging_table(ctx: Context, table: AgingTable) -> Lines:
    rows = [(row.client, *_cells(ctx, row.owed), _bare(ctx, row.total)) for row in table.rows[:SHOWN]]
    rows.append((_("All clients"), *_cells(ctx, table.owed), _bare(ctx, table.total)))
    header = (_("Client"), *map(_age_name, Age), _("Total"))
    title = _("Owed in {currency} on {date}", currency=table.currency, date=ctx.today)
    return Lines(header, tuple(rows), tuple(range(1, len(header))), title)


def _age_name(age: Age) -> str:
    return {
        Age.CURRENT: _("Not late"), Age.TO_30: _("1-30 days"), Age.TO_60: _("31-60 days"),
        Age.TO_90: _("61-90 days"), Age.OVER_90: _("Over 90 days"),
    }[age]  # fmt: skip


def _cells(ctx: Context, owed: Iterable[Money]) -> tuple[str, ...]:
    return tuple(_bare(ctx, money) if money else "–" for money in owed)


def _bare(ctx: Context, money: Money) -> str:
    """The amount alone, where the title names the currency."""
    return ctx.price(money.amount, money.currency)


def account_facts(ctx: Context, account: Account) -> Facts:
    paid = -account.moved(EntryKind.PAYMENT, EntryKind.REFUND)
    credited = -account.moved(EntryKind.CREDIT_NOTE)
    less = account.moved(EntryKind.DISCOUNT)
    pairs = (
        (_("Owed before"), ctx.money(account.opening)),
        (_("Invoiced"), ctx.money(account.moved(EntryKind.INVOICE))),
        *([(_("Credited"), ctx.money(credited))] if credited else []),
        (_("Received"), ctx.money(paid)),
        *(((_("Early-payment discount"), ctx.money(-less)),) if less else ()),
        _closing(ctx, account.closing),
    )
    return Facts(pairs, account.currency)


def _closing(ctx: Context, money: Money) -> tuple[str, str]:
    if money.minor < 0:
        return _("Credit of the client"), ctx.money(-money)
    return _("Owed at the end"), ctx.money(money)


def revenue_blocks(ctx: Context, revenue: Revenue) -> tuple[Block, ...]:
    whole = revenue.whole
    facts = Facts(
        ((_("Invoiced"), ctx.money(whole.invoiced)), (_("Received"), ctx.money(whole.received))), revenue.currency
    )  # fmt: skip
    rows = [
        (vat_label(ctx, Tax(tax.category, tax.rate)), _bare(ctx, tax.net), _bare(ctx, tax.tax), _bare(ctx, tax.total))
        for tax in whole.taxes
    ]  # fmt: skip
    if whole.rounding:
        rows.append((_("Rounding"), "–", "–", _bare(ctx, whole.rounding)))
    if not rows:
        return (facts,)
    header = (_("Rate"), _("Net"), _("VAT"), _("Total"))
    title = _("VAT in {currency}, by the dates of the invoices", currency=revenue.currency)
    return facts, Lines(header, tuple(rows), (1, 2, 3), title)


def left_out_notice(ctx: Context, left_out: Sequence[LeftOut], currency: str) -> tuple[Block, ...]:
    """By name: an amount without a rate is never guessed."""
    if not left_out:
        return ()
    shown = [f"{number} ({ctx.money(amount)})" for number, amount in left_out[:MOST_LEFT_OUT]]
    if len(left_out) > MOST_LEFT_OUT:
        shown.append(_("and {count} more", count=len(left_out) - MOST_LEFT_OUT))
    text = _(
        "Left out, because no rate into {currency} is stored with them: {names}.",
        currency=currency,
        names=", ".join(shown),
    )
    return (Notice(text, "warning"),)
