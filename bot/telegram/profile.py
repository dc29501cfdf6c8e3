"""What people see of the bot before they talk to it: the command menu, its button, and the description."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram import BotCommandScopeAllGroupChats as Groups
from telegram import BotCommandScopeAllPrivateChats as Private
from telegram.error import RetryAfter, TelegramError

from bot.telegram.client import seconds, translated
from core.language import SPOKEN
from handlers.command import CONTROLS, Command, Where, headlines, told_of
from handlers.registry import COMMANDS
from handlers.words import _, speak

_PATIENCE = 30.0
_FIRST = ("invoice", "invoices", "overdue", "paid", "clients", "client add")
"""What stands on top of the menu; the rest follows in the order of the help."""


async def set_profile(bot: Bot, sells: bool = False) -> None:
    """Raises one of our own errors when Telegram does not take it."""
    await _patiently(partial(bot.set_chat_menu_button, menu_button=MenuButtonCommands()))
    known = [command for command in headlines(told_of(COMMANDS, sells)) if command.group]
    for language in SPOKEN:
        # Without a code it is what everybody sees whose language has none of its own.
        code = None if language == "en" else language
        speak(language)
        for scope, commands in ((Private(), _private(known)), (Groups(), _in_groups(known))):
            await _patiently(partial(bot.set_my_commands, list(commands), scope, code))
        await _patiently(partial(bot.set_my_description, _description(), code))
        await _patiently(partial(bot.set_my_short_description, _short(), code))
    speak("en")


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """One call; where Telegram asks for a short pause, once more after it."""
    try:
        await call()
    except RetryAfter as error:
        if seconds(error) > _PATIENCE:
            raise translated(error) from error
        await asyncio.sleep(seconds(error))
        await _patiently(call)
    except TelegramError as error:
        raise translated(error) from error


def _private(commands: Sequence[Command]) -> Iterator[BotCommand]:
    """A name of two words is written with an underscore, which the receiver reads as the blank it is."""
    known = {command.name: command for command in commands}
    order = [*_FIRST, *(name for name in known if name not in _FIRST)]
    for name in order:
        yield _entry(known[name])
    for word, does in CONTROLS.items():
        yield BotCommand(word, _(does))


def _in_groups(commands: Sequence[Command]) -> Iterator[BotCommand]:
    for command in commands:
        if command.where is not Where.PRIVATE:
            yield _entry(command)
    for word, does in CONTROLS.items():
        yield BotCommand(word, _(does))


def _entry(command: Command) -> BotCommand:
    return BotCommand(command.name.replace(" ", "_"), _(command.help))


def _description() -> str:
    return _("I write your invoices. Type one line, such as “Acme: 3h design @ 120”, and you get a correct PDF "
             "with VAT, number and payment code. I keep track of who has paid and who is late. "
             "Press Start: six questions, and your first invoice is on its way.")  # fmt: skip


def _short() -> str:
    return _("Invoices from one line in this chat, and an eye on who has paid.")
