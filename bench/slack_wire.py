"""Slash commands as Slack brings them, each signed for itself."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from bot.slack.paths import EVENTS
from tests.fakes.slack import SIGNING_SECRET as SECRET
from tests.fakes.slack import Channel, Person
from tests.fakes.slack_courier import sign

FORM = "application/x-www-form-urlencoded"
COMMAND, TEXT = "/invoice", "Acme: 3h design @ 120"
UNKNOWN = "/INVOICE"
"""No name that a command of ours may have: all is read, and nothing is stored."""
_NUMBERS = itertools.count(1_000_000)

Speaker = tuple[Person, Channel]


def form(speaker: Speaker, origin: str, command: str = COMMAND) -> bytes:
    """The body of one more command, with the fields that Slack sends."""
    number, (person, channel) = next(_NUMBERS), speaker
    team = person.workspace
    return urlencode({
        "token": "a-verification-token-of-old", "team_id": team.id, "team_domain": team.domain,
        "channel_id": channel.id, "channel_name": channel.told_name, "user_id": person.id,
        "user_name": person.user_name, "command": command, "text": TEXT, "api_app_id": "A0BILLHOOK",
        "is_enterprise_install": "false",
        "response_url": f"{origin}/commands/{team.id}/{number}/4e36a4e36a4e36a4e36a4e36",
        "trigger_id": f"{number}.7000000.4e36a4e36a4e36a4e36a4e36a4e36a4e",
    }).encode()  # fmt: skip


def signed(body: bytes) -> dict[str, str]:
    return {"Content-Type": FORM, **sign(SECRET, body, int(time.time()))}


class Commands:
    """One request after the other, from one person after the other."""

    def __init__(self, speakers: Sequence[Speaker], origin: str, command: str = COMMAND) -> None:
        self._turns = itertools.cycle(speakers)
        self._origin = origin
        self._command = command
        self.made = 0

    def __call__(self) -> bytes:
        self.made += 1
        body = form(next(self._turns), self._origin, self._command)
        told = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
        head = f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\n{told}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body
