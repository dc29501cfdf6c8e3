"""Reminders of one client or about one invoice: off, on, or with a ladder of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import N_, Conflict, InvalidInput
from core.invoice import Invoice, State
from core.party import Client
from core.reminder import Chase
from core.usecases.client import change_client
from core.usecases.reminder import change_chase, stop_waiting
from core.views import InvoiceFilter
from handlers.chases import chase_facts, client_chase_facts
from handlers.command import Command
from handlers.commands.client_fields import language_field, which_client, zone_field
from handlers.commands.find import find_any_client, find_invoice, named_client, named_invoice
from handlers.commands.invoices import number_field
from handlers.context import Context, as_id, undo_button
from handlers.forms import split_form
from handlers.kinds import Answers, Ask, Asked, Box, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.ladders import read_steps, show_steps
from handlers.reading.text import bare, shown
from handlers.reading.times import read_switch
from handlers.starting import unchanged
from handlers.words import _

USUAL = "usual"
_SWITCHES = ("on", "off", USUAL)
_OF_CLIENT = ("reminders", "steps", "language", "zone")
_OF_INVOICE = ("reminders", "steps")
_NUMBER_LIKE = re.compile(r"[^\W_]*[-/._]?[0-9][0-9A-Za-z./_-]*", re.ASCII)


# -- which one is meant ----------------------------------------------------------------------------


def subject_of(first: str, names: Sequence[str] = _OF_CLIENT) -> str:
    """The client or invoice that the first part of a line begins with: `Acme GmbH steps 7 14` is about Acme GmbH.

    A name in capitals is part of the client's own: `Blue Zone off`.
    """
    words = first.split(" ")
    place = next((place for place, word in enumerate(words) if place and word in names), len(words))
    if place == len(words) and place > 1 and words[-1].lower() in _SWITCHES:
        place -= 1
    return " ".join(words[:place])


async def is_about_an_invoice(ctx: Context, subject: str) -> bool:
    """Its number, or what can be nothing but one: no client is called like that."""
    if " " in subject or not any(map(str.isdigit, subject)) or as_id(subject):
        return False
    if await ctx.work.invoices.find_number(subject) or await ctx.work.invoices.find_number(subject.upper()):
        return True
    return bool(_NUMBER_LIKE.fullmatch(subject)) and not await is_about_a_client(ctx, subject)


async def is_about_a_client(ctx: Context, subject: str) -> bool:
    return bool(
        await ctx.work.clients.search(subject, 1) or await ctx.work.clients.search(subject, 1, live=False)
    )


def _reader(subject: str, names: tuple[str, ...]) -> Callable[[str], Raw]:
    """`SUBJECT steps 7 14; language de` or `SUBJECT off`."""

    def read(text: str) -> Raw:
        first, _semicolon, rest = text.strip().partition(";")
        named = subject_of(first.strip(), names)
        change = first.strip()[len(named) :].strip()
        if change.lower() in _SWITCHES:
            change = f"reminders {change}"
        alone = [part for part in rest.split(";") if part.strip().lower() in _SWITCHES]
        others = [part for part in rest.split(";") if part.strip() and part not in alone]
        parts = [change, *(f"reminders {part.strip()}" for part in alone), *others]
        raw = split_form(f";{';'.join(part for part in parts if part)}", names, subject) if any(parts) else {}
        return {subject: named, **raw} if named else raw

    return read


def _read_switch(text: str) -> str:
    """`on`, `off` or `usual`: on, without a ladder of its own."""
    if bare(text.strip()) in (USUAL, "-"):
        return USUAL
    try:
        return "on" if read_switch(text, "reminders") else "off"
    except InvalidInput:
        raise InvalidInput(
            "reminders", N_("“{value}” is neither on nor off, nor usual."), "off", value=shown(text)
        ) from None


def _read_own_steps(text: str) -> tuple[int, ...]:
    """Empty for the usual ladder."""
    return () if bare(text.strip()) in (USUAL, "-", "none") else read_steps(text)


def _switch_field(on: bool) -> Field:
    options = (Option(_("On"), "on"), Option(_("Off"), "off"), Option(_("As usual"), USUAL))
    return Field("reminders", _("Shall reminders be sent?"), _read_switch, Asked.SILENT, options, box=Box.CHOICE,
                 start="on" if on else "off")  # fmt: skip


def _steps_field(steps: tuple[int, ...] | None) -> Field:
    start = unchanged(show_steps(steps or ()), _read_own_steps, steps)
    return Field("steps", _("How many days after the due date? Such as 7 14, or - for the usual ladder."),
                 _read_own_steps, Asked.SILENT, (Option(_("As usual"), "-"),), start=start)  # fmt: skip


# -- a client --------------------------------------------------------------------------------------


async def _client_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    client = await named_client(ctx, raw.get("client") or "")
    return (
        *await which_client(N_("Reminders to which client?"))(ctx, raw),
        _switch_field(client is None or not client.reminders_off),
        _steps_field(client.steps if client else None),
        language_field(client),
        zone_field(client, client.address.country if client else ctx.desk.business.address.country),
    )


async def of_client(ctx: Context, answers: Answers) -> Outcome:
    found = await find_any_client(ctx, answers["client"])
    if isinstance(found, Ask):
        return found
    changed = _changed_client(found, answers)
    if changed == found:
        return Reply((await client_chase_facts(ctx, found),), _client_buttons(found))
    saved, entry = await change_client(ctx.desk, found, changed)
    said = Notice(_("{name} is changed.", name=saved.name), "success")
    back = Button(_("Reminders"), "reminders client", saved.id.hex)
    return Reply((said, await client_chase_facts(ctx, saved)), (undo_button(entry), back))


def _changed_client(client: Client, answers: Answers) -> Client:
    switch, steps = answers["reminders"], answers["steps"]
    own = client.steps
    if switch == USUAL:
        own = None
    if steps is not None:
        own = steps or None
    return replace(
        client,
        steps=own,
        reminders_off=switch == "off" if switch else client.reminders_off,
        language=client.language if answers["language"] is None else answers["language"],
        zone=client.zone if answers["zone"] is None else answers["zone"],
    )


def _client_buttons(client: Client) -> tuple[Button, ...]:
    key = client.id.hex
    switch = _switch_button("reminders client", key, client.reminders_off)
    usual = (Button(_("As usual"), "reminders client", f"{key} usual"),) if client.steps else ()
    return (
        switch,
        Button(_("Steps"), "reminders client", f"{key}; steps"),
        *usual,
        Button(_("Language"), "reminders client", f"{key}; language"),
        Button(_("Time zone"), "reminders client", f"{key}; zone"),
        Button(_("Client"), "client", key),
    )


def _switch_button(command: str, key: str, off: bool) -> Button:
    if off:
        return Button(_("Turn on"), command, f"{key} on")
    return Button(_("Turn off"), command, f"{key} off")


# -- an invoice ------------------------------------------------------------------------------------


async def _invoice_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    number = await number_field(ctx, raw, InvoiceFilter.OPEN)
    invoice = await named_invoice(ctx, raw.get("number") or "")
    chase = await ctx.work.reminders.chase(invoice.id) if invoice else Chase()
    return (number, _switch_field(not chase.stopped), _steps_field(chase.steps))


async def of_invoice(ctx: Context, answers: Answers) -> Outcome:
    invoice = await find_invoice(ctx, answers["number"])
    _must_be_owed(invoice)
    before = await ctx.work.reminders.chase(invoice.id)
    changed = _changed_chase(before, answers)
    number = invoice.issued.number
    if changed == before:
        return Reply((await chase_facts(ctx, invoice, before),), _invoice_buttons(invoice, changed))
    await change_chase(ctx.desk, invoice, changed)
    if changed.stopped:
        await stop_waiting(ctx.desk, invoice)
    said = Notice(_("The reminders about {number} are changed.", number=number), "success")
    back = Button(_("Reminders"), "reminders invoice", invoice.id.hex)
    undo = Button(_("Undo"), "reminders invoice", _restoring(invoice, before))
    return Reply((said, await chase_facts(ctx, invoice, changed)), (undo, back))


def _restoring(invoice: Invoice, chase: Chase) -> str:
    """What says all of it again as it was."""
    switch = "off" if chase.stopped else "on"
    return f"{invoice.id.hex}; reminders {switch}; steps {show_steps(chase.steps or ()) or '-'}"


def _must_be_owed(invoice: Invoice) -> None:
    if invoice.state is State.DRAFT:
        raise Conflict(N_("Nobody is reminded of a draft; issue it first."))
    if not invoice.balance:
        raise Conflict(
            N_("Nothing is owed on {number}, so nobody is reminded of it."), number=invoice.issued.number
        )


def _changed_chase(chase: Chase, answers: Answers) -> Chase:
    """Turning them on again also ends a snooze: somebody wants them to go on."""
    switch, steps = answers["reminders"], answers["steps"]
    if switch is not None:
        on = switch != "off"
        chase = replace(chase, stopped=not on, snoozed_until=None if on else chase.snoozed_until)
    if switch == USUAL:
        chase = replace(chase, steps=None)
    return chase if steps is None else replace(chase, steps=steps or None)


def _invoice_buttons(invoice: Invoice, chase: Chase) -> tuple[Button, ...]:
    key = invoice.id.hex
    usual = (Button(_("As usual"), "reminders invoice", f"{key} usual"),) if chase.steps else ()
    return (
        _switch_button("reminders invoice", key, chase.stopped),
        Button(_("Steps"), "reminders invoice", f"{key}; steps"),
        *usual,
        Button(_("Show"), "invoice show", key),
    )


COMMANDS = (
    Command(
        name="reminders client",
        help=N_("How one client is reminded"),
        run=of_client,
        group="money",
        example="/reminders Acme steps 7 14",
        form=_client_form,
        read=_reader("client", _OF_CLIENT),
    ),
    Command(
        name="reminders invoice",
        help=N_("How one invoice is reminded of"),
        run=of_invoice,
        group="money",
        example="/reminders 2026-0007 off",
        form=_invoice_form,
        read=_reader("number", _OF_INVOICE),
    ),
)
