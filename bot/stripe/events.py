"""What Stripe tells and of which we keep a note: kinds, and which object has to be read again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.errors import BillhookError
from core.pay_ports import EVENT_JOB, ProviderEvent
from core.ports import Clock, Jobs, Work

log = logging.getLogger(__name__)

OURS = (
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
)
"""In the account in which plans are sold. Each leads to a subscription, which is read again."""
THEIRS = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "refund.created",
    "refund.failed",
    "refund.updated",
)
"""In a business's own account, in which its clients pay."""
_MOST_ID = 255


def event_of(raw: Mapping[str, Any], *, ours: bool, business_id: UUID | None = None) -> ProviderEvent | None:
    """None for what nobody here applies. Raises ValueError for what is no event of Stripe's.

    In our own account the object is always a subscription, whatever the event was about.
    """
    if not isinstance(raw, Mapping):
        raise ValueError("no event")
    kind, event_id, created = raw.get("type"), raw.get("id"), raw.get("created")
    data = raw.get("data")
    found = data.get("object") if isinstance(data, Mapping) else None
    if not (_is_id(event_id) and isinstance(kind, str) and type(created) is int):
        raise ValueError("no event")
    if not isinstance(found, Mapping):
        raise ValueError("an event about nothing")
    try:
        created_at = datetime.fromtimestamp(created, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("no moment") from error
    if kind not in (OURS if ours else THEIRS):
        return None
    object_id = _subscription(found) if ours else found.get("id")
    if not _is_id(object_id):
        return None
    event = ProviderEvent(str(event_id), kind, str(object_id), created_at)
    return event if business_id is None else of_business(event, business_id)


def of_business(event: ProviderEvent, business_id: UUID) -> ProviderEvent:
    """Under a name of its own: a business signs what it likes with its own secret, also with the ids of others."""
    return replace(event, id=f"{business_id.hex}:{event.id}", business_id=business_id)


def _subscription(found: Mapping[str, Any]) -> object:
    """None for what is about none, such as an invoice written by hand."""
    match found.get("object"):
        case "subscription":
            return found.get("id")
        case "checkout.session":
            return _id_of(found.get("subscription"))
        case "invoice":
            # Where it stands depends on the version of the API that the endpoint was made with (2025-03-31).
            parent = found.get("parent")
            details = parent.get("subscription_details") if isinstance(parent, Mapping) else None
            inside = details.get("subscription") if isinstance(details, Mapping) else None
            return _id_of(inside or found.get("subscription"))
        case _:
            return None


def _id_of(found: object) -> object:
    """Of an object that may have been written out where its name stands else."""
    return found.get("id") if isinstance(found, Mapping) else found


def _is_id(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _MOST_ID and text.isascii() and text.isprintable()


async def store(work: Work, jobs: Jobs, clock: Clock, event: ProviderEvent) -> bool:
    """With the job that applies it; False for one that was stored before."""
    stored = await work.provider_events.store(event, clock.now())
    if stored:
        await jobs.enqueue(work, EVENT_JOB, event.id)
    return stored


async def set_aside(work: Work, clock: Clock, event: ProviderEvent, why: BillhookError) -> bool:
    """It cannot be applied and is not tried again: operators see it. False where somebody was done with it before."""
    log.warning("event %s (%s) cannot be applied: %s", event.id, event.type, why)
    if await work.provider_events.get(event.id) is None:
        return False
    await work.provider_events.fail(event.id, str(why), clock.now())
    return True
