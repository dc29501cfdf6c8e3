"""Log lines: one event each, no way to command a terminal, and no secret in any of them."""

import io
import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import _QUIET as QUIET
from bot.logs import FILE, ConsoleFormatter, JsonFormatter, log_to_file, log_to_stderr, redact
from bot.settings import Settings

TELEGRAM = "bot7654321:" + "AbCdEf-GhIjKl_" * 2
SECRETS = {
    f"GET https://api.telegram.org/{TELEGRAM}/getMe": "GET https://api.telegram.org/bot7654321:***/getMe",
    "token xoxb-" + "1234-abcDEF": "token xoxb-***",
    "token xoxp-" + "1-2-3": "token xoxp-***",
    "token xapp-" + "1-A0-b": "token xapp-***",
    "key sk_live_" + "a1B2c3": "key sk_live_***",
    "key rk_test_" + "a1B2c3 used": "key rk_test_*** used",
    "hook whsec_" + "ab+/c=": "hook whsec_***",
    "POST https://hooks.slack.com/commands/T0A/12/"
    + "hUnTer-3": "POST https://hooks.slack.com/commands/T0A/***",
    "wss://wss.slack.com/link/?ticket="
    + "hUnTer-3&app_id=A1": "wss://wss.slack.com/link/?ticket=***&app_id=A1",
    "smtp://me:hunter2@mail.example.com": "smtp://me:***@mail.example.com",
    "postgresql://b:p%40ss!@h/d and redis://:pw@h": "postgresql://b:***@h/d and redis://:***@h",
}


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    """Logging is one for the whole process: what a test set up is taken down again."""
    root = logging.getLogger()
    handlers, level, noisy = root.handlers[:], root.level, logging.raiseExceptions
    quiet = {name: logging.getLogger(name).level for name in QUIET}
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = noisy
    logging.captureWarnings(False)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def event(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.test", logging.WARNING, "test.py", 7, message, values, trace)


def failed(message: str) -> Exception:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_masked_by_its_form(text: str) -> None:
    assert redact(text) == SECRETS[text]


@pytest.mark.parametrize(
    "text", ["see https://example.com:8000/a@b", "bot 7: hello", "10:30", "the robot12 says: hi"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_known_secret_is_masked_wherever_it_stands_and_a_short_one_is_left() -> None:
    assert redact("it was s3cret-signing, and 7", ("s3cret-signing", "7")) == "it was ***, and 7"


@pytest.mark.parametrize(
    "formatter", [JsonFormatter(("s3cret-signing",)), ConsoleFormatter(("s3cret-signing",))]
)
def test_no_planted_secret_appears_in_a_message_a_value_or_a_traceback(formatter: logging.Formatter) -> None:
    for text in (*SECRETS, "s3cret-signing"):
        lines = formatter.format(event(text)) + formatter.format(event("%s", text))
        lines += formatter.format(event("failed", error=failed(text)))

        for secret in (
            "AbCdEf",
            "1234-abcDEF",
            "1-2-3",
            "a1B2c3",
            "ab+/c=",
            "hunter2",
            "hUnTer-3",
            "p%40ss",
            ":pw@",
            "s3cret",
        ):
            assert secret not in lines


def test_json_is_one_line_per_event_whatever_is_in_it() -> None:
    nasty = 'a\r\n{"level": "critical"}\x1b[31m\u2028\x85"'

    line = JsonFormatter().format(event(nasty, error=failed("x\ny")))

    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == 'a\\r\n{"level": "critical"}\\x1b[31m\\u2028\\x85"'
    assert json.loads(line)["level"] == "warning"
    assert json.loads(line)["logger"] == "bot.test"
    assert json.loads(line)["exception"].endswith("ValueError: x\ny")


def test_a_console_line_cannot_be_forged_from_inside() -> None:
    lines = (
        ConsoleFormatter()
        .format(event("a\r\nb\x1b[31m", error=failed("x\n2026 CRITICAL forged")))
        .split("\n")
    )

    assert lines[0].endswith("Z WARNING  bot.test a\\r\\nb\\x1b[31m")
    assert all(line.startswith("  | ") for line in lines[1:])
    assert lines[-1] == "  | 2026 CRITICAL forged"


def test_a_percent_sign_in_a_message_without_values_is_just_that() -> None:
    assert ConsoleFormatter().format(event("100% of %s")).endswith("100% of %s")


def test_the_chat_logs_to_a_private_file_that_does_not_grow_without_end(tmp_path: Path) -> None:
    settings = Settings(billhook_data_dir=tmp_path)

    log_to_file(settings)
    for _turn in range(40):
        logging.getLogger("bot.test").warning("x" * 100_000)

    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [FILE, f"{FILE}.1", f"{FILE}.2"]
    for name in files:
        about = (tmp_path / name).stat()
        assert about.st_size <= 1_100_000
        assert stat.S_IMODE(about.st_mode) == 0o600


def test_where_no_log_can_be_written_only_a_crash_reaches_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = io.StringIO()
    monkeypatch.setattr("sys.stderr", error)
    (tmp_path / "taken").write_bytes(b"")

    log_to_file(Settings(billhook_data_dir=tmp_path / "taken"))
    logging.getLogger("bot.test").error("lost")
    logging.getLogger("bot.test").critical("the command failed")

    assert error.getvalue().endswith("CRITICAL bot.test the command failed\n")
    assert error.getvalue().count("\n") == 1


@pytest.mark.parametrize(("chosen", "first"), [("json", "{"), ("console", "2"), ("", "{")])
def test_other_processes_log_to_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, first: str
) -> None:
    error = io.StringIO()
    monkeypatch.setattr("sys.stderr", error)
    settings = Settings.model_validate(
        {"billhook_data_dir": tmp_path, "log_format": chosen, "log_level": "warning"}
    )

    log_to_stderr(settings)
    logging.getLogger("bot.test").warning("hello")
    logging.getLogger("bot.test").info("not asked for")
    for name in ("httpx", "aiosqlite", "slack_sdk.web.async_base_client"):
        logging.getLogger(name).info("GET /bot1:x")

    assert error.getvalue().startswith(first)
    assert error.getvalue().count("\n") == 1
