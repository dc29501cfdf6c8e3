"""The app manifest, made from the commands there are: what an administrator pastes to create the Slack app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.paths import EVENTS, REDIRECT
from bot.slack.receive import FROM_ANYWHERE, FROM_MESSAGE
from handlers.command import Command

SCOPES = (
    "app_mentions:read", "chat:write", "commands", "files:write", "im:history", "im:write", "users:read",
)  # fmt: skip
"""What is asked for, and nothing more: no channel's history, no file, no mail address."""
BOT_EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")
_MOST_DESCRIPTION, _MOST_HINT = 100, 80
"""Characters that Slack shows while somebody types a command."""
_ABOUT = (
    "Billhook writes invoices in the chat. Type /invoice and fill in a form, or write a whole invoice on one line: "
    "/invoice Acme: 3h design @ 120; due 14d. It answers with the draft, issues it under the next number, hands out "
    "the PDF and keeps track of who has paid and who is late."
)
"""Slack wants at least 174 characters."""


def manifest(commands: Sequence[Command], public_url: str) -> dict[str, Any]:
    """For an app at that address, or without one for Socket Mode."""
    base = public_url.rstrip("/")
    events = f"{base}{EVENTS}" if base else ""
    return {
        "display_information": {
            "name": "Billhook",
            "description": "Invoices in the chat: write, issue, send, get paid",
            "long_description": _ABOUT,
            "background_color": "#1f4e79",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Billhook", "always_online": True},
            "shortcuts": [
                {
                    "name": "Invoice from message",
                    "type": "message",
                    "callback_id": FROM_MESSAGE,
                    "description": "Open an invoice with what the message says",
                },
                {
                    "name": "Write an invoice",
                    "type": "global",
                    "callback_id": FROM_ANYWHERE,
                    "description": "Open a new invoice",
                },
            ],
            "slash_commands": [_slash(*one, events) for one in _slashes(commands)],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{base}{REDIRECT}"]} if base else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**({"request_url": events} if events else {}), "bot_events": list(BOT_EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **({"request_url": events, "message_menu_options_url": events} if events else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": not events,
            "token_rotation_enabled": False,
        },
    }  # fmt: skip


def _slashes(commands: Sequence[Command]) -> list[tuple[str, str, str]]:
    """Name, description and hint; `/billhook` leads to all that have no command of their own."""
    own = [
        (f"/{command.name}", command.help, command.example.removeprefix(f"/{command.name}").strip())
        for command in commands
        if command.slash
    ]
    return [("/billhook", "Everything else, such as settings, people and help", "help"), *own]


def _slash(name: str, description: str, hint: str, url: str) -> dict[str, Any]:
    return {
        "command": name,
        "description": description[:_MOST_DESCRIPTION],
        # People who are mentioned then come as ids, which nobody else can have.
        "should_escape": True,
        **({"usage_hint": hint[:_MOST_HINT]} if hint else {}),
        **({"url": url} if url else {}),
    }
