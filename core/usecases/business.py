"""Opening a business, its settings, and the people in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.audit import Action, Entry
from core.chat_ports import Invitation, Seat
from core.codes import code_hash
from core.errors import N_, Conflict, NotAllowed, NotFound
from core.numbering import SERIES, must_be_apart, must_stand_apart
from core.party import DEFAULT_ACCENT, Business, Member, Role
from core.plan import Feature
from core.ports import Clock, Ids, Work
from core.usecases.desk import Desk
from core.usecases.plan import must_have_a_seat, must_include

INVITATION_LIFE = timedelta(minutes=10)


async def open_business(
    work: Work, clock: Clock, ids: Ids, business: Business, sender: str, owner: str
) -> tuple[Desk, Entry]:
    """Store a new business with its first member, and seat the sender there."""
    member = Member(ids.new(), owner, Role.OWNER, clock.now())
    await work.enter(business.id)
    await work.businesses.add(business)
    await work.members.add(member)
    await work.chats.sit(sender, Seat(business.id, member.id))
    desk = Desk(work, clock, ids, business, member)
    return desk, await desk.record(Action.BUSINESS_CREATED, business, business.name)


async def change_settings(desk: Desk, changed: Business) -> tuple[Business, Entry]:
    """Raises PlanLimit for what the plan does not include; what was set on an earlier plan stays as it is."""
    before = desk.business
    if changed.approval_limit is not None and changed.approval_limit != before.approval_limit:
        await must_include(desk, Feature.APPROVALS)
    if changed.accent not in (before.accent, DEFAULT_ACCENT):
        await must_include(desk, Feature.COLOURS)
    if changed.number_pattern != before.number_pattern or changed.credit_pattern != before.credit_pattern:
        must_be_apart(changed.number_pattern, changed.credit_pattern)
    if changed.quote_pattern != before.quote_pattern:
        must_stand_apart(changed.quote_pattern, changed.number_pattern, changed.credit_pattern)
    saved = await desk.work.businesses.save(changed)
    return saved, await desk.record(Action.SETTINGS_CHANGED, saved, saved.name, before=desk.business)


async def continue_numbering(desk: Desk, next_number: int) -> Entry:
    """Go on from another tool's last number. Only before the first one of the period, or there would be a gap; until
    then it may be said again, for whoever mistyped it.
    """
    pattern, invoices = desk.business.number_pattern, desk.work.invoices
    period, last = pattern.period(desk.today), next_number - 1
    if not (await invoices.begin_count(SERIES, period, last) or await invoices.recount(period, last)):
        raise Conflict(N_("Numbers have been given already; from here on they follow without a gap."))
    label = pattern.format(next_number, desk.today)
    return await desk.record(Action.NUMBERING_CONTINUED, desk.business, label)


async def invite(desk: Desk, role: Role) -> str:
    """A one-time code that seats whoever brings it within ten minutes; only its hash is kept."""
    check_may_give(desk, role)
    await must_have_place(desk, role)
    code = desk.ids.code()
    expires_at = desk.clock.now() + INVITATION_LIFE
    await desk.work.chats.invite(
        code_hash(code), Invitation(desk.business.id, role.value, expires_at, desk.member.id)
    )
    return code


def check_may_give(desk: Desk, role: Role) -> None:
    """Raises NotAllowed for a role above one's own."""
    if not desk.member.role.reaches(role):
        raise NotAllowed(N_("You cannot invite somebody with more rights than your own."))


async def must_have_place(desk: Desk, role: Role) -> None:
    """Raises PlanLimit where the plan has no place for somebody new, or no such role."""
    await must_have_a_seat(desk)
    await _must_have_role(desk, role)


async def _must_have_role(desk: Desk, role: Role) -> None:
    if role is Role.ACCOUNTANT:
        await must_include(desk, Feature.ROLES)


async def join(work: Work, clock: Clock, ids: Ids, code: str, sender: str, name: str) -> tuple[Desk, Entry]:
    """Take the seat an invitation holds. The inviter must still be there, and still be allowed to give it.

    Raises Conflict for a code that links somebody who is a member already, PlanLimit where nobody more may join; it
    is not used up by that.
    """
    invitation = await work.chats.accept(code_hash(code), clock.now())
    if invitation is None:
        raise NotFound(N_("This invitation does not exist or has expired. Ask for a new one."))
    if invitation.member_id is not None:
        raise Conflict(N_("This code is for somebody who works there already: write link and the code."))
    await work.enter(invitation.business_id)
    inviter, role = await work.members.get(invitation.invited_by), Role(invitation.role)
    if inviter.left_at is not None or not inviter.role.reaches(role):
        raise NotFound(N_("This invitation does not exist or has expired. Ask for a new one."))
    desk = Desk(work, clock, ids, await work.businesses.get(), inviter)
    await must_have_a_seat(desk, guest=True)
    member = Member(ids.new(), name, role, clock.now())
    await work.members.add(member)
    await work.chats.sit(sender, Seat(invitation.business_id, member.id))
    desk = replace(desk, member=member)
    return desk, await desk.record(Action.MEMBER_JOINED, member, name)


async def change_role(desk: Desk, member: Member, role: Role) -> tuple[Member, Entry]:
    await check_new_role(desk, member, role)
    if role is not member.role:
        await _must_have_role(desk, role)
    return await _save(desk, member, replace(member, role=role))


async def remove_member(desk: Desk, member: Member) -> tuple[Member, Entry]:
    """From here on the member's messages find no business; what they did stays in the audit trail."""
    await check_new_role(desk, member, None)
    return await _save(desk, member, replace(member, left_at=desk.clock.now()))


async def _save(desk: Desk, before: Member, changed: Member) -> tuple[Member, Entry]:
    saved = await desk.work.members.save(changed)
    return saved, await desk.record(Action.MEMBER_CHANGED, saved, saved.name, before=before)


async def check_new_role(desk: Desk, member: Member, role: Role | None) -> None:
    """Nobody gives or takes more rights than their own, and an owner stays; `role` None: the member leaves."""
    if not desk.member.role.reaches(member.role) or (role and not desk.member.role.reaches(role)):
        raise NotAllowed(N_("You cannot change somebody with more rights than your own."))
    if member.role is Role.OWNER and role is not Role.OWNER:
        others = [
            other
            for other in await desk.work.members.list()
            if other.role is Role.OWNER and other.left_at is None and other.id != member.id
        ]
        if not others:
            raise Conflict(N_("A business needs an owner: make somebody else owner first."))
