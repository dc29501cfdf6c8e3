"""What the restricted key of a business has to be allowed at Stripe, and the call by which each right is tried.

docs/payments.md shows the same table, and the page on which the key is entered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stripe import StripeClient

Probe = Callable[["StripeClient"], Awaitable[object]]
_ONE: Any = {"limit": 1}


@dataclass(frozen=True, slots=True)
class Right:
    """In the words of Stripe's page."""

    name: str
    writes: bool
    call: str = ""
    """What the metrics call the probe."""
    probe: Probe | None = None
    """Of one that writes, a call that says nothing: it is refused for that, and never for the key's sake."""


RIGHTS = (
    Right("Checkout Sessions", True, "checkout.probe", lambda at: at.v1.checkout.sessions.create_async({})),
    Right("PaymentIntents", False, "payment_intents.list", lambda at: at.v1.payment_intents.list_async(_ONE)),
    Right("Charges and Refunds", False, "refunds.list", lambda at: at.v1.refunds.list_async(_ONE)),
    Right("Disputes", False, "disputes.list", lambda at: at.v1.disputes.list_async(_ONE)),
    Right("Events", False, "events.list", lambda at: at.v1.events.list_async(_ONE)),
    # Tried by making one; without it we ask instead of being called.
    Right("Webhook Endpoints", True),
)
