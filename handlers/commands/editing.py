"""Changing a draft: one field or one line at a time, or several on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.errors import N_, InvalidInput
from core.invoice import MAX_LINES, Draft, Invoice
from core.party import Client
from core.tax_choice import choose
from core.usecases.invoice import change_draft, must_be_draft
from handlers.cards import draft_card, draft_reply
from handlers.command import Command
from handlers.commands.drafting import changed_draft, option_fields, seller_lines, sold
from handlers.commands.find import find_client, find_draft
from handlers.commands.goods import goods_in
from handlers.commands.offering import client_search
from handlers.context import Context, as_id, undo_button
from handlers.kinds import Answers, Ask, Asked, Box, Button, Detour, Field, Option, Outcome, Raw, Reply, Text
from handlers.reading.lines import read_line, read_lines
from handlers.reading.text import required
from handlers.words import _

_MOST_LINE_BUTTONS = 9
_LINE = re.compile(r"line\s{0,3}(\d{1,4})\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_NAMES = ("client", "add", "remove", "due", "early", "on", "period", "delivered", "vat", "discount", "currency", "ref",
          "order", "note", "incl")  # fmt: skip


def read_edit(text: str) -> Raw:
    """`due 30d; line 2: 4h design @ 120; add 1h travel @ 60; remove 1`, before it a button's id."""
    return split_edit(text, _NAMES, "draft", "due 30d")


def split_edit(text: str, names: Sequence[str], subject: str, example: str) -> Raw:
    """The same with other fields beside the lines; `subject` is the field that a button's id is for."""
    named = re.compile(rf"({'|'.join(names)})\b\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
    raw: Raw = {}
    for place, part in enumerate(piece.strip() for piece in text.split(";")):
        if place == 0 and as_id(part):
            raw[subject] = part
            continue
        if not part:
            continue
        line, field = _LINE.fullmatch(part), named.fullmatch(part)
        if line:
            raw["at"] = line[1]
            name, value = "line", line[2].strip()
        elif field:
            name, value = field[1].lower(), field[2].strip()
        else:
            raise InvalidInput(
                "edit", N_("“{value}” does not say what to change: line 1, {names}."), example, value=part[:60],
                names=", ".join(names),
            )  # fmt: skip
        if name in raw:
            raise InvalidInput("edit", N_("“{name}” stands here twice."), example, name=name)
        raw[name] = value
    return raw


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    invoice = await find_draft(ctx, raw.get("draft"))
    must_be_draft(invoice)
    return (
        Field("draft", "", str, Asked.SILENT),
        *await line_fields(ctx, raw, invoice.draft),
        *option_fields(ctx, invoice.draft),
    )


async def line_fields(ctx: Context, raw: Raw, draft: Draft) -> tuple[Field, ...]:
    """Its lines, and whom it is for."""
    hint = ctx.desk.business.currency
    goods = await goods_in(ctx, raw.get("line"), raw.get("add"))
    lines = tuple(
        Option(f"{place} {line.description}", str(place))
        for place, line in enumerate(draft.lines[:_MOST_LINE_BUTTONS], start=1)
    )
    few = Box.CHOICE if len(draft.lines) <= _MOST_LINE_BUTTONS else Box.LINE
    page = await ctx.work.clients.list_page(None, _MOST_LINE_BUTTONS)
    clients = tuple(Option(row.name, row.id.hex) for row in page.rows)
    return (
        Field("at", _("Which line?"), lambda text: _place(draft, text, "at"),
              Asked.REQUIRED if raw.get("line") is not None else Asked.SILENT, lines, box=few),
        Field("line", _line_prompt(raw.get("at")),
              lambda text: read_line(text, ctx.typing, currency=draft.currency, hint=hint, goods=goods), Asked.SILENT),
        Field("add", _("Which line shall be added? Such as: 4h design @ 120"),
              lambda text: read_lines(text, ctx.typing, currency=draft.currency, hint=hint, goods=goods), Asked.SILENT,
              box=Box.TEXT),
        Field("remove", _("Which line shall go?"), lambda text: _place(draft, text, "remove"), Asked.SILENT, lines,
              box=few),
        Field("client", _("Who is it for?"), lambda text: required(text, "client", 200, "Acme"), Asked.SILENT,
              clients, search=client_search(ctx, adding=True), start=draft.client_id.hex),
    )  # fmt: skip


def _line_prompt(at: str | None) -> str:
    if at:
        return _("How shall line {number} read? Such as: 4h design @ 120", number=at)
    return _("How shall that line read? Such as: 4h design @ 120")


def _place(draft: Draft, text: str, field: str) -> int:
    given = text.strip()
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= len(draft.lines)):
        raise InvalidInput(
            field, N_("There is no line {value}; the draft has {count}."), "1", value=given[:20],
            count=len(draft.lines),
        )  # fmt: skip
    return int(given) - 1


