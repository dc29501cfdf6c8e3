"""`billhook slack-manifest`."""

from __future__ import annotations

import json
import sys

from bot import settings as settings_of
from bot.slack.manifest import manifest
from handlers.registry import COMMANDS


def run() -> int:
    """For the way in that is configured; without a public address that can only be Socket Mode."""
    settings = settings_of.load()
    address = "" if settings.slack_socket_mode else settings.public_url
    sys.stdout.write(json.dumps(manifest(COMMANDS, address), indent=2, ensure_ascii=False) + "\n")
    return 0
