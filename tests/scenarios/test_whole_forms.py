"""Forms that are filled in as a whole: what stands in them at first, what they offer, and what sending them does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

import pytest

from core.chat_ports import Place
from core.party import Role
from core.usecases.desk import Desk
from handlers.context import Context
from handlers.kinds import Around, Box, ChatRef, Field, Question, Raw, Sheet, Submitted, Typed, Update
from handlers.platform import Manners
from handlers.registry import COMMANDS
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import PLATFORM, Office
from tests.scenarios.scenes import bills, invites, opens_a_studio, opens_a_studio_with_acme

BY_NAME = {command.name: command for command in COMMANDS}


class SheetOffice(Office):
    """Where questions come with their whole form."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.platform = FakePlatform(PLATFORM, Manners(sheets=True))
        self.apps = [self.new_app()]

    def sheet(self, name: str) -> Sheet:
        shown = self.platform.shown_in(self.chat_of(name))[-1].shown
        assert isinstance(shown, Question)
        assert shown.sheet is not None
        return shown.sheet

    async def sends(self, chat: Chat, changes: Mapping[str, str]) -> Seen:
        """The whole form as it stands on the screen, with some fields filled in otherwise."""
        values = {entry.name: entry.value for entry in self.sheet(chat.name).entries} | dict(changes)
        token = chat.seen.tokens[-1]
        sent = replace(self.update(chat.name, Typed("")), input=Submitted(token, values))
        chat.seen = await self.handle(sent)
        return chat.seen


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[SheetOffice]:
    office = SheetOffice(database_url)
    for app in office.apps[:-1]:
        await app.close()
    yield office
    await office.close()


@dataclass(frozen=True, slots=True)
class Forms:
    """The fields of a command's form, as they are for somebody."""

    office: SheetOffice

    async def of(self, command: str, raw: Raw | None = None) -> dict[str, Field]:
        async with self.office.app.storage.work() as work:
            ctx = await self._context(work, "ana")
            form = BY_NAME[command].form
            assert form is not None
            return {item.name: item for item in await form(ctx, raw or {})}

    async def offered(self, command: str, field: str, text: str, raw: Raw | None = None) -> list[str]:
        """The labels that are offered while somebody types."""
        async with self.office.app.storage.work() as work:
            ctx = await self._context(work, "ana")
            form = BY_NAME[command].form
            assert form is not None
            item = {item.name: item for item in await form(ctx, raw or {})}[field]
            assert item.search is not None
            return [option.label for option in await item.search(text)]

    async def _context(self, work: object, name: str) -> Context:
        return await context_of(self.office, work, name)


async def context_of(office: Office, work: object, name: str, place: Place | None = None) -> Context:
    sender = office.sender_of(name)
    seat = (await work.chats.speaker(sender.key)).seat  # type: ignore[attr-defined]
    await work.enter(seat.business_id)  # type: ignore[attr-defined]
    business = await work.businesses.get()  # type: ignore[attr-defined]
    member = await work.members.get(seat.member_id)  # type: ignore[attr-defined]
    desk = Desk(work, office.clock, office.ids, business, member)  # type: ignore[arg-type]
    return Context(work, office.clock, office.ids, office.chat_of(name), sender, desk, place=place or Place())  # type: ignore[arg-type]


@pytest.fixture
def forms(office: SheetOffice) -> Forms:
    return Forms(office)


# -- sent as it stands -------------------------------------------------------------------------------


