"""`billhook telegram …` and what `billhook doctor` says of Telegram, against a strict Bot API server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot import program
from tests.bot.started import billhook
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client import Api

SECRET = "a-word-that-only-telegram-knows"
PUBLIC = {"PUBLIC_URL": "https://bot.example", "TELEGRAM_WEBHOOK_SECRET": SECRET}
HOOK = "https://bot.example/telegram/webhook"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(username="studio_bot") as telegram:
        yield telegram
        assert telegram.violations == []


def settings(telegram: FakeTelegram, **more: str) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, **more}


def findings(folder: Path, given: dict[str, str]) -> dict[str, tuple[str, str]]:
    done = billhook(folder, "doctor", settings=given)
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    return {
        about: (state, rest.removeprefix(about).strip())
        for state, rest in rows
        for about in ("Telegram updates", "Telegram delivery", "Telegram")
        if rest.startswith(f"{about}  ")
    }


def test_set_webhook_tells_telegram_where_updates_go_and_what_people_see(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    done = program.billhook(tmp_path, "telegram", "set-webhook", settings=settings(telegram, **PUBLIC))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Telegram brings its updates to {HOOK}. Menu and description are set.\n"
    (call,) = telegram.calls_of("setWebhook")
    assert (call.params["url"], call.params["secret_token"]) == (HOOK, SECRET)
    assert call.params["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    names = [command["command"] for command in telegram.commands("all_private_chats", "de")]
    assert names[:4] == ["invoice", "invoices", "overdue", "paid"]
    assert "client_add" in names
    assert telegram.description("fr") != telegram.description("") != ""


def test_info_says_what_telegram_knows_of_the_bot(telegram: FakeTelegram, tmp_path: Path) -> None:
    before = billhook(tmp_path, "telegram", "info", settings=settings(telegram))
    billhook(tmp_path, "telegram", "set-webhook", settings=settings(telegram, **PUBLIC))
    after = billhook(tmp_path, "telegram", "info", settings=settings(telegram))

    assert before.stdout == (
        "Bot: @studio_bot\nNo webhook is set: updates are polled for.\nUpdates that wait: 0\n"
    )
    assert f"Webhook: {HOOK}\n" in after.stdout


def test_delete_webhook_makes_room_for_polling(telegram: FakeTelegram, tmp_path: Path) -> None:
    billhook(tmp_path, "telegram", "set-webhook", settings=settings(telegram, **PUBLIC))

    done = billhook(tmp_path, "telegram", "delete-webhook", settings=settings(telegram, **PUBLIC))

    assert done.returncode == 0
    assert "No webhook is set" in billhook(tmp_path, "telegram", "info", settings=settings(telegram)).stdout


@pytest.mark.parametrize(
    ("action", "left_out", "said"),
    [
        ("set-webhook", "PUBLIC_URL", "A webhook needs PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET"),
        ("set-webhook", "TELEGRAM_WEBHOOK_SECRET", "A webhook needs PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET"),
        ("info", "TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN is not set."),
    ],
)
def test_what_is_missing_is_one_sentence(
    telegram: FakeTelegram, tmp_path: Path, action: str, left_out: str, said: str
) -> None:
    given = {name: value for name, value in settings(telegram, **PUBLIC).items() if name != left_out}
    if left_out == "TELEGRAM_BOT_TOKEN":
        del given["TELEGRAM_WEBHOOK_SECRET"]

    done = billhook(tmp_path, "telegram", action, settings=given)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_a_token_telegram_does_not_know_is_said_without_showing_it(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    wrong = "42:not-the-token-at-all"

    done = billhook(tmp_path, "telegram", "info", settings=settings(telegram, TELEGRAM_BOT_TOKEN=wrong))
    found = findings(tmp_path, settings(telegram, TELEGRAM_BOT_TOKEN=wrong))

    assert done.returncode == 1
    assert "Telegram refuses this bot" in done.stderr
    assert found["Telegram"][0] == "FAIL"
    assert "not-the-token" not in done.stderr + found["Telegram"][1]


def test_an_unknown_action_is_wrong_usage(tmp_path: Path) -> None:
    done = billhook(tmp_path, "telegram", "reset")

    assert done.returncode == 2
    assert "set-webhook" in done.stderr


def test_the_doctor_finds_a_polling_bot_well(telegram: FakeTelegram, tmp_path: Path) -> None:
    found = findings(tmp_path, settings(telegram))

    assert found["Telegram"] == ("ok", "the token is good: @studio_bot")
    assert found["Telegram updates"][0] == "ok"
    assert found["Telegram delivery"] == ("ok", "0 updates wait")


def test_the_doctor_sees_a_webhook_that_leads_elsewhere(telegram: FakeTelegram, tmp_path: Path) -> None:
    Api(telegram)("setWebhook", url="https://old.example/telegram/webhook", secret_token=SECRET)

    found = findings(tmp_path, settings(telegram, **PUBLIC))

    assert found["Telegram updates"] == (
        "FAIL",
        f"come to https://old.example/telegram/webhook and not to {HOOK}. Run: billhook telegram set-webhook",
    )


def test_the_doctor_sees_what_telegram_could_not_deliver(telegram: FakeTelegram, tmp_path: Path) -> None:
    billhook(tmp_path, "telegram", "set-webhook", settings=settings(telegram, **PUBLIC))
    ana = telegram.person("Ana")

    telegram.starts(ana)
    telegram.wait_for(lambda: telegram.deliveries, what="an attempt to deliver")
    found = findings(tmp_path, settings(telegram, **PUBLIC))

    assert found["Telegram updates"] == ("ok", f"are brought to {HOOK}")
    assert found["Telegram delivery"][0] == "FAIL"
    assert "failed at" in found["Telegram delivery"][1]


def test_the_doctor_says_that_telegram_cannot_be_reached(telegram: FakeTelegram, tmp_path: Path) -> None:
    given = settings(telegram)
    telegram.stop()

    found = findings(tmp_path, given)

    assert found["Telegram"] == ("FAIL", "Telegram cannot be reached.")
