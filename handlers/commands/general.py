"""What is not about one kind of thing: help, undo, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit import Action, Entry, Subject
from core.credit_note import CreditNote
from core.errors import N_, Conflict, InvalidInput
from core.importing import Import
from core.invoice import Invoice, State
from core.party import Business, Client, Member
from core.payment import Payment
from core.product import Product
from core.quote import Quote
from core.reminder import OptOut, Promise, Reminder
from core.series import Series
from core.usecases.undo import undo as undo_entry
from handlers.checkouts import end_stale_checkout
from handlers.command import CONTROLS, Command, Where, headlines, optional, told_of
from handlers.context import Context, as_id
from handlers.kinds import Answers, Block, Button, Facts, Notice, Outcome, Reply, Text
from handlers.words import _

GROUPS = {
    "invoices": N_("Invoices"),
    "money": N_("Money"),
    "clients": N_("Clients"),
    "setup": N_("Your business"),
    "people": N_("People"),
    "general": N_("Anytime"),
}


def help_command(commands: Sequence[Command]) -> Command:
    """The help is made from the registry it is part of."""

    async def show_help(ctx: Context, answers: Answers) -> Outcome:
        wanted = (answers["about"] or "").strip().lstrip("/").lower()
        known = told_of(every, ctx.work.plans.sells)
        about = [
            command
            for command in known
            if command.typed and (command.name == wanted or command.name.startswith(f"{wanted} "))
        ]
        if wanted and about:
            return Reply(tuple(map(_about, about)))
        blocks: list[Block] = []
        if wanted:
            blocks.append(
                Notice(_("There is no /{command}. These are all commands:", command=wanted[:40]), "warning")
            )
        for group, title in GROUPS.items():
            pairs = [
                (command.example, _(command.help)) for command in headlines(known) if command.group == group
            ]
            if group == "general":
                pairs += [(f"/{word}", _(does)) for word, does in CONTROLS.items()]
            blocks.append(Facts(tuple(pairs), _(title)))
        hint = _("In an invoice: lines after the colon, then ; and options: due, on, period, "
                 "delivered, vat, discount, early, currency, ref, order, note, incl, deposit.")  # fmt: skip
        more = _("All that is done with quotes, for one: /help quote")
        buttons = (Button(_("New invoice"), "invoice"), Button(_("Settings"), "settings"))
        return Reply(
            (*blocks, Text(hint), Text(more)),
            buttons if ctx.seated else (Button(_("Set up my business"), "start"),),
        )

    helper = Command(
        "help",
        N_("What I can do"),
        show_help,
        "general",
        "/help",
        optional("about"),
        public=True,
        where=Where.ANYWHERE,
    )
    every = (*commands, helper)
    return helper


def _about(command: Command) -> Facts:
    return Facts(((_("Does"), _(command.help)), (_("Example"), command.example)), f"/{command.name}")


async def undo(ctx: Context, answers: Answers) -> Outcome:
    entry_id = as_id(answers["entry"] or "")
    if answers["entry"] and entry_id is None:
        raise InvalidInput("undo", N_("It takes your last change back; write nothing behind it."), "/undo")
    entry = (
        await ctx.work.audit.get(entry_id) if entry_id else await ctx.work.audit.last_of(ctx.desk.member.id)
    )
    if entry is None or not entry.undoable(ctx.clock.now()):
        raise Conflict(N_("There is nothing to take back: only changes of the last 10 minutes can be."))
    subject = await undo_entry(ctx.desk, entry)
    if isinstance(subject, (Invoice, Payment, CreditNote)):
        await end_stale_checkout(ctx, subject.id if isinstance(subject, Invoice) else subject.invoice_id)
    said = [Notice(await _settled(ctx, entry, subject) or _undone(entry), "success")]
    number = _kept_number(subject)
    if number:
        said.append(Notice(_("Its number {number} stays taken, as the law wants it.", number=number)))
    return Reply(tuple(said), _next(entry, subject))


def _kept_number(subject: Subject) -> str:
    """Of what is void now."""
    match subject:
        case Invoice(state=State.VOID):
            return subject.issued.number
        case CreditNote():
            return subject.number
        case _:
            return ""


def _next(entry: Entry, subject: Subject) -> tuple[Button, ...]:
    """The way to what was brought back."""
    if entry.before is None and not isinstance(subject, (Payment, Promise, Series, CreditNote, Import)):
        return (Button(_("New invoice"), "invoice"),)
    match subject:
        case Invoice():
            return (Button(_("Show"), "invoice show", subject.id.hex),)
        case Payment() | CreditNote():
            return (Button(_("Show"), "invoice show", subject.invoice_id.hex),)
        case Client() | Product() | Reminder() | Series() | Quote():
            return (Button(_("Show"), _SHOWN.get(entry.subject, entry.subject), subject.id.hex),)
        case Business():
            return (Button(_("Settings"), "settings"),)
        case Member():
            return (Button(_("Members"), "members"),)
        case Import():
            return (Button(_("Clients"), "clients"),)
        case Promise() | OptOut():
            return (Button(_("Show"), "client", subject.client_id.hex),)


_SHOWN = {"series": "recurring show", "quote": "quote show"}


async def _settled(ctx: Context, entry: Entry, subject: Subject) -> str:
    """What to say where an invoice stays paid although a payment on it was taken back; empty where it does not."""
    if not isinstance(subject, Payment) or entry.action is not Action.PAYMENT_RECORDED:
        return ""
    invoice = await ctx.work.invoices.get(subject.invoice_id)
    if invoice.balance or not invoice.paid:
        return ""
    return _("Taken back: the payment on {number}. It stays paid, by what came in besides.",
             number=invoice.issued.number)  # fmt: skip


def _undone(entry: Entry) -> str:
    label = entry.label
    sentences = {
        Action.SETTINGS_CHANGED: _("Taken back: the settings are as they were."),
        Action.CLIENT_ADDED: _("Taken back: {name} is no client any more.", name=label),
        Action.CLIENT_CHANGED: _("Taken back: {name} is as before.", name=label),
        Action.CLIENT_ARCHIVED: _("Taken back: {name} is no longer archived.", name=label),
        Action.CLIENT_RESTORED: _("Taken back: {name} is archived again.", name=label),
        Action.PRODUCT_ADDED: _("Taken back: {name} is no product any more.", name=label),
        Action.PRODUCT_CHANGED: _("Taken back: {name} is as before.", name=label),
        Action.PRODUCT_ARCHIVED: _("Taken back: {name} is no longer archived.", name=label),
        Action.PRODUCT_RESTORED: _("Taken back: {name} is archived again.", name=label),
        Action.DRAFT_CREATED: _("Taken back: the draft for {name} is gone.", name=label),
        Action.DRAFT_CHANGED: _("Taken back: the draft for {name} is as before.", name=label),
        Action.DRAFT_DISCARDED: _("Taken back: the draft for {name} is there again.", name=label),
        Action.DEPOSIT_DRAFTED: _("Taken back: the deposit for {name} is gone.", name=label)
        if entry.before is None
        else _("Taken back: there is no deposit for {name}, and the draft is there again.", name=label),
        Action.INVOICE_ISSUED: _("Taken back: {number} is void.", number=label),
        Action.INVOICE_VOIDED: _("Taken back: {number} is valid again.", number=label),
        Action.PAYMENT_RECORDED: _("Taken back: the payment on {number}. It is owed again.", number=label),
        Action.CREDIT_NOTE_ISSUED: _("Taken back: {number} is void.", number=label),
        Action.MONEY_GIVEN_BACK: _("Taken back: the refund on {number}. It is credit again.", number=label),
        Action.CREDIT_USED: _("Taken back: no credit is used for {number}.", number=label),
        Action.MEMBER_CHANGED: _("Taken back: {name} is as before.", name=label),
        Action.REMINDER_EDITED: _("Taken back: the reminder to {name} is as before.", name=label),
        Action.REMINDER_STOPPED: _("Taken back: the reminder to {name} is not stopped any more.", name=label),
        Action.MAIL_ALLOWED: _("Taken back: {name} gets no mail, as their reader asked.", name=label),
        Action.PROMISE_MADE: _("Taken back: {name} has promised nothing.", name=label),
        Action.PROMISE_WITHDRAWN: _("Taken back: the promise of {name} stands again.", name=label),
        Action.FILE_IMPORTED: _("Taken back: nothing of {file} is there any more.", file=label),
        Action.QUOTE_DRAFTED: _("Taken back: the draft quote for {name} is gone.", name=label),
        Action.QUOTE_CHANGED: _("Taken back: the draft quote for {name} is as before.", name=label),
        Action.QUOTE_DISCARDED: _("Taken back: the draft quote for {name} is there again.", name=label),
        Action.QUOTE_ISSUED: _("Taken back: {number} is withdrawn. Its number stays taken.", number=label),
        Action.QUOTE_ACCEPTED: _("Taken back: {number} is not accepted any more.", number=label),
        Action.QUOTE_DECLINED: _("Taken back: {number} is not declined any more.", number=label),
        Action.QUOTE_WITHDRAWN: _("Taken back: {number} is not withdrawn any more.", number=label),
        Action.SERIES_STARTED: _("Taken back: nothing is billed to {name} by itself.", name=label),
        Action.SERIES_CHANGED: _("Taken back: the recurring invoice to {name} is as before.", name=label),
    }
    return sentences[entry.action]


COMMANDS = (
    Command(
        name="undo",
        help=N_("Take your last change back, for 10 minutes"),
        run=undo,
        group="general",
        example="/undo",
        form=optional("entry"),
    ),
)
