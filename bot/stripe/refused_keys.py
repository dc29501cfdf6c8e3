"""Keys of businesses that their provider refuses: told once a day, and not tried again and again meanwhile."""

from __future__ import annotations

from uuid import UUID

from core.pay_ports import PayAccount
from core.ports import Clock, Ids, Jobs, Work
from handlers.background.desks import at_desk
from handlers.background.online_payments import tell_key_refused
from storage.engine import Storage

_PAUSE = 900.0
_DAY = 86_400.0


async def is_refused(work: Work, business_id: UUID, account: PayAccount) -> bool:
    """Whether it was so within the last quarter of an hour; another key is tried at once."""
    free, _wait = await work.slots.reserve(_slot(business_id, account), 0, 0)
    return not free


class RefusedKeys:
    """Tells a business, for one process."""

    def __init__(self, storage: Storage, clock: Clock, ids: Ids, jobs: Jobs) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._jobs = jobs

    async def tell(self, business_id: UUID, account: PayAccount) -> None:
        async with self._storage.work() as work:
            ctx = await at_desk(work, self._clock, self._ids, self._jobs, business_id)
            await work.slots.hold(_slot(business_id, account), _PAUSE)
            first, _wait = await work.slots.reserve(f"{_slot(business_id, account)}:told", _DAY, 0)
            if first:
                await tell_key_refused(ctx, account)


def _slot(business_id: UUID, account: PayAccount) -> str:
    return f"pay-key:{business_id.hex}:{int(account.connected_at.timestamp())}"
