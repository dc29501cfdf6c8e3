"""The environment: read whole, checked whole, and never repeated where it is secret."""

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load, unknown_names
from core.plan import Offer, Plan

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

ALL_GOOD = {
    "DATABASE_URL": "postgres://billhook:s3cret-pass@db.example.com:5433/billhook",
    "PUBLIC_URL": "https://billhook.example.com",
    "HOST": "::1",
    "PORT": "8123",
    "BILLHOOK_SECRET_KEYS": f"{KEY},{KEY}",
    "TELEGRAM_BOT_TOKEN": "42:s3cret-telegram",
    "TELEGRAM_WEBHOOK_SECRET": "s3cret-hook",
    "SLACK_SIGNING_SECRET": "s3cret-signing",
    "SLACK_BOT_TOKEN": "xoxb-s3cret",
    "SLACK_APP_TOKEN": "xapp-s3cret",
    "SLACK_CLIENT_ID": "12.34",
    "SLACK_CLIENT_SECRET": "s3cret-client",
    "STRIPE_SECRET_KEY": "sk_test_s3cret",
    "STRIPE_WEBHOOK_SECRET": "whsec_s3cret",
    "STRIPE_PRICE_PRO": "price_pro",
    "STRIPE_PRICE_BUSINESS": "price_business",
    "SMTP_URL": "smtps://me:s3cret@mail.example.com:465",
    "MAIL_FROM": "Studio Löwe <billing@example.com>",
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "json",
    "SENTRY_DSN": "https://s3cret@errors.example.com/7",
}
INSTALLABLE = {"PUBLIC_URL": "https://billhook.example.com", "BILLHOOK_SECRET_KEYS": KEY}


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BILLHOOK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def wrong(monkeypatch: pytest.MonkeyPatch, **given: str) -> list[str]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_without_any_setting_everything_has_a_default(tmp_path: Path) -> None:
    settings = load()

    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'billhook.db'}"
    assert settings.sqlite_path == tmp_path / "data" / "billhook.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "")
    assert (settings.billhook_plan, settings.log_level, settings.log_format) == ("unlimited", "info", "")
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.secrets == ()


def test_the_default_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    load()

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_database_elsewhere_needs_no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///here.db")

    settings = load()

    assert settings.sqlite_path == Path("here.db")
    assert not (tmp_path / "data").exists()


def test_what_is_sold_follows_from_the_prices_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALL_GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_new, whsec_old")  # scan: allow
    monkeypatch.setenv("STRIPE_PRICE_PRO_YEARLY", "price_pro_yearly")

    settings = load()

    assert settings.stripe_webhook_secrets == ("whsec_new", "whsec_old")
    assert settings.stripe_prices == {
        Offer(Plan.PRO): "price_pro",
        Offer(Plan.PRO, yearly=True): "price_pro_yearly",
        Offer(Plan.BUSINESS): "price_business",
    }


def test_plans_may_have_limits_where_none_can_be_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLHOOK_PLAN", "stripe")

    settings = load()

    assert settings.sells
    assert settings.stripe_prices == {}


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALL_GOOD.items():
        monkeypatch.setenv(name, value)

    settings = load()

    assert settings.database_url == ALL_GOOD["DATABASE_URL"]
    assert (settings.host, settings.port) == ("::1", 8123)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "42:s3cret-telegram"
    assert settings.billhook_plan == "stripe"
    assert settings.log_level == "warning"
    assert settings.sqlite_path is None


def test_no_secret_shows_in_a_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALL_GOOD.items():
        monkeypatch.setenv(name, value)

    settings = load()

    assert "s3cret" not in repr(settings) + str(settings)
    assert KEY not in repr(settings)
    assert settings.secrets.count(KEY) == 2
    assert "s3cret-client" in settings.secrets


def test_settings_are_read_from_a_file_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=8123\nHOST=0.0.0.0\nUNRELATED=7\nLOG_FORMAT=\n")
    monkeypatch.setenv("HOST", "127.0.0.9")

    settings = load()

    assert (settings.host, settings.port, settings.log_format) == ("127.0.0.9", 8123, "")


def test_a_file_that_is_no_text_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HOST=\xff\xfe\n")

    with pytest.raises(
        SettingsError, match=r"^The file \.env cannot be read: it must be plain UTF-8 text\.$"
    ):
        load()


