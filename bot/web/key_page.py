"""The page on which a business's Stripe key is entered: its address works once, for 15 minutes, for one key."""

from __future__ import annotations

import logging
from dataclasses import asdict
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.stripe.keys import Keys
from bot.stripe.rights import RIGHTS
from bot.web.bodies import body_of
from bot.web.html_pages import html_page, languages_of
from core.errors import BillhookError, InvalidInput
from handlers import key_page as words
from handlers.commands.payments_online import KEY_PATH
from handlers.key_page import KeyPage
from handlers.words import language

log = logging.getLogger(__name__)

_RIGHTS = [(right.name, right.writes) for right in RIGHTS]
_MOST_BODY, _MOST_FIELDS = 4096, 4


def key_route(keys: Keys, secure: bool) -> Route:
    async def answer(request: Request) -> Response:
        token, business = request.path_params["token"], ""
        try:
            found = await keys.find(token, languages_of(request))
            if found is None:
                return _response(words.used_up(), 404, secure)
            setup, business = found
            if request.method != "POST":
                return _response(words.asking(business, _RIGHTS), 200, secure)
            account = await keys.connect(token, setup, await _key_in(request))
        except InvalidInput as error:
            return _response(words.asking(business, _RIGHTS, error), 422, secure)
        except BillhookError as error:
            log.warning("a key could not be checked: %s", error)
            return _response(words.later(), 503, secure)
        if account is None:
            return _response(words.used_up(), 404, secure)
        return _response(words.connected(business, account), 200, secure)

    return Route(f"{KEY_PATH}{{token}}", answer, methods=["GET", "POST"])


async def _key_in(request: Request) -> str:
    """Empty for anything that is no form with a key in it; what was sent is never logged."""
    try:
        body = await body_of(request, _MOST_BODY)
        fields = parse_qs((body or b"").decode("ascii", "replace"), max_num_fields=_MOST_FIELDS)
    except (ClientDisconnect, ValueError):
        return ""
    return fields.get("key", [""])[0].strip()


def _response(page: KeyPage, status: int, secure: bool) -> Response:
    values = {"language": language(), "title": page.title, "text": page.text, "page": asdict(page)}
    return html_page("key.html", values, status=status, secure=secure)
