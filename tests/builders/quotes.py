"""Quotes: a draft, or one that was issued without a counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from core.invoice import Draft, Kind
from core.party import Business
from core.quote import Quote, QuoteState, watched
from core.terms import Terms
from core.totals import compute
from core.usecases.invoice import freeze
from tests.builders.core import IDS, ISSUED_ON, a_client, a_draft

VALID_UNTIL = date(2026, 4, 7)


def a_quote(client_id: UUID, draft: Draft | None = None, **changes: Any) -> Quote:
    """A draft over 119.00 EUR, valid for 33 days."""
    draft = draft or a_draft(client_id)
    made_at = datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC)
    return replace(Quote(IDS.new(), draft, Terms(days=33), compute(draft).payable, made_at), **changes)


def an_issued_quote(
    business: Business,
    client_id: UUID,
    number: str,
    state: QuoteState = QuoteState.OPEN,
    draft: Draft | None = None,
) -> Quote:
    """Dated 5 March 2026 and valid until 7 April."""
    quote = a_quote(client_id, draft)
    document = replace(
        freeze(business, a_client(id=client_id), quote.draft, ISSUED_ON), number=number, kind=Kind.QUOTE,
        valid_until=VALID_UNTIL, due_on=VALID_UNTIL, terms="", iban="", bic="",
    )  # fmt: skip
    return watched(replace(quote, state=state, document=document), business.zone)
