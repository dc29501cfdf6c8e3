"""The app's own tab in Slack: hello, the form that sets a business up, and an overview that is never old."""

from __future__ import annotations

from tests.fakes.slack import Person
from tests.scenarios.slack_town import CLIENT, LINES, PATIENCE, Town, form, news, runs, tells

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

NAME = "What is the legal name of your business, as it stands on invoices?"
COUNTRY, ADDRESS = "Which country is it in?", "What is its address?"
REGISTRATION, IBAN = "What is your VAT id?", "Which IBAN do clients pay to?"
WAYS = ("New invoice", "Overdue", "Invoices", "Clients", "Drafts", "Settings")


def comes(person: Person) -> None:
    assert person.open_home().ok
    person.wait_home(seconds=PATIENCE)


def test_home_leads_from_hello_to_a_business_and_its_overview(town: Town) -> None:
    ana = town.person("Ana")
    comes(ana)
    assert ana.home is not None
    assert "You write one line, I make the invoice" in ana.home.text
    assert ana.home.labels == ("Set up my business", "Help")

    assert ana.press("Set up my business").ok
    form(ana, "Set up your business")
    ana.fill(NAME, "Studio Löwe")
    ana.choose(COUNTRY, "Germany", typed="germ")
    ana.fill(ADDRESS, "Hauptstr. 1, 10115 Berlin")
    ana.fill(REGISTRATION, "DE136695977")
    assert ana.submit().ok
    assert ana.modal is not None
    assert "check digits are wrong" in ana.modal.errors[REGISTRATION]
    ana.fill(REGISTRATION, "DE136695976")
    ready = news(ana, ana.dm, ana.submit)

    assert "Studio Löwe is ready to send invoices." in ready.text
    home = ana.wait_home("Drafts: 0", PATIENCE)
    assert home.text.startswith("Studio Löwe")
    assert home.labels == WAYS


def test_a_button_in_home_opens_the_form_and_its_outcome_is_in_the_private_chat(town: Town) -> None:
    ana = town.owner()
    comes(ana)
    ana.wait_home("Drafts: 0", PATIENCE)

    assert ana.press("New invoice").ok
    form(ana)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "3h design @ 120")
    card = news(ana, ana.dm, ana.submit)

    assert "Draft for Acme GmbH" in card.text
    ana.wait_home("Drafts: 1", PATIENCE)
    assert "Nothing is overdue" in news(ana, ana.dm, lambda: ana.press("Overdue")).text


def test_home_is_shown_anew_whenever_anybody_of_the_business_changes_something(town: Town) -> None:
    ana, bob, eve = town.owner(), town.person("Bob"), town.person("Eve")
    channel = town.team.channel("random", [ana, bob, eve])
    news(bob, bob.dm, lambda: ana.slash("/billhook", "invite @Bob member", channel))
    for person in (ana, bob, eve):
        comes(person)
    ana.wait_home("Drafts: 0", PATIENCE)
    bob.wait_home("Drafts: 0", PATIENCE)

    card = runs(bob, "/invoice", "Acme: 3h design @ 120", channel)
    ana.wait_home("Drafts: 1", PATIENCE)
    bob.wait_home("Drafts: 1", PATIENCE)

    news(bob, channel, lambda: bob.press("Issue", channel, card.ts))
    home = ana.wait_home("Issued this month: EUR 428.40", PATIENCE)
    assert "Drafts: 0" in home.text
    number = bob.wait_for("Issued", channel, PATIENCE).text.partition("Issued ")[2].split()[0]

    tells(ana, f"/paid {number}")
    for person in (ana, bob):
        person.wait_home("Received this month: EUR 428.40", PATIENCE)
    assert eve.home is not None
    assert "Löwe" not in eve.home.text


def test_who_is_removed_finds_nothing_of_the_business_in_home(town: Town) -> None:
    ana, bob = town.owner(), town.person("Bob")
    news(bob, bob.dm, lambda: ana.slash("/billhook", "invite @Bob member"))
    tells(bob, "/invoices")
    comes(bob)
    bob.wait_home("Studio Löwe", PATIENCE)

    asked = tells(ana, "/member remove Bob")
    if asked.labels:
        ana.press(asked.labels[0], ana.dm, asked)

    bob.wait_home(lambda home: "Löwe" not in home.text, PATIENCE)
