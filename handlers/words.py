"""Every sentence a person sees: looked up whole in the reader's language, then filled."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import TypeVar

from core.errors import BillhookError
from core.language import SPOKEN, WRITTEN, spoken
from core.locale import format_money, number_style
from core.money import Money
from core.party import Role

Said = TypeVar("Said")

DOMAIN = "handlers"
_LOCALES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")
_catalogues: dict[str, gettext.NullTranslations] = {}


def speak(language: str) -> None:
    """Answer in this language until the end of the current task."""
    _language.set(spoken(language))


def write(language: str) -> None:
    """The same for what a client reads, which is written in more languages than the chat speaks."""
    _language.set(spoken(language, WRITTEN))


def chosen_of(languages: Iterable[str], otherwise: str = "en", among: tuple[str, ...] = SPOKEN) -> str:
    """The first of the reader's languages that is known here, such as a browser names them; else that other one."""
    return next(
        (tag for tag in languages if tag.lower().partition("-")[0] in among), spoken(otherwise, among)
    )


def language() -> str:
    return _language.get()


def in_language(chosen: str, say: Callable[[], Said]) -> Said:
    """What is said in that language, while everything else goes on in the present one."""
    mine = language()
    write(chosen)
    try:
        return say()
    finally:
        write(mine)


def _(message: str, /, **values: object) -> str:
    """The message in the reader's language, with its named places filled.

    It stays literal in the code, so that the catalogues can be extracted. What a person typed goes into the
    values; as a message it would be read as a format.
    """
    chosen = _language.get()
    if chosen not in _catalogues:
        _catalogues[chosen] = gettext.translation(DOMAIN, _LOCALES, [chosen], fallback=True)
    return _catalogues[chosen].gettext(message).format(**values)


def sentence(error: BillhookError) -> str:
    """An error's own message, translated and filled; amounts are shown as everywhere else."""
    return _(error.message, **{name: _shown(value) for name, value in error.values.items()})


def long_date(day: date) -> str:
    """As people write it in the language spoken now: no two countries read 3/4/2026 alike."""
    # Importing Babel takes about 25 ms, which not every command needs to pay.
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(day, "long", locale=language())


def role_name(role: Role) -> str:
    """How a role is called in a sentence; typed, it keeps its English name."""
    return {
        Role.ACCOUNTANT: _("accountant"),
        Role.MEMBER: _("member"),
        Role.ADMIN: _("admin"),
        Role.OWNER: _("owner"),
    }[role]


def _shown(value: object) -> object:
    match value:
        case BillhookError():
            return sentence(value)
        case Role():
            return role_name(value)
        case Money():
            return format_money(value, number_style(_language.get()))
        case _:
            return value
