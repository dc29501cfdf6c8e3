"""Lists: who is late, all invoices, all clients, from the first page to the last and back."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""The pages themselves are asked of both databases (tests/storage/test_invoice_pages.py)."""
PAGE = 8


def numbers_on(chat: Chat) -> list[str]:
    return [label.removeprefix("Open ") for label in chat.seen.buttons if label.startswith("Open ")]


async def test_overdue_sums_each_currency_and_lists_the_oldest_first(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900; due 20d")
    await bills(ana, "Acme: Design @ 100; due 5d")
    await bills(ana, "Acme: Talk @ 200 CHF; due 10d; vat 0")
    await bills(ana, "Acme: Not yet late @ 300; due 40d")
    await bills(ana, "Acme: Paid long ago @ 400; due 1d")
    await ana.says("/paid 2026-0005")
    await ana.says("/paid 2026-0001 71")
    office.wait(days=25)

    await ana.says("/overdue")

    ana.sees("Overdue", "1 overdue in CHF: CHF 200.00", "2 overdue in EUR: EUR 1,119.00")
    ana.sees("2026-0002", "EUR 119.00", "2026-03-10 (20 days ago)")
    ana.sees("2026-0002", "2026-0003", "CHF 200.00", "2026-03-15", "2026-0001", "EUR 1,000.00", "2026-03-25")
    ana.sees_nothing_of("2026-0004", "2026-0005")
    assert numbers_on(ana) == ["2026-0002", "2026-0003", "2026-0001"]


async def test_due_today_is_not_overdue_yet(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900; due 3d")

    office.wait(days=3)
    await ana.says("/overdue")
    ana.sees("Nothing is overdue.")
    office.wait(days=1)
    await ana.says("/overdue")

    ana.sees("2026-0001", "2026-03-08 (yesterday)")


async def test_an_overdue_invoice_is_paid_from_the_list(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900; due 3d")
    office.wait(days=9)
    await ana.says("/overdue")

    await ana.presses("Paid 2026-0001")
    ana.sees("Acme GmbH paid EUR 1,071.00 on 2026-0001, received 2026-03-14.")
    await ana.says("/overdue")

    ana.sees("Nothing is overdue.")


async def test_invoices_are_paged_to_the_end_and_back(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    numbers = [await bills(ana, f"Acme: Work {place} @ {place}00") for place in range(1, 2 * PAGE + 4)][::-1]

    await ana.says("/invoices")
    assert numbers_on(ana) == numbers[:PAGE]
    assert ana.seen.buttons[-1] == "More ›"
    await ana.presses("More ›")
    assert numbers_on(ana) == numbers[PAGE : 2 * PAGE]
    assert ana.seen.buttons[-2:] == ("‹ Back", "More ›")
    await ana.presses("More ›")
    assert numbers_on(ana) == numbers[2 * PAGE :]
    assert ana.seen.buttons[-1] == "‹ Back"
    await ana.presses("‹ Back")
    assert numbers_on(ana) == numbers[PAGE : 2 * PAGE]
    await ana.presses("‹ Back")

    assert numbers_on(ana) == numbers[:PAGE]
    assert "‹ Back" not in ana.seen.buttons


async def test_clients_are_paged_to_the_end_and_back(ana: Chat) -> None:
    await opens_a_studio(ana)
    names = [f"Ämtchen {letter}" for letter in "ABCDEFGHIJK"]
    for name in reversed(names):
        await ana.says(f"/client add {name}, Ring 2, 20095 Hamburg, DE")

    await ana.says("/clients")
    assert list(ana.seen.buttons) == [*names[:PAGE], "More ›", "Add a client"]
    await ana.presses("More ›")
    assert list(ana.seen.buttons) == [*names[PAGE:], "‹ Back", "Add a client"]
    await ana.presses("‹ Back")

    assert list(ana.seen.buttons) == [*names[:PAGE], "More ›", "Add a client"]


async def test_overdue_is_paged_to_the_end_and_back(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    numbers = [await bills(ana, f"Acme: Work @ {place}; due {place}d") for place in range(1, PAGE + 3)]
    office.wait(days=30)

    await ana.says("/overdue")
    assert numbers_on(ana) == numbers[:PAGE]
    await ana.presses("More ›")
    assert numbers_on(ana) == numbers[PAGE:]
    ana.sees("10 overdue in EUR: EUR 65.45")
    await ana.presses("‹ Back")

    assert numbers_on(ana) == numbers[:PAGE]


@pytest.fixture(scope="module")
async def billed(shared_office: Office) -> Chat:
    """Ana with one invoice of each kind, which the lists of several tests show."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Zimt AG, Kai 3, 24103 Kiel, DE")
    await bills(ana, "Acme: Late @ 100; due 1d")
    await bills(ana, "Acme: Open @ 200; due 30d")
    await bills(ana, "Acme: Paid @ 300")
    await ana.says("/paid 2026-0003")
    await bills(ana, "Zimt: Open, too @ 400")
    await ana.says("/invoice Acme: Draft @ 500")
    shared_office.wait(days=5)
    return ana


@pytest.mark.parametrize(
    ("command", "title", "numbers"),
    [
        (
            "/invoices",
            "Invoices",
            ["draft for Acme GmbH", "2026-0004", "2026-0003", "2026-0002", "2026-0001"],
        ),
        ("/invoices open", "Open invoices", ["2026-0004", "2026-0002", "2026-0001"]),
        ("/invoices paid", "Paid invoices", ["2026-0003"]),
        ("/invoices draft", "Drafts", ["draft for Acme GmbH"]),
        ("/invoices overdue", "Overdue invoices", ["2026-0001"]),
        ("/invoices open zimt", "Open invoices of Zimt AG", ["2026-0004"]),
        ("/invoices Zimt", "Invoices of Zimt AG", ["2026-0004"]),
    ],
)
async def test_invoices_are_filtered_by_state_and_client(
    billed: Chat, command: str, title: str, numbers: list[str]
) -> None:
    await billed.says(command)

    billed.sees(title, *(number for number in numbers if number.startswith("2026")))
    assert numbers_on(billed) == numbers


async def test_paging_keeps_the_filter(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Zimt AG, Kai 3, 24103 Kiel, DE")
    mine = [await bills(ana, f"Acme: Work @ {place}") for place in range(1, PAGE + 2)]
    await bills(ana, "Zimt: Work @ 7")

    await ana.says("/invoices open Acme")
    await ana.presses("More ›")

    ana.sees("Open invoices of Acme GmbH")
    assert numbers_on(ana) == [mine[0]]


async def test_a_list_opens_invoices_drafts_and_pdfs(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900")
    await ana.says("/invoice Acme: Design @ 100")

    listed = await ana.says("/invoices")
    ana.can_press("Open draft for Acme GmbH", "Open 2026-0001", "PDF 2026-0001", "Paid 2026-0001")
    await ana.presses("Open draft for Acme GmbH")
    ana.sees("Draft for Acme GmbH", "Design")
    await ana.presses("PDF 2026-0001", on=listed)
    assert "Logo" in ana.reads_pdf("2026-0001.pdf")
    await ana.presses("Open 2026-0001", on=listed)

    ana.sees("Invoice 2026-0001", "Logo")


async def test_a_client_nobody_knows_is_not_added_by_a_list(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    before = await office.snapshot("ana")

    await ana.says("/invoices nobody")
    ana.sees("There is no client named “nobody”.", "Write another name.")
    ana.can_press("Skip", "Cancel")
    await ana.says("acme")

    ana.sees("Invoices of Acme GmbH: none.")
    assert await office.snapshot("ana") == before
