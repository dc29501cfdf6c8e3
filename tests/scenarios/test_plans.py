"""Plans in the chat: what is used up, what is full, what comes back, and what a smaller plan never takes away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from core.plan import Plan, Standing
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.plan_scenes import bills_often, subscribes
from tests.scenarios.scenes import STUDIO, bills, invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What two processes make of it is in test_plan_races.py, on both databases."""

SELLS = True


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    office = Office(database_url, sells=SELLS)
    yield office
    await office.close()


async def test_the_sixth_invoice_of_a_month_stays_a_draft(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 5)
    draft = await ana.says("/invoice Acme: Logo @ 900")
    before = await office.snapshot("ana")

    await ana.presses("Issue", on=draft)

    ana.sees("Your plan Free includes 5 invoices a month, and all of them are issued. "
             "It starts anew on 2026-04-01.")  # fmt: skip
    ana.can_press("Upgrade")
    assert await office.snapshot("ana") == before


async def test_in_the_next_month_the_draft_can_be_issued(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 5)
    draft = await ana.says("/invoice Acme: Logo @ 900")
    await ana.presses("Issue", on=draft)

    # Half an hour before midnight in UTC, it is April in Berlin.
    office.clock.at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    await ana.presses("Issue", on=draft)

    ana.sees("Issued 2026-0006 to Acme GmbH")


async def test_the_fourth_invoice_says_once_that_few_are_left(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 3)
    ana.sees_nothing_of("this month")

    await bills(ana, "Acme: Work 4 @ 100")
    ana.sees(
        "4 of the 5 invoices that your plan includes this month are issued. It starts anew on 2026-04-01."
    )
    assert "Upgrade" in ana.seen.buttons
    await bills(ana, "Acme: Work 5 @ 100")

    ana.sees_nothing_of("this month")


async def test_an_invoice_that_is_taken_back_is_given_back(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 5)

    await ana.presses("Undo")
    ana.sees("Taken back: 2026-0005 is void.")

    assert await bills(ana, "Acme: Logo @ 900") == "2026-0006"
    await ana.says("/invoice Acme: More @ 10")
    await ana.presses("Issue")
    ana.sees("all of them are issued")


async def test_a_bought_plan_has_no_limit_of_invoices(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills_often(ana, 5)

    await subscribes(office, "ana")

    assert await bills(ana, "Acme: Logo @ 900") == "2026-0006"
    ana.sees_nothing_of("this month")


async def test_free_is_for_one_person_and_says_so_before_a_code_is_given_out(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/invite member")

    ana.sees("Your plan Free is for one person alone.")
    ana.can_press("Upgrade")


async def test_a_code_from_a_larger_plan_lets_nobody_in_on_a_smaller_one(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    await ana.says("/invite member")
    code = ana.seen.text.split("/join ", 1)[1].split()[0]
    await subscribes(office, "ana", standing=Standing.CANCELED)
    ben = office.person("ben")

    await ben.says(f"/join {code}")

    ben.sees("Studio Löwe has no room for another person on its plan; its owner can change that.")
    ben.can_press("Set up my business")
    await subscribes(office, "ana")
    await ben.says(f"/join {code}")
    ben.sees("Welcome to Studio Löwe.")


async def test_who_has_joined_stays_on_a_smaller_plan_and_works_on(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    ben = office.person("ben")
    await invites(ana, ben, "member")
    await bills(ana, "Acme: 3h design @ 120")

    await subscribes(office, "ana", standing=Standing.CANCELED)

    await ben.says("/paid 2026-0001 100")
    ben.sees("2026-0001")
    await ana.says("/pdf 2026-0001")
    ana.has_file("2026-0001.pdf")
    await ana.says("/members")
    ana.sees("ana", "ben")
    await bills(ana, "Acme: Logo @ 900")
    await ana.says("/void 2026-0002 wrong amount")
    ana.sees("2026-0002 to Acme GmbH over EUR 1,071.00 is void.")


async def test_who_was_removed_comes_back_by_undo_unless_the_place_is_taken(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    await invites(ana, office.person("ben"), "member")
    await invites(ana, office.person("eve"), "member")

    removed = await ana.says("/member remove ben")
    await ana.presses("Undo")
    ana.sees("Taken back: ben is as before.")
    removed = await ana.says("/member remove ben")
    await invites(ana, office.person("kim"), "member")
    await ana.presses("Undo", on=removed)

    ana.sees("Your plan Pro has room for 3 people, and all of it is taken.")


async def test_accountants_and_approvals_are_part_of_the_largest_plan(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    await ana.says("/invite accountant")
    ana.sees("Your plan Pro includes no accountants.")
    await ana.says("/approval 1000 ana")
    ana.sees("Your plan Pro includes no approvals.")

    await subscribes(office, "ana", Plan.BUSINESS)

    await invites(ana, office.person("ben"), "accountant")
    await ana.says("/approval 1000 ana")
    ana.sees("Above EUR 1,000.00, ana or an owner has to approve an invoice before it is issued.")


async def test_own_colours_are_bought_and_kept_but_not_printed_on_free(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings accent #0a7d5a")
    ana.sees("Your plan Free includes no colours of your own; your logo stays.")
    await subscribes(office, "ana")
    await ana.says("/settings accent #0a7d5a")
    ana.sees("#0a7d5a")

    await subscribes(office, "ana", standing=Standing.CANCELED)

    await ana.says("/settings footer HRB 7")
    ana.sees("#0a7d5a")
    await bills(ana, "Acme: Logo @ 900")
    assert "Mit Billhook erstellt" in ana.reads_pdf("2026-0001.pdf")


async def test_a_bought_plan_leaves_our_name_out(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")

    await bills(ana, "Acme: Logo @ 900")

    assert "Billhook" not in ana.reads_pdf("2026-0001.pdf")


async def test_somebody_without_rights_to_buy_is_shown_no_button_for_it(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    ben = office.person("ben")
    await invites(ana, ben, "member")
    await subscribes(office, "ana", standing=Standing.CANCELED)
    await bills_often(ana, 5)

    await ben.says("/invoice Acme: Logo @ 900")
    await ben.presses("Issue")

    ben.sees("all of them are issued")
    ben.can_press()


async def test_where_nothing_is_sold_nobody_hears_of_plans(database_url: str) -> None:
    office = Office(database_url)
    ana = office.person("ana")
    await ana.says(STUDIO)

    for command in ("/plan", "/upgrade pro", "/billing cancel", "plan"):
        await ana.says(command)
        ana.sees("Everything is included here; there are no plans to choose from.")
        ana.can_press()
    await ana.says("/help")
    ana.sees_nothing_of("/plan", "/upgrade", "/billing")
    await ana.says("/help plan")
    ana.sees("There is no /plan.")
    await ana.says("/pln")
    ana.sees_nothing_of("/plan")
    await ana.says("/notify")
    ana.sees_nothing_of("plan")
    await office.close()


async def test_charts_are_for_plans_that_include_them_and_sheets_for_all(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900")
    report = await ana.says("/report")

    await ana.presses("Chart")
    ana.sees("Your plan Free includes no charts.")
    ana.can_press("Upgrade")
    await ana.presses("XLSX", on=report)

    ana.has_file("revenue-2026-01-01-2026-12-31.xlsx")
