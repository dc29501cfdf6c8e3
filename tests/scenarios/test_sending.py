"""`/send`: an invoice goes to its client by mail, after somebody saw what leaves and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from core.chat_ports import OutboxRow, Settled
from core.errors import Unavailable
from core.reminder import Chase
from core.usecases.sending import MOST_A_DAY
from handlers.platform import Lost, Undeliverable
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.postal import PostalOffice
from tests.scenarios.scenes import bills, invites, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

MORNING = datetime(2026, 3, 5, 9, 41, tzinfo=UTC)
WORK = "Acme: Work @ 300; due 14d"


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[PostalOffice]:
    office = PostalOffice(fresh_database_url, MORNING)
    yield office
    await office.close()


@pytest.fixture
def ana(office: PostalOffice) -> Chat:
    return office.person("ana")


async def bills_acme(ana: Chat, email: str = "books@acme.example") -> str:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings email ana@loewe.example")
    if email:
        await ana.says(f"/client edit Acme; email {email}")
    await ana.says("/client edit Acme; language en")
    return await bills(ana, WORK)


async def chase_of(office: PostalOffice, name: str, number: str) -> Chase:
    async with office.app.storage.work() as work:
        await office.enter(work, name)
        invoice = await work.invoices.find_number(number)
        assert invoice is not None
        return await work.reminders.chase(invoice.id)


async def test_an_invoice_is_shown_as_its_client_will_read_it_and_leaves_with_one_press(
    office: PostalOffice, ana: Chat
) -> None:
    number = await bills_acme(ana)

    await ana.says(f"/send {number}")
    ana.sees(
        "Send 2026-0001 over EUR 357.00 to books@acme.example?", "Invoice 2026-0001 from Studio Löwe", "2026-0001.pdf",
        "Hello Acme GmbH,", "over EUR 357.00, which is due on March 19, 2026", "DE89 3704 0044 0532 0130 00",
    )  # fmt: skip
    ana.can_press("Send", "To another address")
    before = office.post.delivered.copy()
    await ana.presses("Send")
    ana.sees("2026-0001 over EUR 357.00 is on its way to books@acme.example.")
    await office.work_off()

    (letter,) = office.letters
    assert before == []
    assert (letter.to, letter.subject) == ("books@acme.example", "Invoice 2026-0001 from Studio Löwe")
    assert letter.files == ("2026-0001.pdf",)
    assert "which is due on March 19, 2026" in letter.text
    assert await chase_of(office, "ana", number) == Chase(delivered_on=date(2026, 3, 5))


async def test_the_button_of_an_issued_invoice_leads_there(office: PostalOffice, ana: Chat) -> None:
    await bills_acme(ana)

    ana.can_press("Send", "Paid", "Show", "Undo")
    await ana.presses("Send")

    ana.sees("Send 2026-0001 over EUR 357.00 to books@acme.example?")
    await office.work_off()
    assert office.letters == []


async def test_one_line_sends_at_once(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)

    await ana.says(f"/send {number} to office@acme.example now")
    await office.work_off()

    ana.sees("is on its way to office@acme.example")
    assert [letter.to for letter in office.letters] == ["office@acme.example"]


async def test_pressing_twice_sends_once(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    preview = await ana.says(f"/send {number}")

    await ana.presses("Send", preview)
    await ana.presses("Send", preview)
    await office.work_off()

    ana.sees("2026-0001 was sent to books@acme.example with this button already.")
    assert len(office.letters) == 1


async def test_a_missing_address_is_asked_for_and_kept(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana, email="")

    await ana.says(f"/send {number}")
    ana.sees("To which mail address?")
    await ana.says("nobody")
    ana.sees("“nobody” is not an e-mail address.")
    await ana.says("Books@Acme.Example")
    await ana.presses("Send")
    ana.sees("is on its way to Books@acme.example", "Books@acme.example is kept with Acme GmbH.")
    await office.work_off()
    await ana.says("/client Acme")

    ana.sees("Books@acme.example")
    assert [letter.to for letter in office.letters] == ["Books@acme.example"]


async def test_another_address_is_used_once_and_not_kept(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/send {number}")

    await ana.presses("To another address")
    await ana.says("boss@acme.example")
    ana.sees("to boss@acme.example?")
    await ana.presses("Send")
    await office.work_off()
    await ana.says("/client Acme")

    ana.sees("books@acme.example")
    assert [letter.to for letter in office.letters] == ["boss@acme.example"]


@pytest.mark.parametrize(
    ("language", "subject", "body"),
    [
        ("de", "Rechnung 2026-0001 von Studio Löwe", "19. März 2026"),
        ("fr", "Facture 2026-0001 de Studio Löwe", "19 mars 2026"),
        ("es", "Factura 2026-0001 de Studio Löwe", "19 de marzo de 2026"),
        ("pl", "Faktura 2026-0001 od Studio Löwe", "19 marca 2026"),
    ],
)
async def test_a_client_reads_their_own_language(
    office: PostalOffice, ana: Chat, language: str, subject: str, body: str
) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/client edit Acme; language {language}")

    await ana.says(f"/send {number} now")
    await office.work_off()

    ana.sees("is on its way")
    assert office.letters[0].subject == subject
    assert body in office.letters[0].text


async def test_what_is_still_open_or_paid_is_said(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)

    await ana.says(f"/paid {number} 57")
    await ana.says(f"/send {number}")
    ana.sees("over EUR 357.00. Of this, EUR 300.00 is still open and due on March 19, 2026.")
    await ana.says(f"/paid {number}")
    await ana.says(f"/send {number}")

    ana.sees("It is paid in full, thank you.")
    ana.sees_nothing_of("IBAN")


async def test_a_void_invoice_is_not_sent(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    preview = await ana.says(f"/send {number}")
    await ana.says(f"/void {number} wrong amount")

    await ana.presses("Send", preview)

    ana.sees("2026-0001 is void, so it is not sent.")
    await office.work_off()
    assert office.letters == []


async def test_an_invoice_that_is_voided_while_it_waits_does_not_leave(
    office: PostalOffice, ana: Chat
) -> None:
    number = await bills_acme(ana)
    office.post.failing = Unavailable("away", 60)
    await ana.says(f"/send {number} now")

    await ana.says(f"/void {number} wrong amount")
    office.wait(minutes=1)
    await office.app.sweep(timedelta(0))
    await office.work_off()
    await ana.says("/deliveries")

    assert office.letters == []
    ana.sees("books@acme.example", "Invoice 2026-0001 from Studio Löwe", "cancelled: it was stopped")


async def test_the_copy_that_says_paid_goes_out_once_it_is(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/send {number} paid")
    ana.sees("2026-0001 is not paid in full")
    await ana.says(f"/paid {number}")

    await ana.says(f"/send {number} paid")
    ana.sees("Attached: 2026-0001-paid.pdf")
    await ana.presses("Send")
    ana.sees("is on its way to books@acme.example")

    await office.work_off()
    (letter,) = office.letters
    assert "paid in full" in letter.text
    assert letter.files == ("2026-0001-paid.pdf",)


async def test_a_draft_is_not_sent(office: PostalOffice, ana: Chat) -> None:
    await bills_acme(ana)
    await ana.says(f"/invoice {WORK}")
    draft = (await ana.says("/invoices draft")).text

    await ana.says("/send draft")

    assert "Acme" in draft
    ana.sees("There is no invoice draft.")


async def test_who_asked_to_be_left_alone_gets_nothing(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    async with office.app.storage.work() as work:
        await office.enter(work, "ana")
        await work.opt_outs.add("BOOKS@acme.example")

    await ana.says(f"/send {number}")

    ana.sees("books@acme.example asked not to get mail from you. Send 2026-0001 another way: /pdf 2026-0001")


async def test_a_letter_that_fails_is_told_at_once_and_counts_as_not_delivered(
    office: PostalOffice, ana: Chat
) -> None:
    number = await bills_acme(ana)
    office.post.failing = Undeliverable("{reason}", reason="550 5.1.1 No {such} user")
    await ana.says(f"/send {number} now")

    await office.work_off()

    told = office.last("ana")
    assert "The mail to books@acme.example about 2026-0001 did not arrive." in told.text
    assert "550 5.1.1 No {such} user" in told.text
    assert await chase_of(office, "ana", number) == Chase()
    await ana.presses("Send to books@acme.example again", told)
    await office.work_off()
    assert [letter.to for letter in office.letters] == ["books@acme.example"]
    assert await chase_of(office, "ana", number) == Chase(delivered_on=date(2026, 3, 5))


async def test_a_lost_answer_is_followed_by_the_same_letter_once_and_then_it_is_the_owner_s_choice(
    office: PostalOffice, ana: Chat
) -> None:
    number = await bills_acme(ana)
    office.post.failing = Lost("The answer of the mail server was lost.")
    await ana.says(f"/send {number} now")
    await office.work_off()
    await ana.says("/deliveries")
    ana.sees("books@acme.example", "uncertain; sent once more at 10:51")

    office.post.failing = Lost("The answer of the mail server was lost.")
    office.wait(minutes=11)
    await office.app.sweep(timedelta(0))
    await office.work_off()

    told = office.last("ana")
    assert "Nobody knows whether the mail to books@acme.example about 2026-0001 arrived" in told.text
    assert await office.states_of_letters() == ["uncertain"]
    office.wait(days=1)
    await office.app.sweep(timedelta(0))
    await office.work_off()
    assert office.letters == []
    await ana.says("/deliveries uncertain")
    await ana.presses("Send to books@acme.example again")
    await office.work_off()
    assert len(office.letters) == 1


async def test_a_server_that_is_away_for_a_night_loses_nothing(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/send {number} now")

    for _hour in range(12):
        office.post.failing = Unavailable("away", 60)
        await office.app.sweep(timedelta(0))
        await office.work_off()
        office.wait(hours=1)
    office.post.failing = None
    office.wait(hours=1)
    await office.app.sweep(timedelta(0))
    await office.work_off()

    assert len(office.letters) == 1


async def test_an_accountant_sends_nothing(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    ben = office.person("ben")
    await invites(ana, ben, "accountant")

    await ben.says(f"/send {number} now")

    ben.sees("/send is for the role member and above; you are accountant.")


async def test_another_business_s_invoice_is_not_there(office: PostalOffice, ana: Chat) -> None:
    await bills_acme(ana)
    eve = office.person("eve")
    await opens_a_studio(eve)

    await eve.says("/send 2026-0001 now")

    eve.sees("There is no invoice 2026-0001.")


async def test_without_mail_it_is_told_how_to_switch_it_on(database_url: str) -> None:
    office = Office(database_url)
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await bills(ana, WORK)
    ana.can_press("Paid", "Show", "Undo")

    await ana.says("/send 2026-0001")

    ana.sees("Mail is switched off here.", "SMTP_URL and MAIL_FROM", "/pdf")
    await office.close()


async def test_what_arrived_is_listed_behind_what_did_not(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/send {number} now")
    await office.work_off()
    await ana.says("/deliveries")
    ana.sees("Everything has arrived.", "Sent last", "books@acme.example", "sent")
    ana.can_press()
    office.post.failing = Undeliverable("550 no")
    await ana.says(f"/send {number} to boss@acme.example now")
    await office.work_off()

    await ana.says("/deliveries")
    ana.sees("boss@acme.example", "failed: 550 no", "Sent last", "books@acme.example")
    ana.can_press("Send to boss@acme.example again")
    await ana.says("/deliveries failed")
    ana.sees("boss@acme.example")
    ana.sees_nothing_of("books@acme.example", "Everything")
    await ana.says("/deliveries sent")
    ana.sees("books@acme.example  Invoice 2026-0001")
    ana.sees_nothing_of("boss@acme.example  Invoice", "Everything")
    await ana.says("/deliveries uncertain")

    ana.sees("There is none.")


async def test_nobody_mails_more_documents_in_a_day_than_a_person_would(
    office: PostalOffice, ana: Chat
) -> None:
    number = await bills_acme(ana)
    async with office.app.storage.work() as work:
        await office.enter(work, "ana")
        business_id = (await work.businesses.get()).id
        for _letter in range(MOST_A_DAY):
            row = OutboxRow(office.ids.new(), "mail:x/a@b.example", {}, business_id, kind="invoice")
            await work.outbox.add(row, [])
            await work.outbox.settle(row.id, Settled("cancelled"))

    await ana.says(f"/send {number} now")
    ana.sees("You mailed 200 documents in 24 hours; that is the most.")
    office.wait(hours=25)
    await ana.says(f"/send {number} now")

    ana.sees("is on its way")
