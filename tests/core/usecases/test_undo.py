import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.audit import UNDO_WINDOW, UNDOABLE, Action, Entry
from core.errors import BillhookError, Conflict, NotAllowed, NotFound
from core.invoice import State
from core.party import Member, Role
from core.quote import QuoteState
from core.usecases.business import change_role, open_business, remove_member
from core.usecases.client import add_client, change_client
from core.usecases.undo import UNDONE_REASON, undo
from storage.engine import Storage
from tests.builders.core import IDS, a_business, a_client
from tests.core.usecases.changes import CHANGES, snapshot
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

EVERY = pytest.mark.parametrize("action", CHANGES, ids=lambda action: action.value.replace(" ", "-"))


async def done(shop: Shop, action: Action) -> tuple[Entry, Any, dict[str, Any]]:
    """The change's entry, what it was handed, and how everything was before."""
    change = CHANGES[action]
    async with shop.desk() as desk:
        given = await change.prepare(desk, None)
    before = await look(shop)
    async with shop.desk() as desk:
        entry = await change.act(desk, given)
    return entry, given, before


async def look(shop: Shop) -> dict[str, Any]:
    async with shop.desk() as desk:
        return await snapshot(desk)


async def take_back(shop: Shop, entry: Entry, member: Member | None = None) -> None:
    async with shop.desk(member) as desk:
        await undo(desk, await desk.work.audit.get(entry.id))


def test_every_change_that_can_be_undone_is_tested() -> None:
    assert set(CHANGES) == UNDOABLE


@EVERY
async def test_undoing_brings_back_everything_as_it_was(shop: Shop, action: Action) -> None:
    entry, _given, before = await done(shop, action)
    assert await look(shop) != before

    await take_back(shop, entry)

    after = await look(shop)
    if action is Action.INVOICE_ISSUED:
        invoice = after["invoices"][0]
        assert (invoice.state, invoice.void_reason, invoice.issued.number) == (
            State.VOID,
            UNDONE_REASON,
            "2026-001",
        )
        after["invoices"] = before["invoices"]
    if action in (Action.QUOTE_ISSUED, Action.DEPOSIT_DRAFTED):
        quote = after["quotes"][0]
        assert (quote.state, quote.label) == (QuoteState.WITHDRAWN, "Q2026-0001")
        after["quotes"] = before["quotes"]
    assert after == before


@EVERY
async def test_undoing_leaves_one_entry_of_its_own(shop: Shop, action: Action, clock: FixedClock) -> None:
    entry, _given, _before = await done(shop, action)
    clock.advance(timedelta(minutes=1))

    await take_back(shop, entry)

    async with shop.desk() as desk:
        assert await desk.work.audit.is_undone(entry.id)
        latest = await desk.work.audit.last_of(shop.owner.id)
    assert latest is None or latest.at < clock.at


@EVERY
async def test_ten_minutes_are_enough_and_a_moment_more_is_too_late(
    shop: Shop, clock: FixedClock, action: Action
) -> None:
    entry, _given, _before = await done(shop, action)
    changed = await look(shop)

    clock.advance(UNDO_WINDOW + timedelta(microseconds=1))
    with pytest.raises(Conflict, match="10 minutes only"):
        await take_back(shop, entry)
    late = await look(shop)
    clock.advance(-timedelta(microseconds=1))
    await take_back(shop, entry)

    assert late == changed
    assert await look(shop) != changed


@EVERY
async def test_a_change_is_undone_once(shop: Shop, action: Action) -> None:
    entry, _given, _before = await done(shop, action)
    await take_back(shop, entry)
    after = await look(shop)

    with pytest.raises(Conflict):
        await take_back(shop, entry)

    assert await look(shop) == after


@EVERY
async def test_of_two_who_undo_at_once_one_does(shop: Shop, action: Action) -> None:
    entry, _given, _before = await done(shop, action)

    ends = await asyncio.gather(take_back(shop, entry), take_back(shop, entry), return_exceptions=True)

    refused = [end for end in ends if end is not None]
    assert [type(end) for end in refused] in ([Conflict], [NotFound])


@EVERY
async def test_what_somebody_went_on_from_is_not_undone(shop: Shop, action: Action) -> None:
    entry, given, _before = await done(shop, action)
    async with shop.desk() as desk:
        await CHANGES[action].go_on(desk, given)
    after = await look(shop)

    with pytest.raises(Conflict):
        await take_back(shop, entry)

    assert await look(shop) == after


