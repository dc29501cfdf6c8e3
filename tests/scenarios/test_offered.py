"""What a whole form offers while somebody types, and what a channel answers by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.chat_ports import Place
from handlers.kinds import Box, ChatRef
from handlers.updates import Around, Typed, Update
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import PLATFORM, Office
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme
from tests.scenarios.sheets import BY_NAME, Forms, SheetOffice, context_of

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[SheetOffice]:
    office = SheetOffice(database_url)
    for app in office.apps[:-1]:
        await app.close()
    yield office
    await office.close()


@pytest.fixture
def forms(office: SheetOffice) -> Forms:
    return Forms(office)


async def test_clients_are_offered_by_part_of_their_name_and_a_new_one_last(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär & Söhne, Kai 3, 24103 Kiel, DE")
    await ana.says("/client add Zimt, Kai 4, 24103 Kiel, DE")
    await ana.says("/client archive Zimt")

    async def offered(text: str) -> list[str]:
        return await forms.offered("invoice", "client", text)

    assert await offered("") == ["Acme GmbH, Hamburg", "Bär & Söhne, Kiel"]
    assert await offered("bar") == ["Bär & Söhne, Kiel", "Add “bar”"]
    assert await offered("söhne") == ["Bär & Söhne, Kiel", "Add “söhne”"]
    assert await offered("acme gmbh") == ["Acme GmbH, Hamburg"]
    assert await offered("Zimt") == ["Bring Zimt back", "Add “Zimt”"]
    assert await offered("new:Xyz") == ["Add “Xyz”"]
    assert await offered("x" * 200) == []
    assert await offered("\x00") == []
    assert await offered("%_\\") == ["Add “%_\\”"]


async def test_who_looks_at_clients_is_offered_no_new_one(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    for command in ("client", "client edit", "client archive"):
        assert await forms.offered(command, "client", "ac") == ["Acme GmbH, Hamburg"]
        assert await forms.offered(command, "client", "nobody") == []


async def test_products_are_offered_by_part_of_their_name_or_code(
    office: Office, forms: Forms, ana: Chat
) -> None:
    eve = office.person("eve")
    await opens_a_studio(eve)
    await eve.says("/product add Foreign @ 5")
    await opens_a_studio_with_acme(ana)
    await ana.says("/product add Größe XL @ 49.90 / month; code HOST-1")
    await ana.says("/product add Logo @ 900")
    await ana.says("/product add Old @ 5")
    await ana.says("/product archive Old")
    large, logo = "Größe XL, EUR 49.90 / mo", "Logo, EUR 900.00"
    expected = {"": [large, logo], "grosse": [large], "host": [large], "old": [], "foreign": [], "\x00": []}

    for command in ("product", "product edit", "product archive"):
        offered = {text: await forms.offered(command, "product", text) for text in expected}
        assert offered == expected


async def test_a_client_of_another_business_is_offered_to_nobody(
    office: Office, forms: Forms, ana: Chat
) -> None:
    eve = office.person("eve")
    await opens_a_studio_with_acme(eve)
    async with office.apps[0].storage.work() as work:
        ctx = await context_of(office, work, "eve")
        foreign = (await ctx.work.clients.list_page(None, 1)).rows[0].id
    await opens_a_studio(ana)

    assert await forms.offered("invoice", "client", foreign.hex) == []
    assert await forms.offered("invoice", "client", "Acme") == ["Add “Acme”"]


async def test_a_new_client_from_a_whole_form_is_added_on_the_way(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice")

    await office.sends(ana, {"client": "new:Zimt", "lines": "3h design @ 120"})

    assert {entry.name: entry.value for entry in office.sheet("ana").entries}["name"] == "Zimt"
    await office.sends(ana, {"address": "Kai 4, 24103 Kiel", "country": "DE"})
    assert "Draft for Zimt" in ana.seen.text


async def test_invoices_are_offered_by_number_and_by_client(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await bills(ana, "Acme: Work @ 100")
    await bills(ana, "Bär: Work @ 200")
    await ana.says("/paid 2026-0001")
    acme, baer = "2026-0001 Acme GmbH, EUR 119.00", "2026-0002 Bär, EUR 238.00"

    assert await forms.offered("paid", "number", "") == [baer]
    assert await forms.offered("pdf", "number", "") == [baer, acme]
    assert await forms.offered("pdf", "number", "bär") == [baer]
    assert await forms.offered("pdf", "number", "0001") == [acme]
    assert await forms.offered("pdf", "number", "1") == [acme]
    assert await forms.offered("pdf", "number", "0" * 32) == []
    assert await forms.offered("pdf", "number", "\x00") == []


async def test_currencies_and_countries_are_looked_up(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    assert any(label.startswith("CHF") for label in await forms.offered("invoice", "currency", "chf"))
    assert await forms.offered("client add", "country", "öster") == []
    assert "Austria" in await forms.offered("client add", "country", "aus")
    assert (await forms.of("client add"))["country"].guides
    assert (await forms.of("client add"))["email"].box is Box.MAIL


async def test_a_channel_about_a_client_needs_no_name(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    around = Around(ChatRef(PLATFORM, f"#acme-{office.chat_of('ana').address}"), "acme")
    await about(office, around, "Acme GmbH")

    async def says(text: str) -> Seen:
        update = office.update("ana", Typed(text))
        chat = ChatRef(PLATFORM, f"{around.chat.address}/ana")
        return await office.handle(
            Update(PLATFORM, update.id, chat, update.sender, update.input, around=around)
        )

    assert "Draft for Acme GmbH" in (await says("/invoice 3h design @ 120")).text
    assert "Draft for Bär" in (await says("/invoice Bär: 3h design @ 120")).text
    assert "Invoices of Acme GmbH" in (await says("/invoices")).text
    assert "Invoices of Bär" in (await says("/invoices Bär")).text
    assert "What do you bill for?" in (await says("/invoice")).text


async def about(office: Office, around: Around, client: str) -> None:
    async with office.apps[0].storage.work() as work:
        ctx = await context_of(office, work, "ana")
        (found,) = await ctx.work.clients.search(client, 1)
        place = Place(ctx.desk.business.id, True, client_id=found.id)
        await work.chats.bind(around.chat.key, around.title, place)


async def test_elsewhere_lines_alone_ask_for_the_client(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/invoice 3h design @ 120")

    ana.sees("Who is it for?")


async def test_a_place_of_another_business_says_nothing_of_its_client(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    async with office.apps[0].storage.work() as work:
        foreign = Place(office.ids.new(), True, client_id=office.ids.new())
        ctx = await context_of(office, work, "ana", foreign)
        for name in ("invoice", "invoices"):
            preset = BY_NAME[name].preset
            assert preset is not None
            assert preset(ctx) == {}
