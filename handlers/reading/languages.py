"""Languages as typed: `de`, `de-CH`, `German`, `Deutsch`."""

from __future__ import annotations

import re
from functools import cache

from core.errors import N_, InvalidInput
from handlers.reading.text import bare, required, shown

_LIMIT = 60
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?")
# Names in the language itself for those who are asked in it; Babel would load a hundred locales for them.
_OWN_NAMES = (
    "en English|de Deutsch|fr Français|es Español|es Castellano|it Italiano|nl Nederlands|pl Polski|pt Português|"
    "sv Svenska|da Dansk|nb Norsk|fi Suomi|cs Čeština|sk Slovenčina|sl Slovenščina|hr Hrvatski|hu Magyar|ro Română|"
    "bg Български|el Ελληνικά|et Eesti|lv Latviešu|lt Lietuvių|tr Türkçe|uk Українська|ru Русский|ja 日本語|zh 中文"
)  # fmt: skip
_NAME_LANGUAGES = ("en", "de", "fr", "es")


def read_language(text: str, field: str = "language") -> str:
    """`de`, or `de_CH` where a country was typed that Babel knows for the language."""
    text = required(text, field, _LIMIT, "de")
    match = _CODE.fullmatch(text)
    code = _known(match[1].lower(), (match[2] or "").upper()) if match else None
    code = code or _names().get(bare(text))
    if code is None:
        raise InvalidInput(field, N_("“{value}” is not a language I know; write its name or its two letters."), "de",
                           value=shown(text))  # fmt: skip
    return code


def _known(language: str, territory: str) -> str | None:
    full = f"{language}_{territory}"
    return next((code for code in (full, language) if code in _locales()), None)


@cache
def _locales() -> frozenset[str]:
    # Importing Babel takes about 20 ms, which not every command needs to pay.
    from babel.localedata import locale_identifiers  # noqa: PLC0415

    return frozenset(locale_identifiers())


@cache
def _names() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415  (heavy, as above)

    names = {bare(entry[3:]): entry[:2] for entry in _OWN_NAMES.split("|")}
    for language in _NAME_LANGUAGES:
        for code, name in Locale.parse(language).languages.items():
            if len(code) <= 3 and code in _locales():
                names.setdefault(bare(name), code)
    return names