async def test_an_invoice_begins_with_what_the_business_usually_does(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice")
    values = {entry.name: entry.value for entry in office.sheet("ana").entries}

    assert (values["due"], values["vat"], values["incl"], values["on"]) == ("14d", "19", "no", "")
    await office.sends(ana, {"client": "Acme", "lines": "3h design @ 120\n2 x Hosting @ 49.90"})
    by_form = ana.seen.text
    await ana.says("/invoice Acme: 3h design @ 120, 2 x Hosting @ 49.90")
    assert ana.seen.text == by_form


async def test_what_is_wrong_in_a_whole_form_is_said_beside_its_field(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice")

    await office.sends(ana, {"client": "Acme", "lines": "design", "vat": "lots"})

    errors = {entry.name: entry.error for entry in office.sheet("ana").entries if entry.error}
    assert errors.keys() == {"lines", "vat"}
    await office.sends(ana, {"lines": "design @ 100", "vat": "7"})
    assert "Total: EUR 107.00" in ana.seen.text


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        ("/edit due", "Draft for Acme GmbH"),
        ("/client edit Acme; name", "What do you want to change?"),
    ],
)
async def test_a_form_about_what_is_there_changes_nothing_when_it_is_sent_as_it_stands(
    office: SheetOffice, ana: Chat, opening: str, said: str
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; email books@acme.example")
    await ana.says(
        "/invoice Acme: 3h design @ 120, 1h talk @ 80.5 vat 7; due 30d eom; on 2026-03-04; discount 7.5%; "
        "period 2026-02-01..2026-02-27; ref PO 1; note Danke; incl"
    )
    before = await office.snapshot("ana")
    await ana.says(opening)
    # A field that was named alone is asked for empty, so it is filled in with what it would have held.
    named = opening.rpartition(" ")[2]
    held = {"due": "30d eom", "name": "Acme GmbH"}[named]

    await office.sends(ana, {named: held})

    assert said in ana.seen.text
    assert await office.snapshot("ana") == before


async def test_settings_sent_as_they_stand_stay_as_they_are(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(
        "/settings footer Danke; accent #0a7d5a; email post@studio.example; number-pattern R-{NNN}"
    )
    await ana.says("/settings")
    before = ana.seen.text.partition("footer: ")[0]
    await ana.says("/settings terms")

    await office.sends(ana, {"terms": "14d"})

    assert before in ana.seen.text


async def test_every_field_of_a_draft_stands_in_its_form(
    office: SheetOffice, forms: Forms, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(
        "/invoice Acme: 3h design @ 120; due 2026-12-31; on 2026-03-04; discount 50; "
        "period 2026-02-01..2026-02-27; vat 7; ref PO 1; note Danke; currency CHF; incl"
    )

    fields = await forms.of("edit")

    starts = {name: item.start for name, item in fields.items() if name != "client" and item.start}
    assert starts == {
        "due": "2026-12-31", "on": "2026-03-04", "period": "2026-02-01..2026-02-27", "vat": "7", "discount": "50",
        "currency": "CHF", "ref": "PO 1", "note": "Danke", "incl": "yes",
    }  # fmt: skip
    assert fields["on"].box is Box.DAY
    assert fields["at"].box is Box.CHOICE
    assert "None" not in fields["line"].prompt


async def test_a_whole_form_changes_what_was_changed_in_it(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.says("/edit due")

    await office.sends(ana, {"due": "30d", "add": "1h travel @ 60\n2h talk @ 80", "note": "Danke\nAna"})

    for part in ("2026-04-04 (30d)", "travel", "talk", "Note: Danke"):
        assert part in ana.seen.text


async def test_a_line_needs_its_place_in_a_whole_form_too(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.says("/edit due")

    await office.sends(ana, {"due": "14d", "line": "4h design @ 120"})

    assert {entry.name for entry in office.sheet("ana").entries if entry.error} == {"at"}
    await office.sends(ana, {"at": "1"})
    assert "4 h" in ana.seen.text


async def test_a_payment_begins_with_the_balance_of_today(
    office: SheetOffice, forms: Forms, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 1200.50")

    fields = await forms.of("paid", {"number": "2026-0001"})

    assert (fields["amount"].start, fields["date"].start) == ("4.285,79", "2026-03-05")
    assert fields["amount"].parse(fields["amount"].start) is not None
    assert (await forms.of("paid"))["amount"].start == ""
    await ana.says("/paid")
    await office.sends(ana, {"number": "2026-0001"})
    assert "2026-0001 is paid in full." in ana.seen.text


async def test_a_new_business_without_vat_starts_at_no_rate(forms: Forms, ana: Chat) -> None:
    await ana.says("/start Kiosk; country DE; address Kai 3, 24103 Kiel; vat-id none; iban none; terms 14d")

    vat = (await forms.of("invoice"))["vat"]

    assert vat.start == "0"


async def test_every_start_is_understood_by_its_own_field(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.says("/approval 1000 ana")

    for command in ("invoice", "edit", "paid", "client add", "client edit", "settings", "approval", "void"):
        for item in (await forms.of(command)).values():
            if item.start:
                item.parse(item.start)
            if item.box is Box.CHOICE and item.start:
                assert item.start in [option.value for option in item.options]


# -- looked up ---------------------------------------------------------------------------------------


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


# -- in a channel that is about a client -------------------------------------------------------------


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


# -- asked back before it is pressed -----------------------------------------------------------------


async def test_what_cannot_be_taken_back_easily_is_asked_about_first(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    def questions() -> dict[str, str]:
        shown = office.platform.shown_in(office.chat_of("ana"))[-1].shown
        return {button.label: button.confirm for button in shown.buttons if button.confirm}

    await ana.says("/invoice Acme: 3h design @ 120")
    assert questions() == {
        "Issue": "Issue this invoice to Acme GmbH over EUR 428.40?",
        "Discard": "Throw the draft for Acme GmbH over EUR 428.40 away?",
    }
    await ana.presses("Issue")
    await ana.presses("Show")
    assert questions() == {"Void": "Void 2026-0001 to Acme GmbH over EUR 428.40?"}
    await ana.says("/client Acme")
    assert questions() == {"Archive": "Archive Acme GmbH? Its invoices stay."}


async def test_the_rule_of_approval_stands_in_its_form(office: SheetOffice, forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    ben = office.person("ben")
    await invites(ana, ben, Role.MEMBER.value)
    await ana.says("/approval 1000 ben")

    fields = await forms.of("approval")

    assert fields["limit"].start == "EUR 1.000,00"
    labels = [
        option.label for option in fields["approver"].options if option.value == fields["approver"].start
    ]
    assert labels == ["ben"]
    await ana.says("/approval")
    await ana.presses("Change")
    await office.sends(ana, {"limit": "500", "approver": ""})
    assert "Above EUR 500.00, ben or an owner" in ana.seen.text
