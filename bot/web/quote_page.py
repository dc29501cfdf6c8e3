"""`/i/{token}` of a quote: as its client sees it, its PDF, and what they answer. Whoever has the address decides."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.bodies import body_of
from bot.web.html_pages import html_page
from bot.web.invoice_page import Brought, InvoicePages
from bot.web.security import file_headers, is_secure
from core.errors import BillhookError, Conflict, InvalidInput
from core.invoice import Kind
from core.language import client_language
from core.moments import local_day
from core.usecases.hosted import PATH
from core.usecases.quote_page import ShownQuote, find_shown
from handlers.background.quotes import answered
from handlers.quote_page import quote_page_of
from handlers.quotes import quote_pdf
from handlers.words import write

log = logging.getLogger(__name__)

_MOST_BODY, _MOST_FIELDS = 4096, 4
_YES, _NO = "yes", "no"
_NOT_FOUND = 404


class QuotePages:
    """Stand beside those of invoices, under the same addresses: a token names one or the other."""

    def __init__(self, app: Brought, pages: InvoicePages) -> None:
        self._storage = app.storage
        self._documents = app.documents
        self._viewing = app.viewing
        self._clock = app.clock
        self._secure = is_secure(app.public_url)
        self._pages = pages

    def routes(self) -> list[Route]:
        """They stand before those of the invoices, whose last one takes what is left."""
        return [
            Route(f"{PATH}{{token}}", self._page),
            Route(f"{PATH}{{token}}/logo", self._logo),
            Route(f"{PATH}{{token}}/quote.pdf", self._pdf),
            Route(f"{PATH}{{token}}/answer", self._answer, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        """Most pages are of invoices, so these are looked for first."""
        response = await self._pages.page(request)
        if response.status_code != _NOT_FOUND:
            return response
        token = request.path_params["token"]
        try:
            shown = await self._find(token)
        except BillhookError as error:
            return self._pages.later(request, error)
        return self._shown(shown, token) if shown else response

    async def _logo(self, request: Request) -> Response:
        response = await self._pages.logo(request)
        if response.status_code != _NOT_FOUND:
            return response
        try:
            async with self._storage.reading() as work:
                shown = await find_shown(work, self._clock, request.path_params["token"])
                logo = shown.quote.issued.logo if shown else None
                content = await work.files.get(logo) if logo else None
        except BillhookError as error:
            return self._pages.later(request, error)
        return self._pages.picture(content) if content else response

    async def _find(self, token: str) -> ShownQuote | None:
        async with self._storage.reading() as work:
            return await find_shown(work, self._clock, token)

    def _shown(self, shown: ShownQuote, token: str, status: int = 200, *, unsigned: bool = False) -> Response:
        write(client_language(shown.business, shown.client))
        today = local_day(self._clock.now(), shown.business.zone)
        page = quote_page_of(shown, today, self._viewing.reports_to, unsigned=unsigned)
        return html_page(
            "quote.html", {"page": page, "token": token, "language": page.language}, status=status,
            accent=page.accent, secure=self._secure,
        )  # fmt: skip

    async def _pdf(self, request: Request) -> Response:
        try:
            shown = await self._find(request.path_params["token"])
            if shown is None:
                return await self._pages.nothing(request)
            content = await self._documents.pdf(shown.business.id, shown.quote.id, Kind.QUOTE)
        except BillhookError as error:
            return self._pages.later(request, error)
        return self._pages.file(content, "application/pdf", quote_pdf(shown.quote).filename)

    async def _answer(self, request: Request) -> Response:
        """However often it is sent, it counts once; what was decided already is shown."""
        token = request.path_params["token"]
        name, answer = await _answer_in(request)
        shown: ShownQuote | None = None
        try:
            shown = await self._find(token)
            if shown is None:
                return await self._pages.nothing(request)
            if answer not in (_YES, _NO):
                return self._shown(shown, token, 422)
            async with self._storage.work() as work:
                ctx = await self._viewing.at(work, shown.business.id)
                await answered(ctx, shown.quote.id, name, yes=answer == _YES)
        except InvalidInput:
            return (
                self._shown(shown, token, 422, unsigned=True) if shown else await self._pages.nothing(request)
            )
        except Conflict as error:
            log.info("a quote was not answered: %s", error)
        except BillhookError as error:
            return self._pages.later(request, error)
        return RedirectResponse(f"{PATH}{token}", 303, headers=file_headers(secure=self._secure))


async def _answer_in(request: Request) -> tuple[str, str]:
    """The name as typed, and which button was pressed; empty for anything that is no such form."""
    try:
        body = await body_of(request, _MOST_BODY)
        fields = parse_qs((body or b"").decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except (ClientDisconnect, ValueError):
        return "", ""
    return fields.get("name", [""])[0], fields.get("answer", [""])[0]


def page_routes(app: Brought, pages: InvoicePages) -> list[Route]:
    """Of everything that a client sees."""
    return [*QuotePages(app, pages).routes(), *pages.routes()]
