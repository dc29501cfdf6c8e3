"""The plan of a business: what it includes is taken, given back and asked about here, and changes are ordered.

Where nothing is sold, `Plans` gives the plan without limits and counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import N_, Conflict, PlanLimit
from core.moments import local_day
from core.plan import (
    MONTHLY,
    NAMES,
    NO,
    Feature,
    Offer,
    Plan,
    Subscription,
    cheapest_with,
    includes,
    is_nearly_full,
    limit,
    month_of,
    next_month,
    plan_at,
)
from core.plan_news import next_look
from core.plan_ports import ORDER_JOB, Order, OrderKind
from core.ports import Clock, Jobs, Work
from core.usecases.desk import Desk

_FULL: Mapping[Feature, str] = {
    Feature.INVOICES: N_("Your plan {plan} includes {most} invoices a month, and all of them are issued. "
                         "It starts anew on {resets_on}."),
    Feature.MEMBERS: N_("Your plan {plan} has room for {most} people, and all of it is taken."),
    Feature.ROLES: N_("Your plan {plan} includes no accountants."),
    Feature.APPROVALS: N_("Your plan {plan} includes no approvals."),
    Feature.LADDER: N_("Your plan {plan} includes no reminders that leave by themselves; you can still send each one "
                       "by hand: /remind"),
    Feature.SERIES: N_("Your plan {plan} includes no further recurring invoice than you have."),
    Feature.CHARTS: N_("Your plan {plan} includes no charts."),
    Feature.SCHEDULED_REPORTS: N_("Your plan {plan} includes no reports that come by themselves."),
    Feature.EVENTS: N_("Your plan {plan} includes {most} events a month, and all of them are used up. It starts anew "
                       "on {resets_on}."),
    Feature.COLOURS: N_("Your plan {plan} includes no colours of your own; your logo stays."),
    Feature.UNBRANDED: N_("With your plan {plan}, documents name Billhook at their foot."),
}  # fmt: skip
_ALONE = N_("Your plan {plan} is for one person alone.")
_NO_ROOM = N_("{name} has no room for another person on its plan; its owner can change that.")


@dataclass(frozen=True, slots=True)
class Used:
    """How much of something is used up; `most` None is without limit."""

    feature: Feature
    used: int
    most: int | None
    resets_on: date | None = None
    """Of what is counted by the month."""


# -- what is included --------------------------------------------------------------------------------


async def plan_of(desk: Desk) -> Plan:
    """The plan whose limits hold now."""
    return plan_at(await desk.work.plans.get(), desk.clock.now())


async def has(desk: Desk, feature: Feature) -> bool:
    return includes(await plan_of(desk), feature)


async def take(desk: Desk, feature: Feature) -> None:
    """Use up one of what is counted by the month. Raises PlanLimit when this month's are used up.

    It is part of the transaction that uses it, so a rollback gives it back, and two that race for the last one
    wait for each other here.
    """
    plan = await plan_of(desk)
    if await desk.work.plans.take(feature, month_of(desk.today), limit(plan, feature)) is None:
        raise full(desk, plan, feature)


async def give_back(desk: Desk, feature: Feature, at: datetime) -> None:
    """What was taken at that moment was not used after all."""
    await desk.work.plans.give_back(feature, month_of(local_day(at, desk.business.zone)))


async def must_include(desk: Desk, feature: Feature) -> None:
    """Raises PlanLimit for what is not part of the plan at all."""
    plan = await plan_of(desk)
    if not includes(plan, feature):
        raise full(desk, plan, feature)


async def must_have_room(desk: Desk, feature: Feature, used: int) -> None:
    """Raises PlanLimit unless one more fits beside those `used`, of what is counted as it stands.

    Whoever counts locks the plan first (`plans.lock`), or two could both find the last place free.
    """
    plan = await plan_of(desk)
    most = limit(plan, feature)
    if most is not None and used >= most:
        raise full(desk, plan, feature)


async def must_have_a_seat(desk: Desk, guest: bool = False) -> None:
    """Raises PlanLimit when nobody more may join; who has joined stays, whatever the plan. `guest`: it is said to
    somebody who does not work here.
    """
    await desk.work.plans.lock()
    try:
        await must_have_room(desk, Feature.MEMBERS, await count_people(desk))
    except PlanLimit as error:
        if not guest:
            raise
        raise PlanLimit(error.feature, _NO_ROOM, name=desk.business.name) from error


async def count_people(desk: Desk) -> int:
    return sum(member.left_at is None for member in await desk.work.members.list())


def full(desk: Desk, plan: Plan, feature: Feature) -> PlanLimit:
    """What to say when the plan includes no more of it."""
    most = limit(plan, feature) or NO
    alone = feature is Feature.MEMBERS and most == 1
    return PlanLimit(
        feature.value,
        _ALONE if alone else _FULL[feature],
        most,
        next_month(desk.today) if feature in MONTHLY else None,
        cheapest_with(feature, most) or "",
        plan=NAMES[plan],
    )


# -- how much is used up -----------------------------------------------------------------------------


async def used_of(desk: Desk, feature: Feature) -> Used:
    """Of what is counted by the month, or of people."""
    most = limit(await plan_of(desk), feature)
    if feature is Feature.MEMBERS:
        return Used(feature, await count_people(desk), most)
    used = await desk.work.plans.used(feature, month_of(desk.today))
    return Used(feature, used, most, next_month(desk.today))


async def nearly_full(desk: Desk, feature: Feature) -> Used | None:
    """For whoever has just taken one: from 80 % on, once a month; None where there is nothing to say."""
    if limit(await plan_of(desk), feature) is None:
        return None
    found = await used_of(desk, feature)
    if found.most is None or not is_nearly_full(found.used, found.most):
        return None
    return found if await desk.work.plans.warn_once(feature, month_of(desk.today)) else None


# -- buying ------------------------------------------------------------------------------------------


async def save_subscription(work: Work, clock: Clock, subscription: Subscription) -> Subscription:
    """As the payment provider tells it, in the business entered; the clock comes by when there is something to tell.

    Raises Conflict when somebody saved it since it was loaded.
    """
    saved = await work.plans.save(subscription)
    at = next_look(saved, clock.now())
    if at is not None:
        await work.agendas.wake(at)
    return saved


async def order(
    desk: Desk, jobs: Jobs, kind: OrderKind, chat: str, sender: str, offer: Offer | None = None
) -> Order:
    """Have it done at the payment provider after this transaction, by ORDER_JOB. Raises Conflict where it cannot be.

    A business that has a plan changes it on the provider's page: a second checkout would sell it a second one.
    """
    _must_be_possible(desk, await desk.work.plans.lock(), kind)
    placed = Order(
        desk.ids.new(), kind, desk.member.id, chat, sender, desk.clock.now(),
        offer.plan if offer else Plan.FREE, bool(offer and offer.yearly),
    )  # fmt: skip
    await desk.work.plans.add_order(placed)
    await jobs.enqueue(desk.work, ORDER_JOB, f"{desk.business.id.hex}:{placed.id.hex}")
    return placed


def _must_be_possible(desk: Desk, subscription: Subscription, kind: OrderKind) -> None:
    match kind:
        case OrderKind.UPGRADE:
            if subscription.live:
                raise Conflict(N_("You have a plan already; it is changed on the page behind /billing."))
        case OrderKind.PORTAL:
            # Whoever only looked at a page on which something is bought has a name there, too.
            if not subscription.provider_id:
                raise Conflict(N_("Nothing was bought yet. See what there is: /upgrade"))
        case OrderKind.CANCEL:
            if not subscription.live:
                raise Conflict(N_("There is nothing to cancel: you pay for no plan."))
            if subscription.ends_at is not None:
                ends_on = local_day(subscription.ends_at, desk.business.zone)
                raise Conflict(N_("It is cancelled already, and ends on {date}."), date=ends_on)
        case OrderKind.RESUME:
            if not subscription.live or subscription.ends_at is None:
                raise Conflict(N_("Nothing is cancelled, so there is nothing to resume."))
