"""Who sits where: the businesses of a sender, those of their workspace, and people whom a member lets in."""

from __future__ import annotations

from uuid import UUID

from core.audit import Action, Entry
from core.chat_ports import Seat
from core.errors import N_, Conflict
from core.party import Business, Member, Role
from core.ports import Clock, Ids, Work
from core.usecases.business import check_may_give, must_have_place
from core.usecases.desk import Desk

MOST_SEATS = 50
MOST_NEIGHBOURS = 5
"""Businesses that are found for a workspace."""


async def find_desk(work: Work, clock: Clock, ids: Ids, seat: Seat) -> Desk | None:
    """Enters the business. None for a member who has left it."""
    await work.enter(seat.business_id)
    member = await work.members.get(seat.member_id)
    if member.left_at is not None:
        return None
    return Desk(work, clock, ids, await work.businesses.get(), member)


async def list_desks(
    work: Work, clock: Clock, ids: Ids, sender: str, current: Desk | None
) -> tuple[Desk, ...]:
    """Where a sender may work, the seat that was taken last first; the current business is entered again."""
    found = [
        await find_desk(work, clock, ids, seat) for seat in (await work.chats.seats(sender))[:MOST_SEATS]
    ]
    if current is not None:
        await work.enter(current.business.id)
    return tuple(desk for desk in found if desk is not None)


async def switch(desk: Desk, sender: str) -> None:
    """From here on, the sender works at this desk, one of their own."""
    await desk.work.enter(desk.business.id)
    await desk.work.chats.sit(sender, Seat(desk.business.id, desk.member.id))


async def find_member(desk: Desk, sender: str) -> Member | None:
    """Whom the sender is in this business; None also for somebody who has left it."""
    for seat in await desk.work.chats.seats(sender):
        if seat.business_id == desk.business.id:
            member = await desk.work.members.get(seat.member_id)
            return member if member.left_at is None else None
    return None


async def let_in(desk: Desk, sender: str, name: str, role: Role) -> tuple[Member, Entry]:
    """Make somebody a member at once. Raises Conflict when they work here already, NotAllowed above one's own role,
    PlanLimit when the plan has no place.

    Nobody is moved away from the business they work for: what they type next is meant for that one.
    """
    check_may_give(desk, role)
    # Their private chat, which goes by their own name: two admins may answer them at the same moment.
    await desk.work.chats.lock(sender)
    there = await find_member(desk, sender)
    if there is not None:
        raise Conflict(N_("{name} works here already."), name=there.name)
    await must_have_place(desk, role)
    kept = await _current_seat(desk, sender)
    member = Member(desk.ids.new(), name, role, desk.clock.now())
    await desk.work.members.add(member)
    for seat in (Seat(desk.business.id, member.id), kept):
        if seat is not None:
            await desk.work.chats.sit(sender, seat)
    return member, await desk.record(Action.MEMBER_JOINED, member, name)


async def _current_seat(desk: Desk, sender: str) -> Seat | None:
    """Where somebody works now; None where they work for nobody."""
    for elsewhere in await list_desks(desk.work, desk.clock, desk.ids, sender, desk):
        return Seat(elsewhere.business.id, elsewhere.member.id)
    return None


async def list_neighbours(work: Work, clock: Clock, ids: Ids, workspace: str) -> tuple[Business, ...]:
    """The businesses for which anybody in a workspace works. It enters them, so nobody's own is entered after it."""
    found: dict[UUID, Business] = {}
    for seat in await work.chats.neighbours(workspace):
        if len(found) == MOST_NEIGHBOURS:
            break
        if seat.business_id not in found:
            desk = await find_desk(work, clock, ids, seat)
            if desk is not None:
                found[seat.business_id] = desk.business
    return tuple(found.values())
