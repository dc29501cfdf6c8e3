"""The words of the letter that brings a quote to its client, in the client's language."""

from __future__ import annotations

from core.language import client_language
from core.party import Client
from core.quote import Quote
from handlers.context import Context
from handlers.kinds import Button, Reply, Text
from handlers.letters import Covering
from handlers.quotes import quote_pdf
from handlers.words import _, in_language, long_date


def covering_quote(ctx: Context, quote: Quote, client: Client, page: str) -> Covering:
    """`page` is the address under which the client sees it online and answers, or empty."""
    chosen = client_language(ctx.desk.business, client)

    def say() -> Covering:
        number, name = quote.label, ctx.desk.business.name
        values = {"number": number, "total": ctx.money(quote.total), "until": long_date(quote.valid_until)}
        body = _("Please find attached our quote {number} over {total}, valid until {until}.", **values)
        blocks = (
            Text(_("Hello {client},", client=client.name)),
            Text(body),
            Text(_("Kind regards\n{name}", name=name)),
        )
        links = (Button(_("See and answer it online"), url=page),) if page else ()
        reply = Reply(blocks, links, (quote_pdf(quote),), language=chosen)
        return Covering(_("Quote {number} from {name}", number=number, name=name), reply)

    return in_language(chosen, say)