@EVERY
async def test_a_colleague_does_not_undo_it_but_an_admin_does(shop: Shop, action: Action) -> None:
    colleague, admin = await shop.hire(Role.MEMBER, "Mia"), await shop.hire(Role.ADMIN, "Ada")
    entry, _given, _before = await done(shop, action)
    changed = await look(shop)

    with pytest.raises(NotAllowed):
        await take_back(shop, entry, colleague)
    unchanged = await look(shop)
    await take_back(shop, entry, admin)

    assert unchanged == changed
    assert await look(shop) != changed


@EVERY
async def test_a_neighbour_finds_no_such_change(shop: Shop, neighbour: Shop, action: Action) -> None:
    entry, _given, _before = await done(shop, action)
    await done(neighbour, action)
    both = await look(shop), await look(neighbour)

    with pytest.raises(NotFound):
        await take_back(neighbour, entry)
    with pytest.raises(BillhookError):
        async with neighbour.desk() as desk:
            await undo(desk, entry)

    assert (await look(shop), await look(neighbour)) == both


async def test_an_undoing_is_not_undone(shop: Shop) -> None:
    entry, _given, _before = await done(shop, Action.CLIENT_ADDED)
    async with shop.desk() as desk:
        await undo(desk, entry)
        undoing = replace(entry, id=IDS.new(), action=Action.UNDONE, undoes=entry.id)

        with pytest.raises(Conflict):
            await undo(desk, undoing)


async def test_opening_a_business_is_not_undone(storage: Storage, clock: FixedClock) -> None:
    async with storage.work() as work:
        desk, entry = await open_business(work, clock, IDS, a_business(), f"console:{IDS.new()}", "Ana")

        with pytest.raises(Conflict):
            await undo(desk, entry)


@pytest.mark.parametrize("action", [Action.CLIENT_ARCHIVED, Action.CLIENT_CHANGED])
async def test_undoing_never_makes_two_live_clients_of_one_name(shop: Shop, action: Action) -> None:
    entry, client, _before = await done(shop, action)
    async with shop.desk() as desk:
        await add_client(desk, a_client(client.name.upper()))

    with pytest.raises(Conflict, match="already"):
        await take_back(shop, entry)


async def test_undoing_never_takes_the_last_owner(shop: Shop) -> None:
    heir = await shop.hire(Role.MEMBER, "Olga")
    async with shop.desk() as desk:
        promoted, entry = await change_role(desk, heir, Role.OWNER)
    async with shop.desk(heir) as desk:
        await change_role(desk, shop.owner, Role.ADMIN)

    with pytest.raises(Conflict, match="needs an owner"):
        await take_back(shop, entry, heir)

    async with shop.work() as work:
        assert await work.members.get(heir.id) == promoted


async def test_an_admin_does_not_bring_an_owner_back(shop: Shop) -> None:
    admin, other = await shop.hire(Role.ADMIN, "Ada"), await shop.hire(Role.OWNER, "Olga")
    async with shop.desk() as desk:
        _removed, entry = await remove_member(desk, other)

    with pytest.raises(NotAllowed):
        await take_back(shop, entry, admin)


async def test_who_lost_the_right_to_change_roles_does_not_undo_a_change_either(shop: Shop) -> None:
    admin, member = await shop.hire(Role.ADMIN, "Ada"), await shop.hire(Role.MEMBER, "Ben")
    async with shop.desk(admin) as desk:
        _promoted, entry = await change_role(desk, member, Role.ADMIN)
    async with shop.desk() as desk:
        await change_role(desk, admin, Role.ACCOUNTANT)

    with pytest.raises(NotAllowed):
        await take_back(shop, entry, admin)


async def test_an_owner_who_stepped_down_by_mistake_takes_it_back(shop: Shop) -> None:
    await shop.hire(Role.OWNER, "Olga")
    async with shop.desk() as desk:
        _changed, entry = await change_role(desk, shop.owner, Role.MEMBER)

    await take_back(shop, entry)

    async with shop.work() as work:
        assert (await work.members.get(shop.owner.id)).role is Role.OWNER


async def test_two_changes_of_one_client_are_taken_back_in_turn(shop: Shop) -> None:
    names = ["Acme Eins", "Acme Zwei"]
    entries = []
    for name in names:
        async with shop.desk() as desk:
            client = await desk.work.clients.get(shop.client.id)
            entries.append((await change_client(desk, client, replace(client, name=name)))[1])

    for entry in reversed(entries):
        await take_back(shop, entry)

    async with shop.desk() as desk:
        assert (await desk.work.clients.get(shop.client.id)).name == shop.client.name
