"""A letter as the bytes that go over the wire (RFC 5322), with nothing in its headers that is not ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

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
    message["From"] = _from(letter, sender)
    # As text: an Address object refuses the letters that SMTPUTF8 is for.
    message["To"] = str(to)
    message["Subject"] = clean_name(letter.subject, _MOST_SUBJECT)
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
    content = _way_out(letter) + message.as_bytes()
    if len(content) > MOST_BYTES:
        raise _too_large()
    return Outgoing(to, content, letter.message_id)


def _too_large() -> Undeliverable:
    return Undeliverable(N_("This mail would be larger than {most} MB."), most=MOST_BYTES // 1_000_000)


def _policy(to: Mailbox) -> policy.EmailPolicy[EmailMessage]:
    """Seven bits, which every server takes, unless the address itself has other letters."""
    return policy.SMTP.clone(cte_type="7bit", utf8=not to.is_ascii)


def _from(letter: Letter, sender: str) -> Address:
    """The name is the business's, the address ours, so that servers find it permitted to send."""
    return Address(clean_name(letter.sender, _MOST_NAME), addr_spec=str(mailbox(sender)))


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
