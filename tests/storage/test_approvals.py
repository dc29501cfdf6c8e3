"""Requests to issue a draft: one open at a time, decided once, seen by their own business only."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from uuid import UUID

import pytest

from core.approval import Answer, Request
from core.errors import Conflict, NotFound
from core.party import Role
from core.usecases.invoice import discard_draft
from core.usecases.undo import undo
from tests.storage.shop import Shop, a_request


async def ask(shop: Shop, request: Request) -> Request:
    async with shop.work() as work:
        await work.approvals.add(request)
    return request


async def asked(shop: Shop) -> Request:
    """A request about a new draft."""
    invoice, _entry = await shop.draft()
    return await ask(shop, a_request(invoice, shop.owner))


async def stored(shop: Shop, request_id: UUID) -> Request:
    async with shop.work() as work:
        return await work.approvals.get(request_id)


async def decide(shop: Shop, seen: Request, answer: Answer, reason: str = "") -> None:
    async with shop.work() as work:
        await work.approvals.save(replace(seen, answer=answer, decided_by=shop.owner.id, reason=reason))


async def test_a_request_comes_back_as_it_was_asked(shop: Shop) -> None:
    colleague = await shop.hire(Role.MEMBER, "Bo")
    invoice, _entry = await shop.draft()
    full = a_request(
        invoice, colleague, invoice_version=7, answer=Answer.REFUSED, decided_by=shop.owner.id,
        reason="Zu viel: „20 %“", version=3,
    )  # fmt: skip

    await ask(shop, full)

    assert await stored(shop, full.id) == full
    assert [field.name for field in fields(Request) if getattr(full, field.name) == field.default] == []


async def test_an_open_request_is_found_by_its_invoice_and_locked(shop: Shop) -> None:
    request, other = await asked(shop), await asked(shop)

    async with shop.work() as work:
        found = await work.approvals.find_open(request.invoice_id)
        locked = await work.approvals.lock(other.id)
        nothing = await work.approvals.find_open(other.id)

    assert (found, locked, nothing) == (request, other, None)


async def test_a_decision_is_stored_and_nothing_is_open_any_more(shop: Shop) -> None:
    request = await asked(shop)

    await decide(shop, request, Answer.REFUSED, "Rabatt fehlt")

    assert await stored(shop, request.id) == replace(
        request, answer=Answer.REFUSED, decided_by=shop.owner.id, reason="Rabatt fehlt", version=1
    )
    async with shop.work() as work:
        assert await work.approvals.find_open(request.invoice_id) is None


async def test_a_request_is_decided_once(shop: Shop) -> None:
    request = await asked(shop)
    await decide(shop, request, Answer.APPROVED)

    for seen in (request, replace(request, version=1)):
        with pytest.raises(Conflict):
            await decide(shop, seen, Answer.REFUSED)

    assert (await stored(shop, request.id)).answer is Answer.APPROVED


async def test_of_two_who_decide_at_once_one_is_told_so(shop: Shop) -> None:
    request = await asked(shop)

    outcomes = await asyncio.gather(
        decide(shop, request, Answer.APPROVED),
        decide(shop, request, Answer.REFUSED),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]


async def test_asking_again_supersedes_the_open_request_and_no_decided_one(shop: Shop) -> None:
    decided = await asked(shop)
    await decide(shop, decided, Answer.REFUSED)
    invoice = await shop.invoice(decided.invoice_id)

    second = await ask(shop, a_request(invoice, shop.owner))
    third = await ask(shop, a_request(invoice, shop.owner, invoice_version=5))

    assert (await stored(shop, decided.id)).answer is Answer.REFUSED
    assert await stored(shop, second.id) == replace(second, answer=Answer.SUPERSEDED, version=1)
    async with shop.work() as work:
        assert await work.approvals.find_open(invoice.id) == third
    with pytest.raises(Conflict):
        await decide(shop, second, Answer.APPROVED)


async def test_two_who_ask_at_once_leave_one_open_request(shop: Shop) -> None:
    invoice, _entry = await shop.draft()
    requests = [a_request(invoice, shop.owner) for _each in range(4)]

    outcomes = await asyncio.gather(*(ask(shop, each) for each in requests), return_exceptions=True)

    lost = [each for each in outcomes if each not in requests]
    assert len(lost) < len(requests)
    assert [each for each in lost if not isinstance(each, Conflict)] == []
    async with shop.work() as work:
        assert await work.approvals.find_open(invoice.id) in requests


async def test_a_request_goes_with_its_draft_and_bringing_that_back_asks_nobody(shop: Shop) -> None:
    request = await asked(shop)
    async with shop.desk() as desk:
        draft = await desk.work.invoices.get(request.invoice_id)
        entry = await discard_draft(desk, draft)
    with pytest.raises(NotFound):
        await stored(shop, request.id)

    async with shop.desk() as desk:
        await undo(desk, entry)

    async with shop.work() as work:
        assert await work.invoices.get(draft.id) == draft
        assert await work.approvals.find_open(draft.id) is None
    again = await ask(shop, a_request(draft, shop.owner))
    assert await stored(shop, again.id) == again


async def test_a_neighbours_request_is_neither_found_nor_decided(shop: Shop, neighbour: Shop) -> None:
    theirs = await asked(neighbour)

    for method in ("get", "lock"):
        with pytest.raises(NotFound):
            async with shop.work() as work:
                await getattr(work.approvals, method)(theirs.id)
    with pytest.raises(Conflict):
        await decide(shop, theirs, Answer.APPROVED)
    with pytest.raises(Conflict):
        await ask(shop, a_request(await neighbour.invoice(theirs.invoice_id), shop.owner))

    async with shop.work() as work:
        assert await work.approvals.find_open(theirs.invoice_id) is None
    assert await stored(neighbour, theirs.id) == theirs


async def test_a_request_names_a_draft_and_people_that_exist(shop: Shop, neighbour: Shop) -> None:
    invoice, _entry = await shop.draft()
    missing = [
        a_request(invoice, shop.owner, invoice_id=UUID(int=7)),
        a_request(invoice, neighbour.owner),
        a_request(invoice, shop.owner, decided_by=neighbour.owner.id),
    ]

    for request in missing:
        with pytest.raises(Conflict):
            await ask(shop, request)
