"""A reminder as a PDF: as it would leave, as it left, and of one that is asked for by hand."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""What is drawn does not depend on the database."""


async def test_it_is_drawn_as_it_would_leave_and_later_as_it_left(office: PostalOffice, ana: Chat) -> None:
    await opens(
        ana, "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE; email books@acme.example; vat-id DE811569869"
    )
    for text in ("/reminders steps 3 7", "/reminders fee 7,50 at 7", "/settings iban DE89370400440532013000"):
        await ana.says(text)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 16, 9))
    preview = ana.seen = office.last("ana")

    await ana.presses("PDF", preview)
    before = ana.reads_pdf("reminder-2026-0001.pdf")
    await ana.presses("Send now", preview)
    await office.work_off()
    await ana.says("/paid 2026-0001")
    await ana.presses("PDF", preview)
    after = ana.reads_pdf("reminder-2026-0001.pdf")

    ana.sees("The reminder to Acme GmbH on paper, as of 2026-03-16.")
    for part in (
        "Letzte Mahnung", "Guten Tag Acme GmbH,", "Tage überfällig", "2026-0001 02.03.2026 09.03.2026 7 119,00",
        "EUR 126,50", "DE89 3704 0044 0532 0130 00", "Mit freundlichen Grüßen Studio Löwe",
    ):  # fmt: skip
        assert part in before
        assert part in after
    assert "Verzugskosten 7,50" in before
    assert "2026-0002 (Verzugskosten)" in after


async def test_one_that_was_stopped_or_is_about_nothing_any_more_is_not_drawn(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 9))
    preview = ana.seen = office.last("ana")

    await ana.presses("Stop", preview)
    stopped = await ana.presses("PDF", preview)
    await ana.says("/remind 2026-0001")
    by_hand = ana.seen
    await ana.presses("PDF", by_hand)
    ana.has_file("reminder-2026-0001.pdf")
    await ana.says("/paid 2026-0001")
    paid = await ana.presses("PDF", by_hand)

    assert "This reminder was stopped already: ana" in stopped.text
    assert not stopped.files
    assert "2026-0001" in paid.text
    assert not paid.files


async def test_a_name_that_cannot_be_printed_keeps_no_letter_back(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await ana.says("/client edit Acme; name 漢 GmbH")

    await office.until(berlin(3, 12, 20))

    assert [mail.files for mail in office.letters] == [("2026-0001.pdf",)]
