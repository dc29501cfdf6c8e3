"""The platform contract, kept by Telegram in a private chat and in a group."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.address import chat_ref
from bot.telegram.receive import Me, read
from bot.telegram.send import Telegram
from handlers.kinds import Notice, Question
from handlers.platform import Platform
from handlers.updates import Pressed
from tests.contracts.platform import PlatformContract, Stage, buttons, show, tokens
from tests.fakes.telegram import Chat, FakeTelegram, Person, Shown
from tests.fakes.telegram_client import Api

US = Me(7000001, "billhook_test_bot")


class TelegramStage:
    """What Ana sees on her phone, and what comes back when she presses something there."""

    def __init__(self, telegram: FakeTelegram, adapter: Telegram, ana: Person, place: Person | Chat) -> None:
        self._telegram = telegram
        self._adapter = adapter
        self._ana = ana
        self._place = place
        self._api = Api(telegram)
        self._offset = 0
        self.chat = chat_ref(place.id)

    @property
    def platform(self) -> Platform:
        return self._adapter

    def messages(self) -> list[Shown]:
        return [message for message in self._telegram.messages(self._place) if message.from_bot]

    def seen(self) -> str:
        texts = [
            f"{message.text}\n{message.document.name if message.document else ''}"
            for message in self.messages()
        ]
        return "\n".join(texts)

    def labels(self) -> list[str]:
        return [button.label for button in self.messages()[-1].buttons]

    def files(self) -> dict[str, bytes]:
        documents = [message.document for message in self.messages() if message.document]
        return {document.name: document.content for document in documents}

    def press(self, place: int) -> Pressed:
        message = self.messages()[-1]
        chat = self._place if isinstance(self._place, Chat) else None
        label = message.buttons[place].label
        query = self._telegram.presses(self._ana, label, chat=chat, message=message.message_id)
        update = read(self._brought()[-1], US)
        assert update is not None
        assert isinstance(update.input, Pressed)
        assert (update.chat, update.occasion.press) == (self.chat, query)
        return update.input

    def _brought(self) -> list[dict[str, Any]]:
        _status, updates = self._api("getUpdates", offset=self._offset)
        self._offset = updates[-1]["update_id"] + 1
        found: list[dict[str, Any]] = updates
        return found


class TestTelegram(PlatformContract):
    @pytest.fixture
    def stage(self, telegram: FakeTelegram, adapter: Telegram, ana: Person) -> Stage:
        return TelegramStage(telegram, adapter, ana, ana)


class TestTelegramGroup(PlatformContract):
    @pytest.fixture
    def stage(self, telegram: FakeTelegram, adapter: Telegram, ana: Person) -> Stage:
        ben = telegram.person("Ben", username="ben_k")
        return TelegramStage(telegram, adapter, ana, telegram.group("Löwe & Söhne", ana, ben))

    async def test_a_question_shows_its_progress_what_was_wrong_and_what_came_before(
        self, stage: Stage
    ) -> None:
        """Only a reply to it gets through a group's privacy, and what opens one leaves no place for buttons."""
        question = Question(
            "Add a client", "country", "Which country is that in?", 3, 7, buttons(2),
            error="country: “Lummerland” is not a country.", before=(Notice("Acme is not there yet."),),
        )  # fmt: skip

        await show(stage.platform, stage.chat, question, tokens(2))

        shown = stage.seen()
        said = [
            "Acme is not there yet.", "“Lummerland” is not a country.", "Which country is that in?", "(3/7)",
            "/skip /back /cancel",
        ]  # fmt: skip
        assert [part for part in said if part not in shown] == []
        assert stage.labels() == []

    async def test_a_question_with_ready_answers_offers_them(self, stage: Stage) -> None:
        question = Question(
            "Add a client",
            "terms",
            "When is it paid?",
            5,
            7,
            buttons(3),
            choices=2,
            before=(Notice("Noted."),),
        )

        await show(stage.platform, stage.chat, question, tokens(3))

        assert stage.labels() == [button.label for button in buttons(3)]
        assert "reply to this message" in stage.seen()
