"""Clients: add, show, list, edit, archive, restore."""

from __future__ import annotations

from dataclasses import replace

from core.early import EarlyTerms
from core.errors import N_, Conflict, InvalidInput, NotFound
from core.moments import local_day
from core.party import Address, Client, Role
from core.tax import Supply
from core.usecases.client import add_client, archive_client, change_client, restore_client
from core.views import Cursor
from handlers.chases import promise_pairs
from handlers.choices import MOST, search_in
from handlers.command import Command, optional
from handlers.commands.client_fields import (
    NAMES_OF_FIELDS,
    PAGE,
    USUAL,
    client_facts,
    client_fields,
    which_client,
)
from handlers.commands.find import find_any_client
from handlers.context import Context, as_id, page_buttons, undo_button
from handlers.forms import split_form, whole
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Button,
    Facts,
    Field,
    Lines,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
    Text,
)
from handlers.reading.identifiers import read_vat_id
from handlers.reading.parties import read_contact_line
from handlers.reading.text import required
from handlers.words import _


async def _add_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return client_fields(ctx, raw, Asked.OPTIONAL)


def _read_add(text: str) -> Raw:
    """`Acme GmbH, Hauptstr. 1, 10115 Berlin, DE` or `Acme GmbH; address …; country …`."""
    if not text.strip():
        return {}
    fields = split_form(text, NAMES_OF_FIELDS, "name")
    name = fields.pop("name", None)
    return {**read_contact_line(name), **fields} if name else fields


async def add(ctx: Context, answers: Answers) -> Outcome:
    address: Address = answers["address"]
    client = Client(
        id=ctx.ids.new(),
        name=answers["name"],
        created_at=ctx.clock.now(),
        address=replace(address, country=answers["country"]),
        vat_id=answers["vat-id"] or "",
        email=answers["email"] or "",
        reference=answers["reference"] or "",
        supply=answers["sold"] or Supply.SERVICES,
        currency=answers["currency"] or "",
        early=_early(None, answers["early"]),
        language=answers["language"] or "",
        zone=answers["zone"] or "",
    )
    entry = await add_client(ctx.desk, client)
    buttons = (
        Button(_("New invoice"), "invoice", f"client {client.id.hex}"),
        Button(_("Edit"), "client edit", client.id.hex),
        undo_button(entry),
    )
    notice = Notice(_("{name} is now a client.", name=client.name), "success")
    return Reply((notice, client_facts(client)), buttons, answer=client.id.hex)


def _early(before: EarlyTerms | None, typed: EarlyTerms | None) -> EarlyTerms | None:
    if typed is None:
        return before
    return None if typed == USUAL else typed


async def show(ctx: Context, answers: Answers) -> Outcome:
    found = await find_any_client(ctx, answers["client"])
    if isinstance(found, Ask):
        return found
    buttons = [
        Button(_("New invoice"), "invoice", f"client {found.id.hex}"),
        Button(_("Invoices"), "invoices", f"all {found.id.hex}"),
        Button(_("Edit"), "client edit", found.id.hex),
        Button(_("Reminders"), "reminders client", found.id.hex),
        Button(
            _("Archive"),
            "client archive",
            found.id.hex,
            tone="danger",
            confirm=_("Archive {name}? Its invoices stay.", name=found.name),
        ),
    ]
    silent = await _no_mail(ctx, found)
    if silent:
        buttons.append(Button(_("Mail again"), "client mail", found.id.hex))
    if found.archived_at is not None:
        buttons = [buttons[1], Button(_("Bring back"), "client restore", found.id.hex)]
    blocks = [client_facts(found, *silent, *await promise_pairs(ctx, found))]
    credits = await ctx.work.payments.credits_of(found.id)
    if credits:
        blocks.append(Facts(tuple((_("Credit"), ctx.money(amount)) for amount in credits)))
    return Reply(tuple(blocks), tuple(buttons))


