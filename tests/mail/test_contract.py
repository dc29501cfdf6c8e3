"""The platform contract as far as it concerns a platform on which nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from bot.mail.render import Part
from bot.mail.send import Mail
from handlers.kinds import ChatRef, Letter, Question, Reply
from handlers.mailing import mail_chat
from handlers.platform import Platform
from handlers.updates import Occasion
from tests.contracts.platform import Shelf, ShowingContract
from tests.fakes.smtp import FakeSmtp

ENVELOPE = Letter("Invoice 2026-0007", "k3Jd0aQ9x-_Zr81b7Tg2Pw@billhook.example", "Löwe & Söhne")


class _Enveloped(Mail):
    """What the contract shows, in an envelope."""

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Part]:
        assert isinstance(shown, Reply)
        return super().parts(chat, replace(shown, letter=ENVELOPE), tokens, occasion)


class MailShelf:
    """What lies in the client's mailbox."""

    chat = mail_chat(UUID(int=7), "books@acme.example")

    def __init__(self, smtp: FakeSmtp, mail: Mail) -> None:
        self._smtp = smtp
        self._mail = _Enveloped(mail.client, mail.clock)

    @property
    def platform(self) -> Platform:
        return self._mail

    def seen(self) -> str:
        return "\n".join("\n".join((letter.text, *letter.files)) for letter in self._smtp.letters)

    def files(self) -> dict[str, bytes]:
        return {name: content for letter in self._smtp.letters for name, content in letter.files.items()}


class TestMail(ShowingContract):
    @pytest.fixture
    def stage(self, smtp: FakeSmtp, mail: Mail) -> Shelf:
        return MailShelf(smtp, mail)
