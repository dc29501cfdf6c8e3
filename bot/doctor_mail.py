"""What `billhook doctor` finds out about mail: whether the server answers, encrypts, and lets us in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.finding import Finding
from bot.mail.setup import client_of
from bot.settings import Settings
from core.errors import BillhookError
from handlers.words import _, sentence


def mail_findings(settings: Settings) -> Iterator[Finding]:
    """One session without a letter; it takes as long as the server takes to answer."""
    about, client = _("Mail"), client_of(settings)
    server = client.server
    try:
        asyncio.run(client.look())
    except BillhookError as error:
        yield Finding("FAIL", about, sentence(error))
        return
    said = _(
        "{host}:{port} takes letters from {sender}", host=server.host, port=server.port, sender=client.sender
    )
    yield Finding("ok", about, said)
    if not settings.public_url:
        text = _("PUBLIC_URL is not set: letters cannot be ended with one press, only by an answer to {sender}",
                 sender=client.sender)  # fmt: skip
        yield Finding("off", _("Mail links"), text)
