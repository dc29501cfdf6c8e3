"""Forms in Slack: opened at once, filled in, refused, left, taken up again, and what comes of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack import Channel, Person
from tests.fakes.slack_courier import interaction_parcel
from tests.scenarios.scenes import STUDIO
from tests.scenarios.slack_town import (
    ADDRESS,
    CLIENT,
    COUNTRY,
    LINES,
    NAME,
    PATIENCE,
    RATE,
    Town,
    form,
    heard,
    news,
    opens_form,
    presses,
    runs,
    tells,
)

DATABASES = ("sqlite",)
"""What Slack is shown does not depend on the database."""

CARD = ("Issue", "Edit", "Discard", "Undo")


@pytest.fixture
def ana(town: Town) -> Person:
    return town.owner()


@pytest.fixture
def bob(town: Town) -> Person:
    """Somebody else in the channel."""
    return town.person("Bob")


@pytest.fixture
def channel(town: Town, ana: Person, bob: Person) -> Channel:
    return town.team.channel("random", [ana, bob])


def test_a_command_alone_opens_a_view_at_once_that_becomes_its_form(
    town: Town, ana: Person, bob: Person, channel: Channel
) -> None:
    screen = opens_form(ana, channel)

    opened = town.slack.calls_of("views.open")[-1]
    assert "One moment" in str(opened.arguments["view"])
    assert (screen.title, screen.submit, screen.close) == ("Write an invoice", "Save", "Cancel")
    # The VAT hangs on the client, so it stands empty.
    assert (screen.field("When is it due?").value, screen.field(RATE).value) == ("14d", None)
    assert [screen.field(label).optional for label in (CLIENT, LINES, RATE)] == [False, False, True]
    assert heard(ana, channel) == heard(bob, channel) == []


def test_an_unknown_client_is_added_on_the_way_to_the_draft(
    ana: Person, bob: Person, channel: Channel
) -> None:
    opens_form(ana, channel)
    found = ana.suggest(CLIENT, "Xyz")
    assert [label for label, _value in found] == ["Add “Xyz”"]
    ana.choose(CLIENT, "Add “Xyz”")
    ana.fill(LINES, "3h design @ 120\n2 x Hosting @ 49.90")
    assert ana.submit().ok

    screen = form(ana, "Add a client")
    assert screen.field(NAME).value == "Xyz"
    ana.fill(ADDRESS, "Ring 2, 20095 Hamburg")
    ana.choose(COUNTRY, "Germany", typed="germ")
    card = news(ana, channel, ana.submit)

    assert ana.modal is None
    for part in ("Xyz is now a client.", "Draft for Xyz", "EUR 360.00", "EUR 99.80", "Total: EUR 547.16"):
        assert part in card.text
    assert (card.ephemeral, card.labels) == (True, CARD)
    assert heard(bob, channel) == []


def test_what_cannot_be_read_is_said_below_its_field_and_stays_as_it_was_typed(
    ana: Person, channel: Channel
) -> None:
    opens_form(ana, channel)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "3h @")
    ana.fill("When is it due?", "soon")
    assert ana.submit().ok

    screen = ana.modal
    assert screen is not None
    assert "There is no price" in screen.errors[LINES]
    assert "soon" in screen.errors["When is it due?"]
    assert (screen.field(CLIENT).value, screen.field(LINES).value) == ("Acme GmbH, Hamburg", "3h @")
    assert heard(ana, channel) == []

    ana.fill(LINES, "3h design @ 120")
    ana.fill("When is it due?", "30d")
    assert "Draft for Acme GmbH" in news(ana, channel, ana.submit).text


def test_what_the_business_may_not_do_is_said_below_its_field_and_nothing_is_stored(town: Town) -> None:
    eve = town.person("Eve")
    tells(eve, "/start Eve; country DE; address Kai 3, 24103 Kiel; vat-id none")
    tells(eve, "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE")
    opens_form(eve, eve.dm)
    eve.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    eve.fill(LINES, "3h design @ 120")
    eve.fill(RATE, "19")
    assert eve.submit().ok

    screen = eve.modal
    assert screen is not None
    assert "Eve is not VAT registered and must not charge VAT." in screen.errors[RATE]
    assert "/billhook settings vat-id" in screen.errors[RATE]
    assert "Drafts: 0" in tells(eve, "/home").text

    eve.fill(RATE, "0")
    assert "Total: EUR 360.00" in news(eve, eve.dm, eve.submit).text


def test_lines_to_credit_are_chosen_from_a_menu(town: Town) -> None:
    eve = town.owner("Eve")
    tells(eve, "/invoice Acme: 3h design @ 120, 2 x Hosting @ 50; due 14d")
    tells(eve, "/issue", "2026-0001")

    screen = opens_form(eve, eve.dm, "/billhook", "credit 2026-0001")
    assert screen.field("How much shall be credited, VAT included?").value == "547,40"
    eve.fill("Which lines shall be credited?", ["#2 2 Hosting, EUR 119.00"])
    eve.fill("Why?", "switched off")

    assert (
        "CN2026-0001 to Acme GmbH credits EUR 119.00 of 2026-0001."
        in news(eve, eve.dm, eve.submit, "CN2026").text
    )


def test_rows_to_import_are_pasted_where_no_file_is_read(town: Town, ana: Person) -> None:
    opens_form(ana, ana.dm, "/billhook", "import")
    ana.fill("Which rows shall be brought in?", "Zimt AG")
    assert ana.submit().ok
    screen = ana.modal
    assert screen is not None
    assert "This is no table" in screen.errors["Which rows shall be brought in?"]

    ana.fill("Which rows shall be brought in?", "Name\tEmail\nZimt AG\tz@zimt.example")
    assert "New clients: 1" in news(ana, ana.dm, ana.submit).text
    assert "Imported. New clients: 1" in presses(ana, "Import", ana.dm).text
    assert (
        "There already, left as they are: 1"
        in tells(ana, "import\nName,Email\nZimt AG,\nRot,r@rot.example").text
    )


def test_a_complete_line_needs_no_form(town: Town, ana: Person, bob: Person, channel: Channel) -> None:
    opened = len(town.slack.calls_of("views.open"))

    card = runs(ana, "/invoice", "Acme: 3h design @ 120; due 14d", channel)

    assert "Draft for Acme GmbH" in card.text
    assert "Total: EUR 428.40" in card.text
    assert (card.ephemeral, card.labels) == (True, CARD)
    assert (ana.modal, len(town.slack.calls_of("views.open"))) == (None, opened)
    assert heard(bob, channel) == []


def test_issuing_is_confirmed_takes_the_card_s_place_and_sends_the_pdf_to_the_private_chat(
    ana: Person, bob: Person, channel: Channel
) -> None:
    runs(ana, "/invoice", "Acme: 3h design @ 120", channel)

    ana.press("Issue", channel, confirm=False)
    (asked,) = ana.confirmed
    assert (asked.title, asked.confirm) == ("Issue", "Issue")
    assert "Acme GmbH" in asked.text
    assert "EUR 428.40" in asked.text
    assert [shown.labels for shown in heard(ana, channel)] == [CARD]

    issued = presses(ana, "Issue", channel)
    number = issued.text.partition("Issued ")[2].split()[0]
    told = ana.wait_for(lambda shown: shown.files, ana.dm, PATIENCE)

    assert [shown.labels for shown in heard(ana, channel)] == [("Pay link", "Paid", "Show", "Undo")]
    assert f"Issued {number} to Acme GmbH: EUR 428.40" in told.text
    assert ana.files(ana.dm)[f"{number}.pdf"].startswith(b"%PDF")
    assert ana.files(channel) == {}
    assert heard(bob, channel) == []


def test_a_form_that_was_closed_is_kept_and_taken_up_again_with_what_was_typed(
    ana: Person, bob: Person, channel: Channel
) -> None:
    opens_form(ana, channel)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "1h half a thought @")
    left = news(ana, channel, ana.close)
    assert (left.text, left.labels) == ("ℹ️ Left open: Write an invoice.", ("Discard", "Resume"))

    assert ana.press("Resume", channel).ok
    screen = form(ana)
    assert (screen.field(CLIENT).value, screen.field(LINES).value) == ("Acme GmbH", "1h half a thought @")
    ana.fill(LINES, "1h half a thought @ 77")
    assert "EUR 77.00" in news(ana, channel, ana.submit).text
    assert heard(bob, channel) == []


def test_a_form_that_was_closed_empty_is_forgotten(ana: Person, channel: Channel) -> None:
    opens_form(ana, ana.dm, "/client", "add")

    assert ana.close().ok

    assert "nothing to go on with" in tells(ana, "/resume").text
    assert heard(ana, channel) == []


def test_a_form_in_which_somebody_only_looked_is_forgotten(ana: Person) -> None:
    runs(ana, "/invoice", "Acme: 3h design @ 120", ana.dm)
    assert ana.press("Edit", ana.dm).ok
    form(ana, "Change a draft")

    assert ana.close().ok

    assert "nothing to go on with" in tells(ana, "/resume").text


def test_a_form_that_is_sent_twice_makes_one_draft(town: Town, ana: Person, channel: Channel) -> None:
    opens_form(ana, channel)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "3h design @ 120")
    with town.slack.world.changed:
        view = town.slack.world.stacks[ana.id][-1]
        parcel = interaction_parcel(payloads.submission(town.slack.world, ana, view))

    with ThreadPoolExecutor(2) as both:
        acks = list(both.map(town.slack.send, [parcel, parcel]))

    assert [ack.ok for ack in acks] == [True, True]
    ana.wait_for("Draft for Acme GmbH", channel, PATIENCE)
    assert "Drafts: 1" in tells(ana, "/home").text
    assert len(heard(ana, channel)) == 1


def test_the_country_decides_which_time_zones_are_offered(town: Town) -> None:
    eve = town.person("Eve")
    opens_form(eve, eve.dm, "/billhook", "start")
    country, zone = "Which country is it in?", "Which time zone are you in?"

    assert eve.choose(country, "United States", typed="united st").ok
    in_states = [value for _label, value in eve.suggest(zone, "")]
    assert eve.choose(country, "Germany", typed="germ").ok
    in_germany = [value for _label, value in eve.suggest(zone, "")]

    assert {"America/New_York", "America/Chicago"} < set(in_states[:30])
    assert in_germany[0] == "Europe/Berlin"
    assert form(eve).field(country).value == "Germany"


def test_where_no_form_can_be_opened_any_more_a_message_asks_and_offers_it(
    town: Town, ana: Person, bob: Person, channel: Channel
) -> None:
    town.slack.trigger_seconds = 0.0
    try:
        asked = runs(ana, "/invoice", "", channel)
    finally:
        town.slack.trigger_seconds = 3.0

    assert "Who is it for?" in asked.text
    assert "open the form" in asked.text
    assert (asked.ephemeral, asked.labels) == (True, ("Acme GmbH", "Cancel", "Open the form"))
    assert (ana.modal, heard(bob, channel)) == (None, [])

    assert ana.press("Open the form", channel).ok
    form(ana)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "3h design @ 120")
    assert "Draft for Acme GmbH" in news(ana, channel, ana.submit).text


def test_a_draft_is_changed_in_a_form_that_knows_it(ana: Person, channel: Channel) -> None:
    runs(ana, "/invoice", "Acme: 3h design @ 120", channel)

    assert ana.press("Edit", channel).ok
    screen = form(ana, "Change a draft")
    assert (screen.field(CLIENT).value, screen.field(RATE).value) == ("Acme GmbH", "19")
    ana.fill("Which line shall be added?", "1h talk @ 99")
    card = news(ana, channel, ana.submit)

    assert "EUR 360.00" in card.text
    assert "EUR 99.00" in card.text
    assert card.labels == CARD


def test_what_somebody_calls_themselves_is_alive_nowhere(town: Town) -> None:
    """Neither in messages, forms, Home and files, nor in what is read out by a screen reader."""
    eve = town.person("Eve <!channel> *_~")
    bob = town.person("Bob")
    channel = town.team.channel("x", [eve, bob])
    hostile = "<!channel> <https://evil.example|https://pay.example> *_~`<@U1>"
    eve.open_home()
    eve.wait_home()
    tells(eve, STUDIO.replace("Studio Löwe", hostile))
    tells(eve, f"/client add {hostile}, Ring 2, 20095 Hamburg, DE")
    eve.wait_home("<!channel>")

    opens_form(eve, channel)
    option = eve.suggest(CLIENT, "pay")[0][0]
    assert "<!channel>" in option
    eve.choose(CLIENT, option)
    eve.fill(LINES, "3h <!here> *design* @ 120")
    eve.fill("Which note shall stand on it?", hostile)
    card = news(eve, channel, eve.submit)
    assert f"Draft for {hostile}" in card.text
    assert "<!here> *design*" in card.text

    presses(eve, "Issue", channel)
    told = eve.wait_for(lambda shown: shown.files, eve.dm, PATIENCE)
    # Beside a file only mrkdwn can stand, so what could be taken for its marks is written with others like them.
    assert "<!channel>" in told.text
    assert hostile in runs(eve, "/invoices", "", channel).text
