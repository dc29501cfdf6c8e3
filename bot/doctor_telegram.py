"""What `billhook doctor` finds out about Telegram: the token, where updates go, and what went wrong lately."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.finding import Finding
from bot.settings import Settings
from bot.telegram.receive import ALLOWED
from bot.telegram.setup import webhook_info
from bot.telegram.webhook import PATH
from core.errors import BillhookError
from handlers.words import _, sentence

_RECENT = timedelta(hours=1)
_MANY = 100
"""Updates that wait; a process that is up takes them in a moment."""


def telegram_findings(settings: Settings) -> Iterator[Finding]:
    """One look at Telegram; it takes as long as Telegram takes to answer."""
    try:
        info = asyncio.run(webhook_info(settings))
    except BillhookError as error:
        yield Finding("FAIL", "Telegram", sentence(error))
        return
    yield Finding("ok", "Telegram", _("the token is good: @{name}", name=info["username"]))
    yield _way_in(settings, info)
    yield from _troubles(info)


def _way_in(settings: Settings, info: dict[str, Any]) -> Finding:
    about = _("Telegram updates")
    found = str(info.get("url") or "")
    if not settings.telegram_webhook:
        if found:
            said = _("a webhook is set ({url}); billhook serve takes it away and polls", url=found)
            return Finding("off", about, said)
        return Finding(
            "ok", about, _("are polled for; PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET switch to a webhook")
        )
    wanted = settings.public_url.rstrip("/") + PATH
    if found != wanted:
        said = _("come to {found} and not to {wanted}. Run: billhook telegram set-webhook", found=found or "–",
                 wanted=wanted)  # fmt: skip
        return Finding("FAIL", about, said)
    missing = sorted(set(ALLOWED) - set(info.get("allowed_updates") or ALLOWED))
    if missing:
        said = _("leave out {kinds}. Run: billhook telegram set-webhook", kinds=", ".join(missing))
        return Finding("FAIL", about, said)
    return Finding("ok", about, _("are brought to {url}", url=wanted))


def _troubles(info: dict[str, Any]) -> Iterator[Finding]:
    about = _("Telegram delivery")
    waiting = int(info.get("pending_update_count") or 0)
    failed_at = datetime.fromtimestamp(int(info.get("last_error_date") or 0), UTC)
    message = str(info.get("last_error_message") or "")[:200]
    if message and datetime.now(UTC) - failed_at < _RECENT:
        yield Finding(
            "FAIL", about, _("failed at {time} UTC: {message}", time=f"{failed_at:%H:%M}", message=message)
        )
    elif message:
        said = _("failed last at {time} UTC: {message}", time=f"{failed_at:%Y-%m-%d %H:%M}", message=message)
        yield Finding("ok", about, said)
    if waiting > _MANY:
        yield Finding("FAIL", about, _("{count} updates wait: is billhook serve running?", count=waiting))
    elif not message:
        yield Finding("ok", about, _("{count} updates wait", count=waiting))
