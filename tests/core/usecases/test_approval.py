"""Drafts above the limit: who may issue them, what a request holds for, and that one is decided once."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from core.approval import Answer, Request
from core.errors import Conflict, NotAllowed, NotFound
from core.invoice import Invoice, State
from core.money import Money
from core.party import Member, Role
from core.usecases.approval import approve, ask, locked_request, refuse
from core.usecases.business import change_settings, remove_member
from core.usecases.invoice import change_draft, create_draft, discard_draft, issue
from core.usecases.undo import undo
from tests.builders.core import IDS, a_draft, a_line
from tests.storage.shop import Shop

CHAT = "telegram:4711"
LIMIT = Money(11899, "EUR")
"""One cent below what `a_draft` comes to."""


@dataclass(frozen=True, slots=True)
class Team:
    """A business where Ben has to ask Bea above the limit."""

    shop: Shop
    ben: Member
    bea: Member

    async def draft(self, **changes: object) -> Invoice:
        async with self.shop.desk(self.ben) as desk:
            return (await create_draft(desk, a_draft(self.shop.client.id, **changes)))[0]

    async def issues(self, member: Member, draft: Invoice) -> Invoice:
        async with self.shop.desk(member) as desk:
            return (await issue(desk, await desk.work.invoices.lock(draft.id)))[0]

    async def asks(self, draft: Invoice) -> Request:
        async with self.shop.desk(self.ben) as desk:
            return await ask(desk, await desk.work.invoices.lock(draft.id), CHAT)

    async def approves(self, member: Member, request: Request) -> Invoice:
        async with self.shop.desk(member) as desk:
            return (await approve(desk, *await locked_request(desk, request.id)))[0]

    async def refuses(self, member: Member, request: Request, reason: str = "zu teuer") -> Request:
        async with self.shop.desk(member) as desk:
            return await refuse(desk, (await locked_request(desk, request.id))[0], reason)

    async def stored(self, request: Request) -> Request:
        async with self.shop.work() as work:
            return await work.approvals.get(request.id)


async def set_limit(shop: Shop, limit: Money | None, approver: Member | None) -> None:
    async with shop.desk() as desk:
        changed = replace(desk.business, approval_limit=limit, approver=approver.id if approver else None)
        await change_settings(desk, changed)


@pytest.fixture
async def team(shop: Shop) -> Team:
    ben, bea = await shop.hire(Role.MEMBER, "Ben"), await shop.hire(Role.MEMBER, "Bea")
    await set_limit(shop, LIMIT, bea)
    return Team(shop, ben, bea)


async def test_a_member_cannot_issue_above_the_limit(team: Team) -> None:
    draft = await team.draft()

    with pytest.raises(NotAllowed):
        await team.issues(team.ben, draft)

    assert (await team.shop.invoice(draft.id)).state is State.DRAFT


async def test_exactly_the_limit_needs_nobody(team: Team) -> None:
    await set_limit(team.shop, Money(11900, "EUR"), team.bea)

    issued = await team.issues(team.ben, await team.draft())

    assert (issued.state, issued.total) == (State.ISSUED, Money(11900, "EUR"))


async def test_another_currency_is_always_asked_about(team: Team) -> None:
    draft = await team.draft(currency="KWD", lines=(a_line("0.001", "1"),))

    with pytest.raises(NotAllowed):
        await team.issues(team.ben, draft)


@pytest.mark.parametrize("name", ["owner", "bea"])
async def test_an_owner_and_the_approver_issue_alone(team: Team, name: str) -> None:
    who = team.shop.owner if name == "owner" else team.bea

    issued = await team.issues(who, await team.draft())

    assert issued.state is State.ISSUED


async def test_an_admin_who_is_not_the_approver_has_to_ask_too(team: Team) -> None:
    admin = await team.shop.hire(Role.ADMIN, "Ida")

    with pytest.raises(NotAllowed):
        await team.issues(admin, await team.draft())


async def test_without_a_limit_nobody_has_to_ask(team: Team) -> None:
    await set_limit(team.shop, None, None)

    assert (await team.issues(team.ben, await team.draft())).state is State.ISSUED


async def test_whoever_may_issue_alone_has_nothing_to_ask(team: Team) -> None:
    draft = await team.draft()

    async with team.shop.desk(team.bea) as desk:
        with pytest.raises(Conflict):
            await ask(desk, draft, CHAT)


async def test_a_request_is_about_the_draft_as_it_is_now(team: Team) -> None:
    draft = await team.draft()

    request = await team.asks(draft)

    assert await team.stored(request) == request
    assert (request.invoice_id, request.invoice_version) == (draft.id, draft.version)
    assert (request.member_id, request.chat, request.answer) == (team.ben.id, CHAT, Answer.OPEN)


async def test_approving_issues_in_the_name_of_who_approves(team: Team) -> None:
    request = await team.asks(await team.draft())

    issued = await team.approves(team.bea, request)

    assert issued.state is State.ISSUED
    stored = await team.stored(request)
    assert (stored.answer, stored.decided_by) == (Answer.APPROVED, team.bea.id)
    async with team.shop.work() as work:
        last = await work.audit.latest_about(issued.id)
        assert last is not None
        assert (await work.audit.get(last)).member_id == team.bea.id


async def test_refusing_leaves_the_draft_and_keeps_the_reason(team: Team) -> None:
    draft = await team.draft()
    request = await team.asks(draft)

    await team.refuses(team.shop.owner, request, "wrong client")

    stored = await team.stored(request)
    assert (stored.answer, stored.decided_by, stored.reason) == (
        Answer.REFUSED, team.shop.owner.id, "wrong client",
    )  # fmt: skip
    assert await team.shop.invoice(draft.id) == draft


async def test_a_request_is_decided_once(team: Team) -> None:
    approved, refused = await team.asks(await team.draft()), await team.asks(await team.draft())
    await team.approves(team.bea, approved)
    await team.refuses(team.bea, refused)

    for request in (approved, refused):
        with pytest.raises(Conflict):
            await team.approves(team.shop.owner, request)
        with pytest.raises(Conflict):
            await team.refuses(team.shop.owner, request)


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.MEMBER, Role.ADMIN])
async def test_nobody_else_decides(team: Team, role: Role) -> None:
    other = await team.shop.hire(role, "Ida")
    request = await team.asks(await team.draft())

    with pytest.raises(NotAllowed):
        await team.approves(other, request)
    with pytest.raises(NotAllowed):
        await team.refuses(other, request)
    with pytest.raises(NotAllowed):
        await team.approves(team.ben, request)

    assert (await team.stored(request)).answer is Answer.OPEN


async def test_asking_again_supersedes(team: Team) -> None:
    draft = await team.draft()
    first, second = await team.asks(draft), await team.asks(draft)

    with pytest.raises(Conflict):
        await team.approves(team.bea, first)

    assert (await team.stored(first)).answer is Answer.SUPERSEDED
    assert (await team.approves(team.bea, second)).state is State.ISSUED


async def test_changing_the_draft_ends_the_request(team: Team) -> None:
    draft = await team.draft()
    request = await team.asks(draft)

    async with team.shop.desk(team.ben) as desk:
        await change_draft(desk, draft, replace(draft.draft, note="geändert"))

    assert (await team.stored(request)).answer is Answer.SUPERSEDED


async def test_taking_a_change_back_after_asking_ends_the_request_too(team: Team) -> None:
    draft = await team.draft()
    async with team.shop.desk(team.ben) as desk:
        changed, entry = await change_draft(desk, draft, replace(draft.draft, note="geändert"))
    request = await team.asks(changed)

    async with team.shop.desk(team.ben) as desk:
        await undo(desk, entry)

    with pytest.raises(Conflict):
        await team.approves(team.bea, request)


async def test_a_discarded_draft_takes_its_request_along_and_comes_back_without_it(team: Team) -> None:
    draft = await team.draft()
    request = await team.asks(draft)

    async with team.shop.desk(team.ben) as desk:
        entry = await discard_draft(desk, draft)
        with pytest.raises(NotFound):
            await locked_request(desk, request.id)
        await undo(desk, entry)
        assert await desk.work.approvals.find_open(draft.id) is None

    with pytest.raises(NotAllowed):
        await team.issues(team.ben, draft)


async def test_an_owner_who_issues_it_anyway_has_answered_the_request(team: Team) -> None:
    draft = await team.draft()
    request = await team.asks(draft)

    await team.issues(team.shop.owner, draft)

    stored = await team.stored(request)
    assert (stored.answer, stored.decided_by) == (Answer.APPROVED, team.shop.owner.id)


async def test_when_the_approver_left_an_owner_decides(team: Team) -> None:
    request = await team.asks(await team.draft())
    async with team.shop.desk() as desk:
        await remove_member(desk, await desk.work.members.get(team.bea.id))

    assert (await team.approves(team.shop.owner, request)).state is State.ISSUED


async def test_a_request_of_another_business_is_not_found(team: Team, neighbour: Shop) -> None:
    request = await team.asks(await team.draft())

    async with neighbour.desk() as desk:
        with pytest.raises(NotFound):
            await locked_request(desk, request.id)
        with pytest.raises(NotFound):
            await locked_request(desk, IDS.new())


async def test_two_who_decide_at_once_decide_once(team: Team) -> None:
    for _round in range(5):
        request = await team.asks(await team.draft())

        outcomes = await asyncio.gather(
            team.approves(team.bea, request), team.approves(team.shop.owner, request),
            team.refuses(team.bea, request), return_exceptions=True,
        )  # fmt: skip

        assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True, True]


async def test_changing_and_approving_at_once_never_issues_what_was_not_asked(team: Team) -> None:
    for _round in range(5):
        draft = await team.draft()
        request = await team.asks(draft)

        async def changes(draft: Invoice = draft) -> None:
            async with team.shop.desk(team.ben) as desk:
                await change_draft(desk, draft, replace(draft.draft, note="geändert"))

        await asyncio.gather(team.approves(team.bea, request), changes(), return_exceptions=True)

        now = await team.shop.invoice(draft.id)
        assert (now.state, now.draft.note) in [(State.ISSUED, ""), (State.DRAFT, "geändert")]
