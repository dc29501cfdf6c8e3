"""An office whose clients pay online: a fake Stripe, the businesses' accounts in it, and browsers, in one process."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.types import Message

from bot.rendering import Renderer
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.invoice_page import InvoicePages
from bot.web.pay import payment_routes
from bot.wiring import App, till_of
from storage.engine import Storage
from storage.tables import invoice, pay_session, payment, stripe_event
from tests.fakes.clock import FixedClock
from tests.fakes.platform import FakePlatform
from tests.fakes.stripe import PAYING, Account, FakeStripe, Letter
from tests.scenarios.chat import Chat
from tests.scenarios.clockwork import ClockworkOffice, Errands
from tests.scenarios.in_process import Office
from tests.web.office import Answer

PUBLIC_URL = "https://bot.example"
SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # scan: allow
_PAGE = re.compile(re.escape(PUBLIC_URL) + r"(/i/[\w-]+)")


class PayingOffice(ClockworkOffice):
    """Jobs are done and events are brought when the test says so."""

    def __init__(self, url: str, stripe: FakeStripe, clock: FixedClock, apps: int = 1) -> None:
        self.stripe, self.errands, self.others = stripe, Errands(), ()
        self._brought: set[str] = set()
        self._owner = ""
        """Whose business was connected last: what is looked for is looked for there."""
        Office.__init__(self, url, apps, clock)
        stripe.deliver.off = True

    def new_app(self, platform: FakePlatform | None = None) -> App:
        # mypy does not know pydantic's own argument.
        settings = Settings(
            _env_file=None, database_url=self.url, public_url=PUBLIC_URL, stripe_api_url=self.stripe.url,
            billhook_secret_keys=SecretStr(SECRET_KEY),
        )  # type: ignore[call-arg]  # fmt: skip
        storage = Storage(self.url, self.clock, pool_size=4, keys=settings.secret_keys)
        return App(
            storage, self.clock, self.ids, Renderer(), [platform or self.platform], self.errands,
            public_url=PUBLIC_URL, till=till_of(settings),
        )  # fmt: skip

    def site(self, app: App | None = None) -> Starlette:
        app = app or self.app
        assert app.cashier is not None
        pages = InvoicePages(app, self.stripe.url)
        routes = [*payment_routes(app, pages), *pages.routes(), *app.cashier.routes()]
        return create_app(app.storage, routes=routes)

    # -- what people do ----------------------------------------------------------------------------

    async def connects(self, chat: Chat, account: Account, *permissions: str) -> Answer:
        """The owner enters a key of that account on the page that the chat gives out."""
        key, self._owner = account.restricted(*(permissions or PAYING)), chat.name
        return await self.enters(await self.key_page_of(chat), key)

    async def key_page_of(self, chat: Chat) -> str:
        await chat.says("/payments connect")
        (button,) = self.platform.shown_in(self.chat_of(chat.name))[-1].shown.buttons
        return str(button.url).removeprefix(PUBLIC_URL)

    async def enters(self, path: str, key: str) -> Answer:
        answer = await ask(self.site(), "POST", path, urlencode({"key": key}).encode())
        await self.errands.work_off(self.app)
        return answer

    async def page_of(self, chat: Chat, number: str) -> str:
        """The path of a page of that invoice, as its client is given it."""
        await chat.says(f"/paylink {number}")
        return str(_PAGE.findall(chat.seen.text)[0])

    async def presses_pay(self, page: str) -> Answer:
        answer = await ask(self.site(), "POST", f"{page}/pay")
        await self.errands.work_off(self.app)
        return answer

    async def opens_checkout(self, page: str) -> str:
        """The provider's name of the checkout that pressing Pay leads to."""
        answer = await self.presses_pay(page)
        assert answer.status == 303, answer.text
        return answer.headers["location"].rpartition("/")[2].partition("#")[0]

    # -- what Stripe does --------------------------------------------------------------------------

    async def brings(self, letter: Letter, **headers: str) -> int:
        """The status that an event is answered with; the jobs that come of it are done."""
        path = letter.url.removeprefix(PUBLIC_URL)
        answer = await ask(self.site(), "POST", path, letter.body, {**letter.headers, **headers})
        await self.errands.work_off(self.app)
        return answer.status

    async def hears(self, account: Account, kind: str = "", backwards: bool = False) -> None:
        """Of everything of that kind that happened there and was not brought before."""
        letters = [one for one in self.stripe.letters(account, kind) if one.event_id not in self._brought]
        for letter in letters[::-1] if backwards else letters:
            self._brought.add(letter.event_id)
            assert await self.brings(letter) == 200
        await self.tick()

    # -- what is there afterwards ------------------------------------------------------------------

    async def booked(self, number: str) -> list[tuple[int, int, str]]:
        """Amount, what of it is applied and method of everything that is booked on it, oldest first."""
        query = sa.select(payment.c.amount_minor, payment.c.applied_minor, payment.c.method)
        rows = await self.rows(
            query.where(payment.c.reversed_at.is_(None)).order_by(payment.c.id), payment, number
        )
        return [(row.amount_minor, row.applied_minor, row.method) for row in rows]

    async def checkouts(self, number: str) -> list[tuple[int, str]]:
        """Amount and state of its checkouts, oldest first."""
        query = sa.select(pay_session.c.amount_minor, pay_session.c.state).order_by(pay_session.c.id)
        rows = await self.rows(query, pay_session, number)
        return [(row.amount_minor, row.state) for row in rows]

    async def paid(self, number: str) -> int:
        (row,) = await self.rows(sa.select(invoice.c.paid_minor), invoice, number)
        return int(row.paid_minor)

    async def failed(self) -> list[str]:
        """Why events could not be applied, oldest first."""
        query = sa.select(stripe_event.c.error).where(stripe_event.c.failed_at.is_not(None))
        async with self.app.storage.work() as work:
            return list((await work.connection.execute(query.order_by(stripe_event.c.failed_at))).scalars())

    async def rows(self, query: sa.Select[Any], table: sa.Table, number: str) -> list[sa.Row[Any]]:
        """What there is of that invoice of the business that was connected last."""
        async with self.app.storage.work() as work:
            seat = (await work.chats.speaker(self.sender_of(self._owner).key)).seat
            assert seat is not None
            await work.enter(seat.business_id)
            found = await work.invoices.find_number(number)
            assert found is not None
            which = table.c.id if table is invoice else table.c.invoice_id
            mine = query.where(table.c.business_id == seat.business_id, which == found.id)
            return list((await work.connection.execute(mine)).all())


async def ask(
    site: Starlette, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    sent: list[Message] = []
    given = {
        "content-length": str(len(body)), "accept-language": "en", "user-agent": "Mozilla/5.0",
        "content-type": "application/x-www-form-urlencoded", **(headers or {}),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 7), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await site(scope, receive, send)
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:]))
