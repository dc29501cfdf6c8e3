"""One member on several platforms: a code made on one of them seats the same member on another."""

from __future__ import annotations

from core.audit import Action, Entry
from core.chat_ports import Invitation, Seat
from core.codes import code_hash
from core.errors import N_, Conflict, NotFound
from core.ports import Clock, Ids, Work
from core.usecases.business import INVITATION_LIFE
from core.usecases.desk import Desk
from core.usecases.seats import find_desk, find_member


async def offer_link(desk: Desk) -> str:
    """A one-time code that seats whoever brings it within ten minutes as the same member."""
    code, member = desk.ids.code(), desk.member
    expires_at = desk.clock.now() + INVITATION_LIFE
    offer = Invitation(desk.business.id, member.role.value, expires_at, member.id, member.id)
    await desk.work.chats.invite(code_hash(code), offer)
    return code


async def link(work: Work, clock: Clock, ids: Ids, code: str, sender: str) -> tuple[Desk, Entry]:
    """Seat the sender as the member who made the code, and let them work there from now on.

    Raises Conflict, which uses no code up, for an invitation and for somebody who works there already.
    """
    offer = await work.chats.accept(code_hash(code), clock.now())
    if offer is None:
        raise _expired()
    if offer.member_id is None:
        raise Conflict(N_("This code invites somebody new: write join and the code."))
    seat = Seat(offer.business_id, offer.member_id)
    desk = await find_desk(work, clock, ids, seat)
    if desk is None:
        raise _expired()
    if await find_member(desk, sender) is not None:
        raise Conflict(N_("You already work for {name}."), name=desk.business.name)
    await work.chats.sit(sender, seat)
    # A business that was imported has slept until now.
    await work.agendas.follow(desk.business)
    return desk, await desk.record(Action.MEMBER_LINKED, desk.member, desk.member.name)


def _expired() -> NotFound:
    return NotFound(N_("This code does not exist or has expired. Make a new one on the other side."))
