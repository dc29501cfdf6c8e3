"""Reminders as owner and client live them: shown before they leave, sent once, and stopped by one word or a payment."""

from __future__ import annotations

import pytest

from core.reminder import ReminderState
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import knows_rates

__all__ = ["ana", "office"]

DATABASES = ("sqlite",)
"""What is asked for does not depend on the database; what is due, and what races a payment, is asked of both."""
on_both = pytest.mark.parametrize("fresh_database_url", ["sqlite", "postgresql"], indirect=True)


@on_both
async def test_the_ladder_leaves_step_by_step_at_one_o_clock(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 31, 20))

    # Due on Monday the 9th. Three days before is a Friday, +7 a Monday, +14 the Monday after.
    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(3, 6, 13), "Rechnung 2026-0001 ist am 9. März 2026 fällig"),
        (berlin(3, 9, 13), "Rechnung 2026-0001 ist heute fällig"),
        (berlin(3, 12, 13), "Erinnerung: Rechnung 2026-0001 war am 9. März 2026 fällig"),
        (berlin(3, 16, 13), "Überfällig: Rechnung 2026-0001"),
        (berlin(3, 23, 13), "Letzte Erinnerung: Rechnung 2026-0001"),
    ]
    assert {mail.to for mail in office.letters} == {"books@acme.example"}
    brought, on_paper = ("2026-0001.pdf",), ("reminder-2026-0001.pdf", "2026-0001.pdf")
    assert [mail.files for mail in office.letters] == [brought, brought, on_paper, on_paper, on_paper]


async def test_the_preview_shows_the_very_text_that_is_sent(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 12, 30))

    preview = office.last("ana")
    assert preview.buttons == ("Send now", "Edit", "Snooze", "Stop", "PDF")
    assert "This reminder goes to Acme GmbH at 13:00 unless you say no." in preview.text
    await office.until(berlin(3, 12, 13))
    letter = office.letters[-1]
    assert letter.text in preview.text
    assert letter.subject in preview.text


async def test_a_payment_after_the_preview_stops_it(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12, 59))
    before = len(office.letters)

    await ana.says(f"/paid {number}")
    await office.until(berlin(3, 31, 20))

    assert len(office.letters) == before
    assert (await office.reminders_about("ana", number))[-1].state is ReminderState.STOPPED


async def test_after_a_part_payment_only_the_rest_is_asked_for(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12, 59))

    await ana.says(f"/paid {number} 19,37")
    await office.until(berlin(3, 12, 13))

    assert "EUR 99,63 sind noch offen" in office.letters[-1].text
    assert office.letters[-1].rows == ["2026-0001  9. März 2026  3  EUR 99,63"]


@on_both
async def test_a_payment_in_the_seconds_before_the_sending_stops_it(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12, 59))
    before = len(office.letters)

    await office.write_letters(berlin(3, 12, 13))
    await ana.says(f"/paid {number}")
    await office.until(berlin(3, 31, 20))

    assert len(office.letters) == before
    assert (await office.states_of_letters())[-1] == "cancelled"
    assert (await office.reminders_about("ana", number))[-1].state is ReminderState.STOPPED


@on_both
async def test_a_part_payment_in_these_seconds_has_it_written_anew(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12, 59))
    before = len(office.letters)

    await office.write_letters(berlin(3, 12, 13))
    await ana.says(f"/paid {number} 19")
    await office.until(berlin(3, 12, 14))

    assert (await office.states_of_letters())[-2:] == ["cancelled", "sent"]
    assert [mail.rows for mail in office.letters[before:]] == [["2026-0001  9. März 2026  3  EUR 100,00"]]


async def test_a_void_invoice_is_not_reminded_of(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12, 59))
    before = len(office.letters)

    await ana.says(f"/void {number} wrong amount")
    await office.until(berlin(3, 31, 20))

    assert len(office.letters) == before


async def test_several_overdue_invoices_make_one_letter_for_each_currency(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await knows_rates(ana)
    for text in ("One @ 100", "Two @ 200", "Dollars @ 50 USD", "Three @ 300"):
        await delivers(office, ana, f"Acme: {text}; due 7d")

    await office.until(berlin(3, 12, 20))

    dollars, euros = sorted(office.letters[-2:], key=lambda mail: len(mail.rows))
    assert dollars.rows == ["2026-0003  9. März 2026  3  USD 59,50"]
    assert euros.rows == [
        "2026-0001  9. März 2026  3  EUR 119,00",
        "2026-0002  9. März 2026  3  EUR 238,00",
        "2026-0004  9. März 2026  3  EUR 357,00",
    ]
    assert "insgesamt sind noch EUR 714,00 offen" in euros.text
    assert euros.files == ("reminder-2026-0001.pdf", "2026-0001.pdf", "2026-0002.pdf", "2026-0004.pdf")
