"""The page behind the link that ends letters: one button, or one request of a mail program (RFC 8058)."""

from __future__ import annotations

import html
import logging
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core.errors import BillhookError
from handlers.background.opting_out import OptingOut, Page
from handlers.mailing import UNSUBSCRIBE_PATH
from handlers.words import language
from storage.engine import Storage

log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address of the page is all it takes to press its button."""
_STYLE = "body{font:1.1rem/1.5 system-ui;max-width:34rem;margin:20vh auto;padding:0 1rem}button{font:inherit}"
_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style></head>'
    "<body><h1>{title}</h1><p>{text}</p>{form}</body></html>"
)
_NOTHING = Page("Not found", "There is nothing behind this link, or not any more.")
_LATER = Page("Not now", "This does not work at the moment. Please try again in some minutes.")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOST_HEADER = 200


def unsubscribe_route(storage: Storage, opting_out: OptingOut) -> Route:
    async def answer(request: Request) -> Response:
        token, pressed = request.path_params["token"], request.method == "POST"
        act = opting_out.stop if pressed else opting_out.ask
        try:
            async with storage.work() as work:
                page = await act(work, token, _languages(request))
        except BillhookError as error:
            log.warning("a reader could not be heard: %s", error)
            return _response(_LATER, 503)
        return _response(page or _NOTHING, 200 if page else 404)

    return Route(f"{UNSUBSCRIBE_PATH}{{token}}", answer, methods=["GET", "POST"])


def _languages(request: Request) -> list[str]:
    """In the order in which browsers write them, which is that of their weights."""
    header = request.headers.get("accept-language", "")[:_MOST_HEADER]
    return [found[0] for part in header.split(",") if (found := _TAG.match(part.strip()))]


def _response(page: Page, status: int) -> HTMLResponse:
    form = f'<form method="post"><button>{html.escape(page.button)}</button></form>' if page.button else ""
    shown = _PAGE.format(
        language=language(),
        title=html.escape(page.title),
        text=html.escape(page.text),
        style=_STYLE,
        form=form,
    )
    return HTMLResponse(shown, status, headers=_HEADERS)
