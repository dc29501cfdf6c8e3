from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from core.audit import Action, Entry, Subject
from core.errors import Conflict, NotFound
from core.usecases.desk import kind_of
from tests.builders.core import (
    IDS,
    a_business,
    a_client,
    a_full_draft,
    a_member,
    a_payment,
    an_entry,
    an_issued_invoice,
)
from tests.storage.shop import Shop

LEFT_AT = datetime(2026, 2, 17, 1, 3, 5, 7, tzinfo=UTC)
BUSINESS, CLIENT = a_business(), a_client()
INVOICE = an_issued_invoice(BUSINESS, CLIENT, "2026-041", a_full_draft(CLIENT.id))
SUBJECTS: list[Subject] = [BUSINESS, CLIENT, INVOICE, a_payment(INVOICE), a_member(left_at=LEFT_AT)]


async def keep(shop: Shop, *entries: Entry) -> None:
    async with shop.work() as work:
        for entry in entries:
            await work.audit.add(entry)


@pytest.mark.parametrize("before", SUBJECTS, ids=kind_of)
async def test_an_entry_keeps_its_subject_as_it_was_before(shop: Shop, before: Subject) -> None:
    entry = an_entry(kind_of(before), before.id, before=before, undoes=IDS.new())
    await keep(shop, entry)

    async with shop.work() as work:
        stored = await work.audit.get(entry.id)

    assert stored == entry
    assert [field.name for field in fields(entry) if getattr(entry, field.name) == field.default] == []


@pytest.mark.parametrize("action", Action)
async def test_every_action_can_be_written_down(shop: Shop, action: Action) -> None:
    entry = an_entry("client", CLIENT.id, action=action, member_id=None)
    await keep(shop, entry)

    async with shop.work() as work:
        assert await work.audit.get(entry.id) == entry


async def last_of(shop: Shop, member_id: Any) -> Entry | None:
    async with shop.work() as work:
        return await work.audit.last_of(member_id)


async def test_the_last_change_of_a_member_is_their_newest(shop: Shop) -> None:
    ana, ben = IDS.new(), IDS.new()
    older, newer = an_entry("client", CLIENT.id, member_id=ana), an_entry("client", CLIENT.id, member_id=ana)
    await keep(shop, newer, older, an_entry("client", CLIENT.id, member_id=ben))

    assert await last_of(shop, ana) == newer
    assert await last_of(shop, IDS.new()) is None


async def test_an_undone_change_and_its_undoing_are_passed_over(shop: Shop) -> None:
    ana = IDS.new()
    first, second = an_entry("client", CLIENT.id, member_id=ana), an_entry("client", CLIENT.id, member_id=ana)
    undoing = an_entry("client", CLIENT.id, member_id=ana, action=Action.UNDONE, undoes=second.id)
    await keep(shop, first, second, undoing)

    async with shop.work() as work:
        undone = [await work.audit.is_undone(entry.id) for entry in (first, second)]

    assert await last_of(shop, ana) == first
    assert undone == [False, True]


async def test_a_change_is_undone_once_only(shop: Shop) -> None:
    entry = an_entry("client", CLIENT.id)
    await keep(shop, entry, an_entry("client", CLIENT.id, undoes=entry.id))

    with pytest.raises(Conflict):
        await keep(shop, an_entry("client", CLIENT.id, undoes=entry.id))


async def test_the_draft_a_member_wrote_last_is_known_whatever_became_of_it(shop: Shop) -> None:
    ana, ben = IDS.new(), IDS.new()
    first, second, third = IDS.new(), IDS.new(), IDS.new()
    await keep(
        shop,
        an_entry("invoice", first, member_id=ana, action=Action.DRAFT_CREATED),
        an_entry("invoice", second, member_id=ana, action=Action.DRAFT_CHANGED),
        an_entry("invoice", first, member_id=ana, action=Action.INVOICE_ISSUED),
        an_entry("invoice", third, member_id=ben, action=Action.DRAFT_CREATED),
        an_entry("invoice", second, member_id=ana, action=Action.DRAFT_DISCARDED),
    )

    async with shop.work() as work:
        drafts = [await work.audit.last_draft_of(who) for who in (ana, ben, IDS.new())]

    assert drafts == [second, third, None]


async def test_a_neighbours_trail_is_not_seen(shop: Shop, neighbour: Shop) -> None:
    ana = IDS.new()
    entry = an_entry("client", CLIENT.id, member_id=ana, action=Action.DRAFT_CREATED)
    await keep(neighbour, entry, an_entry("client", CLIENT.id, undoes=entry.id))

    async with shop.work() as work:
        seen = (
            await work.audit.last_of(ana), await work.audit.last_draft_of(ana), await work.audit.is_undone(entry.id)
        )  # fmt: skip

    assert seen == (None, None, False)
    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.audit.get(entry.id)
