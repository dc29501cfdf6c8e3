"""Channels in Slack: what one person sees there alone, what everybody sees, and who is asked for approval."""

from __future__ import annotations

import pytest

from tests.fakes.slack import Channel, Person
from tests.scenarios.slack_town import (
    CLIENT,
    LINES,
    PATIENCE,
    Town,
    form,
    heard,
    news,
    presses,
    runs,
    tells,
)

DATABASES = ("postgresql",)
"""What Slack is shown does not depend on the database."""

WORKSHOP = "Acme: the workshop of last week"


@pytest.fixture
def ana(town: Town) -> Person:
    return town.owner()


@pytest.fixture
def bob(town: Town) -> Person:
    return town.person("Bob")


@pytest.fixture
def channel(town: Town, ana: Person, bob: Person) -> Channel:
    return town.team.channel("acme", [ana, bob])


def let_in(ana: Person, bob: Person) -> None:
    told = news(bob, bob.dm, lambda: ana.slash("/billhook", f"invite @{bob.name} member"))
    assert told.text.startswith("✅ Ana lets you work for Studio Löwe as member.")


def bound(ana: Person, channel: Channel) -> None:
    told = runs(ana, "/billhook", "channel Acme; show open", channel)
    for part in ("acme", "Works for: Studio Löwe", "Client: Acme GmbH", "everybody in the channel sees them"):
        assert part in told.text


# -- what is said there -------------------------------------------------------------------------------


def test_who_mentions_the_app_is_answered_alone(ana: Person, bob: Person, channel: Channel) -> None:
    card = news(ana, channel, lambda: ana.say("@Billhook Acme: 1h talk @ 99", channel))
    assert "Draft for Acme GmbH" in card.text
    assert card.ephemeral

    said = news(ana, channel, lambda: ana.say("@Billhook /billhook clients", channel))
    assert "Acme GmbH" in said.text
    assert heard(bob, channel) == []


def test_a_command_that_our_own_sentences_name_is_understood_in_a_message(ana: Person) -> None:
    assert "Studio Löwe" in tells(ana, "/billhook settings").text
    assert "/billhook settings" in tells(ana, "/billhook").text


def test_a_thread_is_answered_in_the_thread(ana: Person, channel: Channel) -> None:
    ana.say("What about the workshop?", channel)
    question = ana.sees(channel)[-1]

    card = news(ana, channel, lambda: ana.say("@Billhook Acme: 1h talk @ 99", channel, question))

    assert card.thread_ts == question.ts


def test_a_message_becomes_an_invoice_by_its_shortcut(ana: Person, bob: Person, channel: Channel) -> None:
    bob.say(WORKSHOP, channel)
    said = ana.sees(channel)[-1]

    assert ana.message_shortcut("invoice_from_message", said).ok
    screen = form(ana)
    assert (screen.field(CLIENT).value, screen.field(LINES).value) == ("Acme", "the workshop of last week")
    ana.fill(LINES, "the workshop of last week @ 900")
    assert "Draft for Acme GmbH" in news(ana, channel, ana.submit).text
    assert heard(bob, channel) == []


def test_the_form_is_opened_from_anywhere(ana: Person) -> None:
    assert ana.global_shortcut("invoice").ok
    form(ana)
    ana.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    ana.fill(LINES, "3h design @ 120")

    assert "Draft for Acme GmbH" in news(ana, ana.dm, ana.submit).text


# -- a channel about a client -------------------------------------------------------------------------


def test_in_a_channel_about_a_client_nobody_names_it_and_everybody_sees_what_was_issued(
    ana: Person, bob: Person, channel: Channel
) -> None:
    bound(ana, channel)

    card = runs(ana, "/invoice", "3h design @ 120", channel)
    assert "Draft for Acme GmbH" in card.text
    assert card.ephemeral
    assert heard(bob, channel) == []

    presses(ana, "Issue", channel)
    told = bob.wait_for(lambda shown: shown.files, channel, PATIENCE)

    assert "Issued" in told.text
    assert "EUR 428.40" in told.text
    assert told.text.endswith("— Ana")
    assert [file.name.partition("-")[2] for file in told.files] == ["0001.pdf"]
    assert ana.files(ana.dm) == {}


