"""Checkout sessions: what opening one demands, and what happens when somebody pays or does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.fakes import stripe_billing as billing
from tests.fakes.stripe_money import check_currency, check_total, check_unit
from tests.fakes.stripe_values import Impossible, Json, Refused, missing, wrong
from tests.fakes.stripe_world import Account

KIND = "checkout.session"
_SOONEST, _LATEST = 30 * 60, 24 * 3600
"""Of expires_at, from now."""
_ONLY = {
    "subscription_data": {"subscription"},
    "payment_intent_data": {"payment"},
    "invoice_creation": {"payment"},
    "customer_creation": {"payment", "setup"},
}
_COPIED = (
    "cancel_url", "client_reference_id", "customer", "customer_email", "locale", "success_url", "submit_type",
    "customer_creation", "payment_method_collection", "billing_address_collection", "allow_promotion_codes",
)  # fmt: skip


def create(account: Account, given: Json) -> Json:
    mode = given.get("mode") or "payment"
    _check_shape(given, mode)
    lines = [_line(account, one, index, mode) for index, one in enumerate(given.get("line_items", []))]
    _check_lines(lines, mode)
    currency = lines[0]["currency"]
    total = sum(line["amount_total"] for line in lines)
    if mode == "payment":
        check_total(total, currency, account.minimum)
    if "customer" in given:
        account.get("customer", given["customer"], "customer")
    session = account.make(
        KIND, "cs", **{name: given[name] for name in _COPIED if name in given}, mode=mode, currency=currency,
        amount_subtotal=total, amount_total=_due_now(total, given), expires_at=_end(account, given),
        metadata=given.get("metadata", {}), payment_status="unpaid", status="open",
    )  # fmt: skip
    session["url"] = f"{account.world.origin}/c/pay/{session['id']}"
    account.lines[session["id"]] = lines
    account.asked[session["id"]] = given
    return session


def _check_shape(given: Json, mode: str) -> None:
    if mode == "setup":
        raise wrong("This fake sets nothing up", "mode")
    for name, modes in _ONLY.items():
        if name in given and mode not in modes:
            raise wrong(f"You can not pass `{name}` in `{mode}` mode.", name)
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise wrong("This fake has hosted pages only", "ui_mode")
    if "success_url" not in given:
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        if name in given:
            check_url(given[name], name)
    if "customer" in given and "customer_email" in given:
        raise wrong(
            "You may only specify one of these parameters: customer, customer_email.", "customer_email"
        )
    if "customer_email" in given and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", given["customer_email"]):
        raise wrong(
            f"Invalid email address: {given['customer_email']}", "customer_email", code="email_invalid"
        )
    if len(given.get("client_reference_id", "")) > 200:
        raise wrong("Invalid string: must be at most 200 characters", "client_reference_id")
    if not given.get("line_items"):
        raise missing("line_items")


def check_url(text: str, param: str) -> None:
    """Stripe redirects to absolute addresses only; in them {CHECKOUT_SESSION_ID} is replaced."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise wrong("Not a valid URL", param, "url_invalid")
    if len(text) > 5000:
        raise wrong("Invalid URL: URL must be 5000 characters or less.", param, "url_invalid")


def _line(account: Account, given: Json, index: int, mode: str) -> Json:
    where = f"line_items[{index}]"
    if ("price" in given) == ("price_data" in given):
        raise wrong("You must specify exactly one of `price` or `price_data`.", where)
    if "quantity" not in given:
        raise wrong("Quantity is required. Add `quantity` to `line_items`", f"{where}[quantity]")
    if given["quantity"] < 1:
        raise wrong("This value must be greater than or equal to 1.", f"{where}[quantity]")
    if "price" in given:
        price = account.get("price", given["price"], f"{where}[price]")
        name = price["nickname"] or price["product"]
    else:
        price, name = _priced(account, given["price_data"], f"{where}[price_data]")
    if not price["active"]:
        raise wrong("The price specified is inactive. This field only accepts active prices.", where)
    if price["recurring"] and mode == "payment":
        raise wrong(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use"
            " only one-time prices.",
            f"{where}[price]",
        )
    amount = price["unit_amount"] * given["quantity"]
    return {
        "id": account.world.id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": amount,
        "amount_tax": 0, "amount_total": amount, "currency": price["currency"], "description": name, "price": price,
        "quantity": given["quantity"],
    }  # fmt: skip


def _priced(account: Account, given: Json, where: str) -> tuple[Json, str]:
    check_currency(given["currency"], f"{where}[currency]")
    if ("product" in given) == ("product_data" in given):
        raise wrong("You must specify exactly one of `product` or `product_data`.", where)
    if ("unit_amount" in given) == ("unit_amount_decimal" in given):
        raise wrong("You must specify exactly one of `unit_amount` or `unit_amount_decimal`.", where)
    if "unit_amount" not in given:
        raise wrong("This fake has whole units only", f"{where}[unit_amount_decimal]")
    check_unit(given["unit_amount"], given["currency"], f"{where}[unit_amount]")
    if "product" in given:
        product = account.get("product", given["product"], f"{where}[product]")
    else:
        product = account.make("product", "prod", **given["product_data"], active=False)
    recurring = given.get("recurring")
    price = account.make(
        "price", "price", currency=given["currency"], unit_amount=given["unit_amount"], active=True,
        unit_amount_decimal=str(given["unit_amount"]), product=product["id"],
        recurring=recurring, type="recurring" if recurring else "one_time",
    )  # fmt: skip
    return price, product["name"]


