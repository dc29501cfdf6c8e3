"""handlers.platform.Platform for Telegram: parts go out, files come in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.telegram.address import PLATFORM, chat_id, is_group, link, topic_id
from bot.telegram.client import (
    cannot_change,
    cannot_parse,
    is_too_large,
    is_unchanged,
    topic_is_gone,
    translated,
)
from bot.telegram.limits import MAX_DOWNLOAD, Pace
from bot.telegram.receive import Me
from bot.telegram.render import Key, Part, is_alert, question_parts, reply_parts, toast
from core.errors import N_, InvalidInput, Unavailable
from handlers.kinds import Attachment, ChatRef, Question, Reply
from handlers.platform import Lost, Manners, Rate
from handlers.updates import Occasion, RemoteFile, Update

log = logging.getLogger(__name__)

_BUSY_SECONDS = 4.0
"""A chat action is shown for five."""
_PRESS_SECONDS = 5.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram:
    """One bot. Who it is, it asks Telegram once."""

    name = PLATFORM

    def __init__(self, bot: Bot, pace: Pace | None = None, guided: bool = True) -> None:
        self.bot = bot
        self._guided = guided
        self._pace = pace or Pace()
        self._me: Me | None = None
        self._asking = asyncio.Lock()

    async def me(self) -> Me:
        """Raises Unavailable while Telegram does not say."""
        async with self._asking:
            if self._me is None:
                try:
                    found = await self.bot.get_me()
                except TelegramError as error:
                    raise _only_unavailable(error) from error
                self._me = Me(found.id, found.username or "")
        return self._me

    async def manners(self) -> Manners:
        return Manners(self._guided, link=link((await self.me()).username))

    async def close(self) -> None:
        await self.bot.shutdown()

    # -- out ---------------------------------------------------------------------------------------

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Part]:
        if isinstance(shown, Question):
            return question_parts(shown, tokens, occasion, is_group(chat))
        return reply_parts(shown, tokens, occasion, is_group(chat))

    def rates(self, chat: ChatRef, part: Part) -> Sequence[Rate]:
        """Topics of one group count together."""
        seconds = self._pace.group if is_group(chat) else self._pace.chat
        return (
            Rate(f"{PLATFORM}:{chat_id(chat)}", seconds),
            Rate(f"{PLATFORM}:bot{self.bot.id}", self._pace.bot),
        )

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return self._busy(chat, ChatAction.UPLOAD_DOCUMENT if sending else ChatAction.TYPING)

    @asynccontextmanager
    async def _busy(self, chat: ChatRef, action: str) -> AsyncIterator[None]:
        showing = asyncio.create_task(self._show(chat, action))
        try:
            yield
        finally:
            showing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await showing

    async def _show(self, chat: ChatRef, action: str) -> None:
        """Only an ornament: what goes wrong with it is nobody's trouble."""
        with contextlib.suppress(TelegramError):
            while True:
                await self.bot.send_chat_action(chat_id(chat), action, message_thread_id=topic_id(chat))
                await asyncio.sleep(_BUSY_SECONDS)

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        """Too late an answer is refused; then what it said comes as a message."""
        text = toast(shown)
        try:
            async with asyncio.timeout(_PRESS_SECONDS):
                await self.bot.answer_callback_query(
                    occasion.press, text or None, show_alert=is_alert(shown, text)
                )
        except (TelegramError, TimeoutError) as error:
            log.info("a press was answered too late or not at all: %s", error)
            return False
        return bool(text)

    async def send(self, chat: ChatRef, part: Part, before: str = "") -> str:
        if not (part.html or part.file):
            return await self._strip(chat, part.strips)
        if part.replaces:
            changed = await self._change(chat, part)
            if changed:
                return changed
        sent = await self._said(lambda marked, topic: self._new(chat, part, marked, topic), topic_id(chat))
        if part.strips:
            await self._strip(chat, part.strips)
        return sent

    async def _change(self, chat: ChatRef, part: Part) -> str:
        """Empty when the message cannot be changed any more. Changing twice is changing once, so what was
        lost may be repeated.
        """
        message = int(part.replaces)
        try:
            await self._said(
                lambda marked, _topic: self.bot.edit_message_text(
                    part.html if marked else part.plain, chat_id(chat), message,
                    parse_mode=ParseMode.HTML if marked else None, reply_markup=_markup(part.keys),
                    link_preview_options=_NO_PREVIEW,
                ),
                None, changes=True,
            )  # fmt: skip
        except Lost as error:
            raise Unavailable(N_("Telegram cannot be reached."), 5) from error
        except _Unchangeable:
            return ""
        if part.removes:
            with contextlib.suppress(TelegramError):
                await self.bot.delete_message(chat_id(chat), int(part.removes))
        return part.replaces

    async def _strip(self, chat: ChatRef, message: str) -> str:
        with contextlib.suppress(TelegramError):
            await self.bot.edit_message_reply_markup(chat_id(chat), int(message))
        return message

    async def _new(self, chat: ChatRef, part: Part, marked: bool, topic: int | None) -> Any:
        text = part.html if marked else part.plain
        reply = (
            ReplyParameters(int(part.reply_to), allow_sending_without_reply=True) if part.reply_to else None
        )
        markup = (
            ForceReply(selective=True, input_field_placeholder=part.placeholder)
            if part.placeholder
            else _markup(part.keys)
        )
        mode = ParseMode.HTML if marked else None
        if part.file is None:
            return await self.bot.send_message(
                chat_id(chat), text, parse_mode=mode, message_thread_id=topic, reply_markup=markup,
                reply_parameters=reply, link_preview_options=_NO_PREVIEW,
            )  # fmt: skip
        return await self.bot.send_document(
            chat_id(chat), InputFile(part.file.content, part.file.filename), text or None, parse_mode=mode,
            message_thread_id=topic, reply_markup=markup, reply_parameters=reply,
        )  # fmt: skip

    async def _said(
        self, call: Callable[[bool, int | None], Awaitable[Any]], topic: int | None, changes: bool = False
    ) -> str:
        """One call, and again without what Telegram did not like about it: its markup, its topic, or both."""
        marked = True
        while True:
            try:
                return _name(await call(marked, topic))
            except TelegramError as error:
                if changes and is_unchanged(error):
                    return ""
                if changes and cannot_change(error):
                    raise _Unchangeable from error
                if marked and cannot_parse(error):
                    log.error("markup was refused and is sent as plain text: %s", error)
                    marked = False
                elif topic is not None and topic_is_gone(error):
                    topic = None
                else:
                    raise translated(error) from error

    # -- in ----------------------------------------------------------------------------------------

    async def introduced(self, update: Update) -> Update:
        """Every message tells who wrote it."""
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        if file.size > MAX_DOWNLOAD:
            raise _too_large()
        try:
            found = await self.bot.get_file(file.reference)
            if (found.file_size or 0) > MAX_DOWNLOAD:
                raise _too_large()
            content = bytes(await found.download_as_bytearray())
        except TelegramError as error:
            if is_too_large(error):
                raise _too_large() from error
            raise _only_unavailable(error) from error
        return Attachment(file.filename, file.media_type, content)


class _Unchangeable(Exception):
    """The message to change is gone; never leaves this module."""


def _too_large() -> InvalidInput:
    return InvalidInput("file", N_("This file is larger than 5 MB."), "a photo from your phone")


def _only_unavailable(error: TelegramError) -> Unavailable:
    """For calls that ask: whatever went wrong, asking again does no harm."""
    known = translated(error)
    return known if isinstance(known, Unavailable) else Unavailable(N_("Telegram cannot be reached."), 5)


def _name(message: Any) -> str:
    """True is the answer for a message of which Telegram tells nothing more."""
    return str(message.message_id) if hasattr(message, "message_id") else ""


def _markup(rows: tuple[tuple[Key, ...], ...]) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup([[_button(key) for key in row] for row in rows]) if rows else None


def _button(key: Key) -> InlineKeyboardButton:
    if key.url:
        return InlineKeyboardButton(key.label, url=key.url)
    return InlineKeyboardButton(key.label, callback_data=key.token, style=key.tone or None)
