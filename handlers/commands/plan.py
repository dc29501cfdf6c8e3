"""The business's own plan: what it includes and how much is used up, buying another one, and how it is paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from core.errors import N_, InvalidInput
from core.moments import local_day
from core.party import Role
from core.plan import GRACE, NAMES, TRIAL_DAYS, Feature, Offer, Plan, Standing, Subscription, plan_at
from core.plan_ports import OrderKind
from core.usecases.plan import order, used_of
from handlers.command import Command, Where, optional
from handlers.context import Context
from handlers.kinds import Answers, Asked, Box, Button, Facts, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.text import shown
from handlers.selling import bar, gained
from handlers.words import _

MONTHLY, YEARLY = "monthly", "yearly"
CANCEL, RESUME = "cancel", "resume"


# -- what there is -----------------------------------------------------------------------------------


async def show_plan(ctx: Context, answers: Answers) -> Outcome:
    if answers["nothing"]:
        raise InvalidInput("plan", N_("It shows your plan; write nothing behind it."), "/plan")
    subscription = await ctx.work.plans.get()
    plan = plan_at(subscription, ctx.clock.now())
    pairs = [(_("Plan"), NAMES[plan]), *_standing(ctx, subscription)]
    invoices = await used_of(ctx.desk, Feature.INVOICES)
    people = await used_of(ctx.desk, Feature.MEMBERS)
    used = [(_("Invoices this month"), bar(invoices)), (_("People"), bar(people))]
    if invoices.most is not None:
        used.append((_("The month starts anew"), str(invoices.resets_on)))
    title = _("The plan of {business}", business=ctx.desk.business.name)
    return Reply((Facts(tuple(pairs), title), Facts(tuple(used))), _buttons(ctx, subscription))


def _standing(ctx: Context, subscription: Subscription) -> list[tuple[str, str]]:
    """What it costs, and the next day on which something becomes of it."""
    if not subscription.live:
        return []
    pairs: list[tuple[str, str]] = []
    price, name = subscription.price, NAMES[subscription.plan]
    if price is not None:
        amount = ctx.money(price)
        text = (
            _("{amount} a year", amount=amount)
            if subscription.yearly
            else _("{amount} a month", amount=amount)
        )
        pairs.append((_("Price"), text))
    since = subscription.past_due_since
    if subscription.standing is Standing.PAST_DUE and since is not None:
        text = _("failed; {plan} goes on until {date}", plan=name, date=_day(ctx, since + GRACE))
        return [*pairs, (_("Payment"), text)]
    if subscription.ends_at is not None:
        text = _("{plan} goes on until {date}", plan=name, date=_day(ctx, subscription.ends_at))
        return [*pairs, (_("Cancelled"), text)]
    if subscription.standing is Standing.TRIALING and subscription.trial_ends_at is not None:
        return [*pairs, (_("Free trial until"), _day(ctx, subscription.trial_ends_at))]
    if subscription.standing is Standing.ACTIVE and subscription.renews_at is not None:
        return [*pairs, (_("Paid until"), _day(ctx, subscription.renews_at))]
    return [*pairs, (_("Payment"), _("not received"))]


def _day(ctx: Context, at: datetime) -> str:
    return str(local_day(at, ctx.desk.business.zone))


def _buttons(ctx: Context, subscription: Subscription) -> tuple[Button, ...]:
    top = subscription.live and subscription.plan is Plan.BUSINESS
    upgrade = (Button(_("Upgrade"), "upgrade"),) if ctx.offers and not top else ()
    billing = (Button(_("Billing"), "billing"),) if subscription.provider_id else ()
    return (*upgrade, *billing, *_ending_button(ctx, subscription))


def _ending_button(ctx: Context, subscription: Subscription) -> tuple[Button, ...]:
    if not subscription.live:
        return ()
    name = NAMES[subscription.plan]
    if subscription.ends_at is not None:
        return (Button(_("Resume {plan}", plan=name), "billing", RESUME),)
    sure = _("Cancel {plan} of {business}? It goes on until the end of what is paid for.", plan=name,
             business=ctx.desk.business.name)  # fmt: skip
    return (Button(_("Cancel {plan}", plan=name), "billing", CANCEL, tone="danger", confirm=sure),)


# -- buying ------------------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """Asks only where there is something to choose, and where a second plan is not bought beside the first."""
    buys = bool(ctx.offers) and not (await ctx.work.plans.get()).live
    plans = list(dict.fromkeys(offer.plan for offer in ctx.offers))
    chosen = (raw.get("plan") or "").strip().lower()
    yearly = any(offer.yearly and offer.plan == chosen for offer in ctx.offers)
    return (
        Field("plan", _what(plans), _read_plan, Asked.REQUIRED if buys else Asked.SILENT,
              tuple(Option(_priced(ctx, plan), plan.value) for plan in plans), box=Box.CHOICE, guides=True),
        Field("period", _("Paid by the month or by the year?"), _read_period,
              Asked.REQUIRED if buys and yearly else Asked.SILENT,
              tuple(_periods(ctx, chosen)), box=Box.CHOICE),
    )  # fmt: skip


def _what(plans: Sequence[Plan]) -> str:
    """Each after what the one before it includes already."""
    said, before = [_("Which plan?")], Plan.FREE
    for plan in plans:
        included = gained(plan, before)
        said.append(
            _("{plan} includes {included}.", plan=NAMES[plan], included=included)
            if before is Plan.FREE
            else _("{plan} adds {included}.", plan=NAMES[plan], included=included)
        )
        before = plan
    return " ".join(said)


def _priced(ctx: Context, plan: Plan) -> str:
    for offer in (Offer(plan), Offer(plan, yearly=True)):
        price = ctx.offers.get(offer)
        if price is not None:
            amount = ctx.money(price)
            if offer.yearly:
                return _("{plan}, {amount} a year", plan=NAMES[plan], amount=amount)
            return _("{plan}, {amount} a month", plan=NAMES[plan], amount=amount)
    return NAMES[plan]


def _periods(ctx: Context, chosen: str) -> Iterator[Option]:
    prices = {offer.yearly: price for offer, price in ctx.offers.items() if offer.plan == chosen}
    monthly, yearly = prices.get(False), prices.get(True)
    yield Option(_("Monthly, {amount}", amount=ctx.money(monthly)) if monthly else _("Monthly"), MONTHLY)
    yield Option(_("Yearly, {amount}", amount=ctx.money(yearly)) if yearly else _("Yearly"), YEARLY)


def _read(text: str) -> Raw:
    """`pro yearly`."""
    return dict(zip(("plan", "period"), text.split(maxsplit=1), strict=False))


def _read_plan(text: str) -> Plan:
    try:
        plan = Plan(text.strip().lower())
    except ValueError:
        plan = Plan.FREE
    if plan is Plan.FREE:
        raise InvalidInput(
            "plan", N_("“{value}” is no plan to buy: it is pro or business."), "pro", value=shown(text)
        )
    return plan


def _read_period(text: str) -> str:
    period = text.strip().lower()
    if period not in (MONTHLY, YEARLY):
        raise InvalidInput(
            "period", N_("“{value}” is not how it is paid: write monthly or yearly."), MONTHLY,
            value=shown(text),
        )  # fmt: skip
    return period


async def upgrade(ctx: Context, answers: Answers) -> Outcome:
    if not ctx.offers:
        text = _("Upgrades cannot be bought here: whoever runs this install has set up no payments.")
        return Reply((Notice(text, "warning"),))
    subscription = await ctx.work.plans.get()
    if subscription.live:
        await _ordered(ctx, OrderKind.PORTAL)
        name = NAMES[subscription.plan]
        text = _("You have {plan}. The page on which you change it comes in a moment.", plan=name)
        return Reply((Notice(text),))
    offer = Offer(answers["plan"], answers["period"] == YEARLY)
    name = NAMES[offer.plan]
    if offer not in ctx.offers:
        raise InvalidInput("period", N_("{plan} is only paid by the month here."), MONTHLY, plan=name)
    await _ordered(ctx, OrderKind.UPGRADE, offer)
    said = [Notice(_("The page on which you buy {plan} comes in a moment.", plan=name))]
    if not subscription.trialed:
        trial = _(
            "The first {days} days are free; nothing is charged if you cancel before they end.",
            days=TRIAL_DAYS,
        )
        said.append(Notice(trial))
    return Reply(tuple(said))


async def _ordered(ctx: Context, kind: OrderKind, offer: Offer | None = None) -> None:
    await order(ctx.desk, ctx.jobs, kind, ctx.chat.key, ctx.sender.key, offer)


# -- paying ------------------------------------------------------------------------------------------


async def billing(ctx: Context, answers: Answers) -> Outcome:
    match (answers["what"] or "").strip().lower():
        case "":
            await _ordered(ctx, OrderKind.PORTAL)
            text = _("The page with your card and our invoices to you comes in a moment.")
            return Reply((Notice(text),), _ending_button(ctx, await ctx.work.plans.get()))
        case "cancel":
            await _ordered(ctx, OrderKind.CANCEL)
            text = _("I am cancelling your plan; you hear from me when that is done.")
            return Reply((Notice(text),))
        case "resume":
            await _ordered(ctx, OrderKind.RESUME)
            text = _("I am taking the cancellation back; you hear from me when that is done.")
            return Reply((Notice(text),))
        case other:
            raise InvalidInput(
                "billing", N_("“{value}” is nothing that can be done here: write nothing, cancel or resume."),
                CANCEL, value=shown(other),
            )  # fmt: skip


COMMANDS = (
    Command(
        name="plan",
        help=N_("Your plan and what is used up of it"),
        run=show_plan,
        group="setup",
        example="/plan",
        form=optional("nothing"),
        role=Role.ACCOUNTANT,
        sold=True,
    ),
    Command(
        name="upgrade",
        help=N_("Buy a larger plan"),
        run=upgrade,
        group="setup",
        example="/upgrade pro monthly",
        form=_form,
        read=_read,
        role=Role.ADMIN,
        where=Where.PRIVATE,
        sold=True,
    ),
    Command(
        name="billing",
        help=N_("How your plan is paid, cancel or resume it"),
        run=billing,
        group="setup",
        example="/billing cancel",
        form=optional("what"),
        role=Role.ADMIN,
        where=Where.PRIVATE,
        sold=True,
    ),
)
