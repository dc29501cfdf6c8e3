"""Groups and topics: bound by an owner, used by each member's role, and no client data without the owner's word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.telegram import Chat
from tests.scenarios.telegram_people import Friend, Town, labels, open_town

PRIVATE, OPEN = "Yes, client data only in private", "Yes, and show client data there"


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(sqlite_template, tmp_path_factory.mktemp("town")) as town:
        yield town


def binds(owner: Friend, chat: Chat, choice: str, thread: int | None = None) -> None:
    """The owner says /start there, and decides in private what may be shown."""
    owner.says("/start", chat, thread)
    asked = owner.follows("Set up in private", chat)
    assert f"Shall the group “{chat.title}” work for Studio Löwe?" in asked.text
    assert f"The group “{chat.title}” works for Studio Löwe." in owner.presses(choice).text


def joins(owner: Friend, guest: Friend, role: str) -> None:
    payload = owner.says(f"/invite {role}").text.partition("?start=")[2].split()[0]
    assert "Welcome to Studio Löwe." in guest.starts(payload).text


def test_a_group_is_bound_by_its_owner_in_private_and_told_so(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)

    hello = ana.says("/start", team)
    assert "The owner of a business can let me work in this group." in hello.text
    ana.follows("Set up in private", team)
    ana.presses(PRIVATE)

    last = ana.sees(team)[-1]
    assert "This group now works for Studio Löwe." in last.text
    assert "Client data is only shown in private." in ana.says("/start", team).text


def test_without_the_owner_s_word_no_client_is_named_in_the_group(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, PRIVATE)

    for text in (
        "/clients",
        "/client Acme",
        "/invoice Acme: 3h design @ 120",
        "/invoices",
        "/overdue",
        "/settings",
    ):
        shown = ana.says(text, team)
        assert shown.text == "ℹ️ Others read along here, so let us go on in private."
        assert labels(shown) == ["Open in private"]

    assert all("Acme" not in one.text for one in ana.sees(team) if one.from_bot)
    draft = ana.follows("Open in private", team)
    assert "Studio Löwe" in draft.text or "Settings" in draft.text


def test_an_invoice_is_opened_from_the_group_in_private_with_what_was_typed(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, PRIVATE)

    ana.says("/invoice Acme: 3h design @ 120; due 14d", team)
    draft = ana.follows("Open in private", team)

    assert "Draft for Acme GmbH" in draft.text
    assert "Total: EUR 428.40" in draft.text


def test_a_link_into_private_is_for_who_asked_and_for_once(town: Town) -> None:
    ana, eve = town.owner("Ana"), town.owner("Eve")
    team = town.telegram.group("Team", ana.person, eve.person)
    binds(ana, team, PRIVATE)
    ana.says("/invoices", team)

    stolen = eve.follows("Open in private", team)
    mine = ana.follows("Open in private", team)
    again = ana.follows("Open in private", team)

    assert "This link is for somebody else." in stolen.text
    assert "Invoices: none." in mine.text
    assert "This link is used up or older than ten minutes." in again.text


def test_with_the_owner_s_word_the_group_works_like_a_private_chat(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)

    draft = ana.says("/invoice Acme: 3h design @ 120", team)
    issued = ana.presses("Issue", team)

    assert "Draft for Acme GmbH" in draft.text
    assert issued.document is not None
    # Others wonder who it was.
    assert issued.text.endswith("— Ana")


def test_members_act_by_their_role_and_strangers_not_at_all(town: Town) -> None:
    ana, ben, eve, cem = town.owner("Ana"), town.person("Ben"), town.owner("Eve"), town.person("Cem")
    team = town.telegram.group("Team", ana.person, ben.person, eve.person, cem.person)
    joins(ana, ben, "accountant")
    binds(ana, team, OPEN)

    draft = ana.says("/invoice Acme: 3h design @ 120", team)
    by_role = ben.taps("Issue", team, message=draft.message_id)
    by_neighbour = eve.taps("Issue", team, message=draft.message_id)
    by_stranger = cem.says("/invoices", team)
    read = ben.says("/invoices", team)
    still = town.telegram.message(team, draft.message_id)

    assert "/issue is for the role member and above; you are accountant." in by_role
    assert by_neighbour == by_stranger.text
    assert by_stranger.text == "⚠️ You are not a member of the business that this group works for."
    assert "Acme GmbH" in read.text
    assert (still.text, labels(still)) == (draft.text, labels(draft))
    assert town.rows("SELECT count(*) FROM invoice WHERE state = 'issued' AND business_id = (SELECT business_id FROM "
                     "seat WHERE sender = ?)", f"telegram:{ana.person.id}") == [(0,)]  # fmt: skip


def test_who_left_the_business_is_a_stranger_in_its_group(town: Town) -> None:
    ana, ben = town.owner("Ana"), town.person("Ben")
    team = town.telegram.group("Team", ana.person, ben.person)
    joins(ana, ben, "member")
    binds(ana, team, OPEN)
    ana.says("/member remove Ben")

    shown = ben.says("/clients", team)

    assert "Acme" not in shown.text
    assert "You are not a member of the business that this group works for." in shown.text


def test_a_group_that_works_for_one_business_is_not_taken_by_another(town: Town) -> None:
    ana, eve = town.owner("Ana"), town.owner("Eve")
    team = town.telegram.group("Team", ana.person, eve.person)
    binds(ana, team, OPEN)

    refused = eve.says("/start", team)
    nothing = eve.says("/bind telegram:1 Team")

    assert "You are not a member of the business that this group works for." in refused.text
    assert labels(refused) == []
    assert "There is no /bind" in nothing.text


def test_only_an_owner_binds_a_group(town: Town) -> None:
    ana, ben = town.owner("Ana"), town.person("Ben")
    team = town.telegram.group("Team", ana.person, ben.person)
    joins(ana, ben, "admin")

    ben.says("/start", team)
    refused = ben.follows("Set up in private", team)

    assert "/bind is for the role owner and above; you are admin." in refused.text
    assert town.rows("SELECT business_id FROM chat WHERE chat = ?", f"telegram:{team.id}") == [(None,)]


def test_an_owner_takes_the_group_back(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)

    ana.says("/start", team)
    ana.follows("Set up in private", team)
    ana.presses("No, it works for nobody")

    assert "This group works for no business any more." in ana.sees(team)[-1].text
    assert "This group works for no business yet." in ana.says("/clients", team).text


def test_a_form_ends_where_the_owner_takes_the_permission_back(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)
    door = ana.says("/start", team)
    question = ana.says("/invoice", team)
    assert "Acme GmbH" in labels(question)

    assert "Set up in private" in labels(door)
    ana.follows("Set up in private", team)
    ana.presses(PRIVATE)
    pressed = ana.taps("Acme GmbH", team, message=question.message_id)

    assert pressed == "❌ This is only shown in a private chat."


def test_what_people_say_to_each_other_is_none_of_the_bot_s_business(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)
    town.telegram.privacy = False
    try:
        ana.says("/client add", team)
        ana.hears_nothing("Acme: 3h design @ 120", team)
        ana.hears_nothing("/help@another_bot", team)
    finally:
        town.telegram.privacy = True


def test_step_by_step_works_with_privacy_mode_on_through_replies(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)

    name = ana.says("/client add", team)
    assert name.asked == (ana.person.id,)
    assert "Reply to this message, please. Also possible: /skip /back /cancel" in name.text
    address = ana.says("Zimt AG", team, reply_to=name.message_id)
    country = ana.says("Kai 3, 24103 Kiel", team, reply_to=address.message_id)
    assert "Press a button, or reply to this message." in country.text
    vat = ana.presses("Germany", team)
    email = ana.says("/skip", team)
    summary = ana.says("/skip", team)
    saved = ana.presses("Save", team)

    assert vat.asked == email.asked == (ana.person.id,)
    assert "name: Zimt AG" in summary.text
    assert "Zimt AG is now a client." in saved.text


def test_two_people_fill_their_own_forms_in_one_group(town: Town) -> None:
    ana, ben = town.owner("Ana"), town.person("Ben")
    team = town.telegram.group("Team", ana.person, ben.person)
    joins(ana, ben, "member")
    binds(ana, team, OPEN)

    mine = ana.says("/invoice", team)
    his = ben.says("/client add", team)
    stolen = ben.taps("Cancel", team, message=mine.message_id)
    name = ben.says("Bär KG", team, reply_to=his.message_id)
    lines = ana.presses("Acme GmbH", team, message=mine.message_id)

    assert stolen == "ℹ️ That question is not open for you."
    assert "What is the address?" in name.text
    assert name.asked == (ben.person.id,)
    assert "What do you bill for?" in lines.text
    assert lines.asked == (ana.person.id,)


def test_an_invitation_is_never_shown_in_a_group(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)

    shown = ana.says("/invite admin", team)

    assert shown.text == "ℹ️ Others read along here, so let us go on in private."
    assert "start=go_" in ana.follows("Open in private", team).text


def test_each_topic_is_bound_for_itself(town: Town) -> None:
    ana = town.owner()
    forum = town.telegram.supergroup("Forum", ana.person, forum=True)
    billing, chatter = (town.telegram.topic(ana.person, forum, name) for name in ("Billing", "Chatter"))
    binds(ana, forum, OPEN, billing)

    inside = ana.says("/clients", forum, billing)
    outside = ana.says("/clients", forum, chatter)

    assert (inside.thread, outside.thread) == (billing, chatter)
    assert "Acme GmbH" in inside.text
    assert "This group works for no business yet." in outside.text


def test_an_answer_to_a_topic_that_is_gone_comes_to_the_group(town: Town) -> None:
    ana = town.owner()
    forum = town.telegram.supergroup("Forum", ana.person, forum=True)
    billing = town.telegram.topic(ana.person, forum, "Billing")
    town.telegram.says(ana.person, "/help", chat=forum, thread=billing)
    town.telegram.deletes_topic(ana.person, forum, billing)
    town.settle()

    answers = [one for one in ana.sees(forum) if one.from_bot]

    assert all(one.thread != billing for one in answers)


def test_a_group_that_becomes_a_supergroup_goes_on_where_it_was(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)
    asked = ana.says("/client add", team)

    great = town.telegram.upgrades(ana.person, team)
    town.settle()
    shown = ana.says("/clients", great)

    assert asked.chat_id == team.id
    assert "Acme GmbH" in shown.text
    assert "Left open: Add a client." in shown.text
    assert town.rows("SELECT count(*) FROM chat WHERE chat = ?", f"telegram:{team.id}") == [(0,)]


def test_a_bot_that_was_removed_and_added_again_is_known(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)
    key = f"telegram:{team.id}"

    town.telegram.removes_bot(ana.person, team)
    town.settle()
    gone = town.rows("SELECT reachable FROM chat WHERE chat = ?", key)
    town.telegram.adds_bot(ana.person, team)
    town.settle()

    assert gone == [(0,)]
    assert town.rows("SELECT reachable FROM chat WHERE chat = ?", key) == [(1,)]
    assert "Acme GmbH" in ana.says("/clients", team).text


@pytest.mark.parametrize("text", ["/help", "/language de", "/language"])
def test_what_tells_nothing_of_clients_is_answered_in_any_group(town: Town, text: str) -> None:
    cem = town.person("Cem")
    lobby = town.telegram.group("Lobby", cem.person)

    shown = cem.says(text, lobby)

    assert shown.reply_to is not None
    assert "private" not in shown.text
