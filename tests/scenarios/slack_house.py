"""An app in real processes between a strict Slack and a real database, for tests that look at it from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.slack.address import PLATFORM
from bot.slack.paths import EVENTS
from core.chat_ports import Installation
from storage.engine import Storage
from tests.fakes.clock import FixedClock
from tests.fakes.slack import SIGNING_SECRET as SECRET
from tests.fakes.slack import FakeSlack, Team
from tests.scenarios.house import House as AnyHouse
from tests.scenarios.house import Process, opened

__all__ = ["SECRET_KEY", "House", "Process", "opened"]

SECRET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
"""Closes the tokens of many workspaces."""


@dataclass(slots=True, kw_only=True)
class House(AnyHouse):
    """Processes that share one app. With a `team` it is the one workspace; else workspaces let it in."""

    slack: FakeSlack
    team: Team | None = None
    socket_mode: bool = False

    def given(self, port: int) -> Mapping[str, str]:
        address = {"SLACK_API_URL": self.slack.api_url}
        if self.team is None:
            return address | {
                "SLACK_SIGNING_SECRET": SECRET, "SLACK_CLIENT_ID": self.slack.client_id,
                "SLACK_CLIENT_SECRET": self.slack.client_secret, "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "BILLHOOK_SECRET_KEYS": SECRET_KEY,
            }  # fmt: skip
        ways = (
            {"SLACK_APP_TOKEN": self.slack.app_token}
            if self.socket_mode
            else {"SLACK_SIGNING_SECRET": SECRET}
        )
        return address | {"SLACK_BOT_TOKEN": self.team.bot_token} | ways

    def ready(self, process: Process) -> None:
        if self.socket_mode:
            self.wait(process, lambda: "connected to Slack" in process.text, "the connection to Slack")
        elif not self.slack.request_url:
            self.lead_to(process)

    def lead_to(self, process: Process) -> None:
        self.slack.request_url = f"http://127.0.0.1:{process.port}{EVENTS}"

    async def let_in_by(self, teams: Iterable[Team]) -> None:
        """What is left in the database once somebody of each of them has gone through the pages."""
        clock = FixedClock()
        storage = Storage(self.url, clock, keys=[SECRET_KEY])
        try:
            async with storage.work() as work:
                for team in teams:
                    await work.installations.save(
                        Installation(
                            PLATFORM, team.id, team.name, team.install(), team.bot_user_id,
                            tuple(sorted(team.scopes)), "", clock.now(),
                        )
                    )  # fmt: skip
        finally:
            await storage.close()
