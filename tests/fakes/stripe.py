"""A strict Stripe of one's own: a real API on loopback, its webhooks and pages, and the people who pay there."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from tests.fakes.slack_faults import Fault, HangUp, Refusal, ServerError, Slow, TooMany, Trouble, Troubles
from tests.fakes.slack_server import Server
from tests.fakes.stripe_courier import Courier, Habits, Letter, sign
from tests.fakes.stripe_desk import Desk
from tests.fakes.stripe_pages import Pages
from tests.fakes.stripe_people import People
from tests.fakes.stripe_values import Call, Delivery, Impossible, Json
from tests.fakes.stripe_world import Account, Key, World
from tests.fakes.watched import LAST, Watched

__all__ = [
    "PAYING", "Account", "Call", "Delivery", "FakeStripe", "HangUp", "Impossible", "Letter", "Refusal", "ServerError",
    "Slow", "TooMany", "sign",
]  # fmt: skip

KEY = "sk_test_a-key-that-opens-nothing"  # scan: allow
WEBHOOK_SECRET = "whsec_a-secret-that-signs-nothing-else"  # scan: allow
PAYING = (
    "charge_read", "checkout_session_write", "dispute_read", "event_read",
    "payment_intent_read", "webhook_write",
)  # fmt: skip
"""What the restricted key of a business may do so that its clients can pay."""


class FakeStripe(Server, People, Watched):
    """The server runs in a thread of its own; every method here is plain and may be called from any other.

    `async with FakeStripe() as stripe:`, `with`, or `start()` and `stop()`. `own` is the account in which plans
    are sold, with the prices `pro`, `pro_yearly`, `business` and `business_yearly`.
    """

    world: World
    _courier: Courier

    def __init__(self, *, clock: Callable[[], datetime] | None = None, seed: int = 0) -> None:
        """With a clock, such as `FixedClock().now`, Stripe lives in that time; signatures too."""
        super().__init__()
        self.world = World(seed, clock)
        self.deliver = Habits()
        self.routes: dict[str, str] = {}
        """Public origins and where they lead: {"https://bot.example": "http://127.0.0.1:8000"}."""
        self._troubles = Troubles()
        self._desk = Desk(self.world, self._troubles)
        self._courier = Courier(self.world, self.deliver, self.routes)
        self._pages = Pages(self.world)
        self.world.tell = self._tell
        self.own = self.account("acct_1BILLHOOK", "Billhook")
        self.own.keys[KEY] = Key(KEY)
        self.pro = self.price("price_1ProMonthly", 1200)
        self.pro_yearly = self.price("price_1ProYearly", 12000, "year")
        self.business = self.price("price_1BusinessMonthly", 3900)
        self.business_yearly = self.price("price_1BusinessYearly", 39000, "year")

    def account(
        self,
        id: str,
        name: str = "Studio Ana",
        *,
        currency: str = "eur",
        country: str = "DE",
        live: bool = False,
    ) -> Account:
        """A business's own account with its own keys; the same one if there is one already."""
        with self.world.changed:
            for known in self.world.accounts:
                if (known.id, known.live) == (id, live):
                    return known
            made = Account(self.world, id, name, country, currency, live)
            about = made.make("account", "acct", id=id, country=country, default_currency=currency)
            about["business_profile"]["name"] = about["settings"]["dashboard"]["display_name"] = name
            self.world.accounts.append(made)
            made.add_key()
            return made

    def price(self, id: str, amount: int, interval: str = "month", currency: str = "eur") -> str:
        """A recurring price in our own account."""
        with self.world.changed:
            product = self.own.make("product", "prod", name=id, type="service")
            recurring = {
                "interval": interval, "interval_count": 1, "meter": None, "usage_type": "licensed",
                "trial_period_days": None,
            }  # fmt: skip
            self.own.make(
                "price", "price", id=id, unit_amount=amount, unit_amount_decimal=str(amount), currency=currency,
                product=product["id"], recurring=recurring, type="recurring", nickname=None,
            )  # fmt: skip
            return id

    # The server.

    @property
    def url(self) -> str:
        """For STRIPE_API_URL."""
        return self.origin

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=1024**2)
        self._pages.add_to(app)
        app.router.add_route("*", "/v1/{path:.*}", self._desk.api)
        return app

    async def _opened(self) -> None:
        self.world.origin = self.origin
        await self._courier.open()

    async def _closing(self) -> None:
        await self._courier.close()

    # What goes wrong.

    def trouble(self, fault: Fault, route: str = "*", *, times: int | None = 1) -> Trouble:
        """The next calls meet a fault: of this route, such as `GET /v1/charges/{id}`, or all. None is until lifted."""
        with self.world.changed:
            return self._troubles.add(Trouble(fault, route, times))

    # What it was asked.

    @property
    def calls(self) -> list[Call]:
        with self.world.changed:
            return list(self.world.calls)

    def calls_of(self, route: str) -> list[Call]:
        return [call for call in self.calls if call.route == route]

    @property
    def troubled(self) -> list[str]:
        """What no careful app sends, and where the fake itself failed. A test ends with none."""
        with self.world.changed:
            return list(self.world.troubled)

    def see(self, id: str) -> Json:
        """An object as it stands, in whichever account it is."""
        with self.world.changed:
            return copy.deepcopy(self.world.owner(id)[1])

    # Webhooks.

    @property
    def deliveries(self) -> list[Delivery]:
        with self.world.changed:
            return list(self.world.deliveries)

    def _tell(self, account: Account, endpoint: Json, event: Json) -> None:
        if self.deliver.off:
            return
        if self.deliver.held:
            self._courier.held.append((account, endpoint, event))
            return
        self._send(self._courier.letter(account, endpoint, event))

    def _send(self, letter: Letter) -> None:
        if self._loop is None:
            return
        self._courier.pending += 1
        self._in_loop(lambda: self._courier.begin(letter))

    def release(self, *, backwards: bool = False) -> None:
        """Brings what was held, one after the other was answered, in order or the last first."""
        with self.world.changed:
            self.deliver.held = False
            waiting = self._courier.held[::-1] if backwards else [*self._courier.held]
            self._courier.held.clear()
        for account, endpoint, event in waiting:
            with self.world.changed:
                self._send(self._courier.letter(account, endpoint, event))
            self.drained()

    def send_again(self, event_id: str) -> None:
        """As the dashboard's Resend does."""
        with self.world.changed:
            for account, event in self._events():
                if event["id"] == event_id:
                    for endpoint in account.all("webhook_endpoint"):
                        self._send(self._courier.letter(account, endpoint, event))

    def letters(self, account: Account | None = None, type: str = "") -> list[Letter]:
        """The account's events as they would be brought to its first endpoint: for a test that posts them itself."""
        account = account or self.own
        with self.world.changed:
            endpoint = [*account.all("webhook_endpoint")][-1]
            return [
                self._courier.letter(account, endpoint, event)
                for event in account.events if not type or event["type"] == type
            ]  # fmt: skip

    def forged(self, letter: Letter, **values: object) -> Letter:
        """Another event under the signature of that one."""
        body = json.dumps({**json.loads(letter.body), **values}, indent=2).encode()
        return Letter(letter.url, letter.event_id, letter.type, body, letter.headers)

    def _events(self) -> list[tuple[Account, Json]]:
        return [(account, event) for account in self.world.accounts for event in account.events]

    def _lately(self) -> str:
        last = [(call.route, call.status) for call in self.world.calls[-LAST:]]
        brought = [(one.type, one.status) for one in self.world.deliveries[-LAST:]]
        return f"last calls {last}, last deliveries {brought}, {self.world.troubled}"
