"""Subscriptions: how one begins, renews, fails, is cancelled and ends."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime

from tests.fakes.stripe_values import Impossible, Json, Refused, wrong
from tests.fakes.stripe_world import Account

_DAY = 86400
_LIVING = {"trialing", "active", "past_due", "unpaid", "paused", "incomplete"}


def begin(account: Account, session: Json, lines: list[Json], data: Json) -> str:
    """What a checkout in mode subscription brings about; it does not complete the session."""
    now = account.world.now()
    if session["customer"] is None:
        customer = account.make("customer", "cus", email=session["customer_email"], metadata={})
        session["customer"] = customer["id"]
        account.emit("customer.created", customer)
    days = data.get("trial_period_days", 0)
    trial_end = data.get("trial_end") or (now + days * _DAY if days else None)
    subscription = account.make(
        "subscription", "sub", customer=session["customer"], currency=session["currency"],
        metadata=data.get("metadata", {}), start_date=now, trial_start=now if trial_end else None,
        trial_end=trial_end, status="trialing" if trial_end else "active",
        billing_cycle_anchor=trial_end or now,
    )  # fmt: skip
    subscription["items"]["url"] = f"/v1/subscription_items?subscription={subscription['id']}"
    for line in lines:
        item = account.make(
            "subscription_item", "si", price=line["price"], quantity=line["quantity"], current_period_start=now,
            subscription=subscription["id"], current_period_end=trial_end or _later(now, line["price"]),
        )  # fmt: skip
        subscription["items"]["data"].append(item)
    session["subscription"] = subscription["id"]
    account.emit("customer.subscription.created", subscription)
    session["invoice"] = _bill(
        account, subscription, session["amount_total"], "subscription_create", paid=True
    )
    return str(subscription["id"])


def _later(at: int, price: Json) -> int:
    """The same day of the next month or year; the last day where there is none such."""
    moment = datetime.fromtimestamp(at, UTC)
    recurring = price["recurring"] or {"interval": "month", "interval_count": 1}
    count = recurring.get("interval_count") or 1
    if recurring["interval"] in {"day", "week"}:
        return at + count * _DAY * (7 if recurring["interval"] == "week" else 1)
    months = moment.month - 1 + count * (12 if recurring["interval"] == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())


def _bill(account: Account, subscription: Json, amount: int, why: str, *, paid: bool) -> str:
    """Stripe's own invoice for a period."""
    invoice = account.make(
        "invoice", "in", customer=subscription["customer"], currency=subscription["currency"], total=amount,
        subtotal=amount, amount_due=amount, amount_paid=amount if paid else 0, billing_reason=why, attempted=True,
        amount_remaining=0 if paid else amount, attempt_count=1, status="paid" if paid else "open",
        parent={
            "quote_details": None, "type": "subscription_details",
            "subscription_details": {
                "metadata": subscription["metadata"], "subscription": subscription["id"],
            },
        },
    )  # fmt: skip
    subscription["latest_invoice"] = invoice["id"]
    if paid:
        account.emit("invoice.paid", invoice)
        account.emit("invoice.payment_succeeded", invoice)
    else:
        account.emit("invoice.payment_failed", invoice)
    return str(invoice["id"])


def _require_living(subscription: Json) -> None:
    if subscription["status"] not in _LIVING:
        raise Impossible(f"this subscription is {subscription['status']}")


def _change(account: Account, subscription: Json, **values: object) -> None:
    before = {name: subscription[name] for name in values if subscription[name] != values[name]}
    subscription.update(values)
    account.emit("customer.subscription.updated", subscription, before)


def amount(subscription: Json) -> int:
    return sum(item["price"]["unit_amount"] * item["quantity"] for item in subscription["items"]["data"])


def renew(account: Account, subscription: Json, *, paid: bool) -> None:
    """The period is over: the next one begins, paid for or not. What was cancelled ends instead."""
    _require_living(subscription)
    if subscription["cancel_at_period_end"] or subscription["cancel_at"]:
        end(account, subscription)
        return
    was = subscription["status"]
    if was != "past_due":
        for item in subscription["items"]["data"]:
            item["current_period_start"] = item["current_period_end"]
            item["current_period_end"] = _later(item["current_period_end"], item["price"])
    _bill(account, subscription, amount(subscription), "subscription_cycle", paid=paid)
    _change(account, subscription, status="active" if paid else "past_due")


def end(account: Account, subscription: Json) -> None:
    _require_living(subscription)
    now = account.world.now()
    subscription.update(status="canceled", ended_at=now, canceled_at=subscription["canceled_at"] or now)
    account.emit("customer.subscription.deleted", subscription)


def give_up(account: Account, subscription: Json) -> None:
    """Stripe has tried the card for the last time, and leaves the subscription unpaid."""
    _require_living(subscription)
    _change(account, subscription, status="unpaid")


def cancel(account: Account, subscription: Json, *, flexible: bool) -> None:
    """At the end of the period. In flexible billing the portal sets the day instead of the flag."""
    _require_living(subscription)
    now = account.world.now()
    until = subscription["items"]["data"][0]["current_period_end"]
    details = {"comment": None, "feedback": None, "reason": "cancellation_requested"}
    _change(
        account, subscription, cancel_at_period_end=not flexible, cancel_at=until, canceled_at=now,
        cancellation_details=details,
    )  # fmt: skip


def resume(account: Account, subscription: Json) -> None:
    _require_living(subscription)
    details = {"comment": None, "feedback": None, "reason": None}
    _change(
        account, subscription, cancel_at_period_end=False, cancel_at=None, canceled_at=None,
        cancellation_details=details,
    )  # fmt: skip


def change_price(account: Account, subscription: Json, price: Json) -> None:
    _require_living(subscription)
    subscription["items"]["data"][0]["price"] = price
    _change(account, subscription, currency=price["currency"])


def update(account: Account, subscription: Json, given: Json) -> Json:
    """POST /v1/subscriptions/{id}, of which this fake knows how to cancel, resume and name."""
    unknown = {*given} - {"cancel_at_period_end", "cancel_at", "metadata", "expand"}
    if unknown:
        raise wrong("This fake changes no such thing", min(unknown))
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        raise Refused(
            "A canceled subscription can only update its cancellation_details and metadata.", checked=False
        )
    if "cancel_at_period_end" in given and "cancel_at" in given:
        raise wrong("You may only specify one of cancel_at and cancel_at_period_end.", "cancel_at")
    for name, text in given.get("metadata", {}).items():
        subscription["metadata"] = {
            **{known: one for known, one in subscription["metadata"].items() if known != name},
            **({name: text} if text else {}),
        }
    if "cancel_at" in given and given["cancel_at"] != "":
        raise wrong("This fake cancels with the period only", "cancel_at")
    if given.get("cancel_at_period_end"):
        if not subscription["cancel_at_period_end"]:
            cancel(account, subscription, flexible=False)
    elif "cancel_at_period_end" in given or "cancel_at" in given:
        if subscription["cancel_at_period_end"] or subscription["cancel_at"]:
            resume(account, subscription)
    elif "metadata" in given:
        _change(account, subscription)
    return subscription
