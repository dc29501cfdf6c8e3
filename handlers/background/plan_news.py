"""What a business is told about its plan by itself: bought, cancelled, not paid, or back on Free."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from core.moments import local_day
from core.notify import Kind
from core.plan import NAMES, Standing, Subscription
from core.plan_news import Item, News, next_look, untold
from handlers.background.notices import post_to, tell
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.telling import language_of, said_in
from handlers.words import _


async def tell_news(ctx: Context) -> None:
    """Once each, however often this runs; before anything else is locked."""
    now = ctx.clock.now()
    if not ctx.work.plans.sells or untold(await ctx.work.plans.get(), now) is None:
        return
    subscription = await ctx.work.plans.lock()
    item = untold(subscription, now)
    if item is not None:
        await ctx.work.plans.save(replace(subscription, told=item.key))
        await tell(ctx, Kind.PLAN, partial(_said, ctx, subscription, item))


async def next_news(ctx: Context) -> datetime | None:
    """When to come by again for this."""
    return next_look(await ctx.work.plans.get(), ctx.clock.now()) if ctx.work.plans.sells else None


async def tell_bought_twice(ctx: Context, known: Subscription, other: Subscription) -> None:
    """At once, and not again with each event of the other one."""
    for listener in await ctx.work.notices.listeners(Kind.PLAN):
        reply = said_in(await language_of(ctx, listener), partial(_twice, ctx, known, other))
        await post_to(ctx, listener.chat, Kind.PLAN, reply, f"twice:{other.provider_id}:{listener.chat}")


def _twice(ctx: Context, known: Subscription, other: Subscription) -> Reply:
    text = _(
        "{business} pays for two plans: {plan} counts, and {other} was bought beside it. Please cancel one of them.",
        business=ctx.desk.business.name, plan=NAMES[known.plan], other=NAMES[other.plan],
    )  # fmt: skip
    return Reply((Notice(text, "warning"),), (Button(_("Billing"), "billing"),))


def _said(ctx: Context, subscription: Subscription, item: Item) -> Reply:
    plan, business = NAMES[item.plan], ctx.desk.business.name
    day = local_day(item.at, ctx.desk.business.zone) if item.at else None
    billing = Button(_("Billing"), "billing")
    match item.news:
        case News.BEGUN:
            said = [Notice(_("{business} is on the plan {plan}.", business=business, plan=plan), "success")]
            end = subscription.trial_ends_at
            if subscription.standing is Standing.TRIALING and end is not None:
                until = local_day(end, ctx.desk.business.zone)
                said.append(Notice(_("It is free until {date}.", date=until)))
            return Reply(tuple(said), (Button(_("Plan"), "plan"),))
        case News.TRIAL_ENDS:
            text = _("The free trial of {plan} ends on {date}; from then on it is paid for, unless you cancel it.",
                     plan=plan, date=day)  # fmt: skip
            cancel = Button(_("Cancel {plan}", plan=plan), "billing", "cancel", tone="danger")
            return Reply((Notice(text),), (billing, cancel))
        case News.ENDING:
            text = _("{plan} of {business} is cancelled and goes on until {date}. After that the limits of Free hold; "
                     "everything you have stays.", plan=plan, business=business, date=day)  # fmt: skip
            return Reply((Notice(text),), (Button(_("Resume {plan}", plan=plan), "billing", "resume"),))
        case News.PAST_DUE:
            text = _("The payment for {plan} of {business} failed. It goes on until {date}; please look after your "
                     "card until then.", plan=plan, business=business, date=day)  # fmt: skip
            return Reply((Notice(text, "warning"),), (billing,))
        case News.STILL_PAST_DUE:
            text = _("The payment for {plan} of {business} is still open. On {date} the limits of Free begin.",
                     plan=plan, business=business, date=day)  # fmt: skip
            return Reply((Notice(text, "warning"),), (billing,))
        case News.FREE:
            text = _("{plan} of {business} is over, and the limits of Free hold. Everything you have stays: you can "
                     "read, export, void and be paid as before. Reminders wait for your word: /reminders",
                     plan=plan, business=business)  # fmt: skip
            return Reply((Notice(text, "warning"),), (Button(_("Upgrade"), "upgrade"),))
