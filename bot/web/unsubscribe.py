"""The page behind the link that ends letters: one button, or one request of a mail program (RFC 8058)."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.html_pages import html_page, languages_of
from core.errors import BillhookError
from handlers.background.opting_out import OptingOut, Page
from handlers.background.viewing import later, nothing_there
from handlers.mailing import UNSUBSCRIBE_PATH
from handlers.words import language
from storage.engine import Storage

log = logging.getLogger(__name__)


def unsubscribe_route(storage: Storage, opting_out: OptingOut, *, secure: bool = False) -> Route:
    async def answer(request: Request) -> Response:
        token, pressed = request.path_params["token"], request.method == "POST"
        act = opting_out.stop if pressed else opting_out.ask
        try:
            async with storage.work() as work:
                page = await act(work, token, languages_of(request))
        except BillhookError as error:
            log.warning("a reader could not be heard: %s", error)
            return _response(Page(*later(languages_of(request))), 503, secure)
        if page is None:
            return _response(Page(*nothing_there(languages_of(request))), 404, secure)
        return _response(page, 200, secure)

    return Route(f"{UNSUBSCRIBE_PATH}{{token}}", answer, methods=["GET", "POST"])


def _response(page: Page, status: int, secure: bool) -> Response:
    values = {"language": language(), "title": page.title, "text": page.text, "button": page.button}
    return html_page("message.html", values, status=status, secure=secure)
