"""EVENT_JOB: what Stripe told is read again there, and what stands there then is what holds.

So duplicates, a wrong order and gaps are all the same: the last reading wins. A reading that began before another
one was saved is thrown away and made again.
"""

from __future__ import annotations

from uuid import UUID

from bot.stripe.events import set_aside
from bot.stripe.paying import Paying
from core.errors import N_, Conflict, InvalidInput, NotFound, Unavailable
from core.pay_ports import ProviderEvent
from core.plan import Subscription
from core.plan_ports import PlanProvider
from core.ports import BUSINESS_JOB, Clock, Ids, Jobs
from core.usecases.plan import save_subscription
from handlers.background.desks import at_desk
from handlers.background.plan_news import tell_bought_twice
from storage.engine import Storage

_TRIES = 5
_KEY_SECONDS = 60.0


class BoughtTwice(InvalidInput):
    """The business pays for another subscription beside the one that counts."""

    def __init__(self, known: Subscription, other: Subscription) -> None:
        super().__init__(
            "subscription", N_("The business pays for {known} and {found}: end one of them in Stripe."),
            known=known.provider_id, found=other.provider_id,
        )  # fmt: skip
        self.known = known
        self.other = other


class Applying:
    """What becomes of the plans sold here; what clients paid a business goes to `Paying`."""

    def __init__(
        self, storage: Storage, provider: PlanProvider, clock: Clock, ids: Ids, jobs: Jobs, paying: Paying
    ) -> None:
        self._storage = storage
        self._provider = provider
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._paying = paying

    async def apply(self, event_id: str) -> None:
        """Raises Unavailable for what has to be tried again; what cannot be applied is set aside for operators."""
        async with self._storage.work() as work:
            event = await work.provider_events.get(event_id)
        if event is None:
            return
        try:
            if event.business_id is None:
                await self._apply(event)
            else:
                await self._paying.apply(event)
        except Conflict as error:
            raise Unavailable(
                N_("Somebody else changed this at the same moment. Please try again."), 1
            ) from error
        except (InvalidInput, NotFound) as error:
            if isinstance(error, InvalidInput) and error.field == "key":
                # Whoever runs this has changed it there and not here: what was told meanwhile must not be lost.
                raise Unavailable(error.message, _KEY_SECONDS) from error
            async with self._storage.work() as work:
                await set_aside(work, self._clock, event, error)

    async def _apply(self, event: ProviderEvent) -> None:
        if not self._storage.sells:
            # From before the install stopped selling; should it sell again, it is applied then.
            return
        business_id = await self._buyer(event.object_id)
        if business_id is not None:
            try:
                await self.refresh(business_id, event.object_id, event.id)
            except BoughtTwice as error:
                await self._tell(business_id, event, error)
            return
        # The account may sell other things than our plans.
        async with self._storage.work() as work:
            await work.provider_events.claim(event.id, self._clock.now())

    async def _buyer(self, provider_id: str) -> UUID | None:
        """What was bought is judged later, beside what the business has: only there its earlier prices are known."""
        named, customer = await self._provider.buyer_of(provider_id)
        if named is not None or not customer:
            return named
        async with self._storage.work() as work:
            return await work.provider_events.find_business(customer)

    async def refresh(self, business_id: UUID, provider_id: str, event_id: str = "") -> None:
        """Save the subscription as it stands at Stripe now, together with the event that told of it."""
        for _try in range(_TRIES):
            async with self._storage.work() as work:
                await work.enter(business_id)
                await work.businesses.get()
                before = await work.plans.get()
            found = await self._counting(before, provider_id)
            if await self._saved(business_id, before, found, event_id):
                return
        raise Unavailable(N_("Somebody else changed this at the same moment. Please try again."), 1)

    async def _counting(self, before: Subscription, provider_id: str) -> Subscription:
        """What counts now that this one has changed. Raises BoughtTwice when it is paid for beside the known one."""
        found = await self._provider.read_subscription(provider_id, before)
        if before.provider_id and before.provider_id != found.provider_id:
            if before.live:
                known = await self._provider.read_subscription(before.provider_id, before)
                if known.live and found.live:
                    raise BoughtTwice(known, found)
                found = found if found.live else known
            elif not found.live:
                found = before
        return found if found.live else await self._other(found)

    async def _other(self, over: Subscription) -> Subscription:
        """What the business pays for still, when that one is over: its events were set aside, and none may follow."""
        bought = await self._provider.list_bought(over.customer) if over.customer else ()
        name = next((one.provider_id for one in bought if one.live and one.offered), None)
        return over if name is None else await self._provider.read_subscription(name, over)

    async def _tell(self, business_id: UUID, event: ProviderEvent, error: BoughtTwice) -> None:
        async with self._storage.work(business_id.hex) as work:
            if await set_aside(work, self._clock, event, error):
                ctx = await at_desk(work, self._clock, self._ids, self._jobs, business_id)
                await tell_bought_twice(ctx, error.known, error.other)

    async def _saved(
        self, business_id: UUID, before: Subscription, found: Subscription, event_id: str
    ) -> bool:
        """False when somebody saved it while it was read: what was read may be older than that."""
        async with self._storage.work(business_id.hex) as work:
            await work.enter(business_id)
            if (await work.plans.lock()).version != before.version:
                return False
            if event_id and await work.provider_events.claim(event_id, self._clock.now()) is None:
                return True
            if found != before:
                await save_subscription(work, self._clock, found)
                await self._jobs.enqueue(work, BUSINESS_JOB, business_id.hex)
        return True
