"""core.pay_ports.PaymentProvider at Stripe: clients pay a business, in its own account and with its own key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from bot.stripe.amounts import from_stripe, to_stripe
from bot.stripe.calls import API_VERSION, Calls
from bot.stripe.events import THEIRS
from bot.stripe.listing import listed
from bot.stripe.rights import RIGHTS, Right
from core.errors import N_, InvalidInput
from core.money import Money
from core.pay_ports import Checkout, MoneyBack, PayAccount, PaySession, ProviderEvent, Received
from core.ports import Clock
from handlers.context import as_id

if TYPE_CHECKING:
    from stripe import StripeClient

Json = Mapping[str, Any]

WEBHOOK = "/stripe/webhook"
"""Where Stripe tells us of our own account; of a business's, its id in hex stands behind it."""
_KEY = re.compile(r"rk_(live|test)_\w{8,240}", re.ASCII)
_ACCOUNT = re.compile(r"\bacct_\w+", re.ASCII)
_NOTHING = Money.zero("EUR")
_COMING = ("processing", "requires_action")
"""How a payment stands that was promised: a direct debit, or a transfer that the client has yet to make."""
_MOST_NAME = 250
_MOST_REFUNDS = 100


class ClientPayments:
    """Each call is made with the key of the business whose client pays."""

    def __init__(self, calls: Calls, clock: Clock, public_url: str) -> None:
        self._calls = calls
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    async def check_key(self, key: str, business_id: UUID) -> PayAccount:
        key = key.strip()
        if not _KEY.fullmatch(key):
            raise InvalidInput(
                "key", N_("This is no restricted key of Stripe's: it begins with {begin}."), "rk_live_…",
                begin="rk_live_",
            )  # fmt: skip
        client = await self._calls.client(key)
        account = await self._account_of(client, key)
        for right in RIGHTS:
            await self._try(right, client)
        webhook_id, secret = await self._called(key, business_id)
        return PayAccount(
            key=key,
            webhook_secrets=(secret,) if secret else (),
            account=account,
            connected_at=self._clock.now(),
            live=key.startswith("rk_live_"),
            webhook_id=webhook_id,
        )

    async def _account_of(self, client: StripeClient, key: str) -> str:
        """What Stripe calls it. Reading one's own account is a right that the dashboard hardly gives to a restricted
        key; then the refusal names the account, or the end of the key has to do.
        """
        import stripe  # noqa: PLC0415

        with self._calls.call("account.retrieve"):
            try:
                return (await client.v1.accounts.retrieve_current_async()).id
            except stripe.PermissionError as error:
                named = _ACCOUNT.search(error.user_message or "")
                return named[0] if named else f"…{key[-4:]}"

    async def _try(self, right: Right, client: StripeClient) -> None:
        if right.probe is None:
            return
        try:
            with self._calls.call(right.call):
                await right.probe(client)
        except InvalidInput as error:
            if error.field == "key" or not right.writes:
                raise

    async def _called(self, key: str, business_id: UUID) -> tuple[str, str]:
        """What names the webhook, and its secret; both empty where the key may make none, or nobody reaches us:
        then we ask instead.
        """
        if not self._public_url:
            return "", ""
        client = await self._calls.client(key)
        params: Any = {
            "url": f"{self._public_url}{WEBHOOK}/{business_id.hex}",
            "enabled_events": list(THEIRS),
            "api_version": API_VERSION,
            "description": "Billhook",
        }
        try:
            with self._calls.call("webhook.create"):
                made = await client.v1.webhook_endpoints.create_async(params)
        except InvalidInput:
            return "", ""
        return made.id, made.secret or ""

    async def forget(self, account: PayAccount) -> None:
        if not account.webhook_id:
            return
        client = await self._calls.client(account.key)
        try:
            with self._calls.call("webhook.delete"):
                await client.v1.webhook_endpoints.delete_async(account.webhook_id)
        except InvalidInput:
            # It is gone already, or the key is: nobody is left who could be asked.
            return

    async def open_payment(
        self, account: PayAccount, session: PaySession, business_id: UUID, title: str, email: str, back: str
    ) -> Checkout:
        """What is asked follows from the arguments alone, so the same session is never asked for twice. The client
        waits for it, so it is given up soon.
        """
        names = {
            "business": business_id.hex,
            "session": session.id.hex,
            "invoice": session.invoice_id.hex,
        }
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": session.amount.currency.lower(),
                        "unit_amount": to_stripe(session.amount),
                        "product_data": {"name": title[:_MOST_NAME]},
                    },
                }
            ],
            "client_reference_id": session.id.hex,
            "metadata": names,
            "payment_intent_data": {"metadata": names, "description": title[:_MOST_NAME]},
            # Another currency on the page would be another amount in the books.
            "adaptive_pricing": {"enabled": False},
            "success_url": f"{back}/thanks",
            "cancel_url": f"{back}/back",
        }
        if email:
            params["customer_email"] = email
        client = await self._calls.client(account.key, patient=False)
        async with self._calls.hurried_call("checkout.create"):
            found = await client.v1.checkout.sessions.create_async(
                cast(Any, params), {"idempotency_key": session.id.hex}
            )
        return Checkout(found.id, found.url or "", moment(found.expires_at))

    async def end_payment(self, account: PayAccount, session: PaySession) -> Received | None:
        if not session.provider_id:
            return None
        client = await self._calls.client(account.key)
        try:
            with self._calls.call("checkout.expire"):
                await client.v1.checkout.sessions.expire_async(session.provider_id)
        except InvalidInput:
            # Stripe refuses with the same words whether it was paid or has expired.
            found = await self._checkout(account, session.provider_id)
            if found["status"] == "open":
                raise
            return self._received(found) if found["status"] == "complete" else None
        return None

    async def read_payment(self, account: PayAccount, provider_id: str) -> Received:
        return self._received(await self._checkout(account, provider_id))

    async def _checkout(self, account: PayAccount, provider_id: str) -> Json:
        client = await self._calls.client(account.key)
        with self._calls.call("checkout.retrieve"):
            found = await client.v1.checkout.sessions.retrieve_async(
                provider_id, {"expand": ["payment_intent.latest_charge"]}
            )
        return found.to_dict()

    def _received(self, found: Json) -> Received:
        intent = found.get("payment_intent")
        charge = intent.get("latest_charge") if isinstance(intent, Mapping) else None
        paid_at = charge.get("created") if isinstance(charge, Mapping) else None
        names: Json = found.get("metadata") or {}
        session_id, business_id = as_id(names.get("session")), as_id(names.get("business"))
        foreign = session_id is None or business_id is None
        paid, promised = found.get("payment_status") == "paid", found.get("status") == "complete"
        return Received(
            provider_id=str(found["id"]),
            paid=paid,
            # What else is sold in the account may be in a currency that we do not know.
            amount=_NOTHING if foreign else from_stripe(found["amount_total"], found["currency"]),
            payment_id=name_of(intent),
            session_id=session_id,
            paid_at=moment(paid_at) or self._clock.now(),
            business_id=business_id,
            under_way=promised
            and not paid
            and isinstance(intent, Mapping)
            and intent.get("status") in _COMING,
        )

    async def read_money_back(self, account: PayAccount, event: ProviderEvent) -> Sequence[MoneyBack]:
        client = await self._calls.client(account.key)
        if event.type.startswith("charge.dispute."):
            with self._calls.call("dispute.retrieve"):
                dispute = (await client.v1.disputes.retrieve_async(event.object_id)).to_dict()
            return await self._disputed(account, dispute)
        if event.type == "charge.refunded":
            with self._calls.call("charge.retrieve"):
                found = (await client.v1.charges.retrieve_async(event.object_id)).to_dict()
        else:
            with self._calls.call("refund.retrieve"):
                found = (await client.v1.refunds.retrieve_async(event.object_id)).to_dict()
        payment_id = name_of(found.get("payment_intent"))
        if not payment_id:
            return ()
        with self._calls.call("refunds.list"):
            refunds = await client.v1.refunds.list_async(
                {"payment_intent": payment_id, "limit": _MOST_REFUNDS}
            )
        session_id = await self._session_of(account, payment_id)
        entries = (_refund(refund.to_dict(), payment_id, session_id) for refund in reversed(refunds.data))
        return [entry for entry in entries if entry is not None]

    async def _disputed(self, account: PayAccount, dispute: Json) -> Sequence[MoneyBack]:
        payment_id, status = name_of(dispute.get("payment_intent")), str(dispute.get("status"))
        # An inquiry moves no money, and neither does what was settled before it became a dispute.
        if not payment_id or status.startswith("warning_") or status == "prevented":
            return ()
        session_id = await self._session_of(account, payment_id)
        amount, name = from_stripe(dispute["amount"], dispute["currency"]), str(dispute["id"])
        taken = MoneyBack(name, payment_id, amount, "dispute", session_id)
        if status in ("won", "lost"):
            return (taken, MoneyBack(f"{name}:{status}", payment_id, amount, f"dispute_{status}", session_id))
        return (taken,)

    async def _session_of(self, account: PayAccount, payment_id: str) -> UUID | None:
        client = await self._calls.client(account.key)
        with self._calls.call("payment_intent.retrieve"):
            intent = (await client.v1.payment_intents.retrieve_async(payment_id)).to_dict()
        return as_id((intent.get("metadata") or {}).get("session"))

    async def list_events(
        self, account: PayAccount, since: datetime, until: datetime | None = None
    ) -> Sequence[ProviderEvent]:
        return await listed(self._calls, account.key, since, until, ours=False)


def _refund(refund: Json, payment_id: str, session_id: UUID | None) -> MoneyBack | None:
    """None while the client still has to say where the money should go."""
    amount, name = from_stripe(refund["amount"], refund["currency"]), str(refund["id"])
    match refund.get("status"):
        case "succeeded" | "pending":
            return MoneyBack(name, payment_id, amount, "refund", session_id)
        case "failed" | "canceled":
            return MoneyBack(f"{name}:failed", payment_id, amount, "refund_failed", session_id)
        case _:
            return None


def moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def name_of(found: object) -> str:
    """Of an object that may have been written out where its name stands else; empty for none."""
    if isinstance(found, Mapping):
        return str(found.get("id") or "")
    return found if isinstance(found, str) else ""
