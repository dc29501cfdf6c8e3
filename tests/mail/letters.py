"""Letters to send in tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from bot.mail.message import Outgoing, compose
from bot.mail.render import Part, part_of
from handlers.kinds import Attachment, Letter, Reply, Text
from handlers.mailing import mail_chat
from tests.fakes.clock import MORNING
from tests.mail.conftest import SENDER

BOOKS = "books@acme.example"
CHAT = mail_chat(UUID(int=7), BOOKS)
ENVELOPE = Letter(
    "Invoice 2026-0007", "k3Jd0aQ9x-_Zr81b7Tg2Pw@billhook.example", "Löwe & Söhne", "ana@loewe.example"
)
PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-1.7\x00\xff" * 977)


def letter(text: str = "Please find it attached.", **envelope: Any) -> Reply:
    return Reply((Text(text),), attachments=(PDF,), letter=replace(ENVELOPE, **envelope))


def part(shown: Reply | None = None, to: str = BOOKS) -> Part:
    return part_of(to, shown or letter())


def outgoing(shown: Reply | None = None, to: str = BOOKS) -> Outgoing:
    return compose(part(shown, to), SENDER, MORNING)