async def edit(ctx: Context, answers: Answers) -> Outcome:
    invoice = await find_draft(ctx, answers["draft"])
    client = await ctx.work.clients.get(invoice.draft.client_id)
    if all(value is None for name, value in answers.items() if name not in ("draft", "at")):
        ask = Text(_("What do you want to change?"))
        return Reply((*draft_card(ctx, invoice, client), ask), _edit_buttons(invoice))
    edited = await edited_draft(ctx, invoice.draft, answers)
    if isinstance(edited, (Ask, Detour)):
        return edited
    draft, client = edited
    if draft == invoice.draft:
        # A whole form that was sent as it stood; what waits for approval goes on waiting.
        return await draft_reply(ctx, invoice, client)
    saved, entry = await change_draft(ctx.desk, invoice, draft)
    return await draft_reply(ctx, saved, client, undo_button(entry))


async def edited_draft(ctx: Context, draft: Draft, answers: Answers) -> tuple[Draft, Client] | Ask | Detour:
    """With everything that was named, and whom it is for then."""
    before = client = await ctx.work.clients.get(draft.client_id)
    if answers["client"]:
        found = await find_client(ctx, answers["client"])
        if isinstance(found, (Ask, Detour)):
            return found
        client = found
    client = await sold(ctx, client, answers["vat"])
    changed = _edited_lines(ctx, changed_draft(ctx, draft, client, answers), answers)
    return _handed_over(ctx, changed, before, client), client


def _handed_over(ctx: Context, draft: Draft, before: Client, client: Client) -> Draft:
    """For another client: where the rules gave the VAT, they give it anew."""
    business = ctx.desk.business
    if client.id != before.id and draft.tax == choose(business, before).tax:
        draft = replace(draft, tax=choose(business, client).tax)
    return replace(draft, client_id=client.id)


def _edited_lines(ctx: Context, draft: Draft, answers: Answers) -> Draft:
    lines = list(draft.lines)
    if answers["line"] is not None:
        lines[answers["at"]] = seller_lines(ctx, (answers["line"],))[0]
    if answers["remove"] is not None:
        if len(lines) == 1:
            raise InvalidInput("remove", N_("This is the only line; discard the draft instead."), "/discard")
        del lines[answers["remove"]]
    if answers["add"] is not None:
        lines.extend(seller_lines(ctx, answers["add"]))
    if len(lines) > MAX_LINES:
        raise InvalidInput("add", N_("An invoice holds at most {most} lines."), most=MAX_LINES)
    return replace(draft, lines=tuple(lines))


def _edit_buttons(invoice: Invoice) -> tuple[Button, ...]:
    buttons = edit_buttons("edit", invoice.id.hex, len(invoice.draft.lines), _NAMES)
    deposit = () if invoice.draft.quoted else (Button(_("Bill a deposit"), "deposit", invoice.id.hex),)
    return (*buttons, *deposit, Button(_("Done"), "invoice show", invoice.id.hex))


def edit_buttons(command: str, subject: str, lines: int, names: Sequence[str]) -> tuple[Button, ...]:
    """One for each of the first lines, and one for each field."""
    places = range(1, min(lines, _MOST_LINE_BUTTONS) + 1)
    fields = ((name, label) for name, label in _labels().items() if name in names)
    return (
        *(Button(_("Line {number}", number=place), command, f"{subject}; line {place}") for place in places),
        *(Button(label, command, f"{subject}; {name}") for name, label in fields),
    )


def _labels() -> dict[str, str]:
    return {
        "add": _("Add a line"),
        "remove": _("Remove a line"),
        "client": _("Client"),
        "due": _("Due"),
        "early": _("Early payment"),
        "valid": _("Valid until"),
        "on": _("Date"),
        "period": _("Period"),
        "delivered": _("Delivery date"),
        "vat": _("VAT"),
        "discount": _("Discount"),
        "currency": _("Currency"),
        "ref": _("Reference"),
        "note": _("Note"),
        "incl": _("Prices incl. VAT"),
    }


COMMANDS = (
    Command(
        name="edit",
        help=N_("Change a draft"),
        run=edit,
        group="invoices",
        example="/edit line 1: 4h design @ 120; due 30d",
        form=_form,
        read=read_edit,
        whole=True,
    ),
)
