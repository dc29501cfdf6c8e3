"""Two businesses: what belongs to the other one answers exactly like what does not exist."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage.tables import audit, client, invoice, member, payment
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

NOWHERE = "0123456789abcdef0123456789abcdef"
ARGUMENTS = (
    "/invoice show {invoice}", "/invoice {invoice}", "/pdf {invoice}", "/paid {invoice}", "/paid {invoice} 5",
    "/void {invoice} oops", "/issue {draft}", "/discard {draft}", "/edit {draft}; due 3d", "/client {client}",
    "/client edit {client}; name X", "/client archive {client}", "/client restore {client}",
    "/invoice {client}: Logo @ 900", "/invoices all {client}", "/member role {member} admin",
    "/member remove {member}", "/undo {entry}", "/invoices all page >{invoice}", "/clients >acme/{client}",
    "/overdue >2026-01-01/{invoice}", "/reminders {client} off", "/reminders client {client}",
    "/reminders client {client} steps 5", "/reminders invoice {invoice}", "/reminders invoice {invoice} off",
    "/reminders invoice {invoice}; steps 5", "/promise {client} friday", "/promise {client} -",
)  # fmt: skip


@pytest.fixture(scope="module")
async def ana(shared_office: Office) -> Chat:
    """Owner of a studio with one of everything; nothing here changes it."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Secret work @ 7777")
    await ana.says("/paid 2026-0001 7")
    await ana.says("/invoice Acme: Secret draft @ 7777")
    return ana


@pytest.fixture(scope="module")
async def owner(shared_office: Office) -> Chat:
    """Owner of another studio, with one of everything, too."""
    eve = shared_office.person("eve")
    await eve.says("/start Eve; country DE; address Kai 3, 24103 Kiel; vat-id none")
    await eve.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await bills(eve, "Bär: Work @ 100")
    await eve.says("/invoice Bär: Draft @ 200")
    return eve


@pytest.fixture
async def eve(shared_office: Office, owner: Chat) -> AsyncIterator[Chat]:
    yield owner
    await shared_office.leave_forms(owner.name)


async def ids_of(office: Office, name: str) -> dict[str, str]:
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of(name).key)).seat
        assert seat is not None
        await work.enter(seat.business_id)
        found = {}
        for kind, table, condition in (
            ("invoice", invoice, invoice.c.state == "issued"),
            ("draft", invoice, invoice.c.state == "draft"),
            ("client", client, sa.true()),
            ("member", member, sa.true()),
            ("payment", payment, sa.true()),
            ("entry", audit, audit.c.action == "draft created"),
        ):
            query = sa.select(table.c.id).where(table.c.business_id == seat.business_id, condition)
            found[kind] = (await work.connection.execute(query.limit(1))).scalar_one().hex
        return found


def without_ids(seen: Seen) -> str:
    return re.sub("[0-9a-f]{32}", "ID", seen.text)


@pytest.mark.parametrize("argument", ARGUMENTS)
async def test_another_business_s_id_answers_like_no_id_at_all(
    shared_office: Office, ana: Chat, eve: Chat, argument: str
) -> None:
    ids = await ids_of(shared_office, "ana")
    mine, theirs = await shared_office.snapshot("eve"), await shared_office.snapshot("ana")

    of_ana = await eve.says(argument.format(**ids))
    await eve.says("/cancel")
    of_nobody = await eve.says(argument.format(**dict.fromkeys(ids, NOWHERE)))

    assert without_ids(of_ana) == without_ids(of_nobody)
    assert "7777" not in of_ana.text
    assert "Acme" not in of_ana.text.replace("Acme: 3h design", "")
    assert await shared_office.snapshot("ana") == theirs
    assert await shared_office.snapshot("eve") == mine


async def test_another_chat_s_button_is_no_button(shared_office: Office, ana: Chat, eve: Chat) -> None:
    listed = await ana.says("/invoices")
    theirs = await shared_office.snapshot("ana")

    await eve.presses("Paid 2026-0001", on=listed)

    eve.sees("This button is too old.")
    assert await shared_office.snapshot("ana") == theirs


async def test_both_studios_count_their_own_numbers(ana: Chat, eve: Chat) -> None:
    await eve.says("/invoices")
    eve.sees("2026-0001", "Bär")
    eve.sees_nothing_of("Acme", "7777")
    await ana.says("/invoices")

    ana.sees("2026-0001", "Acme GmbH")
    ana.sees_nothing_of("Bär")


async def test_a_number_means_one_s_own_invoice(eve: Chat) -> None:
    await eve.says("/invoice 2026-0001")

    eve.sees("Bär", "EUR 100.00")
    eve.sees_nothing_of("Acme", "7777")
