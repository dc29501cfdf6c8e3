"""How plans are spoken of: that one is full or nearly so, how much of it is used up, and the way to the next one."""

from __future__ import annotations

from dataclasses import replace

from core.errors import PlanLimit
from core.plan import Feature, month_of
from core.usecases.plan import Used, full, nearly_full, plan_of
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, sentence

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


def bar(used: Used) -> str:
    """`▓▓▓░░ 3 of 5`; it is full only when nothing is left."""
    if used.most is None:
        return _("{used}, without limit", used=used.used)
    filled = min(_WIDTH, used.used * _WIDTH // used.most) if used.most else _WIDTH
    return f"{_FULL * filled}{_EMPTY * (_WIDTH - filled)} " + _(
        "{used} of {most}", used=used.used, most=used.most
    )
