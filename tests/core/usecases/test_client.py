from dataclasses import replace

import pytest

from core.audit import Action
from core.errors import Conflict
from core.usecases.client import add_client, archive_client, change_client, restore_client
from tests.builders.core import a_client
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


async def test_a_new_client_is_kept_with_its_entry(shop: Shop) -> None:
    client = a_client("Globex")

    async with shop.desk() as desk:
        entry = await add_client(desk, client)

    async with shop.work() as work:
        assert await work.clients.get(client.id) == client
    assert (entry.action, entry.label, entry.before) == (Action.CLIENT_ADDED, "Globex", None)


@pytest.mark.parametrize("name", ["Acme Fabrication Ltd", "ACME fabrication LTD"])
async def test_two_live_clients_do_not_share_a_name(shop: Shop, name: str) -> None:
    with pytest.raises(Conflict, match="already"):
        async with shop.desk() as desk:
            await add_client(desk, a_client(name))


async def test_a_name_that_only_holds_another_one_is_new(shop: Shop) -> None:
    async with shop.desk() as desk:
        await add_client(desk, a_client("Acme"))
        await add_client(desk, a_client("Acme Fabrication Ltd & Co"))


async def test_a_neighbours_client_may_have_the_same_name(shop: Shop, neighbour: Shop) -> None:
    async with neighbour.desk() as desk:
        await add_client(desk, a_client("Globex"))

    async with shop.desk() as desk:
        await add_client(desk, a_client("Globex"))


async def test_a_client_keeps_its_name_and_changes_the_rest(shop: Shop) -> None:
    async with shop.desk() as desk:
        saved, entry = await change_client(
            desk, shop.client, replace(shop.client, name="ACME Fabrication Ltd", email="new@acme.example")
        )

    assert (saved.name, saved.email, entry.before) == (
        "ACME Fabrication Ltd",
        "new@acme.example",
        shop.client,
    )


async def test_a_client_is_not_renamed_to_another_ones_name(shop: Shop) -> None:
    other = a_client("Globex")
    async with shop.desk() as desk:
        await add_client(desk, other)

    with pytest.raises(Conflict, match="already"):
        async with shop.desk() as desk:
            await change_client(desk, other, replace(other, name="acme fabrication ltd"))


async def test_an_archived_client_is_set_aside_and_comes_back(shop: Shop, clock: FixedClock) -> None:
    async with shop.desk() as desk:
        archived, _entry = await archive_client(desk, shop.client)
        with pytest.raises(Conflict, match="archived already"):
            await archive_client(desk, archived)
        restored, entry = await restore_client(desk, archived)

    assert archived == replace(shop.client, archived_at=clock.at, version=1)
    assert restored == replace(shop.client, version=2)
    assert (entry.action, entry.before) == (Action.CLIENT_RESTORED, archived)


async def test_a_client_whose_name_was_taken_meanwhile_stays_archived(shop: Shop) -> None:
    async with shop.desk() as desk:
        archived, _entry = await archive_client(desk, shop.client)
        await add_client(desk, a_client(shop.client.name))

    with pytest.raises(Conflict, match="already"):
        async with shop.desk() as desk:
            await restore_client(desk, archived)
