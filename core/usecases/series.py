"""Recurring invoices: set up, paused, resumed, skipped, ended, and the one invoice that each of their days brings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from core.audit import Action, Entry
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Draft, Invoice
from core.money import Money
from core.party import Client
from core.plan import Feature, limit
from core.recurrence import Rule, next_on
from core.series import (
    Covers,
    Does,
    Series,
    SeriesState,
    ended,
    failed,
    is_due,
    must_ask,
    period_of,
    planned,
    resumed,
    too_late,
    went_on,
)
from core.terms import Terms
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue, make_ready, preview
from core.usecases.plan import full, must_have_room, plan_of

# -- what people say ---------------------------------------------------------------------------------


async def start_series(
    desk: Desk,
    draft: Draft,
    rule: Rule,
    does: Does,
    until: date | None = None,
    times: int | None = None,
    *,
    covers: Covers = Covers.NOTHING,
) -> tuple[Series, Entry]:
    """From its anchor on, and not before today. Raises InvalidInput where it could not be issued as it stands or has
    no day at all, and PlanLimit where the plan has no room for one more.
    """
    first = next_on(rule, desk.today - timedelta(days=1))
    series = Series(
        desk.ids.new(), desk.member.id, draft, rule, does, first, until=until, times=times, covers=covers
    )
    await _check(desk, series)
    await _must_have_room(desk)
    series = planned(series, desk.business.zone)
    await desk.work.series.add(series)
    return series, await _recorded(desk, series, Action.SERIES_STARTED)


async def _check(desk: Desk, series: Series) -> None:
    """Raises InvalidInput where its next invoice could not be issued as it stands, or there is none."""
    first = series.next_on
    if first is None:
        raise Conflict(N_("This recurring invoice has ended."))
    if not isinstance(series.draft.due, Terms):
        raise InvalidInput(
            "due", N_("A recurring invoice is due some days after each date, not on one day."), "14d"
        )
    await preview(desk, dated(series, first))
    if series.times is not None and series.times <= series.made:
        raise InvalidInput(
            "times",
            N_("Invoices it has made already: {made}. Say more than that, or end it instead."),
            str(series.made + 1),
            made=series.made,
        )
    if not series.days(1):
        raise InvalidInput(
            "until",
            N_("It would end before its first day, {first}."),
            first.isoformat(),
            first=first,
        )


def dated(series: Series, day: date) -> Draft:
    """What is billed on that day, with the time it is for."""
    return replace(series.draft, period=period_of(series, day))


async def edit_series(desk: Desk, series: Series, changed: Series) -> tuple[Series, Entry]:
    """What is billed, or when, from its next day on; a new rule counts from today. Whoever changes it stands for it,
    where invoices above a limit need a word. It must be locked.
    """
    _must_live(series)
    if changed.rule != series.rule:
        changed = replace(changed, next_on=next_on(changed.rule, desk.today - timedelta(days=1)))
    await _check(desk, changed)
    return await _changed(desk, series, replace(changed, member_id=desk.member.id, failures=0))


async def pause_series(desk: Desk, series: Series) -> tuple[Series, Entry]:
    """Until somebody resumes it; what falls into the pause is not made up for. It must be locked, as in all
    of these.
    """
    if series.state is not SeriesState.ACTIVE:
        raise Conflict(_not_active(series))
    return await _changed(desk, series, replace(series, state=SeriesState.PAUSED))


async def resume_series(desk: Desk, series: Series) -> tuple[Series, Entry]:
    """From today on, by the same anchor."""
    if series.state is not SeriesState.PAUSED:
        raise Conflict(_not_paused(series))
    return await _changed(desk, series, resumed(series, desk.today))


async def skip_next(desk: Desk, series: Series) -> tuple[Series, Entry]:
    """Its next day brings no invoice, and counts as none of those it makes in all."""
    _must_live(series)
    return await _changed(desk, series, went_on(series))


async def end_series(desk: Desk, series: Series) -> tuple[Series, Entry]:
    _must_live(series)
    return await _changed(desk, series, ended(series))


async def change_doing(desk: Desk, series: Series, does: Does) -> tuple[Series, Entry]:
    """What the clock does from now on. Whoever says so stands for it, where invoices above a limit need a word.

    The invoices are as big as they were when somebody else set it up, so nobody gains a right by this.
    """
    _must_live(series)
    return await _changed(desk, series, replace(series, does=does, member_id=desk.member.id))


async def restore_series(desk: Desk, series: Series, before: Series | None) -> Series:
    """Undo the last change, or with `before` None that it was set up. It must be locked."""
    if before is None:
        return await _saved(desk, ended(series))
    if series.state is SeriesState.ENDED and before.state is not SeriesState.ENDED:
        await _must_have_room(desk)
    return await _saved(desk, replace(before, version=series.version))


async def _must_have_room(desk: Desk) -> None:
    await desk.work.plans.lock()
    await must_have_room(desk, Feature.SERIES, await desk.work.series.count_live())


def _must_live(series: Series) -> None:
    if series.state is SeriesState.ENDED:
        raise Conflict(N_("This recurring invoice has ended."))


def _not_active(series: Series) -> str:
    if series.state is SeriesState.PAUSED:
        return N_("This recurring invoice is paused already.")
    return N_("This recurring invoice has ended.")


def _not_paused(series: Series) -> str:
    if series.state is SeriesState.ACTIVE:
        return N_("This recurring invoice is not paused.")
    return N_("This recurring invoice has ended.")


async def _changed(desk: Desk, before: Series, after: Series) -> tuple[Series, Entry]:
    saved = await _saved(desk, after)
    return saved, await _recorded(desk, saved, Action.SERIES_CHANGED, before)


async def _saved(desk: Desk, series: Series) -> Series:
    return await desk.work.series.save(planned(series, desk.business.zone))


async def _recorded(desk: Desk, series: Series, action: Action, before: Series | None = None) -> Entry:
    client = await desk.work.clients.get(series.draft.client_id)
    entry = await desk.record(action, series, client.name, before=before)
    if series.next_at is not None:
        await desk.work.agendas.wake(series.next_at)
    return entry


# -- what the clock does -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a series whose day had come."""

    series: Series
    """As it is now."""
    invoice: Invoice | None
    """None where nothing was left to be made."""
    asks: bool = False
    """It was only drafted, because somebody has to say yes to so much."""
    passed: int = 0
    """Days that were missed by too much to be made up for."""
    client: Client | None = None
    """Whom the invoice is for."""


