"""Everything an operator can set: read once from the environment and `.env`, checked whole, then passed down."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings_rules import RULES, incomplete_groups
from core.errors import N_, BillhookError
from core.plan import Offer, Plan
from handlers.words import _

ENV_FILE = ".env"


class SettingsError(BillhookError):
    """The environment cannot be used as it is; the message lists everything that is wrong."""

    code = "settings"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(N_("{problems}"), problems="\n".join(problems))
        self.problems = tuple(problems)


class Settings(BaseSettings):
    """A field is named as the environment names it, in small letters; `_completed` fills what hangs on others.

    Values that hold a password stay out of the representation; real secrets are SecretStr.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    database_url: str = Field(default="", repr=False)
    billhook_data_dir: Path = Path()
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    billhook_secret_keys: SecretStr | None = None
    telegram_bot_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_price_pro: str = ""
    stripe_price_business: str = ""
    stripe_price_pro_yearly: str = ""
    stripe_price_business_yearly: str = ""
    stripe_api_url: str = "https://api.stripe.com"
    billhook_plan: Literal["stripe", "unlimited"] = "unlimited"
    smtp_url: SecretStr | None = None
    mail_from: str = ""
    log_level: str = "info"
    log_format: Literal["", "console", "json"] = ""
    """Empty: console on a terminal, else json."""
    sentry_dsn: SecretStr | None = None

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Collect what every field and every group of fields says, so that one start tells it all."""
        given = {name: text for name, text in data.items() if text not in (None, "")}
        problems = [
            _(
                "{name}: {wrong}, for example {example}",
                name=name.upper(),
                wrong=_(rule.wrong),
                example=rule.example,
            )
            for name, rule in RULES.items()
            if name in given and not rule.accepts(_plain(given[name]))
        ]
        problems += incomplete_groups(given)
        if problems:
            raise SettingsError(problems)
        return _completed(given)

    @property
    def data_dir(self) -> Path:
        return self.billhook_data_dir

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path | None:
        """Where the database file lies; None on PostgreSQL."""
        return (
            Path(self.database_url.removeprefix("sqlite:///").partition("?")[0]) if self.is_sqlite else None
        )

    @property
    def telegram_webhook(self) -> bool:
        """Updates are brought to us; otherwise Telegram is polled."""
        return bool(self.telegram_bot_token and self.telegram_webhook_secret and self.public_url)

    @property
    def slack(self) -> bool:
        """Slack is switched on, over HTTP or in Socket Mode, for one workspace or many."""
        return bool(
            self.slack_socket_mode
            or (self.slack_signing_secret and (self.slack_bot_token or self.slack_client_id))
        )

    @property
    def slack_socket_mode(self) -> bool:
        """We open the connection ourselves; with an app token that is what was meant."""
        return bool(self.slack_app_token and self.slack_bot_token)

    @property
    def stripe_webhook_secrets(self) -> tuple[str, ...]:
        """Each of them is accepted, so that one can follow the other without a gap."""
        secrets = self.stripe_webhook_secret
        parts = secrets.get_secret_value().split(",") if secrets else ()
        return tuple(part.strip() for part in parts)

    @property
    def stripe_prices(self) -> Mapping[Offer, str]:
        """What can be bought, by Stripe's id of its price; empty where Stripe is off."""
        prices = {
            Offer(Plan.PRO): self.stripe_price_pro,
            Offer(Plan.PRO, yearly=True): self.stripe_price_pro_yearly,
            Offer(Plan.BUSINESS): self.stripe_price_business,
            Offer(Plan.BUSINESS, yearly=True): self.stripe_price_business_yearly,
        }
        return {offer: price for offer, price in prices.items() if price}

    @property
    def sells(self) -> bool:
        """Whether plans have limits here."""
        return self.billhook_plan == "stripe"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The first encrypts, all decrypt."""
        keys = self.billhook_secret_keys.get_secret_value().split(",") if self.billhook_secret_keys else ()
        return tuple(key.strip() for key in keys)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret text, for the log to mask."""
        values = [
            value for name in type(self).model_fields if isinstance(value := getattr(self, name), SecretStr)
        ]
        return tuple(part.strip() for value in values for part in value.get_secret_value().split(","))

    def make_data_dir(self) -> Path:
        """Create the data folder for its owner's eyes only. Raises SettingsError when that is impossible."""
        try:
            self.data_dir.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        except OSError as error:
            wrong = _(
                "BILLHOOK_DATA_DIR: the folder {folder} cannot be made ({reason}); name one that you may write to",
                folder=self.data_dir,
                reason=error.strerror,
            )
            raise SettingsError([wrong]) from error
        return self.data_dir


def load() -> Settings:
    """Read and check everything once. Raises SettingsError with everything that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError([_described(detail) for detail in error.errors(include_input=False)]) from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError([_("The file .env cannot be read: it must be plain UTF-8 text.")]) from error
    path = settings.sqlite_path
    if path is not None and path.parent == settings.data_dir:
        settings.make_data_dir()
    return settings


def unknown_names() -> list[str]:
    """Names in the environment or in `.env` that look like ours and are none, such as a slip of the pen."""
    known = {name.upper() for name in Settings.model_fields}
    try:
        named: Mapping[str, object] = {**dotenv_values(ENV_FILE), **os.environ}
    except (UnicodeDecodeError, OSError):
        named = os.environ
    return sorted(
        name for name in named if name.upper().startswith("BILLHOOK_") and name.upper() not in known
    )


def _completed(given: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults that hang on other values."""
    folder = (
        Path(given.get("billhook_data_dir") or platformdirs.user_data_dir("billhook")).expanduser().absolute()
    )
    plan = "stripe" if "stripe_secret_key" in given else "unlimited"
    return {
        "database_url": f"sqlite:///{folder / 'billhook.db'}",
        "billhook_plan": plan,
        **given,
        "billhook_data_dir": folder,
        "log_level": str(given.get("log_level", "info")).lower(),
    }


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _described(detail: ErrorDetails) -> str:
    """What no rule foresaw, in pydantic's words but never with the value."""
    return f"{'.'.join(map(str, detail['loc'])).upper()}: {detail['msg']}"
