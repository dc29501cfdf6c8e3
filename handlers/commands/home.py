"""The overview: what is late, what comes soon and what this month brought, with the ways on."""

from __future__ import annotations

from core.errors import N_
from core.party import Role
from core.views import CurrencyOverview, InvoiceFilter, Overview
from handlers.command import Command, Where
from handlers.commands.lists import overdue_table
from handlers.context import Context
from handlers.kinds import Answers, Block, Button, Facts, Notice, Outcome, Reply, Text
from handlers.words import _

MOST_LATE = 5
MOST_CURRENCIES = 8


async def home(ctx: Context, answers: Answers) -> Outcome:
    overview = await ctx.work.invoices.overview(ctx.today)
    blocks: list[Block] = [_drafts(ctx, overview), *_sums(ctx, overview)]
    buttons = []
    if any(sums.overdue_count for sums in overview.currencies):
        page = await ctx.work.invoices.list_page(InvoiceFilter.OVERDUE, ctx.today, None, None, MOST_LATE)
        blocks.append(overdue_table(ctx, page.rows))
        buttons = [
            Button(_("Open {number}", number=row.number), "invoice show", row.id.hex)
            for row in page.rows
            if row.number
        ]
    else:
        blocks.append(Notice(_("Nothing is overdue."), "success"))
    return Reply(tuple(blocks), (*_ways(), *buttons))


def _drafts(ctx: Context, overview: Overview) -> Facts:
    pairs = ((_("Today"), str(ctx.today)), (_("Drafts"), str(overview.drafts)))
    return Facts(pairs, ctx.desk.business.name)


def _sums(ctx: Context, overview: Overview) -> list[Block]:
    """The business's own currency first; nobody bills in more than a few."""
    own = ctx.desk.business.currency
    currencies = sorted(overview.currencies, key=lambda sums: sums.currency != own)
    blocks: list[Block] = [_of_one(ctx, sums) for sums in currencies[:MOST_CURRENCIES]]
    left = len(currencies) - MOST_CURRENCIES
    if left > 0:
        blocks.append(Text(_("… and {count} more currencies: /invoices", count=left)))
    return blocks


def _of_one(ctx: Context, sums: CurrencyOverview) -> Facts:
    late = _("{sum} ({count})", sum=ctx.money(sums.overdue), count=sums.overdue_count)
    soon = _("{sum} ({count})", sum=ctx.money(sums.soon), count=sums.soon_count)
    return Facts(
        (
            (_("Overdue"), late),
            (_("Due within 7 days"), soon),
            (_("Issued this month"), ctx.money(sums.issued)),
            (_("Received this month"), ctx.money(sums.received)),
        ),
        sums.currency,
    )


def _ways() -> tuple[Button, ...]:
    return (
        Button(_("New invoice"), "invoice", tone="primary"),
        Button(_("Overdue"), "overdue"),
        Button(_("Invoices"), "invoices"),
        Button(_("Clients"), "clients"),
        Button(_("Drafts"), "invoices", InvoiceFilter.DRAFT.value),
        Button(_("Settings"), "settings"),
    )


COMMANDS = (
    Command(
        name="home",
        help=N_("Your business at a glance"),
        run=home,
        group="money",
        example="/home",
        role=Role.ACCOUNTANT,
        where=Where.ALLOWED,
    ),
)
