"""Whatever the chat says, it says in every language it speaks, with the same places to fill and things to type."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from core.language import SPOKEN
from tools.catalogues import LANGUAGES, as_mo, catalogue, file_of, messages, translations

_EVERYWHERE = {
    "{date} ({terms})", "{sum} ({count})", "{business}, {date}", "{client}, {sum}, {day}", "{date}, {step}",
    "{number}, {client}", "PDF", "PDF {number}", "IBAN", "BIC",
}  # fmt: skip
SAME = {
    "de": _EVERYWHERE | {"{field}: {said}", "{date}, {step}; {why}", "Name", "Status"},
    "fr": _EVERYWHERE | {"Client", "Clients", "Date", "E-mail", "Total", "admin", "client", "min"},
    "es": _EVERYWHERE
    | {"{field}: {said}", "{date}, {step}; {why}", "No", "Plan", "Subtotal", "Total", "admin", "d", "min"},
}
"""Words that the language shares with English."""
TYPED = re.compile(r"/[a-z]+|@ [\d.]+|#[0-9a-f]{6}|file:[\w.]+|\d{4}-\d\d-\d\d|\d+d\b")
"""Commands and examples, which are typed as they stand."""
FOREIGN = {"de": r"[”«»\"]", "fr": r"[“”„\"']| [:;!?%»]|« ", "es": r"[“”„\"]"}
"""Quotes of another language, and in French an ordinary space or apostrophe where a typesetter has another."""


class Anything(dict[str, object]):
    """A value for every place."""

    def __missing__(self, name: str) -> object:
        return 1


def places(message: str) -> set[tuple[str, str | None, str | None]]:
    try:
        parts = [*Formatter().parse(message)]
    except ValueError:
        return {("a brace without its pair", None, None)}
    return {(name, spec, conversion) for _text, name, spec, conversion in parts if name is not None}


def fills(text: str) -> bool:
    try:
        return bool(text.format_map(Anything()).strip())
    except (AttributeError, IndexError, TypeError, ValueError):
        return False


def test_every_language_that_is_spoken_has_a_catalogue() -> None:
    catalogues = [file_of(language, "mo") for language in SPOKEN if language != "en"]

    missing = [path.name for path in catalogues if not path.is_file()]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_in_english(language: str) -> None:
    known = translations(language)

    missing = [message for message in messages() if not known.get(message)]

    assert missing == [], "run python -m tools.catalogues and translate these"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    known = translations(language)

    extra = known.keys() - messages().keys()

    assert extra == set(), "run python -m tools.catalogues"


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_words_that_both_languages_share_read_as_in_english(language: str) -> None:
    known = translations(language)

    same = {message for message, text in known.items() if text == message}

    assert same == SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    translated = {message: text for message, text in translations(language).items() if text}

    wrong = [text for message, text in translated.items() if places(text) != places(message)]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_can_be_filled(language: str) -> None:
    translated = [text for text in translations(language).values() if text]

    wrong = [text for text in translated if not fills(text)]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_stays_as_it_is(language: str) -> None:
    translated = {message: text for message, text in translations(language).items() if text}

    wrong = [
        text
        for message, text in translated.items()
        if sorted(TYPED.findall(text)) != sorted(TYPED.findall(message))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_set_as_its_language_is(language: str) -> None:
    foreign = re.compile(FOREIGN[language])

    wrong = [text for text in translations(language).values() if foreign.search(text)]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_what_the_readable_one_says(language: str) -> None:
    known = translations(language)

    compiled = as_mo(catalogue(language, {message: [] for message in known}, known))

    assert file_of(language, "mo").read_bytes() == compiled, "run python -m tools.catalogues"
