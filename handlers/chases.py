"""What is said about reminders: what comes next about an invoice, why nothing does, and how a client is reminded."""

from __future__ import annotations

from datetime import date

from core.invoice import Invoice
from core.ladder import Chased, Rest, Step, next_step
from core.language import NAMES, client_language
from core.nag_ports import Candidate
from core.party import Business, Client
from core.plan import Feature
from core.planning import client_zone
from core.promise import resumes_on
from core.quiet import Lull, holiday
from core.reminder import Chase, Promise, Reminder, ReminderState
from core.usecases.plan import has
from core.usecases.reminder import WAITING, asks_for
from handlers.context import Context
from handlers.kinds import Facts
from handlers.reading.ladders import show_steps
from handlers.words import _, language


def step_text(step: int) -> str:
    match step:
        case -1:
            return _("one day before it is due")
        case 0:
            return _("on the day it is due")
        case 1:
            return _("one day after it was due")
        case early if early < 0:
            return _("{days} days before it is due", days=-early)
        case late:
            return _("{days} days after it was due", days=late)


def rest_text(rest: Rest) -> str:
    """Why nothing (more) is sent, as the end of a line."""
    sentences = {
        Rest.OFF: _("reminders are off"),
        Rest.CLIENT_OFF: _("reminders to this client are off"),
        Rest.STOPPED: _("stopped by you"),
        Rest.PAID: _("nothing is owed"),
        Rest.FINISHED: _("its last reminder has been"),
        Rest.SMALL: _("less is owed than you ask for"),
    }
    return sentences[rest]


def pause_text(chased: Chased, today: date) -> str:
    """What holds the next step back; empty where nothing does."""
    if chased.promised_on is not None and chased.promised_on >= today:
        return _("payment is promised until {date}", date=chased.promised_on)
    if chased.snoozed_until is not None and chased.snoozed_until > today:
        return _("snoozed until {date}", date=chased.snoozed_until)
    return ""


def lull_text(lull: Lull, country: str, day: date) -> str:
    """What the client is left alone for, as the end of a line."""
    match lull:
        case Lull.NIGHT:
            return _("it is night there")
        case Lull.WEEKEND:
            return _("weekend")
        case Lull.HOLIDAY:
            return _("public holiday: {name}", name=holiday(country, day, language()))


# -- one invoice -----------------------------------------------------------------------------------


async def chase_facts(ctx: Context, invoice: Invoice, chase: Chase) -> Facts:
    candidate = await find_candidate(ctx, invoice)
    pairs = [(_("Reminders"), _("off") if chase.stopped else _("on"))]
    if candidate is not None:
        pairs.append((_("Steps"), _steps_text(candidate.chased.steps, own=chase.steps is not None)))
    pairs.append((_("Next"), await next_text(ctx, invoice, candidate)))
    title = _("{number}, {client}", number=invoice.issued.number, client=invoice.issued.buyer.name)
    return Facts(tuple(pairs), title)


async def find_candidate(ctx: Context, invoice: Invoice) -> Candidate | None:
    agenda = await ctx.work.agendas.get()
    return await ctx.work.reminders.candidate(ctx.desk.business, agenda.since, invoice.id)


def _steps_text(steps: tuple[int, ...], *, own: bool) -> str:
    shown = show_steps(steps)
    return _("{steps} (of its own)", steps=shown) if own else _("{steps} (as usual)", steps=shown)


async def next_text(ctx: Context, invoice: Invoice, candidate: Candidate | None) -> str:
    waiting = await waiting_about(ctx, invoice)
    if waiting is not None:
        if waiting.state is ReminderState.HELD:
            return _("a reminder waits for your word")
        return _("a reminder leaves {time}", time=ctx.time(waiting.send_at))
    if not ctx.desk.business.reminders.on:
        return rest_text(Rest.OFF)
    if not await has(ctx.desk, Feature.LADDER):
        return _("on your plan none leaves by itself")
    found = next_step(candidate.chased, ctx.today) if candidate else Rest.PAID
    if isinstance(found, Rest):
        return rest_text(found)
    return next_step_text(ctx, candidate.chased, found) if candidate else ""


def next_step_text(ctx: Context, chased: Chased, step: Step) -> str:
    paused = pause_text(chased, ctx.today)
    values = {"date": ctx.day(step.on), "step": step_text(step.step)}
    return _("{date}, {step}; {why}", **values, why=paused) if paused else _("{date}, {step}", **values)


async def waiting_about(ctx: Context, invoice: Invoice) -> Reminder | None:
    """The reminder that is about to leave and asks for it."""
    found = await ctx.work.reminders.list_of(invoice.id)
    return next((one for one in found if one.state in WAITING and asks_for(one, invoice.id)), None)


# -- one client ------------------------------------------------------------------------------------


def _by_default(business: Business, client: Client) -> str:
    return _("{language}, by default", language=NAMES[client_language(business, client)])


async def client_chase_facts(ctx: Context, client: Client) -> Facts:
    business = ctx.desk.business
    usual = client.steps is None
    steps = show_steps(business.reminders.steps if usual else client.steps or ())
    zone = client_zone(business, client)
    pairs = (
        (_("Reminders"), _("off") if client.reminders_off or not business.reminders.on else _("on")),
        (
            _("Steps"),
            _("{steps} (as usual)", steps=steps) if usual else _("{steps} (of its own)", steps=steps),
        ),
        (_("Language"), NAMES.get(client.language) or _by_default(business, client)),
        (_("Time zone"), zone),
        *await promise_pairs(ctx, client),
    )
    return Facts(pairs, client.name)


async def promise_pairs(ctx: Context, client: Client) -> tuple[tuple[str, str], ...]:
    """What the client promised, and how often that came to nothing."""
    found: list[tuple[str, str]] = []
    promise = await ctx.work.promises.find_open(client.id)
    if promise is not None:
        found.append((_("Promised to pay by"), promise_text(ctx, promise)))
    broken = await ctx.work.promises.count_broken(client.id)
    if broken:
        found.append((_("Broken promises"), str(broken)))
    return tuple(found)


def promise_text(ctx: Context, promise: Promise) -> str:
    return _(
        "{date}; reminders resume on {resumed}",
        date=ctx.day(promise.promised_on),
        resumed=resumes_on(promise),
    )
