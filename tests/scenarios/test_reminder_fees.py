"""What being late costs: a fee invoice that leaves with its reminder, once per step, under the next number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import bills

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""The numbers that two processes give at once are tested with the use cases, on both."""


async def overdue(
    office: PostalOffice, ana: Chat, *rules: str, text: str = "Acme: Work @ 100; due 7d"
) -> None:
    await opens(
        ana, "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE; email books@acme.example; vat-id DE811569869"
    )
    for rule in ("steps 3 7", *rules):
        await ana.says(f"/reminders {rule}")
    await delivers(office, ana, text)


async def test_a_fee_is_issued_with_its_step_and_named_in_the_letter(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 7,50 at 7")

    await office.until(berlin(3, 16, 9))
    preview = office.last("ana").text
    assert "A fee invoice over EUR 7.50 is issued and goes with it." in preview
    await office.until(berlin(3, 16, 20))

    first, second = office.letters
    assert first.files == ("reminder-2026-0001.pdf", "2026-0001.pdf")
    assert second.files == ("reminder-2026-0001.pdf", "2026-0002.pdf", "2026-0001.pdf")
    assert second.rows == ["2026-0001  9. März 2026  7  EUR 119,00"]
    assert "Wegen des Zahlungsverzugs berechnen wir EUR 7,50: siehe Rechnung 2026-0002" in second.text
    await ana.says("/invoice 2026-0002")
    ana.sees(
        "Status: open",
        "Client: Acme GmbH",
        "Mahngebühr zur Rechnung 2026-0001",
        "EUR 7.50",
        "Total: EUR 7.50",
    )
    await ana.presses("PDF")
    assert "unterliegt nicht der Umsatzsteuer" in ana.reads_pdf("2026-0002.pdf")


async def test_a_percentage_is_of_what_is_still_open(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 2,5% at 3")
    await ana.says("/paid 2026-0001 19")

    await office.until(berlin(3, 12, 20))

    assert "berechnen wir EUR 2,50: siehe Rechnung 2026-0002" in office.letters[0].text


async def test_a_fee_is_asked_for_once_and_never_on_a_fee(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 7,50 at 3 7")
    await ana.says("/settings terms 3d")

    await office.until(berlin(4, 30, 20))

    await ana.says("/invoices all")
    # Two steps of one invoice, and none of the fee invoices' own steps.
    assert [line for line in ana.seen.text.splitlines() if "2026-000" in line] == [
        line for line in ana.seen.text.splitlines() if any(f"2026-000{n}" in line for n in (1, 2, 3))
    ]
    ana.sees("2026-0003", "2026-0002", "2026-0001")
    fees = [mail for mail in office.letters if "berechnen wir" in mail.text]
    assert len(fees) == 2


async def test_what_is_paid_in_the_last_seconds_costs_nothing(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 7,50 at 3")
    await office.until(berlin(3, 12, 12))

    await office.write_letters(berlin(3, 12, 13))
    await ana.says("/paid 2026-0001")
    await office.until(berlin(3, 31, 20))

    assert office.letters == []
    await ana.says("/invoice 2026-0002")
    ana.sees("Status: void: The reminder that asked for this did not leave")
    # Its number stays taken.
    assert await bills(ana, "Acme: More @ 1; due 90d") == "2026-0003"


async def test_a_letter_that_is_written_anew_brings_the_same_fee(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 7,50 at 3")
    await office.until(berlin(3, 12, 12))

    await office.write_letters(berlin(3, 12, 13))
    await ana.says("/paid 2026-0001 19")
    await office.until(berlin(3, 12, 20))

    (letter,) = office.letters
    assert letter.rows == ["2026-0001  9. März 2026  3  EUR 100,00"]
    assert "siehe Rechnung 2026-0002" in letter.text
    assert await bills(ana, "Acme: More @ 1; due 90d") == "2026-0003"


async def test_above_the_limit_of_approval_the_reminder_leaves_without_its_fee(
    office: PostalOffice, ana: Chat
) -> None:
    await overdue(office, ana, "fee 40 at 3")
    await ana.says("/approval 30 ana")

    await office.until(berlin(3, 12, 20))

    assert [mail.files for mail in office.letters] == [("reminder-2026-0001.pdf", "2026-0001.pdf")]
    assert office.said("ana", "No fee is added: This has to be approved before it is issued.")
    assert await bills(ana, "Acme: More @ 1; due 90d") == "2026-0002"


async def test_a_fee_that_cannot_be_issued_keeps_no_reminder_back(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 40 at 3")
    await ana.says("/client archive Acme")

    await office.until(berlin(3, 12, 20))

    assert [mail.files for mail in office.letters] == [("reminder-2026-0001.pdf", "2026-0001.pdf")]
    (told,) = office.said("ana", "The reminder to Acme GmbH has left.")
    assert "No fee is added: Acme GmbH is archived." in told.text


async def test_the_law_s_interest_is_asked_for_at_the_last_step(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "interest statutory")

    await office.until(berlin(3, 16, 20))

    # 119.00 at 1.27 + 9 percent a year for 7 days; and the flat sum, once.
    assert "berechnen wir EUR 40,23: siehe Rechnung 2026-0002" in office.letters[-1].text
    await ana.says("/invoice 2026-0002")
    ana.sees(
        "Gesetzliche Verzugszinsen zur Rechnung 2026-0001 nach dem 2026-03-09, bis 2026-03-16", "EUR 0.23",
        "Verzugspauschale zur Rechnung 2026-0001", "EUR 40.00", "Total: EUR 40.23",
    )  # fmt: skip


async def test_consumers_pay_no_interest_by_the_law_for_businesses(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7; interest statutory")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 16, 20))

    assert [mail.files for mail in office.letters] == [("reminder-2026-0001.pdf", "2026-0001.pdf")] * 2


async def test_interest_is_counted_on_from_where_it_was_counted_to(office: PostalOffice, ana: Chat) -> None:
    await overdue(office, ana, "fee 5 at 3 7", "interest statutory", text="Acme: Work @ 10000; due 7d")

    await office.until(berlin(3, 16, 20))

    # 11,900.00 at 10.27 percent: 10.04 for three days, 13.39 for the four days after.
    assert "berechnen wir EUR 15,04" in office.letters[0].text
    assert "berechnen wir EUR 18,39" in office.letters[1].text


async def test_a_rate_that_is_not_known_is_not_guessed(office: PostalOffice, ana: Chat) -> None:
    office.clock.at = datetime(2027, 3, 1, 7, tzinfo=UTC)
    await overdue(office, ana, "interest statutory")

    await office.until(datetime(2027, 3, 15, 20, tzinfo=UTC))

    assert office.letters[-1].files == ("reminder-2027-0001.pdf", "2027-0001.pdf")
    assert office.said(
        "ana", "No fee is added: The statutory interest rate of DE on 2027-03-09 is not known here"
    )
    assert office.today == date(2027, 3, 15)
