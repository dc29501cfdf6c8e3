"""How plans are spoken of: that one is full or nearly so, how much of it is used up, and the way to the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.errors import N_, PlanLimit
from core.plan import Feature, Plan, gains, limit, month_of
from core.usecases.plan import Used, full, nearly_full, plan_of
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, sentence

_INCLUDED: Mapping[Feature, tuple[str, str]] = {
    # With a limit, and without; how many there are stands in core/plan.py alone.
    Feature.INVOICES: (N_("{most} invoices a month"), N_("any number of invoices")),
    Feature.MEMBERS: (N_("{most} people"), N_("any number of people")),
    Feature.ROLES: ("", N_("accountants")),
    Feature.APPROVALS: ("", N_("approvals")),
    Feature.LADDER: ("", N_("reminders that leave by themselves")),
    Feature.SERIES: (N_("{most} recurring invoices"), N_("any number of recurring invoices")),
    Feature.COLOURS: ("", N_("your own colours")),
    Feature.UNBRANDED: ("", N_("documents that do not name Billhook")),
}
_WIDTH = 5
_FULL, _EMPTY = "▓", "░"


async def plan_is_full(ctx: Context, error: PlanLimit) -> Reply:
    """The answer where the plan includes no more, which is counted for the operator."""
    await ctx.work.plans.note_full(Feature(error.feature), month_of(ctx.today))
    return Reply((Notice(sentence(error), "warning"),), upgrade_buttons(ctx, error.offer))


def upgrade_buttons(ctx: Context, offer: str = "") -> tuple[Button, ...]:
    """None where nothing can be bought."""
    return (Button(_("Upgrade"), "upgrade", offer),) if ctx.offers else ()


async def left_out(ctx: Context, feature: Feature) -> tuple[Notice, tuple[Button, ...]]:
    """What to say beside something that the plan does not include, and the way out."""
    error = full(ctx.desk, await plan_of(ctx.desk), feature)
    return Notice(sentence(error), "warning"), upgrade_buttons(ctx, error.offer)


async def warned(ctx: Context, reply: Reply) -> Reply:
    """The reply after an invoice was issued, with a word where few are left this month; it is said once a month."""
    found = await nearly_full(ctx.desk, Feature.INVOICES)
    if found is None:
        return reply
    text = _(
        "{used} of the {most} invoices that your plan includes this month are issued. It starts anew on {date}.",
        used=found.used, most=found.most, date=found.resets_on,
    )  # fmt: skip
    return replace(
        reply,
        blocks=(*reply.blocks, Notice(text, "warning")),
        buttons=(*reply.buttons, *upgrade_buttons(ctx)),
    )


def gained(plan: Plan, before: Plan) -> str:
    """What the one includes beyond the other: `any number of invoices, 3 people`."""
    return ", ".join(_included(plan, feature) for feature in gains(plan, before) if feature in _INCLUDED)


def _included(plan: Plan, feature: Feature) -> str:
    most = limit(plan, feature)
    counted, unlimited = _INCLUDED[feature]
    return _(unlimited) if most is None else _(counted, most=most)


def bar(used: Used) -> str:
    """`▓▓▓░░ 3 of 5`; it is full only when nothing is left."""
    if used.most is None:
        return _("{used}, without limit", used=used.used)
    filled = min(_WIDTH, used.used * _WIDTH // used.most) if used.most else _WIDTH
    return f"{_FULL * filled}{_EMPTY * (_WIDTH - filled)} " + _(
        "{used} of {most}", used=used.used, most=used.most
    )
