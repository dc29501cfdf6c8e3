"""`billhook telegram set-webhook|delete-webhook|info`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from bot import settings as settings_of
from bot.logs import log_to_file
from bot.settings import Settings
from bot.telegram.setup import delete_webhook, set_webhook, webhook_info
from handlers.words import _


def run(action: str) -> int:
    settings = settings_of.load()
    log_to_file(settings)
    for line in asyncio.run(_done(settings, action)):
        sys.stdout.write(f"{line}\n")
    return 0


async def _done(settings: Settings, action: str) -> list[str]:
    match action:
        case "set-webhook":
            address = await set_webhook(settings)
            return [
                _("Telegram brings its updates to {address}. Menu and description are set.", address=address)
            ]
        case "delete-webhook":
            await delete_webhook(settings)
            return [_("Telegram brings its updates nowhere now; billhook serve can poll for them.")]
        case _:
            return told(await webhook_info(settings))


def told(info: dict[str, Any]) -> list[str]:
    """What Telegram says of the bot, a line for each thing worth knowing."""
    lines = [_("Bot: @{name}", name=info["username"])]
    lines.append(
        _("Webhook: {url}", url=info["url"])
        if info.get("url")
        else _("No webhook is set: updates are polled for.")
    )
    lines.append(_("Updates that wait: {count}", count=info.get("pending_update_count", 0)))
    if info.get("last_error_message"):
        at = datetime.fromtimestamp(info.get("last_error_date") or 0, UTC)
        lines.append(
            _(
                "Last error: {time} UTC, {message}",
                time=f"{at:%Y-%m-%d %H:%M}",
                message=info["last_error_message"],
            )
        )
    return lines