async def run_series(desk: Desk, series_id: UUID) -> Ran | None:
    return await run_locked(desk, await desk.work.series.lock(series_id))


async def run_locked(desk: Desk, series: Series) -> Ran | None:
    """The invoice of its day, and on to the next one, in one transaction: whatever dies, there is one or none.

    None where it is not due, or this day has brought its invoice. Raises PlanLimit where the plan has room for fewer,
    and whatever stands against the invoice itself.
    """
    if not is_due(series, desk.clock.now(), desk.business.zone):
        await _replan(desk, series)
        return None
    await _must_have_its_place(desk, series)
    series, passed = too_late(series, desk.today)
    day = series.next_on
    if day is None or day > desk.today:
        return Ran(await _saved(desk, series), None, passed=passed)
    if await desk.work.series.invoice_of(series.id, day) is not None:
        # Somebody has undone a change that was made before this day.
        return Ran(await _saved(desk, went_on(series)), None, passed=passed)
    ready = await make_ready(desk, dated(series, day))
    invoice, _entry = await create_draft(desk, dated(series, day), ready)
    if not await desk.work.series.decide(series.id, day, invoice.id, desk.clock.now()):
        raise Conflict(N_("Somebody else changed this at the same moment. Please try again."))
    asks = series.does is not Does.DRAFT and await _must_ask(desk, series, invoice.total)
    if series.does is not Does.DRAFT and not asks:
        invoice, _entry = await issue(desk, invoice, ready)
    return Ran(await _saved(desk, went_on(series, made=1)), invoice, asks, passed, ready.client)


async def _must_ask(desk: Desk, series: Series, total: Money) -> bool:
    if desk.business.approval_limit is None:
        return False
    return must_ask(desk.business, await desk.work.members.get(series.member_id), total)


async def fail_series(desk: Desk, series_id: UUID) -> Series | None:
    """After run_series raised something and was rolled back: tried again later, and at the third time paused."""
    series = await desk.work.series.lock(series_id)
    if not is_due(series, desk.clock.now(), desk.business.zone):
        return None
    return await desk.work.series.save(failed(series, desk.clock.now()))


async def _replan(desk: Desk, series: Series) -> None:
    """The business has moved to where this day has not begun yet."""
    again = planned(series, desk.business.zone)
    if series.next_at is not None and series.next_at <= desk.clock.now() and again != series:
        await desk.work.series.save(again)


async def _must_have_its_place(desk: Desk, series: Series) -> None:
    """On a smaller plan than it was set up on, the oldest ones go on."""
    plan = await plan_of(desk)
    most = limit(plan, Feature.SERIES)
    if most is not None and await desk.work.series.count_live(older_than=series.id) >= most:
        raise full(desk, plan, Feature.SERIES)
