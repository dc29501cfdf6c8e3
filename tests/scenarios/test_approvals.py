"""Above a limit an invoice is issued by whoever was asked, once, and as it was when they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from handlers.updates import Pressed, Update
from tests.scenarios.approval_scenes import DRAFT, asks, opens_with_approval
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import as_seen
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme
from tests.scenarios.workspace import Workspace

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Workspace]:
    office = Workspace(database_url)
    yield office
    await office.close()


@pytest.fixture
def ben(office: Workspace) -> Chat:
    return office.person("ben")


@pytest.fixture
def bea(office: Workspace) -> Chat:
    return office.person("bea")


async def test_the_approver_is_asked_and_issues_it(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)

    await ben.says(DRAFT)
    ben.can_press("Ask for approval", "Edit", "Discard", "Undo")
    await ben.presses("Ask for approval")
    ben.sees("This is above EUR 1,000.00, so bea has to approve it. I have asked.")
    assert ben.seen.files == {}

    await office.hears(bea)
    bea.sees("ben asks for approval: Acme GmbH, EUR 1,428.00", "Draft for Acme GmbH", "Total: EUR 1,428.00")
    bea.can_press("Approve", "Refuse")
    await bea.presses("Approve")
    bea.sees("Issued 2026-0001 to Acme GmbH: EUR 1,428.00", "ben asked for it.")
    assert "2026-0001" in bea.reads_pdf("2026-0001.pdf")

    await office.hears(ben)
    ben.sees("bea approved it.", "Issued 2026-0001 to Acme GmbH: EUR 1,428.00")
    ben.can_press("Paid", "Show")
    assert "2026-0001" in ben.reads_pdf("2026-0001.pdf")


async def test_a_refusal_asks_why_and_tells_it(office: Workspace, ana: Chat, ben: Chat, bea: Chat) -> None:
    await opens_with_approval(ana, ben, bea)
    await asks(office, ben, bea)

    await bea.presses("Refuse")
    bea.sees("Why not?")
    await bea.says("10h were agreed; not 12")
    bea.sees("Refused: the draft for Acme GmbH over EUR 1,428.00 stays a draft. 10h were agreed; not 12")

    await office.hears(ben)
    ben.sees("bea did not approve the draft for Acme GmbH over EUR 1,428.00: 10h were agreed; not 12")
    await ben.presses("Show")
    ben.can_press("Ask for approval", "Edit", "Discard")


async def test_a_second_press_says_who_decided_and_when(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    await bea.presses("Approve")

    for label in ("Approve", "Refuse"):
        await bea.presses(label, on=asked)
        bea.sees("2026-0001 is approved already: bea, 10:41.")


async def test_what_was_refused_cannot_be_approved_any_more(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    await bea.presses("Refuse")
    await bea.says("zu teuer")

    for label in ("Approve", "Refuse"):
        await bea.presses(label, on=asked)
        bea.sees("bea refused this already: zu teuer")


async def test_a_changed_draft_has_to_be_asked_again(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)

    await ben.says("/edit add 1h travel @ 60")
    ben.can_press("Ask for approval", "Edit", "Discard", "Undo")
    for label in ("Approve", "Refuse"):
        await bea.presses(label, on=asked)
        bea.sees("The draft was changed since, so it has to be asked again.", "Total: EUR 1,499.40")

    await ben.presses("Ask for approval")
    await office.hears(bea)
    await bea.presses("Approve")
    bea.sees("Issued 2026-0001 to Acme GmbH: EUR 1,499.40")


async def test_a_discarded_draft_cannot_be_approved(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)

    await ben.says("/discard")
    for label in ("Approve", "Refuse"):
        await bea.presses(label, on=asked)
        bea.sees("This request is gone, and so is the draft it was about.")
    await ben.says("/undo")

    await ben.presses("Show")
    ben.sees_nothing_of("waits for")
    ben.can_press("Ask for approval", "Edit", "Discard")


async def test_a_draft_that_waits_says_for_whom_and_can_be_asked_again(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    first = await asks(office, ben, bea)

    await ben.presses("Show")
    ben.sees("This waits for bea's approval.", "Draft for Acme GmbH")
    ben.can_press("Ask again", "Edit", "Discard")
    await ben.presses("Ask again")
    await office.hears(bea)
    await bea.presses("Approve", on=first)
    bea.sees("It was asked again since; this is the draft now.")
    bea.can_press("Approve", "Refuse", "Edit", "Discard")
    await bea.presses("Approve")

    bea.sees("Issued 2026-0001")


async def test_an_owner_who_looks_at_it_may_decide_too(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)

    await ana.says("/invoices draft")
    await ana.presses("Open draft for Acme GmbH")
    ana.sees("ben asks for approval.")
    ana.can_press("Approve", "Refuse", "Edit", "Discard")
    await ana.says("/issue")
    ana.sees("Issued 2026-0001")

    await office.hears(ben)
    ben.sees("ana approved it.")
    await bea.presses("Approve", on=asked)
    bea.sees("2026-0001 is approved already: ana, 10:41.")


@pytest.mark.parametrize(("price", "waits"), [("840.33", False), ("840.34", True)])
async def test_the_limit_itself_is_allowed(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat, price: str, waits: bool
) -> None:
    await opens_with_approval(ana, ben, bea, "999.99")

    await ben.says(f"/invoice Acme: Logo @ {price}")

    ben.sees("Total: EUR 999.99" if not waits else "Total: EUR 1,000.00")
    assert ben.seen.buttons[0] == ("Ask for approval" if waits else "Issue")


async def test_another_currency_cannot_be_compared_and_is_asked_about(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)

    await ben.says("/invoice Acme: Sticker @ CHF 1")
    await ben.presses("Ask for approval")

    ben.sees("The limit of EUR 1,000.00 is in another currency, so bea has to approve this. I have asked.")


async def test_the_owner_and_the_approver_issue_alone(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)

    assert await bills(ana, "Acme: 12h design @ 100") == "2026-0001"
    assert await bills(bea, "Acme: 12h design @ 100") == "2026-0002"


async def test_typing_issue_asks_too(office: Workspace, ana: Chat, ben: Chat, bea: Chat) -> None:
    await opens_with_approval(ana, ben, bea)
    await ben.says(DRAFT)

    await ben.says("/issue")

    ben.sees("bea has to approve it")
    await ana.says("/invoices open")
    ana.sees("Open invoices: none.")


async def test_when_the_approver_left_the_owners_are_asked(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    await ana.says("/member remove bea")
    await bea.presses("Approve", on=asked)
    bea.sees_nothing_of("Issued")

    await ben.says("/issue")
    ben.sees("This is above EUR 1,000.00, so an owner has to approve it. I have asked ana.")
    await ben.presses("Show")
    ben.sees("This waits for an owner's approval.")
    asked = await office.hears(ana)
    await ana.says("/approval")
    ana.sees("Above EUR 1,000.00, an owner has to approve an invoice before it is issued.")
    await ana.presses("Approve", on=asked)

    ana.sees("Issued 2026-0001")


async def test_when_nobody_can_be_reached_it_says_so_and_asks_nobody(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    await ben.says(DRAFT)
    for name in ("ana", "bea"):
        await unreachable(office, name)

    await ben.presses("Ask for approval")

    ben.sees("This has to be approved, and nobody who may do that has a chat with me.")
    await ben.says("/invoices draft")
    await ben.presses("Open draft for Acme GmbH")
    ben.sees_nothing_of("waits for")


async def unreachable(office: Workspace, name: str) -> None:
    async with office.app.storage.work() as work:
        await work.chats.set_reachable(office.chat_of(name).key, False)


async def test_an_approver_who_cannot_be_reached_is_stood_in_for_by_the_owners(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    await unreachable(office, "bea")

    await asks(office, ben, ana)

    ben.sees("an owner has to approve it. I have asked ana.")
    ana.can_press("Approve", "Refuse")


async def test_the_approver_is_asked_in_their_own_language(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    await bea.says("/language de")

    await asks(office, ben, bea)

    bea.sees("1.428,00")
    await ben.says("/invoices draft")
    ben.sees("1,428.00")


# -- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["accountant", "member", "admin"])
async def test_nobody_else_decides(office: Workspace, ana: Chat, ben: Chat, bea: Chat, role: str) -> None:
    await opens_with_approval(ana, ben, bea)
    eve = office.person("eve")
    await invites(ana, eve, role)
    asked = await asks(office, ben, bea)

    # Buttons belong to a chat, so that of Bea's chat is pressed there.
    for label in ("Approve", "Refuse"):
        token = asked.tokens[asked.buttons.index(label)]
        update = office.update("eve", Pressed(token))
        seen = await office.handle(
            Update(update.platform, update.id, office.chat_of("bea"), update.sender, update.input)
        )
        assert "Only bea or an owner can decide this." in seen.text


async def test_the_request_of_another_business_is_not_found(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    eve = office.person("eve")
    await opens_a_studio_with_acme(eve)

    for label in ("Approve", "Refuse"):
        update = office.update("eve", Pressed(asked.tokens[asked.buttons.index(label)]))
        seen = await office.handle(
            Update(update.platform, update.id, office.chat_of("bea"), update.sender, update.input)
        )
        assert "This request is gone" in seen.text
    await bea.presses("Approve", on=asked)
    bea.sees("Issued 2026-0001")


async def test_an_approver_who_works_for_another_business_by_now_is_told_to_change_first(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    await bea.says(
        "/business new Zimt; country DE; address Kai 3, 24103 Kiel; vat-id none; iban none; terms 14d"
    )

    for label in ("Approve", "Refuse"):
        await bea.presses(label, on=asked)
        bea.sees("This is about another business of yours. Change to it first: /business")
    await bea.says("/business Studio")
    await bea.presses("Approve", on=asked)

    bea.sees("Issued 2026-0001")


async def test_nobody_types_an_approval(office: Workspace, ana: Chat, ben: Chat, bea: Chat) -> None:
    await opens_with_approval(ana, ben, bea)
    await asks(office, ben, bea)

    for text in ("/approve", "/refuse", f"/approve {'0' * 32}"):
        await bea.says(text)
        bea.sees_nothing_of("Issued", "Refused", "gone")


async def test_an_asker_who_left_is_told_nothing(office: Workspace, ana: Chat, ben: Chat, bea: Chat) -> None:
    await opens_with_approval(ana, ben, bea)
    await asks(office, ben, bea)
    await ana.says("/member remove ben")

    await bea.presses("Approve")

    bea.sees("Issued 2026-0001", "ben asked for it.")
    assert await office.all_heard(ben) == []


# -- at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_two_who_approve_at_once_issue_once(office: Workspace, ana: Chat, ben: Chat, bea: Chat) -> None:
    await opens_with_approval(ana, ben, bea)
    office.apps.append(office.new_app())

    for number in ("2026-0001", "2026-0002", "2026-0003"):
        asked = await asks(office, ben, bea)
        await ana.says("/invoices draft")
        shown = await ana.presses("Open draft for Acme GmbH")
        taps = [
            office.update("bea", Pressed(asked.tokens[asked.buttons.index("Approve")])),
            office.update("ana", Pressed(shown.tokens[shown.buttons.index("Approve")])),
        ]
        await asyncio.gather(*(app.handle(tap) for app, tap in zip(office.apps, taps, strict=True)))

        last = [office.platform.shown_in(office.chat_of(name))[-1] for name in ("ana", "bea")]
        texts = sorted(as_seen(delivered).text for delivered in last)
        assert texts[0].startswith(f"{number} is approved already: ")
        assert texts[1].startswith(f"Issued {number} to Acme GmbH")
        await office.all_heard(ben)
