from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.early import EarlyTerms
from core.errors import Conflict, NotFound
from core.party import Address, Client
from core.tax import Supply
from core.views import ClientRow
from storage.engine import Storage
from tests.builders.core import a_client, a_draft, an_invoice
from tests.storage.shop import Shop, open_shop

ARCHIVED_AT = datetime(2026, 2, 13, 12, 11, 10, 987654, tzinfo=UTC)


async def keep(shop: Shop, *clients: Client) -> None:
    async with shop.work() as work:
        for client in clients:
            await work.clients.add(client)


async def search(shop: Shop, text: str, limit: int = 9, live: bool = True) -> list[str]:
    async with shop.work() as work:
        return [client.name for client in await work.clients.search(text, limit, live)]


async def test_a_client_comes_back_as_it_was_stored(shop: Shop) -> None:
    client = a_client(
        "Bäckerei O'Neill", archived_at=ARCHIVED_AT, language="fr", zone="Asia/Kathmandu", steps=(-5, 11),
        reminders_off=True, supply=Supply.GOODS, reference="04011000-12345-03", currency="CHF",
        early=EarlyTerms(Decimal("2.5"), 9),
    )  # fmt: skip
    await keep(shop, client)

    async with shop.work() as work:
        stored = await work.clients.get(client.id)

    assert stored == client
    assert [field.name for field in fields(client) if getattr(client, field.name) == field.default] == [
        "version"
    ]


async def test_every_field_of_a_client_can_be_changed(shop: Shop) -> None:
    changed = replace(
        shop.client,
        name="Globex",
        address=Address("FR", "Rue 5", "B", "75002", "Paris"),
        vat_id="FR40303265045",
        email="g@globex.example",
        archived_at=ARCHIVED_AT,
        language="es",
        zone="Pacific/Apia",
        supply=Supply.GOODS,
        steps=(),
        reminders_off=True,
    )

    async with shop.work() as work:
        saved = await work.clients.save(changed)
        stored = await work.clients.get(shop.client.id)

    assert saved == stored == replace(changed, version=1)
    assert await search(shop, "globex", live=False) == ["Globex"]


async def test_a_client_changed_since_is_not_overwritten(shop: Shop) -> None:
    async with shop.work() as work:
        await work.clients.save(replace(shop.client, email="first@acme.example"))

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.clients.save(replace(shop.client, email="second@acme.example"))


async def test_a_client_without_invoices_can_be_removed(shop: Shop) -> None:
    async with shop.work() as work:
        await work.clients.remove(shop.client)

    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.clients.get(shop.client.id)


async def test_a_client_that_an_invoice_names_is_not_removed(shop: Shop) -> None:
    async with shop.work() as work:
        await work.invoices.add(an_invoice(a_draft(shop.client.id)))

    with pytest.raises(Conflict, match="Acme Fabrication Ltd has invoices"):
        async with shop.work() as work:
            await work.clients.remove(shop.client)


async def test_a_neighbours_client_is_not_found_changed_removed_or_shown(shop: Shop, neighbour: Shop) -> None:
    await keep(neighbour, a_client("Only next door"))

    async with shop.work() as work:
        rows = (await work.clients.list_page(None, 9)).rows

    assert [row.id for row in rows] == [shop.client.id]
    assert await search(shop, "next door") == []
    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.clients.get(neighbour.client.id)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.clients.save(replace(neighbour.client, email="stolen@acme.example"))
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.clients.remove(neighbour.client)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("100%", ["100% Wolle", "Über 100% Seide"]),
        ("%", ["100% Wolle", "Über 100% Seide"]),
        ("a_b", ["a_b Ltd"]),
        ("_", ["a_b Ltd"]),
        ("\\", ["back\\slash"]),
        ("\\%", []),
        ("'; --", []),
        ("ÜBER", ["Über 100% Seide"]),
        ("STRASSE", ["Hauptstraße 7"]),
        ("ΌΔΟΣ", ["όδος"]),
        ("", ["100% Wolle", "Acme Fabrication Ltd", "Hauptstraße 7", "a_b Ltd", "axb Ltd", "back\\slash",
              "Über 100% Seide", "όδος"]),
    ],
)  # fmt: skip
async def test_a_search_takes_every_sign_literally_and_no_case_seriously(
    shop: Shop, text: str, found: list[str]
) -> None:
    names = ("100% Wolle", "Über 100% Seide", "a_b Ltd", "axb Ltd", "back\\slash", "Hauptstraße 7", "όδος")
    await keep(shop, *map(a_client, names))

    assert sorted(await search(shop, text)) == sorted(found)


async def test_an_exact_name_comes_alone(shop: Shop) -> None:
    await keep(shop, a_client("Globex"), a_client("Globex Inc"), a_client("A Globex"))

    assert await search(shop, "gLOBEX") == ["Globex"]
    assert await search(shop, "globex", limit=1) == ["Globex"]
    assert await search(shop, "globe") == ["A Globex", "Globex", "Globex Inc"]


async def test_a_search_gives_no_more_than_was_asked_for(shop: Shop) -> None:
    await keep(shop, *[a_client(f"Initech {number}") for number in range(5)])

    assert await search(shop, "initech", limit=3) == ["Initech 0", "Initech 1", "Initech 2"]


async def test_archived_clients_are_found_only_among_the_archived(shop: Shop) -> None:
    await keep(shop, a_client("Old Hooli", archived_at=ARCHIVED_AT), a_client("New Hooli"))

    assert await search(shop, "hooli") == ["New Hooli"]
    assert await search(shop, "hooli", live=False) == ["Old Hooli"]


async def test_pages_show_live_clients_by_name_with_their_town(storage: Storage) -> None:
    shop = await open_shop(storage)
    await keep(shop, a_client("zeta"), a_client("Beta"), a_client("Alpha", archived_at=ARCHIVED_AT))

    async with shop.work() as work:
        page = await work.clients.list_page(None, 9)

    assert [row.name for row in page.rows] == ["Acme Fabrication Ltd", "Beta", "zeta"]
    assert page.rows[0] == ClientRow(shop.client.id, "Acme Fabrication Ltd", "Dublin", "IE")
    assert (page.before, page.after) == (None, None)
