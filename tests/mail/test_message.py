"""A letter on the wire: whatever people are called, nothing gets into its headers that is not ours."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.mail.address import mailbox
from bot.mail.message import MOST_BYTES, compose
from handlers.kinds import Attachment, Button, Facts, Letter, Lines, Notice, Reply, Text
from handlers.platform import Undeliverable
from tests.fakes.clock import MORNING
from tests.fakes.smtp_letters import wrongs_of
from tests.mail.conftest import SENDER
from tests.mail.letters import ENVELOPE, letter, outgoing, part

HEADERS = {
    "from", "to", "subject", "reply-to", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding",
}  # fmt: skip
EVIL = "Acme\r\nBcc: eve@evil.example\r\n\r\n<b>\x00\u202e\x1b[2J\u2028Bcc: x"


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_envelope_says_who_writes_and_where_answers_go() -> None:
    message = read(outgoing(letter()).content)

    assert str(message["From"]) == f"Löwe & Söhne <{SENDER}>"
    assert message["To"] == "books@acme.example"
    assert message["Reply-To"] == "ana@loewe.example"
    assert message["Subject"] == "Invoice 2026-0007"
    assert message["Message-ID"] == f"<{ENVELOPE.message_id}>"
    assert message["Date"] == "Thu, 05 Mar 2026 09:41:07 +0000"
    assert {name.lower() for name in message} == HEADERS - {"content-transfer-encoding"}


@pytest.mark.parametrize("field", ["subject", "sender"])
def test_a_line_break_in_what_people_wrote_adds_no_header(field: str) -> None:
    content = outgoing(letter(**{field: EVIL})).content

    message = read(content)
    assert {name.lower() for name in message} <= HEADERS
    assert "eve@evil.example" not in [address.addr_spec for address in message["To"].addresses]
    assert wrongs_of(content, utf8=False, eightbit=False) == []


@pytest.mark.parametrize(
    "address",
    [
        "a@acme.example\r\nBcc: eve@evil.example", "a@acme.example, eve@evil.example", "<a@acme.example>",
        "a b@acme.example", '"a\\r\\nb"@acme.example', "a@acme.example>", "@acme.example", "a@", "a", "a@acme..example",
        "a@-acme.example", "a..b@acme.example", "a@\u202eacme.example", "a@acme.example\0", "x" * 65 + "@acme.example",
        "a@" + "x" * 64 + ".example",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_gets_nothing(address: str) -> None:
    with pytest.raises(Undeliverable, match="is not a mail address"):
        outgoing(to=address)


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("Ana.K+x@Acme.Example", "Ana.K+x@acme.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@例え.example", "a@xn--r8jz45g.example"),
        ("o'neil@acme.example", "o'neil@acme.example"),
    ],
)
def test_a_domain_is_written_as_the_name_servers_know_it(typed: str, wire: str) -> None:
    assert str(mailbox(typed)) == wire


names = st.text(max_size=80)


@example(subject="𝓧" * 60, sender="𝐀0𝐀𝓅0𝐀𝓧𝓲𝓴𝓷𝓶𝓺𝓻0𝓯𝓳0𝓶𝓶𝓹𝓼𝓼𝓼𝔀𝔁", text="", filename="")
@example(subject="=?utf-8?q?x?=", sender='=?utf-8?q?x?= "a", <b@c.d>', text="", filename="")
@given(subject=names, sender=names, text=names, filename=names)
def test_whatever_is_written_a_strict_server_takes_the_letter(
    subject: str, sender: str, text: str, filename: str
) -> None:
    envelope = Letter(subject, ENVELOPE.message_id, sender, "", "https://billhook.example/u/abc")
    file = Attachment(filename, "application/pdf", b"%PDF")
    blocks = (
        Text(text),
        Facts(((text, subject),), sender),
        Lines((sender, text), ((subject, text),), (1,)),
        Notice(text),
    )

    content = compose(part(Reply(blocks, attachments=(file,), letter=envelope)), SENDER, MORNING).content

    assert wrongs_of(content, utf8=False, eightbit=False) == []


@pytest.mark.parametrize(
    ("way", "press"),
    [
        ("https://billhook.example/a/long/path/" + "x" * 90 + "/u/k3Jd0aQ9x-_Zr81b7Tg2Pw", True),
        ("http://localhost:8000/u/k3Jd0aQ9x-_Zr81b7Tg2Pw", False),
        ("mailto:billing@billhook.example?subject=unsubscribe", False),
    ],
)
def test_who_may_end_such_letters_finds_the_way_in_one_piece(way: str, press: bool) -> None:
    content = outgoing(letter(unsubscribe=way)).content

    message = read(content)
    assert f"List-Unsubscribe: <{way}>\r\n".encode() in content
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if press else None)
    assert message["Auto-Submitted"] == "auto-generated"
    assert part(letter(unsubscribe=way)).text.endswith(f"No more mails like this one: {way}\n")


def test_a_way_out_that_is_no_link_adds_no_header() -> None:
    content = outgoing(letter(unsubscribe="https://x.example/\r\nBcc: eve@evil.example")).content

    assert b"Bcc" not in content
    assert b"List-Unsubscribe" not in content


def test_links_stand_in_the_text_and_on_the_page_and_other_buttons_do_not() -> None:
    reply = Reply(
        (Text("Pay <b>now</b>"),),
        (Button("Pay & go", url="https://pay.example/?a=1&b=2"), Button("Paid", "paid", "7"),
         Button("Evil", url="javascript:alert(1)")),
        letter=ENVELOPE,
    )  # fmt: skip

    shown = part(reply)

    assert shown.text == "Pay <b>now</b>\n\nPay & go: https://pay.example/?a=1&b=2\n"
    assert '<a href="https://pay.example/?a=1&amp;b=2">Pay &amp; go</a>' in shown.page
    assert "Pay &lt;b&gt;now&lt;/b&gt;" in shown.page
    assert "javascript" not in shown.page


def test_a_letter_that_no_mailbox_takes_is_not_sent() -> None:
    large = Attachment("scan.pdf", "application/pdf", bytes(MOST_BYTES))

    with pytest.raises(Undeliverable, match="larger than 20 MB"):
        outgoing(Reply((Text("See."),), attachments=(large,), letter=ENVELOPE))


def test_a_long_line_and_a_foreign_file_name_come_through() -> None:
    file = Attachment("Übersicht " + "März " * 12 + ".pdf", "application/pdf", b"%PDF")
    reply = Reply((Text("x" * 3000 + " Löwe"),), attachments=(file,), letter=ENVELOPE)

    message = read(outgoing(reply).content)

    (attached,) = message.iter_attachments()
    body = message.get_body(("plain",))
    assert attached.get_filename() == file.filename
    assert body is not None
    assert body.get_content() == "x" * 3000 + " Löwe\n"