def test_who_is_no_member_learns_nothing_in_the_channel(ana: Person, bob: Person, channel: Channel) -> None:
    bound(ana, channel)

    told = runs(bob, "/invoice", "3h design @ 120", channel)

    assert "Acme" not in told.text
    assert "Löwe" not in told.text
    assert told.ephemeral


# -- people and approvals -----------------------------------------------------------------------------


def test_somebody_is_invited_by_a_mention_and_works_at_once(
    ana: Person, bob: Person, channel: Channel
) -> None:
    told = runs(ana, "/billhook", "invite @Bob member", channel)
    # Slack says how somebody is called only once they say something themselves.
    assert f"{bob.id} now works for Studio Löwe as member." in told.text
    bob.wait_for("Ana lets you work for Studio Löwe as member.", bob.dm, PATIENCE)

    assert "Acme GmbH" in runs(bob, "/clients", "", channel).text
    assert "Bob" in runs(ana, "/billhook", "members", channel).text


@pytest.fixture
def asked(ana: Person, bob: Person, channel: Channel) -> Channel:
    """Bob needs Ana's approval, and has asked for it in the channel."""
    let_in(ana, bob)
    bound(ana, channel)
    assert "Above EUR 100.00" in runs(ana, "/billhook", "approval 100 Ana", channel).text
    ask(bob, channel)
    return channel


def ask(bob: Person, channel: Channel) -> None:
    card = runs(bob, "/invoice", "3h design @ 120", channel)
    assert card.labels[0] == "Ask for approval"
    # What everybody reads comes a moment after what Bob alone is told.
    news(bob, channel, lambda: bob.press("Ask for approval", channel), "EUR 428.40")
    bob.wait_for(lambda shown: shown.labels == ("Approve", "Refuse"), channel, PATIENCE)


def test_an_approval_is_asked_for_in_a_thread_and_its_outcome_stands_there(
    ana: Person, bob: Person, asked: Channel
) -> None:
    headline, request = [shown for shown in heard(ana, asked) if not shown.ephemeral]
    assert headline.text == "Bob asks for approval: Acme GmbH, EUR 428.40"
    assert (request.thread_ts, request.labels) == (headline.ts, ("Approve", "Refuse"))

    presses(ana, "Approve", asked, "Issued")
    told = bob.wait_for(lambda shown: shown.files, asked, PATIENCE)

    (confirmed,) = ana.confirmed
    assert "Acme GmbH over EUR 428.40" in confirmed.text
    assert told.thread_ts == headline.ts
    assert "Bob asked for it." in told.text
    assert "— Ana" in told.text
    assert "Approve" not in [label for shown in heard(bob, asked) for label in shown.labels]


def test_nobody_approves_what_they_asked_for_themselves(bob: Person, asked: Channel) -> None:
    news(bob, asked, lambda: bob.press("Approve", asked))

    assert bob.files(asked) == {}
    assert ("Approve", "Refuse") in [shown.labels for shown in heard(bob, asked)]


def test_a_refusal_says_why_in_the_thread_and_takes_the_request_s_place(
    ana: Person, bob: Person, asked: Channel
) -> None:
    headline, request = [shown for shown in heard(ana, asked) if not shown.ephemeral]

    assert ana.press("Refuse", asked).ok
    screen = form(ana)
    ana.fill(screen.fields[0].label, "Too *much* <!here>")
    refused = news(ana, asked, ana.submit, "Refused")

    assert (refused.ts, refused.thread_ts, refused.labels) == (request.ts, headline.ts, ())
    assert "stays a draft. Too *much* <!here>" in refused.text
    assert refused.text.endswith("— Ana")
    assert bob.wait_for("Refused", asked, PATIENCE).ts == refused.ts


def test_a_refusal_that_was_not_sent_leaves_the_request_as_it_is(
    ana: Person, bob: Person, asked: Channel
) -> None:
    assert ana.press("Refuse", asked).ok
    screen = form(ana)
    ana.fill(screen.fields[0].label, "Half a rea")
    left = news(ana, asked, ana.close)

    assert "Left open" in left.text
    assert ("Approve", "Refuse") in [shown.labels for shown in heard(bob, asked)]
