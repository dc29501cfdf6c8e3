"""What happened in an account at Stripe, as Stripe lists it: the same for ours and for those of businesses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from bot.stripe.calls import Calls
from bot.stripe.events import OURS, THEIRS, event_of
from core.pay_ports import ProviderEvent

_PAGE = 100


async def listed(
    calls: Calls, key: str, since: datetime, until: datetime | None, *, ours: bool
) -> Sequence[ProviderEvent]:
    """Oldest first. Stripe keeps them for 30 days, and gives the newest first."""
    client = await calls.client(key)
    params: dict[str, Any] = {
        "types": list(OURS if ours else THEIRS),
        "created": {"gte": int(since.timestamp())} | ({"lte": int(until.timestamp())} if until else {}),
        "limit": _PAGE,
    }
    found: list[ProviderEvent] = []
    while True:
        with calls.call("events.list"):
            page = await client.v1.events.list_async(cast(Any, params))
        for raw in page.data:
            event = event_of(raw.to_dict(), ours=ours)
            if event is not None:
                found.append(event)
        if not page.has_more:
            return found[::-1]
        params["starting_after"] = page.data[-1].id
