"""The rule above which amount an invoice is approved first: shown, changed, turned off, and refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.updates import Typed
from tests.scenarios.approval_scenes import asks, opens_with_approval
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import invites, opens_a_studio_with_acme
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


async def test_the_rule_is_shown_changed_turned_off_and_taken_back(
    office: Workspace, ana: Chat, ben: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "member")

    await ana.says("/approval")
    ana.sees("Nobody has to approve an invoice before it is issued.")
    await ana.presses("Set a limit")
    ana.sees("Above which amount")
    await ana.says("1,500.50 chf")
    ana.sees("Who approves?")
    ana.can_press("ana", "ben", "Back", "Cancel")
    await ana.presses("ben")
    ana.sees("Above CHF 1,500.50, ben or an owner has to approve an invoice before it is issued.")

    await ana.says("/approval 2000")
    ana.sees("Above EUR 2,000.00, ben or an owner")
    await ana.says("/approval ana")
    ana.sees("Above EUR 2,000.00, ana or an owner")
    await ana.says("/approval EUR 0 ben")
    ana.sees("Above EUR 0.00, ben or an owner")
    await ana.says("/approval off")
    ana.sees("Nobody has to approve")
    await ana.presses("Undo")
    ana.sees("the settings are as they were")
    await ana.says("/approval")
    ana.sees("Above EUR 0.00, ben or an owner")
    ana.can_press("Change", "Turn off")
    await ana.presses("Turn off")
    ana.sees("Nobody has to approve")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/approval 1000 zoe", "Nobody here is called zoe."),
        ("/approval limit lots; approver ana", "“lots” is not an amount of money."),
        ("/approval limit -5; approver ana", "“-5” is negative"),
        ("/approval limit 1000.001; approver ana", "too many decimal places"),
        ("/approval zoe", "Above which amount"),
        ("/approval 1000", "Who approves?"),
    ],
)
async def test_a_rule_that_is_not_whole_or_not_right_is_asked_about(ana: Chat, text: str, said: str) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(text)

    ana.sees(said)
    await ana.says("/cancel")
    await ana.says("/approval")
    ana.sees("Nobody has to approve")


async def test_somebody_who_left_cannot_be_named(office: Workspace, ana: Chat, ben: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "member")
    await ana.says("/member remove ben")

    await ana.says("/approval 1000 ben")

    ana.sees("Nobody here is called ben.")


@pytest.mark.parametrize("role", ["accountant", "member"])
async def test_only_an_admin_changes_the_rule(office: Workspace, ana: Chat, ben: Chat, role: str) -> None:
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, role)

    await ben.says("/approval off")

    ben.sees("/approval is for the role admin and above")


async def test_turning_the_rule_off_lets_what_waits_be_issued(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    asked = await asks(office, ben, bea)
    await ana.says("/approval off")

    await ben.says("/issue")
    ben.sees("Issued 2026-0001")
    await bea.presses("Approve", on=asked)

    bea.sees("Only an owner can decide this.")


async def test_an_approval_typed_in_a_form_is_read_like_any_other(office: Workspace, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    seen = await office.handle(office.update("ana", Typed("/approval limit 1.000; approver ana")))

    assert "EUR 1,000.00" in seen.text
