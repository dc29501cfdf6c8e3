"""What each setting may hold, with a good example, and which settings only work together."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from core.errors import N_
from handlers.words import _

LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Rule:
    """`wrong` completes the sentence that begins with the name; it never repeats the value."""

    accepts: Callable[[str], bool]
    wrong: str
    example: str


def _split(text: str) -> SplitResult | None:
    """The parts of an address; None for one that cannot be taken apart, such as a port of letters."""
    try:
        parts = urlsplit(text)
        return parts if (parts.port or 0) >= 0 and not re.search(r"\s", text) else None
    except ValueError:
        return None


def _is_database(text: str) -> bool:
    if text.startswith("sqlite:"):
        path = text.removeprefix("sqlite:///").partition("?")[0]
        return (
            text.startswith("sqlite:///")
            and path not in ("", "/")
            and not path.startswith((":memory:", "file:"))
        )
    parts = _split(text)
    return bool(
        parts and parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1
        and (parts.hostname or "host=" in parts.query)
    )  # fmt: skip


def _is_web(text: str) -> bool:
    parts = _split(text)
    return bool(parts and parts.scheme in ("http", "https") and parts.hostname)


def _is_public(text: str) -> bool:
    parts = _split(text)
    return _is_web(text) and bool(parts) and not (parts and (parts.query or parts.fragment or parts.username))


def _is_smtp(text: str) -> bool:
    parts = _split(text)
    return bool(parts and parts.scheme in ("smtp", "smtps") and parts.hostname)


def _is_dsn(text: str) -> bool:
    parts = _split(text)
    return bool(parts and parts.scheme in ("http", "https") and parts.username and len(parts.path) > 1)


def _is_fernet_keys(text: str) -> bool:
    return all(_is_fernet_key(key.strip()) for key in text.split(","))


def _is_fernet_key(key: str) -> bool:
    """32 bytes in URL-safe base64, as the Fernet specification has it."""
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _are_webhook_secrets(text: str) -> bool:
    return all(re.fullmatch(r"whsec_[\w+/=-]+", secret.strip()) for secret in text.split(","))


def _is_mail(text: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", parseaddr(text)[1]) is not None


def _is_port(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 0 < int(text) < 65536


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_URL = N_("must be an address that begins with http:// or https://")
_PRICE = N_("must be the id of a Stripe price")

RULES: Mapping[str, Rule] = {
    "database_url": Rule(_is_database, N_("must name an SQLite file or a PostgreSQL database"),
                         "sqlite:///billhook.db or postgresql://user:password@host/billhook"),
    "billhook_data_dir": Rule(lambda text: "\0" not in text, N_("must be a folder"), "/var/lib/billhook"),
    "public_url": Rule(_is_public, _URL, "https://billhook.example.com"),
    "host": Rule(_like(r"[\w.:-]+"), N_("must be the name or address to listen on"), "127.0.0.1"),
    "port": Rule(_is_port, N_("must be a whole number from 1 to 65535"), "8000"),
    "billhook_secret_keys": Rule(_is_fernet_keys, N_("must be Fernet keys, with a comma between two of them"),
                                 N_("44 characters of A-Z a-z 0-9 - _ ending in =")),
    "telegram_bot_token": Rule(_like(r"[0-9]+:[\w-]+"), N_("must be the token that BotFather gave out"),
                               "123456789:AbC…"),
    "telegram_webhook_secret": Rule(_like(r"[A-Za-z0-9_-]{1,256}"),
                                    N_("must be 1 to 256 characters of A-Z a-z 0-9 _ -"), "a-long-random-word"),
    "telegram_api_url": Rule(_is_web, _URL, "https://api.telegram.org"),
    "slack_signing_secret": Rule(_like(r"\S+"), N_("must be the signing secret of the Slack app"), "8f74…"),
    "slack_bot_token": Rule(_like(r"xoxb-\S+"), N_("must be a bot token"), "xoxb-…"),
    "slack_client_id": Rule(_like(r"\S+"), N_("must be the client id of the Slack app"), "1234.5678"),
    "slack_client_secret": Rule(_like(r"\S+"), N_("must be the client secret of the Slack app"), "9b1c…"),
    "slack_app_token": Rule(_like(r"xapp-\S+"), N_("must be an app-level token"), "xapp-…"),
    "slack_api_url": Rule(_is_web, _URL, "https://slack.com/api/"),
    "stripe_secret_key": Rule(_like(r"[sr]k_\S+"), N_("must be a secret or restricted key"), "sk_test_…"),
    "stripe_webhook_secret": Rule(_are_webhook_secrets, N_("must be the secret of the webhook, or several with a comma "
                                  "between two of them"), "whsec_…"),
    "stripe_price_pro": Rule(_like(r"price_\S+"), _PRICE, "price_1Pro"),
    "stripe_price_business": Rule(_like(r"price_\S+"), _PRICE, "price_1Business"),
    "stripe_price_pro_yearly": Rule(_like(r"price_\S+"), _PRICE, "price_1ProYearly"),
    "stripe_price_business_yearly": Rule(_like(r"price_\S+"), _PRICE, "price_1BusinessYearly"),
    "stripe_api_url": Rule(_is_web, _URL, "https://api.stripe.com"),
    "billhook_plan": Rule(_like("stripe|unlimited"), N_("must be stripe or unlimited"), "unlimited"),
    "smtp_url": Rule(_is_smtp, N_("must be an address that begins with smtp:// or smtps://"),
                     "smtps://user:password@mail.example.com:465"),
    "mail_from": Rule(_is_mail, N_("must be a mail address"), "Billhook <billing@example.com>"),
    "log_level": Rule(_like(f"(?i:{'|'.join(LEVELS)})"), N_("must be debug, info, warning or error"), "info"),
    "log_format": Rule(_like("console|json"), N_("must be console or json"), "json"),
    "sentry_dsn": Rule(_is_dsn, N_("must be the address that the error reporter gave out"),
                       "https://key@errors.example.com/1"),
}  # fmt: skip

_TOGETHER = (
    ("telegram_webhook_secret", ("telegram_bot_token",)),
    ("slack_app_token", ("slack_bot_token",)),
    ("slack_client_id", ("slack_client_secret", "slack_signing_secret")),
    ("slack_client_secret", ("slack_client_id",)),
    ("stripe_secret_key", ("stripe_webhook_secret", "stripe_price_pro", "stripe_price_business")),
    ("stripe_webhook_secret", ("stripe_secret_key",)),
    ("stripe_price_pro", ("stripe_secret_key",)),
    ("stripe_price_business", ("stripe_secret_key",)),
    ("stripe_price_pro_yearly", ("stripe_price_pro",)),
    ("stripe_price_business_yearly", ("stripe_price_business",)),
    ("smtp_url", ("mail_from",)),
    ("mail_from", ("smtp_url",)),
)
"""A setting, and what it is useless without."""


def incomplete_groups(given: Mapping[str, object]) -> list[str]:
    """One sentence for each setting that needs another one which is missing."""
    problems = []
    for name, others in _TOGETHER:
        missing = [other.upper() for other in others if other not in given]
        if name in given and missing:
            problems.append(_("{name}: also needs {missing}", name=name.upper(), missing=", ".join(missing)))
    if "slack_signing_secret" in given and not given.keys() & {"slack_bot_token", "slack_client_id"}:
        problems.append(
            _(
                "SLACK_SIGNING_SECRET: also needs SLACK_BOT_TOKEN for one workspace, or SLACK_CLIENT_ID and "
                "SLACK_CLIENT_SECRET for many"
            )
        )
    if "slack_bot_token" in given and not given.keys() & {"slack_signing_secret", "slack_app_token"}:
        problems.append(
            _("SLACK_BOT_TOKEN: also needs SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode")
        )
    if "slack_client_id" in given and "slack_bot_token" not in given:
        needed = [name for name in ("public_url", "billhook_secret_keys") if name not in given]
        if needed:
            problems.append(
                _(
                    "SLACK_CLIENT_ID: also needs {missing}, for the tokens of its workspaces",
                    missing=", ".join(map(str.upper, needed)),
                )
            )
    return problems
