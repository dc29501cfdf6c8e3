"""A workspace: colleagues are invited by name, and somebody new knocks and is let in or turned away."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage.tables import rate_slot
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import invites, opens_a_studio_with_acme
from tests.scenarios.workspace import Workspace

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

OWN = "/start Bär; country DE; address Kai 3, 24103 Kiel; vat-id none"


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Workspace]:
    office = Workspace(database_url)
    yield office
    await office.close()


@pytest.fixture
async def bob(office: Workspace, ana: Chat) -> Chat:
    """Somebody new where Ana has a studio."""
    await opens_a_studio_with_acme(ana)
    return office.person("bob")


async def knocks(bob: Chat) -> None:
    await bob.says("/start")
    await bob.presses("Ask to be let in")
    bob.sees("I asked. You hear from me as soon as somebody answers.")


async def test_somebody_new_learns_that_others_are_here_but_not_for_whom_they_work(bob: Chat) -> None:
    await bob.says("/start")

    bob.sees("Somebody in this workspace already works with me.")
    bob.sees_nothing_of("Studio", "ana")
    bob.can_press("Ask to be let in", "Set up my own business")


async def test_somebody_new_may_still_set_up_a_business_of_their_own(bob: Chat) -> None:
    await bob.says("/start")

    await bob.presses("Set up my own business")
    bob.sees("(1/6)", "legal name")
    await bob.says("/cancel")
    await bob.says(OWN)

    bob.sees("Bär is ready to send invoices.")


async def test_the_first_one_of_a_workspace_is_asked_to_set_up_at_once(office: Workspace, bob: Chat) -> None:
    eve = office.stranger("eve")

    await eve.says("/start")

    eve.sees("(1/6)", "legal name")


async def test_who_knocks_is_let_in_with_the_role_that_was_chosen(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await knocks(bob)

    await office.hears(ana)
    ana.sees("bob asks to work with you in Studio Löwe.")
    ana.can_press("As member", "As accountant", "No")
    await ana.presses("As accountant")
    ana.sees("bob now works for Studio Löwe as accountant.", "To take that back: /member remove bob")
    await office.hears(bob)
    bob.sees("ana lets you work for Studio Löwe as accountant.")
    await bob.says("/clients")

    bob.sees("Acme GmbH")


async def test_who_is_turned_away_is_told_so_kindly_and_learns_no_name(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await knocks(bob)
    await office.hears(ana)

    await ana.presses("No")
    ana.sees("I told bob.")
    await office.hears(bob)
    bob.sees("You were not let in this time.")
    bob.sees_nothing_of("Studio", "ana")
    await bob.says("/clients")

    bob.sees("You have no business here yet.")


async def test_a_second_answer_says_who_was_first(office: Workspace, ana: Chat, bob: Chat) -> None:
    ada = office.person("ada")
    await invites(ana, ada, "admin")
    await knocks(bob)
    asked = await office.hears(ana)
    await office.hears(ada)

    await ada.presses("As member")
    for label in ("As accountant", "No"):
        await ana.presses(label, on=asked)
        ana.sees("bob was let in already: ada, ")
    await ana.says("/members")

    ana.sees("bob", "member")
    assert ana.seen.text.count("bob") == 1


async def test_who_let_somebody_in_is_not_named_where_something_happened_since(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await knocks(bob)
    asked = await office.hears(ana)
    await ana.presses("As member")
    await ana.says("/member role bob accountant")

    await ana.presses("As member", on=asked)

    ana.sees("bob works here already.")


async def test_only_those_who_may_let_somebody_in_are_asked(office: Workspace, ana: Chat, bob: Chat) -> None:
    ben = office.person("ben")
    await invites(ana, ben, "member")

    await knocks(bob)

    assert await office.all_heard(ben) == []
    assert len(await office.all_heard(ana)) == 1


async def test_at_most_five_are_asked(office: Workspace, ana: Chat, bob: Chat) -> None:
    admins = [office.person(f"ada{place}") for place in range(6)]
    for admin in admins:
        await invites(ana, admin, "admin")

    await knocks(bob)

    assert sum([len(await office.all_heard(chat)) for chat in (ana, *admins)]) == 5


async def test_an_admin_who_was_demoted_lets_nobody_in(office: Workspace, ana: Chat, bob: Chat) -> None:
    ada = office.person("ada")
    await invites(ana, ada, "admin")
    await knocks(bob)
    await office.hears(ada)
    await ana.says("/member role ada member")
    before = await office.snapshot("ana")

    await ada.presses("As member")

    ada.sees("/admit is for the role admin and above; you are member.")
    assert await office.snapshot("ana") == before


async def test_an_answer_is_given_for_the_business_that_was_asked_for(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await knocks(bob)
    asked = await office.hears(ana)
    await ana.says("/business new Bär; country DE; address Kai 3, 24103 Kiel; vat-id none")
    before = await office.snapshot("ana")

    for label in ("As member", "No"):
        await ana.presses(label, on=asked)
        ana.sees("This is about Studio Löwe. Change to it first: /business")
    assert await office.snapshot("ana") == before
    await ana.says("/business Studio")
    await ana.presses("As member", on=asked)

    ana.sees("bob now works for Studio Löwe as member.")


async def test_who_left_the_business_answers_for_it_no_more(office: Workspace, ana: Chat, bob: Chat) -> None:
    ada = office.person("ada")
    await invites(ana, ada, "admin")
    await knocks(bob)
    asked = await office.hears(ada)
    await ana.says("/member remove ada")
    await ada.says("/business new Bär; country DE; address Kai 3, 24103 Kiel; vat-id none")

    await ada.presses("As member", on=asked)

    ada.sees("There is no such business.")
    ada.sees_nothing_of("Studio")


async def test_nobody_knocks_twice_within_ten_minutes(office: Workspace, ana: Chat, bob: Chat) -> None:
    offered = await bob.says("/start")
    await bob.presses("Ask to be let in")

    await bob.presses("Ask to be let in", on=offered)
    bob.sees("I asked already.")
    assert len(await office.all_heard(ana)) == 1
    await _ten_minutes_later(office)
    await bob.presses("Ask to be let in", on=offered)

    bob.sees("I asked. You hear from me")
    assert len(await office.all_heard(ana)) == 1


async def _ten_minutes_later(office: Workspace) -> None:
    """Rates go by the database's own clock."""
    knocks = sa.update(rate_slot).where(rate_slot.c.key.startswith("knock:"))
    async with office.app.storage.work() as work:
        await work.connection.execute(knocks.values(next_at=rate_slot.c.next_at - 600))


