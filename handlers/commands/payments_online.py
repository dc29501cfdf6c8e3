"""Whether clients can pay online: `/payments`, connecting the business's own Stripe account, and parting with it."""

from __future__ import annotations

from datetime import timedelta

from core.codes import code_hash
from core.errors import N_, Conflict
from core.moments import local_day
from core.party import Role
from core.pay_ports import PAYMENT_JOB
from core.usecases.online_payment import connection_of, part
from handlers.command import Command, Where, optional
from handlers.context import Context
from handlers.kinds import Answers, Button, Facts, Notice, Outcome, Reply, Text
from handlers.words import _

KEY_PATH = "/stripe/key/"
PAGE_LIFE = timedelta(minutes=15)


async def payments(ctx: Context, answers: Answers) -> Outcome:
    connection = await connection_of(ctx.desk)
    account = connection.account
    if not connection.readable:
        text = _("Clients cannot pay online: the key that is kept cannot be read. Whoever runs this install knows why, "
                 "or connect anew.")  # fmt: skip
        return Reply((Notice(text, "error"),), (_connect_button(_("Connect anew")),))
    if account is None:
        text = _("Clients cannot pay online yet. Connect your own Stripe account, and each invoice has a button to "
                 "pay.")  # fmt: skip
        return Reply((Notice(text),), (_connect_button(_("Connect Stripe")),) if _reason(ctx) is None else ())
    since = local_day(account.connected_at, ctx.desk.business.zone)
    pairs = (
        (_("Stripe account"), account.account),
        (_("Mode"), _("live: real money") if account.live else _("test: no real money moves")),
        (_("Connected since"), str(since)),
        (
            _("News come"),
            _("at once") if account.webhook_secrets else _("within minutes: Stripe may not call us"),
        ),
    )
    asked = _("Disconnect the Stripe account {account}? Clients can then no longer pay online.",
              account=account.account)  # fmt: skip
    return Reply(
        (Facts(pairs, _("Clients can pay online")),),
        (
            _connect_button(_("Enter another key")),
            Button(_("Disconnect"), "payments disconnect", tone="danger", confirm=asked),
        ),
    )


def _connect_button(label: str) -> Button:
    return Button(label, "payments connect")


async def connect(ctx: Context, answers: Answers) -> Outcome:
    if answers["key"]:
        raise Conflict(
            N_("A key has no place in a chat, where it stays readable. If this was one, replace it in Stripe; the new "
               "one is entered on the page that I give you: /payments connect")
        )  # fmt: skip
    reason = _reason(ctx)
    if reason is not None:
        raise reason
    token = ctx.ids.code()
    expires_at = ctx.clock.now() + PAGE_LIFE
    await ctx.work.pay_accounts.add_setup(code_hash(token), ctx.desk.member.id, ctx.chat.key, expires_at)
    text = _("On this page you enter a key of your Stripe account. It works once, within 15 minutes, and says what the "
             "key must be allowed. Never send a key in a chat.")  # fmt: skip
    address = f"{ctx.public_url}{KEY_PATH}{token}"
    return Reply((Text(text), Text(address)), (Button(_("Enter the key"), url=address),))


def _reason(ctx: Context) -> Conflict | None:
    """Why nobody can pay online at this install."""
    if not ctx.public_url:
        return Conflict(
            N_("Clients cannot pay online here: this install has no public address (PUBLIC_URL).")
        )
    if not ctx.work.pay_accounts.can_keep:
        return Conflict(N_("Nothing secret can be stored before BILLHOOK_SECRET_KEYS is set."))
    return None


async def disconnect(ctx: Context, answers: Answers) -> Outcome:
    await part(ctx.desk)
    await ctx.jobs.enqueue(ctx.work, PAYMENT_JOB, ctx.desk.business.id.hex)
    text = _("Clients can no longer pay online, and what they had open is closed. What was paid before stays booked, "
             "and a direct debit that is under way is booked when its money comes. I tell you when you can delete the "
             "key in Stripe.")  # fmt: skip
    return Reply((Notice(text, "success"),), (_connect_button(_("Connect Stripe")),))


COMMANDS = (
    Command(
        name="payments",
        help=N_("Let clients pay online"),
        run=payments,
        group="money",
        example="/payments",
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
    Command(
        name="payments connect",
        help=N_("Connect your Stripe account"),
        run=connect,
        group="money",
        example="/payments connect",
        form=optional("key"),
        role=Role.OWNER,
        where=Where.PRIVATE,
    ),
    Command(
        name="payments disconnect",
        help=N_("Part with your Stripe account"),
        run=disconnect,
        group="money",
        example="/payments disconnect",
        role=Role.OWNER,
        where=Where.PRIVATE,
    ),
)
