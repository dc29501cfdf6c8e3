"""Where letters come from, as the settings have it. What sends them is only imported where they are sent."""

from __future__ import annotations

from email.utils import parseaddr

from bot.mail.address import mailbox
from bot.settings import Settings
from handlers.platform import Mailing


def mailing_of(settings: Settings) -> Mailing | None:
    """None where mail is switched off."""
    if not settings.smtp_url:
        return None
    return Mailing(str(mailbox(parseaddr(settings.mail_from)[1])), settings.public_url)