async def _no_mail(ctx: Context, client: Client) -> tuple[tuple[str, str], ...]:
    """That their reader asked to be left alone, where they did."""
    moment = await ctx.work.opt_outs.since(client.email) if client.email else None
    if moment is None:
        return ()
    day = local_day(moment, ctx.desk.business.zone)
    return ((_("Mail"), _("none, as asked for on {date}", date=day)),)


async def list_clients(ctx: Context, answers: Answers) -> Outcome:
    cursor = Cursor.read(answers["page"] or "")
    page = await ctx.work.clients.list_page(cursor, PAGE)
    if not page.rows and cursor is None:
        return Reply((Notice(_("There are no clients yet.")),), (Button(_("Add a client"), "client add"),))
    rows = tuple((row.name, row.city, row.country) for row in page.rows)
    opening = [Button(row.name, "client", row.id.hex) for row in page.rows]
    buttons = (*opening, *page_buttons(page, "clients"), Button(_("Add a client"), "client add"))
    return Reply((Lines((_("Client"), _("City"), _("Country")), rows, title=_("Clients")),), buttons)


async def _edit_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    reference = raw.get("client")
    found = await find_any_client(ctx, reference) if reference else None
    known = found if isinstance(found, Client) else None
    return (
        *await which_client(N_("Which client do you want to change?"))(ctx, raw),
        *client_fields(ctx, raw, Asked.SILENT, known),
    )


def _read_edit(text: str) -> Raw:
    """`Acme; email books@acme.example; …`, or one change as `Acme email books@acme.example`."""
    if not text.strip():
        return {}
    fields = split_form(text, ("client", *NAMES_OF_FIELDS), "client")
    words = (fields.get("client") or "").split(" ")
    for place, word in enumerate(words):
        # In capitals it is part of the client's own name, such as Blue Zone.
        if place and word in NAMES_OF_FIELDS and word not in fields:
            return {**fields, "client": " ".join(words[:place]), word: " ".join(words[place + 1 :])}
    return fields


async def edit(ctx: Context, answers: Answers) -> Outcome:
    found = await find_any_client(ctx, answers["client"])
    if isinstance(found, Ask):
        return found
    address = answers["address"] or found.address
    changed = replace(
        found,
        name=answers["name"] or found.name,
        address=replace(address, country=answers["country"] or found.address.country),
        vat_id=found.vat_id if answers["vat-id"] is None else answers["vat-id"],
        email=found.email if answers["email"] is None else answers["email"],
        reference=found.reference if answers["reference"] is None else answers["reference"],
        supply=answers["sold"] or found.supply,
        currency=found.currency if answers["currency"] is None else answers["currency"],
        early=_early(found.early, answers["early"]),
        language=found.language if answers["language"] is None else answers["language"],
        zone=found.zone if answers["zone"] is None else answers["zone"],
    )
    if changed == found:
        buttons = tuple(
            Button(_label(name), "client edit", f"{found.id.hex}; {name}") for name in NAMES_OF_FIELDS
        )
        return Reply((client_facts(found), Text(_("What do you want to change?"))), buttons)
    if answers["vat-id"] is None:
        _check_vat_id(found, changed)
    saved, entry = await change_client(ctx.desk, found, changed)
    blocks = (Notice(_("{name} is changed.", name=saved.name), "success"), client_facts(saved))
    buttons = (Button(_("Edit"), "client edit", saved.id.hex), undo_button(entry))
    return Reply((*blocks, *await _kept_vat(ctx, found, saved)), buttons)


async def _kept_vat(ctx: Context, before: Client, after: Client) -> tuple[Notice, ...]:
    """Nobody sees a recurring invoice before it is issued, so it is said here that it may be wrong from now on."""
    moved = (before.address.country, bool(before.vat_id)) != (after.address.country, bool(after.vat_id))
    if not moved or not await ctx.work.series.list_live(1, after.id):
        return ()
    text = _(
        "Recurring invoices to {client} keep the VAT that was chosen for them. To choose it anew: "
        "/recurring edit {client}; vat usual",
        client=after.name,
    )
    return (Notice(text, "warning"),)


