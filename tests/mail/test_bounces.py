"""What comes back to the sender's address is believed only as far as nobody else could have written it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli_mail import note_bounce
from bot.mail.bounces import MOST_BYTES, Bounce, read_bounce
from tests.bot.started import billhook
from tests.fakes.smtp import FakeSmtp
from tests.mail.office import BOOKS, MailOffice
from tests.scenarios.chat import Chat

REPORT = """\
From: MAILER-DAEMON@mx.example
To: billing@billhook.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected

--b
Content-Type: {returned}

From: billing@billhook.example
Subject: Invoice 2026-0001
Message-ID: <{message_id}>

--b--
"""
ID = "k3Jd0aQ9x-_Zr81b7Tg2Pw@billhook.example"
USUAL = {
    "envelope": "X: y", "recipient": BOOKS, "action": "failed", "status": "5.1.1", "returned": "message/rfc822",
    "message_id": ID,
}  # fmt: skip


def report(**changes: str) -> bytes:
    return REPORT.format(**{**USUAL, **changes}).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"returned": "text/rfc822-headers"},
        {"envelope": f"Original-Envelope-Id: {ID}", "message_id": "another@x.example"},
        {"recipient": "Books@ACME.example"},
        {"action": "Failed"},
    ],
)
def test_a_report_names_the_letter_its_recipient_and_the_reason(changes: dict[str, str]) -> None:
    bounce = read_bounce(report(**changes))

    recipient = changes.get("recipient", BOOKS)
    reason = f"5.1.1 smtp; 550 5.1.1 <{recipient}>: Recipient address rejected"
    assert bounce == Bounce(ID, frozenset({BOOKS}), reason)


@pytest.mark.parametrize(
    "content",
    [
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(status="4.2.2"),
        report(message_id=""),
        report()[:200],
        b"Subject: Out of office\r\n\r\nI am away.",
        b"",
        b"\0\xff\r\n" * 99,
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
        report() + b" " * MOST_BYTES,
    ],
)
def test_anything_else_tells_of_nothing(content: bytes) -> None:
    assert read_bounce(content) is None


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_mail_is_too_odd_to_be_read(junk: bytes, place: int) -> None:
    content = report()

    read_bounce(content[:place] + junk + content[place:])
    read_bounce(junk)


@pytest.fixture
async def office(fresh_database_url: str, smtp: FakeSmtp) -> AsyncIterator[MailOffice]:
    office = MailOffice(fresh_database_url, smtp)
    yield office
    await office.close()


@pytest.fixture
def ana(office: MailOffice) -> Chat:
    return office.person("ana")


async def test_a_letter_that_came_back_is_told_once(office: MailOffice, ana: Chat) -> None:
    letter = await office.mails(ana)
    bounce = read_bounce(report(message_id=letter.message["Message-ID"].strip("<>")))
    assert bounce is not None

    known = [await note_bounce(office.app.storage, office.errands, bounce) for _twice in range(2)]
    await office.errands.work_off(office.app)

    (told,) = office.told("ana", "did not arrive")
    assert known == [True, False]
    assert f"The mail to {BOOKS} about 2026-0001 did not arrive." in told.text
    assert "5.1.1 smtp; 550 5.1.1" in told.text
    await ana.says("/deliveries failed")
    ana.sees(BOOKS, "failed: 5.1.1 smtp;")


@pytest.mark.parametrize(
    "changes", [{"message_id": "guess" * 5 + "@billhook.example"}, {"recipient": "eve@x.example"}]
)
async def test_who_does_not_know_the_letter_or_its_recipient_changes_nothing(
    office: MailOffice, ana: Chat, changes: dict[str, str]
) -> None:
    letter = await office.mails(ana)
    given_id = {"message_id": letter.message["Message-ID"].strip("<>")}
    bounce = read_bounce(report(**{**given_id, **changes}))
    assert bounce is not None

    known = await note_bounce(office.app.storage, office.errands, bounce)
    await office.errands.work_off(office.app)

    assert known is False
    assert office.told("ana", "did not arrive") == []


def test_the_command_ends_well_whatever_it_is_given(tmp_path: Path) -> None:
    billhook(tmp_path, "chat", given=b"/help\n")

    odd = billhook(tmp_path, "bounce", given=b"Subject: Hello\r\n\r\nHi")
    unknown = billhook(tmp_path, "bounce", given=report())

    assert (odd.returncode, odd.stdout, odd.stderr) == (0, "This tells of no letter that failed.\n", "")
    assert (unknown.returncode, unknown.stdout, unknown.stderr) == (0, "No letter of ours is meant.\n", "")
