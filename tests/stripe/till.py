"""Everything about Stripe wired together as in a process, with jobs that are done when a test says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import httpx
from starlette.applications import Starlette

from bot.settings import Settings
from bot.stripe.setup import Cashier, stripe_of
from core.chat_ports import Seat
from core.plan import Offer, Plan, Subscription
from core.plan_ports import ORDER_JOB, Order, OrderKind
from core.ports import CHAT_JOB, Work
from core.usecases.plan import order as place
from handlers.background.desks import at_desk
from handlers.kinds import Reply
from handlers.wire import from_json
from storage.engine import Storage
from storage.work import SqlWork
from tests.builders.core import a_business, a_member
from tests.fakes import stripe_checkout as sessions
from tests.fakes.clock import FixedClock, SequentialIds
from tests.fakes.stripe import WEBHOOK_SECRET, FakeStripe, Letter
from tests.fakes.stripe_values import Json

ORIGIN = "https://bot.example"
HOOK = f"{ORIGIN}/stripe/webhook"
KEY = "dGlsbC10ZXN0cy1rZWVwLXRoaXMtb3Blbi0wMDAwMDA="
"""What encrypts in these tests; it hides nothing."""


def settings_for(url: str, stripe: FakeStripe, pro: str = "", *, sells: bool = True) -> Settings:
    """Of an install that sells plans there, while one secret of its webhook follows the other; `pro` is another
    price than the usual one.
    """
    return Settings.model_validate({
        "database_url": url, "public_url": ORIGIN, "billhook_plan": "stripe" if sells else "unlimited",
        "billhook_secret_keys": KEY,
        "stripe_secret_key": stripe.own.key, "stripe_webhook_secret": f"whsec_old,{WEBHOOK_SECRET}",
        "stripe_price_pro": pro or stripe.pro, "stripe_price_pro_yearly": stripe.pro_yearly,
        "stripe_price_business": stripe.business, "stripe_api_url": stripe.url,
    })  # fmt: skip


class Errands:
    """core.ports.Jobs that are done when the test says so."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, str]] = deque()

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        cast(SqlWork, work).after_commit.append(lambda: self.waiting.append((name, key)))

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        for key in keys:
            await self.enqueue(work, name, key)


class Till:
    """A database, Stripe, and what stands between them."""

    def __init__(
        self, url: str, stripe: FakeStripe, clock: FixedClock, pro: str = "", *, sells: bool = True
    ) -> None:
        settings = settings_for(url, stripe, pro, sells=sells)
        self.url = url
        self.url = url
        self.stripe = stripe
        self.clock = clock
        self.ids = SequentialIds()
        self.errands = Errands()
        self.storage = Storage(url, clock, pool_size=4, keys=[KEY], sells=sells)
        self.heard: list[tuple[str, str]] = []
        # The library's own retries wait half a second each; what is tested are ours.
        at_stripe = self.at_stripe = stripe_of(
            settings, clock, lambda name, _seconds, outcome: self.heard.append((name, outcome)), retries=0
        )
        self.cashier = Cashier(self.storage, clock, self.ids, self.errands, at_stripe, settings)
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=self.cashier.routes())), base_url=ORIGIN
        )

    async def close(self) -> None:
        await self.web.aclose()
        await self.cashier.close()
        await self.storage.close()

    # -- a business --------------------------------------------------------------------------------

    async def opens(self, **changes: Any) -> UUID:
        """A new business with its owner, who hears of it in the chat of `orders`."""
        business, owner = a_business(logo=None, **changes), a_member()
        async with self.storage.work() as work:
            await work.enter(business.id)
            await work.businesses.add(business)
            await work.members.add(owner)
            await work.chats.sit(f"telegram:{business.id.hex}", Seat(business.id, owner.id))
        return business.id

    async def plan(self, business_id: UUID) -> Subscription:
        async with self.storage.work() as work:
            await work.enter(business_id)
            return await work.plans.get()

    async def orders(self, business_id: UUID, kind: OrderKind, offer: Offer | None = None) -> Order:
        chat = f"telegram:{business_id.hex}"
        async with self.storage.work() as work:
            ctx = await at_desk(work, self.clock, self.ids, self.errands, business_id)
            return await place(ctx.desk, self.errands, kind, chat, chat, offer)

    async def buys(self, business_id: UUID, plan: Plan = Plan.PRO) -> str:
        """All the way from the order to the subscription, of which nobody has told us yet; its name at Stripe."""
        before = len(self.stripe.calls_of("POST /v1/checkout/sessions"))
        await self.orders(business_id, OrderKind.UPGRADE, Offer(plan))
        await self.does(ORDER_JOB)
        assert len(self.stripe.calls_of("POST /v1/checkout/sessions")) == before + 1
        return self.stripe.pays(self.checkout(business_id)["id"])

    def sells_by_hand(self, business_id: UUID, customer: str, price: str) -> str:
        """A subscription of which no order and no page of ours knows, as operators make them; its name at Stripe."""
        with self.stripe.world.changed:
            session = sessions.create(self.stripe.own, {
                "mode": "subscription", "customer": customer, "success_url": ORIGIN,
                "line_items": [{"price": price, "quantity": 1}],
                "subscription_data": {"metadata": {"business": business_id.hex}},
            })  # fmt: skip
        return self.stripe.pays(session["id"])

    def checkout(self, business_id: UUID) -> Json:
        """The open page on which the business can buy a plan, as Stripe has it; the newest of several."""
        return next(
            session for session in self.stripe.own.all("checkout.session")
            if session["status"] == "open" and session["client_reference_id"] == business_id.hex
        )  # fmt: skip

    async def told(self, business_id: UUID) -> list[Reply]:
        """What waits to be shown in the chat of `orders`."""
        async with self.storage.work() as work:
            rows = await work.outbox.list_pending(f"telegram:{business_id.hex}", 20)
        found = [from_json(row.payload, [])[0] for row in rows]
        return [reply for reply in found if isinstance(reply, Reply)]

    # -- jobs --------------------------------------------------------------------------------------

    async def does(self, *names: str) -> int:
        """Every waiting job of these names, or of all but chats and the clock's; how many there were."""
        acts = self.cashier.acts
        waiting, done = list(self.errands.waiting), 0
        self.errands.waiting.clear()
        for name, key in waiting:
            if name in acts and (not names or name in names):
                await acts[name](key)
                done += 1
        return done

    @property
    def chats(self) -> list[str]:
        return [key for name, key in self.errands.waiting if name == CHAT_JOB]

    # -- what Stripe tells -------------------------------------------------------------------------

    async def brings(self, letter: Letter) -> int:
        """The status that an event is answered with."""
        path = letter.url.removeprefix(ORIGIN)
        answer = await self.web.post(path, content=letter.body, headers=dict(letter.headers))
        return answer.status_code
