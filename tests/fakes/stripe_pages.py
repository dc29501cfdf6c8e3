"""The pages of the fake Stripe that people see: a checkout with Pay and Cancel, and the billing portal."""

from __future__ import annotations

from html import escape

from aiohttp import web

from tests.fakes import stripe_billing as billing
from tests.fakes import stripe_checkout as sessions
from tests.fakes.stripe_checkout import PAULA, Payer
from tests.fakes.stripe_money import shown
from tests.fakes.stripe_values import Impossible, Json
from tests.fakes.stripe_world import Account, World

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""
_GONE = "This page is no longer available"


class Pages:
    """Whoever has the address sees the page, as at Stripe."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/c/pay/{id}", self._checkout)
        app.router.add_post("/c/pay/{id}", self._paid)
        app.router.add_get("/p/session/{id}", self._portal)
        app.router.add_post("/p/session/{id}", self._decided)

    def _find(self, request: web.Request, kind: str) -> tuple[Account, Json]:
        id = request.match_info["id"]
        for account in self._world.accounts:
            found = account.find(kind, id)
            if found is not None:
                return account, found
        raise web.HTTPNotFound(text=_shown("Not found", ""), content_type="text/html")

    async def _checkout(self, request: web.Request) -> web.StreamResponse:
        with self._world.changed:
            account, session = self._find(request, sessions.KIND)
            sessions.lapse(account)
            if session["status"] != "open":
                return _page(_GONE, f"<p>This checkout is {session['status']}.</p>", 410)
            lines = "".join(
                f"<li>{escape(line['description'])}</li>" for line in account.lines[session["id"]]
            )
            total = shown(session["amount_total"], session["currency"])
            back = session["cancel_url"]
            cancel = f'<p><a id="cancel" href="{escape(_back(back, session))}">Cancel</a></p>' if back else ""
            email = escape(session["customer_email"] or "")
            word = "Subscribe" if session["mode"] == "subscription" else "Pay"
            return _page(
                account.name,
                f"<p id=amount>{total}</p><ul>{lines}</ul><form method=post>"
                f'<p><label>Email <input name=email type=email value="{email}"></label></p>'
                f"<p><button id=pay>{word}</button></p></form>{cancel}",
            )

    async def _paid(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        email = str(form.get("email", "")) or PAULA.email
        with self._world.changed:
            account, session = self._find(request, sessions.KIND)
            try:
                sessions.pay(account, session, Payer(PAULA.name, email), None, "")
            except Impossible as error:
                return _page(_GONE, f"<p>{escape(str(error))}</p>", 410)
            self._world.changed.notify_all()
            raise web.HTTPSeeOther(_back(session["success_url"], session))

    async def _portal(self, request: web.Request) -> web.StreamResponse:
        with self._world.changed:
            account, portal = self._find(request, "billing_portal.session")
            rows = "".join(_row(one) for one in _subscriptions(account, portal))
            back = portal["return_url"]
            link = f'<p><a id="return" href="{escape(back)}">Return</a></p>' if back else ""
            return _page(f"{account.name} partners with Stripe for billing", rows + link)

    async def _decided(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        with self._world.changed:
            account, portal = self._find(request, "billing_portal.session")
            for one in _subscriptions(account, portal):
                if one["id"] == form.get("cancel"):
                    billing.cancel(account, one, flexible=True)
                elif one["id"] == form.get("renew"):
                    billing.resume(account, one)
            self._world.changed.notify_all()
        raise web.HTTPSeeOther(request.path)


def _subscriptions(account: Account, portal: Json) -> list[Json]:
    return [
        one for one in account.all("subscription")
        if one["customer"] == portal["customer"] and one["status"] != "canceled"
    ]  # fmt: skip


def _row(subscription: Json) -> str:
    ends = bool(subscription["cancel_at"])
    what, word = ("renew", "Don't cancel subscription") if ends else ("cancel", "Cancel subscription")
    price = shown(billing.amount(subscription), subscription["currency"])
    return (
        f"<form method=post><p>{price} ({'cancels' if ends else subscription['status']})"
        f' <button id={what} name={what} value="{subscription["id"]}">{word}</button></p></form>'
    )


def _back(url: str, session: Json) -> str:
    return url.replace("{CHECKOUT_SESSION_ID}", str(session["id"]))


def _shown(title: str, body: str) -> str:
    return _PAGE.format(title=escape(title), body=body)


def _page(title: str, body: str, status: int = 200) -> web.Response:
    return web.Response(text=_shown(title, body), content_type="text/html", status=status)
