"""The desk at which the clock works: a business's own, with an owner's rights, in nobody's name."""

from __future__ import annotations

from uuid import UUID

from core.party import Role
from core.ports import Clock, Ids, Jobs, Work
from core.usecases.desk import Desk
from handlers.context import Context
from handlers.kinds import ChatRef, SenderRef
from handlers.platform import Mailing

_NOWHERE = ChatRef("", "")
_NOBODY = SenderRef("", "", "")


async def at_desk(
    work: Work, clock: Clock, ids: Ids, jobs: Jobs, business_id: UUID, mailing: Mailing | None = None,
    *, public_url: str = "",
) -> Context:  # fmt: skip
    """Enters the business in that transaction."""
    await work.enter(business_id)
    business = await work.businesses.get()
    owner = next(
        member for member in await work.members.list() if member.role is Role.OWNER and member.left_at is None
    )
    desk = Desk(work, clock, ids, business, owner, automatic=True)
    return Context(
        work, clock, ids, _NOWHERE, _NOBODY, desk, jobs=jobs, mailing=mailing, public_url=public_url
    )