async def test_who_works_for_somebody_already_does_not_knock(ana: Chat, bob: Chat) -> None:
    offered = await bob.says("/start")
    await bob.says(OWN)

    await bob.presses("Ask to be let in", on=offered)

    bob.sees("You already work for Bär.")


async def test_a_business_nobody_of_the_workspace_works_for_any_more_is_not_asked(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    eve = office.stranger("eve")
    await invites(ana, eve, "owner")
    offered = await bob.says("/start")
    await eve.says("/member remove ana")

    await bob.presses("Ask to be let in", on=offered)
    bob.sees("Nobody in this workspace works with me yet.")
    await bob.says("/start")

    bob.sees("(1/6)", "legal name")


async def test_who_was_removed_may_knock_again_and_come_back(office: Workspace, ana: Chat, bob: Chat) -> None:
    await ana.says(f"/invite {office.mention('bob')} member")
    await office.hears(bob)
    await ana.says("/member remove bob")

    await knocks(bob)
    await office.hears(ana)
    await ana.presses("As accountant")
    await bob.says("/clients")

    bob.sees("Acme GmbH")


# -- by name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["/invite {bob} accountant", "/invite accountant {bob}"])
async def test_a_colleague_is_invited_by_name_and_works_at_once(
    office: Workspace, ana: Chat, bob: Chat, text: str
) -> None:
    await ana.says(text.format(bob=office.mention("bob")))
    ana.sees("bob now works for Studio Löwe as accountant.", "To take that back: /member remove bob")

    await office.hears(bob)
    bob.sees("ana lets you work for Studio Löwe as accountant.")
    bob.can_press("My businesses", "Help")
    await bob.says("/clients")

    bob.sees("Acme GmbH")


async def test_whose_name_was_not_known_gets_it_with_their_first_word(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await ana.says(f"/invite {office.mention('bob')} member")
    await office.hears(bob)
    office.names["bob"] = "Bob Löwe"

    await bob.says("/overdue")
    await ana.says("/members")

    ana.sees("ana", "Bob Löwe")
    office.names["bob"] = "Bobby"
    await bob.says("/overdue")
    await ana.says("/members")
    ana.sees("Bob Löwe")


async def test_a_colleague_is_told_in_their_own_language(office: Workspace, ana: Chat, bob: Chat) -> None:
    await bob.says("/language de")
    await ana.says("/language fr")

    await ana.says(f"/invite {office.mention('bob')} member")
    await office.hears(bob)
    await ana.says("/members")

    bob.sees_nothing_of("comptable", "membre")
    ana.sees("Membres")


async def test_a_name_without_a_role_asks_for_the_role(office: Workspace, ana: Chat, bob: Chat) -> None:
    await ana.says(f"/invite {office.mention('bob')}")
    ana.sees("As what?")
    await ana.presses("Member: bills and records payments")

    ana.sees("bob now works for Studio Löwe as member.")


async def test_nobody_is_moved_away_from_the_business_they_work_for(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await bob.says(OWN)

    await ana.says(f"/invite {office.mention('bob')} member")
    await bob.says("/clients")
    bob.sees("There are no clients yet.")
    await bob.says("/business")
    bob.sees("Bär", "✓", "Studio Löwe", "member", "–")
    await bob.presses("Switch to Studio Löwe")
    await bob.says("/clients")

    bob.sees("Acme GmbH")


async def test_only_people_of_one_s_own_workspace_are_invited_by_name(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    office.stranger("eve")
    before = await office.snapshot("ana")

    for person in (office.mention("eve"), "@bob", "@", f"{office.mention('bob')} {office.mention('eve')}"):
        await ana.says(f"/invite {person} member")
        ana.sees("person: ", "is nobody of this workspace; write @ and choose somebody.")
        await ana.says("/cancel")

    assert await office.snapshot("ana") == before


async def test_where_nobody_knows_each_other_a_name_invites_nobody(office: Workspace, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/link")
    phone = office.person("ana's phone")
    await phone.says(f"/link {ana.seen.text.split(chr(10) + 'link ', 1)[1].split()[0]}")

    await phone.says(f"/invite {office.mention('bob')} member")

    phone.sees("person: I know nobody by name here.")


async def test_who_works_here_is_not_invited_again(office: Workspace, ana: Chat, bob: Chat) -> None:
    await ana.says(f"/invite {office.mention('bob')} member")
    before = await office.snapshot("ana")

    for name in ("bob", "ana"):
        await ana.says(f"/invite {office.mention(name)} accountant")
        ana.sees(f"{name} works here already.")

    assert await office.snapshot("ana") == before


async def test_nobody_invites_a_colleague_above_themselves(office: Workspace, ana: Chat, bob: Chat) -> None:
    ada = office.person("ada")
    await invites(ana, ada, "admin")
    before = await office.snapshot("ana")

    await ada.says(f"/invite {office.mention('bob')} owner")

    ada.sees("You cannot invite somebody with more rights than your own.")
    assert await office.snapshot("ana") == before


async def test_letting_somebody_in_is_taken_back_by_removing_them_and_not_by_undo(
    office: Workspace, ana: Chat, bob: Chat
) -> None:
    await ana.says(f"/invite {office.mention('bob')} member")

    await ana.says("/undo")
    ana.sees("There is nothing to take back")
    await ana.says("/member remove bob")
    await bob.says("/clients")
    bob.sees("You have no business here yet.")
    await ana.says("/undo")
    ana.sees("Taken back: bob is as before.")
    await bob.says("/clients")

    bob.sees("Acme GmbH")
