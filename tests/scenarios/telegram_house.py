"""A bot in real processes between a strict Telegram and a real database, for tests that look at it from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.telegram.webhook import PATH
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client import Api
from tests.scenarios.house import House as AnyHouse
from tests.scenarios.house import Process, opened

__all__ = ["SECRET", "House", "Process", "opened"]

SECRET = "a-word-that-only-telegram-knows"


@dataclass(slots=True, kw_only=True)
class House(AnyHouse):
    """Processes that share one bot."""

    telegram: FakeTelegram
    webhook: bool = False

    def given(self, port: int) -> Mapping[str, str]:
        hooked = {"PUBLIC_URL": "https://bot.example", "TELEGRAM_WEBHOOK_SECRET": SECRET}
        return {
            "TELEGRAM_BOT_TOKEN": self.telegram.token, "TELEGRAM_API_URL": self.telegram.url,
            **(hooked if self.webhook else {}),
        }  # fmt: skip

    def before(self, port: int) -> None:
        """As `billhook telegram set-webhook` does; the public address leads to the first process."""
        if not self.webhook or any(process.port for process in self.processes):
            return
        self.telegram.routes["https://bot.example"] = f"http://127.0.0.1:{port}"
        Api(self.telegram)(
            "setWebhook", url=f"https://bot.example{PATH}", secret_token=SECRET,
            allowed_updates=["message", "callback_query", "my_chat_member"],
        )  # fmt: skip

    def ready(self, process: Process) -> None:
        if self.webhook:
            return
        polling = "polling Telegram for updates"
        others = any(polling in other.text for other in self.processes)
        self.wait(process, lambda: others or polling in process.text, "polling")

    def lead_to(self, process: Process) -> None:
        self.telegram.routes["https://bot.example"] = f"http://127.0.0.1:{process.port}"
