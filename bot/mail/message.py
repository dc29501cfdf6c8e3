"""A letter as the bytes that go over the wire (RFC 5322), with nothing in its headers that is not ours."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from bot.mail.address import Mailbox, mailbox
from bot.mail.render import Part
from bot.text import clean_name
from core.errors import N_
from handlers.kinds import Letter
from handlers.platform import Undeliverable

MOST_BYTES = 20_000_000
"""What nearly every mailbox takes; the files in it grow by a third on their way."""
_MOST_SUBJECT, _MOST_NAME = 200, 120
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Ready to be handed to a server. `to` goes on the envelope."""

    to: Mailbox
    content: bytes
    message_id: str


def compose(part: Part, sender: str, now: datetime) -> Outgoing:
    """Raises Undeliverable for what no server would take."""
    to, letter = mailbox(part.to), part.letter
    if sum(len(file.content) for file in part.files) > MOST_BYTES * 3 // 4:
        raise _too_large()
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise ValueError("a Message-ID of ours is letters, digits, dots and dashes around an @")
    message = EmailMessage(_policy(to))
    # As text: an Address object refuses the letters that SMTPUTF8 is for.
    message["To"] = str(to)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=str(mailbox(letter.reply_to)))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}>"
    message.set_content(part.text, charset="utf-8")
    message.add_alternative(part.page, subtype="html", charset="utf-8")
    for file in part.files:
        main, _slash, sub = file.media_type.partition("/")
        name = clean_name(file.filename, 100) or "attachment"
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=name)
    content = _way_out(letter) + _worded(letter, sender) + message.as_bytes()
    if len(content) > MOST_BYTES:
        raise _too_large()
    return Outgoing(to, content, letter.message_id)


def _too_large() -> Undeliverable:
    return Undeliverable(N_("This mail would be larger than {most} MB."), most=MOST_BYTES // 1_000_000)


def _policy(to: Mailbox) -> policy.EmailPolicy[EmailMessage]:
    """Seven bits, which every server takes, unless the address itself has other letters."""
    return policy.SMTP.clone(cte_type="7bit", utf8=not to.is_ascii)


def _worded(letter: Letter, sender: str) -> bytes:
    """The headers in people's own words. The name is the business's, the address ours, so that servers find it
    permitted to send. Not by EmailMessage, which writes encoded words longer than the 75 characters of RFC 2047.
    """
    name, address = clean_name(letter.sender, _MOST_NAME), str(mailbox(sender))
    shown = formataddr((name, address)) if _is_plain(name) else f"{_encoded(name)} <{address}>"
    subject = clean_name(letter.subject, _MOST_SUBJECT)
    subject = subject if _is_plain(subject) else _encoded(subject)
    return f"From: {shown}\r\nSubject: {subject}\r\n".encode("ascii")


def _is_plain(text: str) -> bool:
    """What looks like an encoded word would be read as one."""
    return text.isascii() and "=?" not in text


def _encoded(text: str) -> str:
    """Up to 42 octets to a word, and no character cut in two."""
    pieces = [""]
    for character in text:
        if len((pieces[-1] + character).encode()) > 42:
            pieces.append("")
        pieces[-1] += character
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _way_out(letter: Letter) -> bytes:
    """RFC 8058: one press in the mail program ends such letters, where there is a page that takes it. Programs and
    holiday notices leave alone what says that nobody wrote it by hand (RFC 3834).
    """
    if not letter.unsubscribe:
        return b""
    # Written as it is: the standard library would cut a long link into encoded words, which no mail program puts
    # together again in this header.
    header = f"Auto-Submitted: auto-generated\r\nList-Unsubscribe: <{letter.unsubscribe}>\r\n"
    if letter.unsubscribe.startswith("https://"):
        header += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return header.encode()
