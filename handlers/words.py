"""Every sentence a person sees: looked up whole in the reader's language, then filled."""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from pathlib import Path

from core.errors import BillhookError
from core.language import spoken

DOMAIN = "handlers"
_LOCALES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")
_catalogues: dict[str, gettext.NullTranslations] = {}


def speak(language: str) -> None:
    """Answer in this language until the end of the current task."""
    _language.set(spoken(language))


def language() -> str:
    return _language.get()


def _(message: str, /, **values: object) -> str:
    """The message in the reader's language, with its named places filled.

    It stays literal in the code, so that the catalogues can be extracted. What a person typed goes into the
    values and is never read as a format.
    """
    chosen = _language.get()
    if chosen not in _catalogues:
        _catalogues[chosen] = gettext.translation(DOMAIN, _LOCALES, [chosen], fallback=True)
    translated = _catalogues[chosen].gettext(message)
    return translated.format(**values) if values else translated


def sentence(error: BillhookError) -> str:
    """An error's own message, translated and filled."""
    return _(error.message, **error.values).replace("{{", "{").replace("}}", "}")
