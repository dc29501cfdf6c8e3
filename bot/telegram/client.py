"""The Bot API through python-telegram-bot as a typed client, and its errors in our own words."""

from __future__ import annotations

import asyncio
import os
import ssl
from datetime import timedelta
from functools import cache

# The library's way to say that waiting times are timedeltas; without it, each one is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from core.errors import N_, BillhookError, Unavailable
from handlers.platform import ChatGone, ChatMoved, Lost, Throttled, Undeliverable

_CONNECTIONS = 64
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""What fails before the first byte of a request is on its way."""
_RETRY_SECONDS = 5.0


class _Bot(Bot):
    """Keeps its token to itself, and closes what it opened although nobody had it ask who it is."""

    def __repr__(self) -> str:
        return f"Bot({self.token.partition(':')[0]})"

    async def shutdown(self) -> None:
        """The library's own shuts nothing down before `initialize`, which puts the token into its error."""
        await asyncio.gather(*(request.shutdown() for request in self._request))


@cache
def _trusted() -> ssl.SSLContext:
    """Both clients of a bot trust the same: reading all the certificates is most of what one takes to make."""
    return httpx.create_ssl_context()


def make_bot(token: str, api_url: str, pool: int = _CONNECTIONS) -> Bot:
    """A client for any Bot API server; it opens its connections on first use."""
    base = api_url.rstrip("/")
    request = HTTPXRequest(
        connection_pool_size=pool, read_timeout=15, write_timeout=10, connect_timeout=5, pool_timeout=5,
        media_write_timeout=30, httpx_kwargs={"verify": _trusted()},
    )  # fmt: skip
    polling = HTTPXRequest(
        connection_pool_size=1, read_timeout=15, connect_timeout=5, pool_timeout=5,
        httpx_kwargs={"verify": _trusted()},
    )  # fmt: skip
    return _Bot(
        token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request,
        get_updates_request=polling,
    )  # fmt: skip


def translated(error: TelegramError) -> BillhookError:
    """What an error of a call means for the message it was to send. BadRequest comes before its parent class
    NetworkError, which everything that is worth a retry shares with it.
    """
    match error:
        case RetryAfter():
            return Throttled(N_("Telegram wants to be left alone for a while."), seconds(error))
        case ChatMigrated():
            return ChatMoved(N_("The group has become a supergroup."), str(error.new_chat_id))
        case Forbidden() | BadRequest() if isinstance(error, Forbidden) or _says(error, "chat not found"):
            return ChatGone("{reason}", reason=plain_reason(error))
        case BadRequest():
            return Undeliverable("{reason}", reason=plain_reason(error))
        case InvalidToken() | Conflict():
            return Unavailable(
                N_("Telegram refuses this bot: {reason}. Check TELEGRAM_BOT_TOKEN."),
                60,
                reason=plain_reason(error),
            )
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Unavailable(N_("Telegram cannot be reached."), _RETRY_SECONDS)
        case _:
            return Lost(N_("The answer of Telegram was lost."))


def seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def plain_reason(error: TelegramError) -> str:
    """Telegram's own words without the class of the error before them."""
    return error.message.removeprefix("Forbidden: ").removeprefix("Bad Request: ")[:200]


def is_unchanged(error: TelegramError) -> bool:
    return _says(error, "message is not modified")


def cannot_change(error: TelegramError) -> bool:
    """The message is gone, too old, or has no text: what was to stand in it comes as a new one."""
    return isinstance(error, BadRequest) and _says(
        error, "message to edit not found", "message can't be edited", "no text in the message", "message_id_invalid",
        "message identifier is not specified",
    )  # fmt: skip


def cannot_parse(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and _says(error, "can't parse entities")


def topic_is_gone(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and _says(error, "message thread not found")


def is_too_large(error: TelegramError) -> bool:
    """A file of more than 20 MB is not handed out, and its size is not always told with the message."""
    return isinstance(error, BadRequest) and _says(error, "file is too big")


def _says(error: TelegramError, *parts: str) -> bool:
    """Every 400 has the same class, so its words decide (la_searcher_bot#917)."""
    said = error.message.lower()
    return any(part in said for part in parts)
