"""From a word in the chat to the client's mailbox, through a real mail server, and what comes back to the chat."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pypdf
import pytest

from tests.bot.started import billhook
from tests.fakes.smtp import FakeSmtp
from tests.mail.conftest import SENDER
from tests.mail.office import BOOKS, MailOffice
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import ACME, STUDIO


@pytest.fixture
async def office(fresh_database_url: str, smtp: FakeSmtp) -> AsyncIterator[MailOffice]:
    office = MailOffice(fresh_database_url, smtp)
    yield office
    await office.close()


@pytest.fixture
def ana(office: MailOffice) -> Chat:
    return office.person("ana")


async def test_the_client_gets_the_invoice_and_answers_to_the_business(office: MailOffice, ana: Chat) -> None:
    letter = await office.mails(ana)

    message = letter.message
    pages = pypdf.PdfReader(io.BytesIO(letter.files["2026-0001.pdf"])).pages
    assert str(message["From"]) == f"Studio Löwe <{SENDER}>"
    assert (message["To"], message["Reply-To"]) == (BOOKS, "ana@loewe.example")
    assert message["Subject"] == "Invoice 2026-0001 from Studio Löwe"
    assert "over EUR 357.00, which is due on March 19, 2026" in letter.text
    assert "2026-0001" in pages[0].extract_text()
    assert message["List-Unsubscribe"] is None


async def test_a_letter_of_which_nobody_knows_comes_once_more_under_the_same_name(
    office: MailOffice, ana: Chat
) -> None:
    office.smtp.fails("end", hangs_up=True, kept=True)
    await office.mails(ana)

    await office.later(minutes=9)
    early = len(office.smtp.letters)
    await office.later(minutes=2)

    first, second = office.smtp.letters
    assert early == 1
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert (first.told, second.told) == (False, True)
    assert office.told("ana", "Nobody knows") == []


async def test_a_refusal_for_good_is_told_with_the_server_s_words(office: MailOffice, ana: Chat) -> None:
    office.smtp.fails("rcpt", "550 5.1.1 <books@acme.example>: no such user\x1b[31m")
    with pytest.raises(ValueError, match="not enough values"):
        await office.mails(ana)

    (told,) = office.told("ana", "did not arrive")

    assert "550 5.1.1 <books@acme.example>: no such user" in told.text
    assert "\x1b" not in told.text


async def test_who_is_away_for_an_hour_gets_it_then(office: MailOffice, ana: Chat) -> None:
    office.smtp.fails("rcpt", "451 4.7.1 Greylisted", times=3)
    with pytest.raises(ValueError, match="not enough values"):
        await office.mails(ana)

    for _minute in range(6):
        await office.later(minutes=1)

    assert len(office.smtp.letters) == 1
    assert office.told("ana", "did not arrive") == []


def test_whoever_only_has_a_terminal_sends_mail_too(tmp_path: Path) -> None:
    with FakeSmtp() as smtp:
        settings = {"SMTP_URL": smtp.url, "MAIL_FROM": f"Billhook <{SENDER}>"}
        said = (
            STUDIO, ACME, "/client edit Acme; email books@acme.example", "/invoice Acme: Work @ 300", "/issue",
            "/send 2026-0001 now",
        )  # fmt: skip
        # The number is this year's, whenever the test runs.
        given = "\n".join(said).replace("2026-0001", "1").encode()

        done = billhook(tmp_path, "chat", given=given, settings=settings)

        assert "is on its way to books@acme.example" in done.stdout
        assert [letter.recipients for letter in smtp.letters] == [(BOOKS,)]
        assert smtp.wrongs == []


def test_the_doctor_looks_whether_the_server_takes_letters(tmp_path: Path) -> None:
    with FakeSmtp() as smtp:
        settings = {"SMTP_URL": smtp.url, "MAIL_FROM": f"Billhook <{SENDER}>"}

        well = billhook(tmp_path, "doctor", settings=settings)
        smtp.stop()
        ill = billhook(tmp_path, "doctor", settings=settings)

    assert f"127.0.0.1:{smtp.port} takes letters from {SENDER}" in well.stdout
    assert smtp.letters == []
    assert ill.returncode == 1
    assert "The mail server cannot be reached" in ill.stdout
