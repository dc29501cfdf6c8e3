"""`GET /paid`: where Stripe sends a member back to. Anybody may open it, so it says nothing and changes nothing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.stripe.setup import PAID
from bot.web.html_pages import html_page, languages_of
from handlers.ordering import paid_page
from handlers.words import chosen_of, language, speak


def paid_route(secure: bool) -> Route:
    async def answer(request: Request) -> Response:
        speak(chosen_of(languages_of(request)))
        title, text = paid_page()
        values = {"language": language(), "title": title, "text": text}
        return html_page("message.html", values, secure=secure)

    return Route(PAID, answer)