def test_one_message_lists_everything_that_is_wrong_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = wrong(
        monkeypatch,
        PORT="99x",
        TELEGRAM_BOT_TOKEN="s3cret",
        STRIPE_SECRET_KEY="pk_s3cret",
        SMTP_URL="http://s3cret",
        LOG_FORMAT="xml",
    )

    assert problems == [
        "PORT: must be a whole number from 1 to 65535, for example 8000",
        "TELEGRAM_BOT_TOKEN: must be the token that BotFather gave out, for example 123456789:AbC…",
        "STRIPE_SECRET_KEY: must be a secret or restricted key, for example sk_test_…",
        "SMTP_URL: must be an address that begins with smtp:// or smtps://, for example "
        "smtps://user:password@mail.example.com:465",
        "LOG_FORMAT: must be console or json, for example json",
        "STRIPE_SECRET_KEY: also needs STRIPE_WEBHOOK_SECRET, STRIPE_PRICE_PRO, STRIPE_PRICE_BUSINESS",
        "SMTP_URL: also needs MAIL_FROM",
    ]
    assert "s3cret" not in "\n".join(problems)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("DATABASE_URL", ["mysql://h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgres://h", "b.db",
                          "postgresql://h:port/d", "postgresql+asyncpg://h/d", "sqlite:////"]),
        ("PUBLIC_URL", ["billhook.example.com", "ftp://h", "https://", "https://h/?a=7", "https://me@h",
                        "https://a b"]),
        ("HOST", ["", " ", "a b", "http://h"]),
        ("PORT", ["0", "65536", "-1", "8000.0", "８０００", " 80"]),
        ("BILLHOOK_SECRET_KEYS", ["short", f"{KEY},", f"{KEY};{KEY}", KEY[:-2], "*" * 44]),
        ("TELEGRAM_BOT_TOKEN", ["AbC", "42:", ":AbC", "42:a b"]),
        ("TELEGRAM_API_URL", ["api.telegram.org", "https://h:x"]),
        ("STRIPE_API_URL", ["stripe"]),
        ("STRIPE_WEBHOOK_SECRET", ["s3cret", "whsec_1,", "whsec_1;whsec_2"]),
        ("BILLHOOK_PLAN", ["free", "Stripe"]),
        ("MAIL_FROM", ["me", "me@localhost", "a@b@c.d"]),
        ("SENTRY_DSN", ["https://errors.example.com/7", "s3cret"]),
        ("LOG_LEVEL", ["loud", "warn"]),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_a_good_example(
    monkeypatch: pytest.MonkeyPatch, name: str, values: list[str]
) -> None:
    for value in filter(None, values):
        first = wrong(monkeypatch, **{name: value})[0]

        assert first.startswith(f"{name}: must "), value
        assert ", for example " in first


@pytest.mark.parametrize(
    "url", ["sqlite:///b.db", "sqlite:////var/b.db", "postgresql://h/d", "postgres:///d?host=/run"]
)
def test_a_good_database_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    assert load().database_url == url


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"TELEGRAM_WEBHOOK_SECRET": "x"}, "TELEGRAM_WEBHOOK_SECRET: also needs TELEGRAM_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"},
         "SLACK_BOT_TOKEN: also needs SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode"),
        ({"SLACK_SIGNING_SECRET": "x"}, "SLACK_SIGNING_SECRET: also needs SLACK_BOT_TOKEN for one workspace, or "
         "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many"),
        ({"SLACK_CLIENT_ID": "1", "SLACK_SIGNING_SECRET": "x", **INSTALLABLE},
         "SLACK_CLIENT_ID: also needs SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "x", **INSTALLABLE},
         "SLACK_CLIENT_ID: also needs SLACK_SIGNING_SECRET"),
        ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x"},
         "SLACK_CLIENT_ID: also needs PUBLIC_URL, BILLHOOK_SECRET_KEYS, for the tokens of its workspaces"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN: also needs SLACK_BOT_TOKEN"),
        ({"MAIL_FROM": "a@b.example"}, "MAIL_FROM: also needs SMTP_URL"),
        ({"STRIPE_PRICE_PRO_YEARLY": "price_1"}, "STRIPE_PRICE_PRO_YEARLY: also needs STRIPE_PRICE_PRO"),
    ],
)  # fmt: skip
def test_a_setting_that_needs_another_one_says_which(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], problem: str
) -> None:
    assert wrong(monkeypatch, **given) == [problem]


@pytest.mark.parametrize(
    ("given", "is_on", "by_socket"),
    [
        ({}, False, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"}, True, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, True, True),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x", "SLACK_APP_TOKEN": "xapp-1"}, True, True),
        ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x", **INSTALLABLE}, True, False),
    ],
)  # fmt: skip
def test_what_is_set_decides_how_slack_reaches_us(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], is_on: bool, by_socket: bool
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = load()

    assert (settings.slack, settings.slack_socket_mode) == (is_on, by_socket)


def test_a_key_is_known_as_a_secret_without_the_space_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLHOOK_SECRET_KEYS", f"{KEY}, {KEY}")

    assert load().secrets == (KEY, KEY)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_bytes(b"")

    problems = wrong(monkeypatch, BILLHOOK_DATA_DIR=str(tmp_path / "taken" / "data"))

    assert problems == [
        f"BILLHOOK_DATA_DIR: the folder {tmp_path}/taken/data cannot be made (Not a directory); name one that "
        "you may write to"
    ]


def test_a_home_folder_may_be_written_as_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BILLHOOK_DATA_DIR", "~/billhook")

    assert load().data_dir == tmp_path / "billhook"


def test_a_slip_of_the_pen_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("BILLHOOK_DATABASE=x\n")
    monkeypatch.setenv("BILLHOOK_DATADIR", "x")

    assert unknown_names() == ["BILLHOOK_DATABASE", "BILLHOOK_DATADIR"]
