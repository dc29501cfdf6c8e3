"""Recurring invoices as their owner lives them: set up on one line, made in the morning, paused when they fail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.tables import invoice, recurrence_run
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, office, opens
from tests.scenarios.scenes import invites

__all__ = ["ana", "office"]

DATABASES = ("sqlite",)
"""What is made does not depend on the database; when it is due, and what is made once only, is asked of both."""
on_both = pytest.mark.parametrize("fresh_database_url", ["sqlite", "postgresql"], indirect=True)


async def counts(office: PostalOffice) -> tuple[int, int]:
    """How many invoices there are, and how many days have brought one."""
    async with office.app.storage.work() as work:
        await office.enter(work, "ana")
        found = [
            (await work.connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (invoice, recurrence_run)
        ]
    return found[0], found[1]


@on_both
async def test_the_last_day_of_each_month_brings_an_invoice_that_is_mailed(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/recurring Acme monthly on 31: Hosting @ 50; then send; times 3")
    ana.sees(
        "Billed to Acme GmbH by itself from 2026-03-31 on.", "Next days: 2026-03-31, 2026-04-30, 2026-05-31\n"
    )

    await office.until(berlin(8, 1, 12))

    bills = [mail for mail in office.letters if mail.subject.startswith("Rechnung 2026-000") and mail.files]
    first = [mail for mail in bills if "von Studio Löwe" in mail.subject]
    assert [(mail.at, mail.files) for mail in first] == [
        (berlin(3, 31, 7), ("2026-0001.pdf",)),
        (berlin(4, 30, 7), ("2026-0002.pdf",)),
        (berlin(5, 31, 7), ("2026-0003.pdf",)),
    ]
    said = office.said("ana", "The recurring invoice 2026-000")
    assert len(said) == 3
    assert "is issued and on its way to books@acme.example." in said[0].text
    assert "The next one comes on 2026-04-30." in said[0].text
    assert "It was the last one." in said[2].text
    assert await counts(office) == (3, 3)


async def test_what_is_billed_and_when_is_changed_from_the_next_one_on(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/recurring Acme monthly on last day: Hosting @ 50; then issue")
    ana.sees("For the time: 2026-03-01 to 2026-03-31", "Total: EUR 59.50")

    await ana.presses("Edit")
    ana.sees("What do you want to change? It holds from the next invoice on.")
    await ana.presses("Lines")
    await ana.says("Hosting @ 60, Backup @ 10")
    ana.sees("The recurring invoice to Acme GmbH is changed, from 2026-03-31 on.", "Total: EUR 83.30")
    await ana.says("/recurring edit Acme; every monthly on 15; period ahead; due 30d")
    ana.sees(
        "from 2026-03-15 on.", "every month, on day 15", "For the time: 2026-03-15 to 2026-04-14", "Due: 30d"
    )
    await ana.says("/recurring edit Acme: Hosting @ USD 60")
    ana.sees("The prices are written in USD, the invoice is in EUR.")
    await ana.says("/cancel")
    await ana.says("/undo")
    await ana.says("/recurring show Acme")
    ana.sees("on the last day", "For the time: 2026-03-01 to 2026-03-31", "Total: EUR 83.30")

    await office.until(berlin(3, 31, 12))
    assert (
        len(office.said("ana", "The recurring invoice 2026-0001 to Acme GmbH over EUR 83.30 is issued.")) == 1
    )
    await ana.says("/invoice 2026-0001")
    ana.sees("Period: 2026-03-01 – 2026-03-31")


async def test_many_of_them_are_turned_page_by_page(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    for count in range(9):
        await ana.says(f"/recurring Acme monthly on {count + 1}: Job {count} @ {count + 10}")

    await ana.says("/recurring")
    ana.sees("on day 1", "on day 8")
    ana.sees_nothing_of("on day 9")
    await ana.presses("More ›")
    ana.sees("on day 9")
    await ana.presses("‹ Back")
    ana.sees("on day 1", "on day 8")


async def test_it_is_announced_on_the_day_before(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/recurring Acme every friday: Support @ 40; then issue")
    await office.until(berlin(3, 5, 12))

    await ana.says("/tomorrow")

    ana.sees("2026-03-06 07:00: a recurring invoice to Acme GmbH is issued")


@on_both
async def test_a_draft_waits_for_its_owner_and_is_made_once_after_all_was_down(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/recurring Acme monthly on 5: Support @ 40")
    office.clock.at = berlin(3, 9, 15)

    for _tick in range(3):
        await office.tick()
        office.clock.advance(timedelta(minutes=16))

    (said,) = office.said("ana", "The recurring invoice to Acme GmbH over EUR 47.60 is drafted.")
    assert said.buttons[:2] == ("Issue", "Show")
    assert await counts(office) == (1, 1)
    await ana.presses("Issue", on=said)
    ana.sees("Issued 2026-0001 to Acme GmbH: EUR 47.60, due 2026-03-23.")


async def test_every_day_that_was_missed_is_made_up_for_at_once(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/recurring Acme weekly on friday: Support @ 40; then issue")
    office.clock.at = berlin(3, 29, 15)

    await office.tick()
    assert await counts(office) == (4, 4)
    await office.tick()

    assert await counts(office) == (4, 4)
    await ana.says("/invoices")
    ana.sees("2026-0004", "2026-0001")
    await ana.says("/recurring preview Acme")
    ana.sees("2026-04-03")


async def test_who_moves_abroad_keeps_the_vat_of_what_recurs_until_somebody_says_so(ana: Chat) -> None:
    await opens(ana)
    await ana.says("/client edit Acme; vat-id DE123456788")
    assert "Recurring" not in ana.seen.text
    await ana.says("/recurring Acme monthly on 5: Support @ 40; then issue")

    await ana.says("/client edit Acme; country FR; vat-id FR23334175221")
    ana.sees(
        "Acme GmbH is changed.", "Recurring invoices to Acme GmbH keep the VAT that was chosen for them."
    )
    await ana.says("/recurring edit Acme; vat usual")

    ana.sees("Reverse charge")


@on_both
async def test_what_fails_leaves_those_made_beside_it_alone(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/client add Bauhof, Ring 3, 20095 Hamburg, DE")
    for line in ("Acme monthly on 5: A @ 10", "Bauhof monthly on 5: B @ 20", "Acme monthly on 5: C @ 30"):
        await ana.says(f"/recurring {line}; then issue")
    await ana.says("/client archive Bauhof")

    await office.until(berlin(3, 5, 9, 30))

    made = "".join(seen.text for seen in office.said("ana", "is issued."))
    assert [f"invoice {number} to Acme GmbH" in made for number in ("2026-0001", "2026-0002")] == [True, True]
    assert len(office.said("ana", "could not be made. Bauhof is archived.")) == 1
    assert await counts(office) == (2, 2)


async def test_after_three_failures_it_pauses_and_says_why(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/recurring Acme monthly on 5: Support @ 40; then issue")
    await ana.says("/client archive Acme")

    await office.until(berlin(3, 8, 12))

    tried = office.said("ana", "could not be made. Acme GmbH is archived.")
    (paused,) = office.said("ana", "for 2026-03-05 failed three times and is paused. Acme GmbH is archived.")
    assert "".join(seen.text for seen in tried).count("could not be made.") == 2
    assert await counts(office) == (0, 0)
    await ana.says("/client restore Acme")
    await ana.presses("Resume", on=paused)
    ana.sees("The recurring invoice to Acme GmbH goes on: the next one comes on 2026-04-05.",
             "is not made up for: 2026-03-05. Write by hand what is still to be billed.")  # fmt: skip


async def test_what_may_not_be_issued_alone_is_drafted_and_asked_about(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await invites(ana, office.person("ben"), "member")
    await ana.says("/approval 100 ana")
    ben = office.person("ben")
    await ben.says("/recurring Acme monthly on 5: Support @ 400; then issue")

    await office.until(berlin(3, 5, 12))

    (said,) = office.said("ana", "is drafted: somebody has to approve it.")
    await ana.presses("Show", on=said)
    assert ana.seen.buttons[:2] == ("Approve", "Refuse")
    assert await counts(office) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("skip", "2026-03-05 is skipped: the next invoice to Acme GmbH comes on 2026-04-05."),
        ("pause", "The recurring invoice to Acme GmbH is paused."),
        ("end Acme", "Nothing is billed to Acme GmbH by this recurring invoice any more."),
    ],
)
async def test_what_was_called_off_is_not_made_unless_that_is_undone(
    office: PostalOffice, ana: Chat, typed: str, said: str
) -> None:
    await opens(ana)
    await ana.says("/recurring Acme monthly on 5: Support @ 40; times 2")
    await ana.says(f"/recurring {typed}")
    if typed == "skip":
        ana.sees("Which recurring invoice?")
        await ana.presses("Acme GmbH, every month, on day 5")
    elif typed == "pause":
        await ana.presses("Acme GmbH, every month, on day 5")
    ana.sees(said)
    called_off = ana.seen

    await ana.presses("Undo", on=called_off)
    ana.sees("Taken back: the recurring invoice to Acme GmbH is as before.")
    await ana.says(f"/recurring {typed.split(maxsplit=1)[0]} Acme")
    await office.until(berlin(3, 31, 12))

    assert await counts(office) == (0, 0)
