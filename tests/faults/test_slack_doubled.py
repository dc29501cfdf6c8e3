"""Events come twice, out of step and to any process; presses and forms race each other. Each does its work once."""

from __future__ import annotations

from functools import partial

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack import Ack, FakeSlack, Person
from tests.fakes.slack_courier import interaction_parcel
from tests.faults.conftest import on_postgresql
from tests.faults.facts import Facts
from tests.faults.slack_crowd import (
    BILL,
    all_is_done,
    asks,
    at_once,
    files_of,
    fills_in,
    heard,
    let_in_by,
    open_studios,
    opens_a_studio,
    people,
    repeated,
    share,
    taking_turns,
)
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.slack_house import House

CROWD = 6
PRICES = (101, 102, 103, 104)
NAME, ADDRESS = "What is the client's name, as it stands on invoices?", "What is the address?"
COUNTRY = "Which country is that in?"


@on_postgresql
def test_events_that_come_twice_and_to_any_process_are_answered_once_and_in_order(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, CROWD)
    slack.deliver.twice, slack.deliver.shuffle = True, 0.02
    said = (STUDIO, ACME, *(f"/invoice Acme: Work @ {price}" for price in PRICES))

    def talks(person: Person) -> Ack:
        return [person.say(text) for text in said][-1]

    with taking_turns(slack_house):
        at_once(partial(talks, person) for person in crowd)
        all_is_done(slack, facts)

    attempts = [
        delivery.attempt
        for delivery in slack.deliveries
        if delivery.id in {found.rpartition(":")[2] for found in facts.column("SELECT update_id FROM inbox")}
    ]
    assert [attempts.count(1), attempts.count(2)] == [CROWD * len(said)] * 2
    assert facts.rows("SELECT count(*), count(DISTINCT business_id) FROM invoice") == [
        (CROWD * len(PRICES), CROWD)
    ]
    assert facts.states("inbox") == {"done": CROWD * len(said)}
    assert facts.states("outbox") == {"sent": CROWD * len(said)}
    for person in crowd:
        studio, acme, *drafts = heard(person)
        assert ("is ready" in studio, "is now a client" in acme) == (True, True)
        assert [
            f"Net: EUR {price}.00\nVAT" in draft for price, draft in zip(PRICES, drafts, strict=True)
        ] == [True] * len(PRICES)


@on_postgresql
def test_an_invoice_is_issued_once_however_often_and_by_whomever_it_is_pressed(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, 2 * CROWD)
    owners, colleagues = crowd[:CROWD], crowd[CROWD:]

    with taking_turns(slack_house):
        open_studios(owners)
        for owner, colleague in zip(owners, colleagues, strict=True):
            share(slack_house, owner, [colleague])
        at_once(partial(person.say, f"/invoice {BILL}") for person in owners)
        all_is_done(slack, facts)
        drafts = {person.id: person.wait_for("Draft for", person.dm) for person in owners}
        at_once(
            [
                *[
                    partial(person.press, "Issue", message=drafts[person.id])
                    for person in owners
                    for _ in range(2)
                ],
                *[partial(person.say, "/issue") for person in colleagues],
            ]
        )
        all_is_done(slack, facts)
        issued = {person.id: len(files_of(person)) for person in crowd}
        at_once(partial(person.press, "Issue", message=drafts[person.id]) for person in owners)
        all_is_done(slack, facts)

    assert facts.rows("SELECT state, substr(number, 6), count(*) FROM invoice GROUP BY 1, 2") == [
        ("issued", "0001", CROWD)
    ]
    for owner, colleague in zip(owners, colleagues, strict=True):
        assert issued[owner.id] + issued[colleague.id] == 1
        assert (len(files_of(owner)), len(files_of(colleague))) == (issued[owner.id], issued[colleague.id])
    assert facts.states("outbox").keys() == {"sent"}


def sent_again(slack: FakeSlack, person: Person) -> list[Ack]:
    """A form is sent twice before any answer comes back."""
    with slack.world.changed:
        view = slack.world.stacks[person.id][-1]
        parcel = interaction_parcel(payloads.submission(slack.world, person, view))
    return at_once([partial(slack.send, parcel)] * 2)


@on_postgresql
def test_a_form_that_is_sent_twice_does_its_work_once(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, CROWD)

    with taking_turns(slack_house):
        open_studios(crowd)
        for person in crowd:
            fills_in(person, person.dm)
        acks = [ack for person in crowd for ack in sent_again(slack, person)]
        all_is_done(slack, facts)

    assert [ack.ok for ack in acks] == [True] * (2 * CROWD)
    assert facts.rows("SELECT count(*), count(DISTINCT business_id) FROM invoice") == [(CROWD, CROWD)]
    for person in crowd:
        assert sum("Draft for" in text for text in heard(person)) == 1
        assert repeated(person) == []


@on_postgresql
def test_a_form_that_is_sent_while_its_last_choice_is_still_on_the_way_is_over(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, CROWD)

    def sends(person: Person) -> Ack:
        person.wait_modal(lambda screen: screen.field(COUNTRY).value == "Germany")
        return person.submit()

    with taking_turns(slack_house):
        at_once(partial(opens_a_studio, person) for person in crowd)
        for person in crowd:
            assert person.slash("/billhook", "client add").ok
            person.wait_modal(lambda screen: screen.fields)
            person.fill(NAME, "Beta GmbH")
            person.fill(ADDRESS, "Ring 7, 20095 Hamburg")
            person.suggest(COUNTRY, "Ger")
        acks = at_once(
            act
            for person in crowd
            for act in (partial(person.choose, COUNTRY, "Germany"), partial(sends, person))
        )
        all_is_done(slack, facts)

    assert [ack.ok for ack in acks] == [True] * (2 * CROWD)
    assert facts.rows("SELECT name, count(*) FROM client GROUP BY name ORDER BY name") == [
        ("Acme GmbH", CROWD), ("Beta GmbH", CROWD)
    ]  # fmt: skip
    assert facts.rows("SELECT frames, parked FROM conversation") == []
    for person in crowd:
        assert person.modal is None or not person.modal.fields
        assert repeated(person) == []
    asks(crowd[0], "/clients")
