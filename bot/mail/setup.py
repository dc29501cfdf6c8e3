"""Mail as the settings have it: the server that takes it."""

from __future__ import annotations

from bot.mail.client import Client, server_of
from bot.mail.mailing import mailing_of
from bot.mail.send import Mail
from bot.settings import Settings
from bot.system import SystemClock
from core.ports import Clock


def client_of(settings: Settings) -> Client:
    """For settings with SMTP_URL."""
    mailing = mailing_of(settings)
    if mailing is None or settings.smtp_url is None:
        raise ValueError("mail is switched off")
    return Client(server_of(settings.smtp_url.get_secret_value()), mailing.sender)


def mail_of(settings: Settings, clock: Clock | None = None) -> Mail:
    return Mail(client_of(settings), clock or SystemClock())
