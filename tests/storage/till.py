"""What is bought, ordered and paid, as these tests want it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.invoice import Invoice
from core.money import Money
from core.party import Member
from core.pay_ports import PayAccount, PaySession, ProviderEvent
from core.plan import Plan, Standing, Subscription
from core.plan_ports import Order, OrderKind
from tests.builders.core import IDS
from tests.fakes.clock import MORNING


def a_subscription(**changes: Any) -> Subscription:
    bought = Subscription(
        Plan.PRO, Standing.TRIALING, yearly=True, price=Money(19000, "EUR"), renews_at=MORNING + timedelta(days=13),
        trial_ends_at=MORNING + timedelta(days=14), ends_at=MORNING + timedelta(days=15),
        past_due_since=MORNING + timedelta(days=16), trialed=True, customer=f"cus_{IDS.token()}",
        provider_id="sub_7", told="trialing",
    )  # fmt: skip
    return replace(bought, **changes)


def an_order(member: Member, **changes: Any) -> Order:
    order = Order(
        IDS.new(),
        OrderKind.UPGRADE,
        member.id,
        "telegram:7",
        "telegram:11",
        MORNING,
        Plan.BUSINESS,
        yearly=True,
    )
    return replace(order, **changes)


def an_event(**changes: Any) -> ProviderEvent:
    event = ProviderEvent(f"evt_{IDS.token()}", "customer.subscription.updated", "sub_7", MORNING)
    return replace(event, **changes)


def an_account(**changes: Any) -> PayAccount:
    account = PayAccount(
        "rk_made_up_s3cret", ("whsec_made_up_new", "whsec_made_up_old"), "acct_7", MORNING, live=False,
        webhook_id="we_7",
    )  # fmt: skip
    return replace(account, **changes)


def a_session(invoice: Invoice, **changes: Any) -> PaySession:
    """For what is owed."""
    return replace(PaySession(IDS.new(), invoice.id, invoice.balance, MORNING, account="acct_7"), **changes)
