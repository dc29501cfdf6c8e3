"""Several businesses of one person: listed, changed between, opened, and each with its own books only."""

from __future__ import annotations

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import invites, opens_a_studio, opens_a_studio_with_acme

SECOND = "/business new Bär; country DE; address Kai 3, 24103 Kiel; vat-id none"


async def business_of(office: Office, name: str) -> str:
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of(name).key)).seat
        assert seat is not None
        return seat.business_id.hex


async def test_another_business_has_books_of_its_own(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(SECOND)
    ana.sees("Bär is ready to send invoices.")
    await ana.says("/clients")

    ana.sees("There are no clients yet.")


async def test_the_list_shows_where_one_works_now_and_leads_to_the_others(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(SECOND)

    await ana.says("/business")
    ana.sees("Your businesses", "Bär", "owner", "✓", "Studio Löwe", "owner", "–")
    ana.can_press("Switch to Studio Löwe", "New business")
    await ana.presses("Switch to Studio Löwe")
    ana.sees("You now work for Studio Löwe.")
    await ana.says("/clients")

    ana.sees("Acme GmbH")


async def test_a_part_of_the_name_is_enough(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(SECOND)

    await ana.says("/business lowe")
    ana.sees("You now work for Studio Löwe.")
    await ana.says("/business BÄR")
    ana.sees("You now work for Bär.")


async def test_a_part_of_several_names_asks_which_one_is_meant(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/business new Studio Bär; country DE; address Kai 3, 24103 Kiel; vat-id none")

    await ana.says("/business studio")
    ana.sees("Which one do you mean?")
    await ana.presses("Studio Löwe")

    ana.sees("You now work for Studio Löwe.")


async def test_another_business_is_set_up_step_by_step_as_the_first_one(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/business")
    await ana.presses("New business")
    ana.sees("(1/6)", "legal name")
    for answer in ("Bär", "DE", "Kai 3, 24103 Kiel", "none", "skip", "skip"):
        await ana.says(answer)

    ana.sees("Bär is ready to send invoices.")


async def test_start_still_only_welcomes_back(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/start")

    ana.sees("Studio Löwe is set up. What would you like to do?")


async def test_an_unknown_name_is_asked_for_again_with_the_businesses_there_are(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(SECOND)

    await ana.says("/business Zimt")
    ana.sees("business: You work for no business called Zimt. Example: Bär")
    await ana.presses("Studio Löwe")

    ana.sees("You now work for Studio Löwe.")


async def test_a_stranger_s_business_answers_like_none(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    eve = office.person("eve")
    await eve.says("/start Eve; country DE; address Kai 3, 24103 Kiel; vat-id none")
    theirs, mine = await business_of(office, "ana"), await business_of(office, "eve")

    for text in (f"/business {theirs}", "/business Studio"):
        await eve.says(text)
        eve.sees("You work for no business called")
        eve.sees_nothing_of("Löwe")

    assert await business_of(office, "eve") == mine


async def test_a_role_belongs_to_the_business_it_was_given_in(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    ben = office.person("ben")
    await invites(ana, ben, "accountant")
    await ben.says(SECOND)

    await ben.says("/client add Zimt, Kai 3, 24103 Kiel, DE")
    ben.sees("Zimt is now a client.")
    await ben.says("/business Studio")
    await ben.says("/client add Zimt, Kai 3, 24103 Kiel, DE")

    ben.sees("is for the role member and above; you are accountant.")


async def test_who_left_a_business_still_has_the_others(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    ben = office.person("ben")
    await invites(ana, ben, "member")
    await ben.says(SECOND)
    await ben.says("/business Studio")
    await ana.says("/member remove ben")

    await ben.says("/business")
    ben.sees_nothing_of("Studio Löwe")
    await ben.says("/business Bär")

    ben.sees("You now work for Bär.")


async def test_an_undo_takes_back_what_was_done_for_the_business_one_works_for_now(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(SECOND)

    await ana.says("/undo")
    ana.sees("There is nothing to take back")
    await ana.says("/business Studio")
    await ana.says("/undo")

    ana.sees("Taken back: Acme GmbH is no client any more.")


async def test_somebody_new_works_for_no_business_and_may_set_one_up(ana: Chat) -> None:
    await ana.says("/business")

    ana.sees("You work for no business yet.")
    ana.can_press("New business")