def _check_vat_id(before: Client, moved: Client) -> None:
    """With the id of a country that they have left, the rules would choose reverse charge where VAT is due."""
    country, vat_id = moved.address.country, moved.vat_id
    if country == before.address.country or not vat_id:
        return
    try:
        fits = read_vat_id(vat_id, country) == vat_id
    except InvalidInput:
        fits = False
    if not fits:
        raise InvalidInput(
            "vat-id",
            N_("{vat_id} is of another country; write the new one along, or none."),
            f"/client edit {before.name}; country AT; vat-id ATU12345675",
            vat_id=vat_id,
        )


def _label(name: str) -> str:
    return {
        "name": _("Name"), "address": _("Address"), "country": _("Country"), "vat-id": _("VAT id"),
        "currency": _("Currency"), "early": _("Early payment"),
        "email": _("E-mail"), "reference": _("Reference"), "sold": _("Goods or services"),
        "language": _("Language"), "zone": _("Time zone"),
    }[name]  # fmt: skip


async def archive(ctx: Context, answers: Answers) -> Outcome:
    found = await find_any_client(ctx, answers["client"])
    if isinstance(found, Ask):
        return found
    saved, entry = await archive_client(ctx.desk, found)
    text = _("{name} is archived: its invoices stay, and it is no longer offered.", name=saved.name)
    return Reply((Notice(text, "success"),), (undo_button(entry),))


async def _restore_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    archived = await ctx.work.clients.search("", MOST, live=False)
    if not archived:
        raise NotFound(N_("No client is archived."))
    options = tuple(Option(client.name, client.id.hex) for client in archived)
    prompt = _("Which client do you want back?")
    return (
        Field("client", prompt, lambda text: required(text, "client", 200, "Acme"), options=options,
              search=search_in(options)),
    )  # fmt: skip


async def restore(ctx: Context, answers: Answers) -> Outcome:
    text: str = answers["client"]
    client_id = as_id(text)
    archived = (
        [await ctx.work.clients.get(client_id)]
        if client_id
        else await ctx.work.clients.search(text, PAGE, live=False)
    )
    if not archived:
        raise NotFound(N_("There is no archived client named {name}."), name=text[:60])
    if len(archived) > 1:
        options = tuple(Option(client.name, client.id.hex) for client in archived)
        return Ask("client", _("Which one do you mean?"), options)
    if archived[0].archived_at is None:
        raise Conflict(N_("{name} is not archived."), name=archived[0].name)
    saved, entry = await restore_client(ctx.desk, archived[0])
    buttons = (Button(_("New invoice"), "invoice", f"client {saved.id.hex}"), undo_button(entry))
    notice = Notice(_("{name} is back.", name=saved.name), "success")
    return Reply((notice,), buttons, answer=saved.id.hex)


COMMANDS = (
    Command(
        name="client add",
        menu=True,
        help=N_("Add a client"),
        run=add,
        group="clients",
        example="/client add Acme GmbH, Hauptstr. 1, 10115 Berlin, DE",
        form=_add_form,
        read=_read_add,
        review=True,
        asks=True,
    ),
    Command(
        name="clients",
        help=N_("List your clients"),
        run=list_clients,
        group="clients",
        example="/clients",
        form=optional("page"),
        role=Role.ACCOUNTANT,
        slash=True,
    ),
    Command(
        name="client",
        help=N_("Show a client"),
        run=show,
        group="clients",
        example="/client Acme",
        form=which_client(N_("Which client?")),
        read=whole("client"),
        role=Role.ACCOUNTANT,
        slash=True,
    ),
    Command(
        name="client edit",
        help=N_("Change a client"),
        run=edit,
        group="clients",
        example="/client edit Acme; email books@acme.example",
        form=_edit_form,
        read=_read_edit,
        whole=True,
    ),
    Command(
        name="client archive",
        help=N_("Archive a client"),
        run=archive,
        group="clients",
        example="/client archive Acme",
        form=which_client(N_("Which client do you want to archive?")),
        read=whole("client"),
    ),
    Command(
        name="client restore",
        help=N_("Bring an archived client back"),
        run=restore,
        group="clients",
        example="/client restore Acme",
        form=_restore_form,
        read=whole("client"),
    ),
)
