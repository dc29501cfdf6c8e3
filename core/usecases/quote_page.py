"""The page on which a client sees a quote and decides: what it shows, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.codes import code_hash, is_token
from core.moments import local_day
from core.party import Business, Client
from core.ports import Clock, Work
from core.quote import Quote, QuoteState
from core.usecases.hosted import LIFE


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """What the page is made of."""

    business: Business
    client: Client
    quote: Quote


async def find_shown(work: Work, clock: Clock, token: str) -> ShownQuote | None:
    """Enters the business whose quote it is. None for what names nothing, or nothing any more."""
    if not is_token(token):
        return None
    linked = await work.quotes.enter(code_hash(token))
    if linked is None:
        return None
    quote = await work.quotes.get(linked.quote_id)
    business = await work.businesses.get()
    if _over(quote, clock, business):
        return None
    return ShownQuote(business, await work.clients.get(quote.draft.client_id), quote)


def _over(quote: Quote, clock: Clock, business: Business) -> bool:
    """Some time after it was decided or has expired; an accepted one names what was agreed for longer."""
    if quote.decided_at is not None and quote.state is not QuoteState.ACCEPTED:
        return quote.decided_at <= clock.now() - LIFE
    if quote.decided_at is not None:
        return quote.decided_at <= clock.now() - timedelta(days=366)
    return quote.valid_until + LIFE < local_day(clock.now(), business.zone)
