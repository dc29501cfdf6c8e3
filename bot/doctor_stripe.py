"""What `billhook doctor` finds out about Stripe: the key, the prices, and whether Stripe calls us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from bot.finding import Finding
from bot.settings import Settings
from bot.stripe.amounts import from_stripe
from bot.stripe.calls import Calls
from bot.stripe.client_payments import WEBHOOK
from bot.stripe.events import OURS
from core.errors import BillhookError
from core.locale import ENGLISH, format_money
from core.plan import Offer
from handlers.words import _, sentence

_MOST = 100
"""Stripe allows 16 endpoints, and gives out so many at once."""
_LIVE = ("sk_live_", "rk_live_")


def stripe_findings(settings: Settings) -> Iterator[Finding]:
    """A few looks at Stripe; they take as long as Stripe takes to answer."""
    yield from asyncio.run(_look(settings))


async def _look(settings: Settings) -> list[Finding]:
    calls = Calls(settings.stripe_api_url, retries=0)
    try:
        return [finding async for finding in _findings(settings, calls)]
    finally:
        await calls.close()


async def _findings(settings: Settings, calls: Calls) -> AsyncIterator[Finding]:
    key = settings.stripe_secret_key.get_secret_value() if settings.stripe_secret_key else ""
    client: Any = await calls.client(key)
    try:
        prices = {offer: await _price(calls, client, name) for offer, name in settings.stripe_prices.items()}
    except BillhookError as error:
        # A wrong key, a wrong price or no Stripe at all: the sentence says which.
        yield Finding("FAIL", "Stripe", sentence(error))
        return
    is_live = key.startswith(_LIVE)
    yield Finding(
        "ok",
        "Stripe",
        _("the key is good, in live mode") if is_live else _("the key is good, in test mode: no money moves"),
    )
    for offer, price in prices.items():
        yield _priced(offer, price)
    yield await _way_in(settings, calls, client)


async def _price(calls: Calls, client: Any, name: str) -> Any:
    with calls.call("price.retrieve"):
        return await client.v1.prices.retrieve_async(name)


def _priced(offer: Offer, price: Any) -> Finding:
    about = _("Stripe price, {plan}", plan=f"{offer.plan} {'yearly' if offer.yearly else 'monthly'}")
    wanted = ("year" if offer.yearly else "month", 1)
    every = (price.recurring.interval, price.recurring.interval_count) if price.recurring else None
    if every is None:
        return Finding("FAIL", about, _("{price} is paid once: name one that recurs", price=price.id))
    if every != wanted:
        found = every[0] if every[1] == 1 else f"{every[1]} {every[0]}s"
        said = _(
            "{price} recurs every {found} and not every {wanted}",
            price=price.id,
            found=found,
            wanted=wanted[0],
        )
        return Finding("FAIL", about, said)
    if not price.active:
        return Finding("FAIL", about, _("{price} is archived at Stripe: nobody can buy it", price=price.id))
    if price.unit_amount is None:
        return Finding("FAIL", about, _("{price} has no fixed amount", price=price.id))
    amount = format_money(from_stripe(price.unit_amount, price.currency), ENGLISH)
    return Finding("ok", about, _("{amount} a {unit}", amount=amount, unit=wanted[0]))


async def _way_in(settings: Settings, calls: Calls, client: Any) -> Finding:
    about = _("Stripe webhook")
    if not settings.public_url:
        return Finding(
            "off", about, _("PUBLIC_URL is not set: Stripe cannot call, and is asked every few minutes")
        )
    wanted = settings.public_url.rstrip("/") + WEBHOOK
    try:
        with calls.call("webhook.list"):
            found = await client.v1.webhook_endpoints.list_async({"limit": _MOST})
    except BillhookError as error:
        said = _("whether {url} is called cannot be seen: {reason}", url=wanted, reason=sentence(error))
        return Finding("off", about, said)
    ours = [endpoint for endpoint in found.data if endpoint.url == wanted]
    if not ours:
        said = _("Stripe does not call {url}: add it there, for {kinds}", url=wanted, kinds=", ".join(OURS))
        return Finding("FAIL", about, said)
    enabled = [endpoint for endpoint in ours if endpoint.status == "enabled"]
    if not enabled:
        return Finding("FAIL", about, _("{url} is disabled at Stripe: enable it there", url=wanted))
    heard = {kind for endpoint in enabled for kind in endpoint.enabled_events}
    missing = [kind for kind in OURS if not heard & {kind, "*"}]
    if missing:
        said = _("{url} does not hear of {kinds}: add these there", url=wanted, kinds=", ".join(missing))
        return Finding("FAIL", about, said)
    return Finding("ok", about, _("{url} is called", url=wanted))
