"""Handing a letter to a mail server: what each way in which it can fail means for whether it arrives."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.mail.client import Client, Patience, Server, server_of
from bot.mail.send import Mail
from core.errors import BillhookError, Unavailable
from handlers.kinds import Attachment, Reply, Text
from handlers.mailing import mail_chat
from handlers.platform import Lost, Throttled, Undeliverable
from tests.fakes.clock import FixedClock
from tests.fakes.smtp import FakeSmtp, Stage
from tests.fakes.smtp_session import Offer
from tests.mail.conftest import SENDER
from tests.mail.letters import BOOKS, ENVELOPE, outgoing, part

PASSWORD = "p:a/s s@wörd%"  # scan: allow


def client_of(smtp: FakeSmtp, trusted: bool = True) -> Client:
    context = smtp.certificate.client if smtp.certificate and trusted else None
    return Client(server_of(smtp.url), SENDER, context)


async def test_a_letter_arrives_whole_from_our_address_at_the_one_recipient(
    smtp: FakeSmtp, client: Client
) -> None:
    mail = outgoing()

    await client.hand_over(mail)

    (letter,) = smtp.letters
    assert (letter.sender, letter.recipients, letter.told) == (SENDER, (BOOKS,), True)
    assert letter.content == mail.content
    assert smtp.sessions[0][0] == "EHLO billhook.example"
    assert smtp.sessions[0][-1] == "QUIT"


async def test_lines_that_begin_with_a_dot_arrive_as_they_were(smtp: FakeSmtp, client: Client) -> None:
    reply = Reply((Text(".\n..\n.hidden\nFrom here"),), letter=ENVELOPE)

    await client.hand_over(outgoing(reply))

    assert smtp.letters[0].text == ".\n..\n.hidden\nFrom here\n"


@pytest.mark.parametrize(
    ("stage", "answer", "family"),
    [
        ("connect", "421 4.3.2 Shutting down", Unavailable),
        ("connect", "554 5.7.1 No service", Unavailable),
        ("ehlo", "421 4.3.2 Shutting down", Throttled),
        ("mail", "451 4.3.0 Try again later", Unavailable),
        ("mail", "421 4.7.0 Too many connections", Throttled),
        ("mail", "550 5.7.1 Sender refused", Undeliverable),
        ("rcpt", "450 4.2.0 Greylisted", Unavailable),
        ("rcpt", "452 4.5.3 Too many recipients", Throttled),
        ("rcpt", "550 5.1.1 No such user here", Undeliverable),
        ("rcpt", "553 5.1.3 Bad address", Undeliverable),
        ("data", "451 4.3.0 Try again later", Unavailable),
        ("data", "554 5.5.1 No valid recipients", Undeliverable),
        ("end", "451 4.7.1 Greylisted", Unavailable),
        ("end", "452 4.3.1 Out of storage", Throttled),
        ("end", "552 5.2.2 Mailbox full", Undeliverable),
        ("end", "554 5.7.1 Looks like spam", Undeliverable),
        ("end", "what?", Lost),
        ("rcpt", "what?", Unavailable),
    ],
)
async def test_an_answer_that_is_not_yes_means_what_the_server_said(
    smtp: FakeSmtp, client: Client, stage: Stage, answer: str, family: type[BillhookError]
) -> None:
    smtp.fails(stage, answer)

    with pytest.raises(BillhookError) as caught:
        await client.hand_over(outgoing())

    assert type(caught.value) is family
    assert smtp.letters == []
    if family in (Undeliverable, Throttled):
        assert str(caught.value) == answer


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "body"])
async def test_who_is_hung_up_on_before_the_end_has_sent_nothing(
    smtp: FakeSmtp, client: Client, stage: Stage
) -> None:
    # What is on its way at once has its end on the way, too.
    scan = Attachment("scan.pdf", "application/pdf", bytes(12_000_000 if stage == "body" else 7))
    mail = outgoing(Reply((Text("See."),), attachments=(scan,), letter=ENVELOPE))
    smtp.fails(stage, hangs_up=True)

    with pytest.raises(Unavailable):
        await client.hand_over(mail)
    await client.hand_over(outgoing())

    assert len(smtp.letters) == 1


@pytest.mark.parametrize("kept", [True, False])
async def test_when_the_answer_to_the_whole_letter_is_lost_nobody_knows(
    smtp: FakeSmtp, client: Client, kept: bool
) -> None:
    smtp.fails("end", hangs_up=True, kept=kept)

    with pytest.raises(Lost):
        await client.hand_over(outgoing())

    assert len(smtp.letters) == int(kept)


async def test_a_server_that_says_in_the_middle_why_it_hangs_up_is_believed(
    smtp: FakeSmtp, client: Client
) -> None:
    smtp.fails("body", "552 5.3.4 Too big after all")
    large = Attachment("scan.pdf", "application/pdf", bytes(6_000_000))

    with pytest.raises(Undeliverable) as caught:
        await client.hand_over(outgoing(Reply((Text("See."),), attachments=(large,), letter=ENVELOPE)))

    assert str(caught.value) == "552 5.3.4 Too big after all"


async def test_a_server_that_is_not_there_is_unavailable(smtp: FakeSmtp, client: Client) -> None:
    smtp.stop()

    with pytest.raises(Unavailable):
        await client.hand_over(outgoing())
    smtp.start()
    await client.hand_over(outgoing())

    assert len(smtp.letters) == 1


@pytest.mark.parametrize(
    ("stage", "family"), [("ehlo", Unavailable), ("rcpt", Unavailable), ("data", Unavailable), ("end", Lost)]
)
async def test_a_server_that_falls_silent_is_left(
    smtp: FakeSmtp, stage: Stage, family: type[BillhookError]
) -> None:
    client = Client(server_of(smtp.url), SENDER, patience=Patience(end=0.5, answer=0.5))
    smtp.fails(stage, seconds=5.0)

    with pytest.raises(BillhookError) as caught:
        await client.hand_over(outgoing())

    assert type(caught.value) is family


async def test_a_process_that_is_stopped_in_the_middle_leaves_nothing_open(
    smtp: FakeSmtp, client: Client
) -> None:
    smtp.fails("rcpt", seconds=5.0)

    sending = asyncio.create_task(client.hand_over(outgoing()))
    await asyncio.sleep(0.2)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert smtp.letters == []


# -- encryption and passwords -------------------------------------------------------------------------


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_password_is_said_over_an_encrypted_connection(tmp_path: Path, tls: Any) -> None:
    with FakeSmtp(tls=tls, users={"ana@loewe": PASSWORD}, folder=tmp_path) as smtp:
        await client_of(smtp).hand_over(outgoing())

        assert len(smtp.letters) == 1
        assert smtp.wrongs == []


async def test_a_wrong_password_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    with FakeSmtp(tls="starttls", users={"ana@loewe": PASSWORD}, folder=tmp_path) as smtp:
        server = server_of(smtp.url.replace("ana%40loewe", "eve"))

        with pytest.raises(Unavailable) as caught:
            await Client(server, SENDER).hand_over(outgoing())

    assert "does not accept the user and password of SMTP_URL: 535 5.7.8" in str(caught.value)


async def test_a_certificate_that_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    with FakeSmtp(tls="implicit", users={"ana@loewe": PASSWORD}, folder=tmp_path) as smtp:
        with pytest.raises(Unavailable) as caught:
            await client_of(smtp, trusted=False).hand_over(outgoing())

        assert "certificate" in str(caught.value).lower()
        assert not any("AUTH" in line for said in smtp.sessions for line in said)


async def test_encryption_that_is_offered_is_taken_without_a_password_too(tmp_path: Path) -> None:
    with FakeSmtp(tls="starttls", folder=tmp_path) as smtp:
        await client_of(smtp, trusted=False).hand_over(outgoing())

        assert smtp.sessions[0][:3] == ["EHLO billhook.example", "STARTTLS", "EHLO billhook.example"]


@pytest.mark.parametrize(
    ("url", "server", "needs_tls"),
    [
        ("smtp://mail.example.com", Server("mail.example.com", 25), False),
        ("smtps://mail.example.com", Server("mail.example.com", 465, True), True),
        ("smtp://u%40x:p%2Fw@mail.example.com", Server("mail.example.com", 587, False, "u@x", "p/w"), True),
        ("smtp://u:p@localhost:2525", Server("localhost", 2525, False, "u", "p"), False),
        ("smtp://u:p@[::1]:2525", Server("::1", 2525, False, "u", "p"), False),
        ("smtp://u:p@127.8.0.1", Server("127.8.0.1", 587, False, "u", "p"), False),
    ],
)
def test_the_address_of_a_server_says_it_all(url: str, server: Server, needs_tls: bool) -> None:
    assert server_of(url) == server
    assert server_of(url).needs_tls is needs_tls
    assert "p/w" not in repr(server_of(url))


async def test_a_look_tries_all_but_a_letter(tmp_path: Path) -> None:
    with FakeSmtp(tls="starttls", users={"ana@loewe": PASSWORD}, folder=tmp_path) as smtp:
        await client_of(smtp).look()

        assert [line.partition(" ")[0] for line in smtp.sessions[0]][-2:] == ["NOOP", "QUIT"]
        assert smtp.letters == []


# -- what a server can do ------------------------------------------------------------------------------


async def test_a_letter_that_is_too_large_for_the_server_is_not_begun() -> None:
    with FakeSmtp(Offer(size=1_000_000)) as smtp:
        large = Attachment("scan.pdf", "application/pdf", bytes(1_000_000))

        with pytest.raises(Undeliverable) as caught:
            await client_of(smtp).hand_over(
                outgoing(Reply((Text("See."),), attachments=(large,), letter=ENVELOPE))
            )

        assert str(caught.value) == "The mail server takes 1 MB at most, and this mail is larger."
        assert not any(line.startswith("MAIL") for line in smtp.sessions[0])


@pytest.mark.parametrize("offered", [True, False])
async def test_an_address_in_other_letters_goes_where_the_server_knows_them(offered: bool) -> None:
    with FakeSmtp(Offer(smtputf8=offered, eightbit=offered)) as smtp:
        mail = outgoing(to="björn@bücher.example")
        if not offered:
            with pytest.raises(Undeliverable, match="no address with letters like those of björn@"):
                await client_of(smtp).hand_over(mail)
            return
        await client_of(smtp).hand_over(mail)

        assert smtp.letters[0].recipients == ("björn@xn--bcher-kva.example",)
        assert smtp.wrongs == []


async def test_what_comes_back_is_asked_to_name_the_letter() -> None:
    with FakeSmtp(Offer(dsn=True)) as smtp:
        await client_of(smtp).hand_over(outgoing())

        assert f"ENVID={ENVELOPE.message_id}" in smtp.letters[0].options
        assert any(line.endswith("NOTIFY=FAILURE") for line in smtp.sessions[0])


# -- rates ---------------------------------------------------------------------------------------------


def test_one_business_leaves_the_server_to_the_others(client: Client) -> None:
    mail = Mail(client, FixedClock())
    mine, yours = mail_chat(UUID(int=7), BOOKS), mail_chat(UUID(int=8), BOOKS)

    rates = [[(rate.key, rate.seconds) for rate in mail.rates(chat, part())] for chat in (mine, yours)]

    assert rates[0] == [(f"mail:{BOOKS}", 1.0), (f"mail:{UUID(int=7).hex}", 1.0), ("mail:server", 0.5)]
    assert rates[1] == [(f"mail:{BOOKS}", 1.0), (f"mail:{UUID(int=8).hex}", 1.0), ("mail:server", 0.5)]
