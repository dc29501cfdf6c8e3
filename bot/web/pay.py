"""`POST /i/{token}/pay` leads to the checkout of an invoice; `/pay/…` is where the provider sends people back to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.stripe.checkouts import BACK, Checkouts
from bot.web.html_pages import html_page, languages_of
from bot.web.invoice_page import Brought, InvoicePages
from bot.web.key_page import key_route
from bot.web.security import file_headers, is_secure
from bot.wiring import App
from core.codes import is_token
from core.errors import BillhookError, InvalidInput
from core.language import WRITTEN
from core.pay_ports import Linked
from core.usecases.hosted import PATH, find
from handlers import pay_words
from handlers.words import chosen_of, language, write

log = logging.getLogger(__name__)

_COOKIE = "billhook_page"
"""Names the page that its browser came from, and nothing else: the provider is not told of it."""
_COOKIE_SECONDS = 24 * 3600


class PayRoutes:
    """What a client presses and comes back to. Whatever the address says, only the provider's own word books it."""

    def __init__(self, app: Brought, checkouts: Checkouts, pages: InvoicePages) -> None:
        self._storage = app.storage
        self._clock = app.clock
        self._viewing = app.viewing
        self._secure = is_secure(app.public_url)
        self._checkouts = checkouts
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route(f"{PATH}{{token}}/pay", self._pay, methods=["POST"]),
            Route(f"{BACK}/thanks", self._thanks),
            Route(f"{BACK}/back", self._not_paid),
        ]

    async def _pay(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            linked = await self._linked(token)
            if linked is None:
                return await self._pages.nothing(request)
            url = await self._checkouts.open(linked)
        except InvalidInput as error:
            log.warning("an invoice cannot be paid online: %s", error)
            return await self._page(request, token, pay_words.refused, 409)
        except BillhookError as error:
            log.warning("a checkout could not be opened: %s", error)
            return await self._page(request, token, pay_words.unavailable, 503)
        response = self._to(url or f"{PATH}{token}")
        if url:
            response.set_cookie(
                _COOKIE, token, max_age=_COOKIE_SECONDS, path=BACK, secure=self._secure, httponly=True,
                samesite="lax",
            )  # fmt: skip
        return response

    async def _linked(self, token: str) -> Linked | None:
        async with self._storage.reading() as work:
            shown = await find(work, self._clock, token)
        return Linked(shown.business.id, shown.invoice.id) if shown else None

    async def _page(self, request: Request, token: str, why: Callable[[], str], status: int) -> Response:
        """The invoice again, with what went wrong above the other ways to pay."""
        try:
            async with self._storage.reading() as work:
                shown = await find(work, self._clock, token)
                page = await self._viewing.page(work, shown) if shown else None
        except BillhookError as error:
            return self._pages.later(request, error)
        if page is None:
            return await self._pages.nothing(request)
        return self._pages.shown(replace(page, warning=why()), token, status)

    async def _thanks(self, request: Request) -> Response:
        return self._back(request, pay_words.thanks)

    async def _not_paid(self, request: Request) -> Response:
        return self._back(request, pay_words.not_paid)

    def _back(self, request: Request, words: Callable[[], tuple[str, str]]) -> Response:
        """To the page they came from, where their browser knows it still."""
        token = request.cookies.get(_COOKIE, "")
        if words is pay_words.not_paid and is_token(token):
            return self._to(f"{PATH}{token}")
        write(chosen_of(languages_of(request), among=WRITTEN))
        title, text = words()
        page = f"{PATH}{token}" if is_token(token) else ""
        values = {
            "language": language(),
            "title": title,
            "text": text,
            "page": page,
            "label": pay_words.to_the_page(),
        }
        return html_page("thanks.html", values, secure=self._secure)

    def _to(self, url: str) -> Response:
        return RedirectResponse(url, 303, headers=file_headers(secure=self._secure))


def payment_routes(app: App, pages: InvoicePages) -> list[Route]:
    """Of everything about clients who pay online; they stand before those of the pages. None without Stripe."""
    if app.cashier is None:
        return []
    secure = is_secure(app.public_url)
    return [*PayRoutes(app, app.cashier.checkouts, pages).routes(), key_route(app.cashier.keys, secure)]