def _check_lines(lines: list[Json], mode: str) -> None:
    if len(lines) > 100:
        raise wrong("A session has at most 100 line items", "line_items")
    if len({line["currency"] for line in lines}) > 1:
        raise wrong("All line items must have the same currency", "line_items")
    if mode == "subscription" and not any(line["price"]["recurring"] for line in lines):
        raise wrong(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            "line_items",
        )


def _due_now(total: int, given: Json) -> int:
    data = given.get("subscription_data", {})
    if "trial_period_days" in data and "trial_end" in data:
        raise wrong("You may only specify one of trial_end and trial_period_days.", "subscription_data")
    days = data.get("trial_period_days")
    if days is not None and not 1 <= days <= 730:
        raise wrong("Invalid trial period days: must be between 1 and 730.", "subscription_data")
    return 0 if days or "trial_end" in data else total


def _end(account: Account, given: Json) -> int:
    now = account.world.now()
    end: int = given.get("expires_at", now + _LATEST)
    # A minute of grace is Stripe's own: the request was a while on its way.
    if not now + _SOONEST - 60 <= end <= now + _LATEST + 60:
        raise wrong(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            "expires_at",
        )
    return end


# What happens to a session.


def lapse(account: Account) -> None:
    """End every session whose time is over."""
    for session in [*account.all(KIND)]:
        if session["status"] == "open" and session["expires_at"] <= account.world.now():
            _expire(account, session)


def expire(account: Account, session: Json) -> Json:
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
            f" `{session['status']}`.",
            checked=False,
        )
    _expire(account, session)
    return session


def _expire(account: Account, session: Json) -> None:
    session.update(status="expired", url=None)
    account.emit("checkout.session.expired", session)


def _require_open(account: Account, session: Json) -> None:
    lapse(account)
    if session["status"] != "open":
        raise Impossible(f"this checkout is {session['status']}: its page takes no payment")


@dataclass(frozen=True, slots=True)
class Payer:
    name: str
    email: str


PAULA = Payer("Paula Payer", "paula@payer.example")


def pay(account: Account, session: Json, payer: Payer, amount: int | None, currency: str) -> str:
    """Paid at once: the id of the payment intent, or of the subscription."""
    _require_open(account, session)
    if session["mode"] == "subscription":
        data = account.asked[session["id"]].get("subscription_data", {})
        made = billing.begin(account, session, account.lines[session["id"]], data)
        _complete(account, session, payer, "no_payment_required" if not session["amount_total"] else "paid")
        return made
    if amount is not None:
        session["amount_total"] = amount
    session["currency"] = currency or session["currency"]
    intent = _intent(account, session)
    _charge(account, session, intent, payer)
    _complete(account, session, payer, "paid")
    return str(intent["id"])


def promise(account: Account, session: Json, payer: Payer) -> str:
    """Paid by a way that takes days, such as a direct debit: complete, and yet unpaid."""
    _require_open(account, session)
    intent = _intent(account, session)
    intent.update(status="processing")
    account.emit("payment_intent.processing", intent)
    _complete(account, session, payer, "unpaid")
    return str(intent["id"])


def keep_promise(account: Account, session: Json, payer: Payer) -> None:
    intent = _promised(account, session)
    _charge(account, session, intent, payer)
    session["payment_status"] = "paid"
    account.emit("checkout.session.async_payment_succeeded", session)


def break_promise(account: Account, session: Json) -> None:
    intent = _promised(account, session)
    intent.update(status="requires_payment_method")
    account.emit("payment_intent.payment_failed", intent)
    account.emit("checkout.session.async_payment_failed", session)


def _promised(account: Account, session: Json) -> Json:
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        raise Impossible("nobody has promised to pay this")
    intent = account.get("payment_intent", session["payment_intent"])
    if intent["status"] != "processing":
        raise Impossible(f"the payment is {intent['status']}")
    return intent


def _intent(account: Account, session: Json) -> Json:
    data = account.asked[session["id"]].get("payment_intent_data", {})
    intent = account.make(
        "payment_intent", "pi", amount=session["amount_total"], currency=session["currency"],
        metadata=data.get("metadata", {}), description=data.get("description"), customer=session["customer"],
        receipt_email=data.get("receipt_email"), status="requires_confirmation",
    )  # fmt: skip
    session["payment_intent"] = intent["id"]
    account.emit("payment_intent.created", intent)
    return intent


def _charge(account: Account, session: Json, intent: Json, payer: Payer) -> None:
    amount = intent["amount"]
    charge = account.make(
        "charge", "ch", amount=amount, amount_captured=amount, captured=True, currency=intent["currency"],
        payment_intent=intent["id"], metadata=intent["metadata"], description=intent["description"],
        customer=session["customer"], paid=True, status="succeeded",
    )  # fmt: skip
    charge["billing_details"].update(name=payer.name, email=payer.email)
    charge["balance_transaction"] = account.make(
        "balance_transaction", "txn", amount=amount, net=amount, currency=intent["currency"], source=charge["id"],
    )["id"]  # fmt: skip
    intent.update(status="succeeded", amount_received=amount, latest_charge=charge["id"])
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)


def _complete(account: Account, session: Json, payer: Payer, payment_status: str) -> None:
    session.update(status="complete", payment_status=payment_status, url=None)
    session["customer_details"] = {
        "address": None, "email": session["customer_email"] or payer.email, "name": payer.name, "phone": None,
        "tax_exempt": "none", "tax_ids": [], "business_name": None, "individual_name": None,
    }  # fmt: skip
    account.emit("checkout.session.completed", session)
