"""Approvals: above which amount somebody's word is needed, and giving or refusing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from core.approval import Answer, Request, may_approve
from core.errors import N_, Conflict, InvalidInput, NotAllowed, NotFound
from core.invoice import Invoice
from core.locale import NumberStyle, format_money
from core.money import Money
from core.party import Business, Member, Role
from core.usecases.approval import approve, locked_request, refuse
from core.usecases.business import change_settings
from core.usecases.seats import find_member
from handlers.cards import approver_of, draft_reply, issued_reply, issued_text, pdf_of
from handlers.choices import MOST, search_in
from handlers.command import Command, Where, optional
from handlers.commands.already import refuse_issued
from handlers.commands.asking_approval import tell_asker
from handlers.context import Context, as_id, undo_button
from handlers.credit_cards import with_credit
from handlers.forms import split_form
from handlers.kinds import Answers, Asked, Box, Button, ChatRef, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import looks_like_amount, read_amount
from handlers.reading.text import required
from handlers.selling import warned
from handlers.words import _

OFF = "off"
MOST_REASON = 200
_NAMES = ("limit", "approver")


# -- the rule --------------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    business, style = ctx.desk.business, ctx.typing
    approver = await approver_of(ctx)
    people = tuple(Option(member.name, member.id.hex) for member in await _live_members(ctx))
    off = (raw.get("limit") or "").strip().casefold() == OFF
    limit = business.approval_limit
    return (
        Field("limit", _("Above which amount does an invoice have to be approved? Write off for never."),
              lambda text: _read_limit(text, style, business.currency),
              Asked.REQUIRED if "approver" in raw and limit is None else Asked.SILENT,
              start=format_money(limit, style) if limit else ""),
        Field("approver", _("Who approves?"), lambda text: required(text, "approver", 60, "ana"),
              Asked.REQUIRED if "limit" in raw and not off and approver is None else Asked.SILENT,
              people, lambda answers: answers.get("limit") != OFF,
              box=Box.CHOICE if len(people) <= MOST else Box.LINE,
              search=search_in(people) if len(people) > MOST else None,
              start=approver.id.hex if approver else ""),
    )  # fmt: skip


async def _live_members(ctx: Context) -> list[Member]:
    return [member for member in await ctx.work.members.list() if member.left_at is None]


def _read_limit(text: str, style: NumberStyle, currency: str) -> Any:
    if text.strip().casefold() == OFF:
        return OFF
    return read_amount(text, "limit", style, currency_hint=currency, allow_zero=True)


def _read(text: str) -> Raw:
    """`1000 ana`, `EUR 1,000`, `ana` or `off`; a button names what it asks for."""
    words = text.split()
    if not words:
        return {}
    if ";" in text or words[0].lower() in _NAMES:
        return split_form(f";{text}", _NAMES, "limit")
    count = next((count for count in (3, 2, 1) if looks_like_amount(" ".join(words[:count]))), 0)
    if not count and words[0].casefold() == OFF:
        count = 1
    parts = {"limit": " ".join(words[:count]), "approver": " ".join(words[count:])}
    return {name: value for name, value in parts.items() if value}


async def rule(ctx: Context, answers: Answers) -> Outcome:
    limit, who = answers["limit"], answers["approver"]
    if limit is None and who is None:
        return await _rule_reply(ctx)
    saved, entry = await change_settings(ctx.desk, await _changed(ctx, limit, who))
    here = replace(ctx, seated=ctx.desk.now_at(saved))
    return Reply((Notice(await _rule_text(here), "success"),), (undo_button(entry),))


async def _changed(ctx: Context, limit: Any, who: str | None) -> Business:
    business = ctx.desk.business
    if limit == OFF:
        return replace(business, approval_limit=None, approver=None)
    amount = Money.of(limit.value, limit.currency or business.currency) if limit else business.approval_limit
    approver = (await _named(ctx, who)).id if who else business.approver
    return replace(business, approval_limit=amount, approver=approver)


async def _named(ctx: Context, text: str) -> Member:
    mentioned = None
    if text.startswith("@"):
        # As a platform writes somebody who was mentioned: by the identity.
        mentioned = await find_member(ctx.desk, f"{ctx.sender.platform}:{text[1:]}")
    for member in await _live_members(ctx):
        if mentioned and member.id == mentioned.id:
            return member
        if member.id == as_id(text) or member.name.casefold() == text.casefold():
            return member
    raise InvalidInput("approver", N_("Nobody here is called {name}."), ctx.desk.member.name, name=text[:60])


async def _rule_reply(ctx: Context) -> Reply:
    text = Notice(await _rule_text(ctx))
    change = Button(_("Change"), "approval", "limit; approver")
    if ctx.desk.business.approval_limit is None:
        return Reply((text,), (replace(change, label=_("Set a limit")),))
    return Reply((text,), (change, Button(_("Turn off"), "approval", OFF)))


async def _rule_text(ctx: Context) -> str:
    limit = ctx.desk.business.approval_limit
    if limit is None:
        return _("Nobody has to approve an invoice before it is issued.")
    approver = await approver_of(ctx)
    if approver is None:
        return _(
            "Above {limit}, an owner has to approve an invoice before it is issued.", limit=ctx.money(limit)
        )
    return _("Above {limit}, {name} or an owner has to approve an invoice before it is issued.",
             limit=ctx.money(limit), name=approver.name)  # fmt: skip


# -- deciding --------------------------------------------------------------------------------------


async def approve_request(ctx: Context, answers: Answers) -> Outcome:
    request, invoice = await _locked(ctx, answers["request"])
    outdated = await _outdated(ctx, request, invoice)
    if outdated is not None:
        return outdated
    issued, entry = await approve(ctx.desk, request, invoice)
    asker = await ctx.work.members.get(request.member_id)
    told = await issued_for_asker(ctx, request, issued)
    reply = issued_reply(ctx, issued, entry, asker.name, told)
    return await warned(ctx, await with_credit(ctx, reply, issued))


async def issued_for_asker(
    ctx: Context, request: Request, issued: Invoice
) -> tuple[tuple[ChatRef, Reply], ...]:
    """What the asker is told when somebody else issued the draft, with its document."""

    def say() -> Reply:
        approved = _("{name} approved it.", name=ctx.desk.member.name)
        buttons = (Button(_("Paid"), "paid", issued.id.hex), Button(_("Show"), "invoice show", issued.id.hex))
        blocks = (Notice(approved, "success"), Notice(issued_text(ctx, issued), "success"))
        return Reply(blocks, buttons, (pdf_of(issued),))

    return await tell_asker(ctx, request, say)


async def _locked(ctx: Context, reference: str | None) -> tuple[Request, Invoice]:
    request_id, business_id = _read_reference(reference)
    if request_id is None:
        raise NotFound(N_("There is no such request."))
    if business_id != ctx.desk.business.id and business_id in await _own_businesses(ctx):
        raise Conflict(N_("This is about another business of yours. Change to it first: /business"))
    await _must_be_asked(ctx)
    return await locked_request(ctx.desk, request_id)


def _read_reference(reference: str | None) -> tuple[UUID | None, UUID | None]:
    """A request and the business it is of, as a button holds them."""
    request, _blank, business = (reference or "").partition(" ")
    return as_id(request), as_id(business)


async def _own_businesses(ctx: Context) -> set[UUID]:
    return {seat.business_id for seat in await ctx.work.chats.seats(ctx.sender.key)}


async def _must_be_asked(ctx: Context) -> None:
    if may_approve(ctx.desk.business, ctx.desk.member):
        return
    approver = await approver_of(ctx)
    if approver is None:
        raise NotAllowed(N_("Only an owner can decide this."))
    raise NotAllowed(N_("Only {name} or an owner can decide this."), name=approver.name)


async def _outdated(ctx: Context, request: Request, invoice: Invoice) -> Reply | None:
    """The draft as it is now, where that is another one than was asked about. Raises Conflict, naming who decided."""
    if request.decided_by is not None:
        by = (await ctx.work.members.get(request.decided_by)).name
        if request.answer is Answer.REFUSED:
            raise Conflict(N_("{name} refused this already: {reason}"), name=by, reason=request.reason)
        raise Conflict(N_("{number} is approved already: {name}, {time}."), number=invoice.issued.number, name=by,
                       time=ctx.time(invoice.issued_at or ctx.clock.now()))  # fmt: skip
    await refuse_issued(ctx, invoice)
    if request.answer is Answer.OPEN and request.invoice_version == invoice.version:
        return None
    client = await ctx.work.clients.get(invoice.draft.client_id)
    said = (
        _("It was asked again since; this is the draft now.")
        if request.invoice_version == invoice.version
        else _("The draft was changed since, so it has to be asked again.")
    )
    return await draft_reply(ctx, invoice, client, said=(Notice(said, "warning"),))


async def _refuse_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    # What is decided is told at once, not after somebody has thought about the reason.
    settled = not await _is_open(ctx, raw.get("request") or "")
    return (
        Field("request", "", str.strip, Asked.SILENT),
        Field("reason", _("Why not? The reason is told to who asked."),
              lambda text: required(text, "reason", MOST_REASON, "wrong amount"),
              Asked.SILENT if settled else Asked.REQUIRED),
    )  # fmt: skip


async def _is_open(ctx: Context, reference: str) -> bool:
    request_id, business_id = _read_reference(reference)
    here = business_id == ctx.desk.business.id and may_approve(ctx.desk.business, ctx.desk.member)
    if request_id is None or not here:
        return False
    request = await ctx.work.approvals.get(request_id)
    invoice = await ctx.work.invoices.get(request.invoice_id)
    return request.answer is Answer.OPEN and request.invoice_version == invoice.version


async def refuse_request(ctx: Context, answers: Answers) -> Outcome:
    request, invoice = await _locked(ctx, answers["request"])
    outdated = await _outdated(ctx, request, invoice)
    if outdated is not None:
        return outdated
    reason = answers["reason"] or ""
    await refuse(ctx.desk, request, reason)
    client = await ctx.work.clients.get(invoice.draft.client_id)

    def say() -> Reply:
        text = _("{name} did not approve the draft for {client} over {total}: {reason}", name=ctx.desk.member.name,
                 client=client.name, total=ctx.money(invoice.total), reason=reason)  # fmt: skip
        buttons = (
            Button(_("Edit"), "edit", invoice.id.hex),
            Button(_("Show"), "invoice show", invoice.id.hex),
        )
        return Reply((Notice(text, "warning"),), buttons)

    text = _("Refused: the draft for {client} over {total} stays a draft. {reason}", client=client.name,
             total=ctx.money(invoice.total), reason=reason)  # fmt: skip
    return Reply((Notice(text),), elsewhere=await tell_asker(ctx, request, say))


COMMANDS = (
    Command(
        name="approval",
        help=N_("Above which amount an invoice is approved first"),
        run=rule,
        group="setup",
        example="/approval 1000 ana",
        form=_form,
        read=_read,
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
    Command(
        name="approve",
        help=N_("Approve an invoice"),
        run=approve_request,
        form=optional("request"),
        role=Role.ACCOUNTANT,
        typed=False,
    ),
    Command(
        name="refuse",
        help=N_("Refuse to approve an invoice"),
        run=refuse_request,
        form=_refuse_form,
        read=lambda text: {"request": text.strip()} if text.strip() else {},
        role=Role.ACCOUNTANT,
        typed=False,
    ),
)
