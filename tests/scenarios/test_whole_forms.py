"""Forms that are filled in as a whole: what stands in them at first, and what sending them does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.party import Role
from handlers.kinds import Box
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, invites, opens_a_studio, opens_a_studio_with_acme
from tests.scenarios.sheets import Forms, SheetOffice

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


async def test_an_invoice_begins_with_what_the_business_usually_does(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice")
    values = {entry.name: entry.value for entry in office.sheet("ana").entries}

    # The VAT hangs on the client, so it stands empty.
    assert (values["due"], values["vat"], values["incl"], values["on"]) == ("14d", "", "no", "")
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


async def test_the_rules_of_reminders_begin_as_they_are_and_stay_so(
    office: SheetOffice, forms: Forms, ana: Chat
) -> None:
    await opens_a_studio(ana)
    await ana.says(
        "/reminders steps -3 0 14; at 11:30; preview 2h; silence hold; minimum 20,50; quiet off; weekends off; "
        "fee 12,50 at 14; interest 11,27%; pay-link https://pay.example/1"
    )

    fields = await forms.of("reminders")

    assert {name: item.start for name, item in fields.items()} == {
        "reminders": "on", "steps": "-3 0 14", "at": "11:30", "preview": "2h", "silence": "hold", "minimum": "20,50",
        "quiet": "off", "weekends": "off", "holidays": "on", "fee": "12,5 at 14", "interest": "11.27%",
        "pay-link": "https://pay.example/1",
    }  # fmt: skip
    choices = {name for name, item in fields.items() if item.box is Box.CHOICE}
    assert choices == {"reminders", "silence", "weekends", "holidays"}
    before = await office.snapshot("ana")
    await ana.says("/reminders steps")
    await office.sends(ana, {"steps": "-3 0 14"})
    assert await office.snapshot("ana") == before


async def test_a_clients_own_rules_stay_as_they_are_in_a_form_that_is_sent_as_it_stands(
    office: SheetOffice, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/reminders Acme steps 7 14; language fr; zone Lisbon")
    before = await office.snapshot("ana")
    await ana.says("/reminders Acme")

    await ana.presses("Steps")
    await office.sends(ana, {"steps": "7 14"})

    assert "Steps: 7 14 (of its own)" in ana.seen.text
    assert await office.snapshot("ana") == before


async def test_a_day_is_promised_in_a_calendar(office: SheetOffice, forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")

    fields = await forms.of("promise")

    assert fields["date"].box is Box.DAY
    await ana.says("/promise")
    await office.sends(ana, {"client": "Acme", "date": "2026-04-01"})
    assert "Acme GmbH promised to pay by 2026-04-01" in ana.seen.text


async def test_ones_own_words_begin_with_the_present_ones(
    office: SheetOffice, forms: Forms, ana: Chat
) -> None:
    await opens_a_studio(ana)
    await ana.says(
        "/reminders text firm de Hallo {client}, {number} über {amount}, fällig {due}, {days} Tage."
    )

    fields = await forms.of("reminders text", {"tone": "firm", "language": "de"})

    assert fields["text"].box is Box.TEXT
    assert fields["text"].start == "Hallo {client}, {number} über {amount}, fällig {due}, {days} Tage."
    usual = await forms.of("reminders text", {"tone": "final", "language": "es"})
    assert usual["text"].start.startswith("Este es nuestro último recordatorio: la factura {number}")


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


async def test_a_draft_of_a_business_without_vat_starts_with_none(forms: Forms, ana: Chat) -> None:
    await ana.says("/start Kiosk; country DE; address Kai 3, 24103 Kiel; vat-id none; iban none; terms 14d")
    await ana.says("/client add Acme GmbH, Ring 2, 20095 Hamburg, DE")
    await ana.says("/invoice Acme: 3h design @ 120")

    vat = (await forms.of("edit"))["vat"]

    assert vat.start == "none"


async def test_every_start_is_understood_by_its_own_field(forms: Forms, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.says("/approval 1000 ana")

    for command in ("invoice", "edit", "paid", "client add", "client edit", "settings", "approval", "void",
                    "reminders", "reminders client", "reminders invoice", "reminders text", "promise"):  # fmt: skip
        for item in (await forms.of(command)).values():
            if item.start:
                item.parse(item.start)
            if item.box is Box.CHOICE and item.start:
                assert item.start in [option.value for option in item.options]


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


async def test_the_edit_button_of_a_draft_opens_its_whole_form(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120; note Danke")
    await ana.presses("Edit")

    values = {entry.name: entry.value for entry in office.sheet("ana").entries}
    assert (values["due"], values["note"], values["vat"]) == ("14d", "Danke", "19")
    await office.sends(ana, {"vat": "7"})
    assert "VAT 7%: EUR 25.20" in ana.seen.text


async def test_what_is_emptied_in_a_whole_form_is_taken_out(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; email books@acme.example")
    await ana.says("/client edit Acme")

    await office.sends(ana, {"email": ""})

    assert "books@acme.example" not in ana.seen.text
    assert "Acme GmbH is changed." in ana.seen.text
