"""All that people read is there in every language it is said in, with the same places to fill and things to type."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from core.documents.words import DOMAIN as PRINTED
from handlers.words import DOMAIN
from tools.catalogues import as_mo, catalogue, catalogues, file_of, translations, untranslated, wanted

_EVERYWHERE = {
    "{date} ({terms})", "{sum} ({count})", "{business}, {date}", "{client}, {sum}, {day}", "{date}, {step}",
    "{number}, {client}", "{client}, {often}", "PDF", "PDF {number}", "IBAN", "BIC",
}  # fmt: skip
SAME = {
    "de": _EVERYWHERE | {"{field}: {said}", "{date}, {step}; {why}", "Name", "Status"},
    "fr": _EVERYWHERE | {"Client", "Clients", "Date", "E-mail", "Total", "active", "admin", "client", "min"},
    "es": _EVERYWHERE
    | {"{field}: {said}", "{date}, {step}; {why}", "No", "Plan", "Subtotal", "Total", "admin", "d", "min"},
    "it": {"IBAN", "BIC", "min", "{rate}%"},
    "nl": {"IBAN", "BIC", "min", "wk", "{rate}%"},
    "pl": {"IBAN", "BIC", "VAT", "d", "min", "{rate}%"},
}
SAME_PRINTED = {
    "de": {"IBAN", "BIC"},
    "fr": {"IBAN", "BIC", "Client", "Date", "Total", "min"},
    "es": {"IBAN", "BIC", "Subtotal", "Total", "d", "min"},
    "it": SAME["it"],
    "nl": SAME["nl"],
    "pl": SAME["pl"],
}
"""Words that the language shares with English."""
TYPED = re.compile(r"/[a-z]+|@ [\d.]+|#[0-9a-f]{6}|file:[\w.]+|\d{4}-\d\d-\d\d|\d+d\b")
"""Commands and examples, which are typed as they stand."""
FOREIGN = {
    "de": r"[”«»\"]", "fr": r"[“”„\"']| [:;!?%»]|« ", "es": r"[“”„\"]", "it": r"[“”„\"']", "nl": r"[«»„\"]",
    "pl": r"[“«»\"']",
}  # fmt: skip
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


def pairs(language: str, domain: str) -> list[tuple[str, str]]:
    """Each English form with the one that says it; where there are more forms than in English, with its plural."""
    found: list[tuple[str, str]] = []
    for message, text in translations(language, domain).items():
        if isinstance(message, str) or isinstance(text, str):
            found.append((str(message), str(text)))
        else:
            found += [(message[min(place, 1)], form) for place, form in enumerate(text)]
    return [(english, form) for english, form in found if form]


IN_EVERY_CATALOGUE = pytest.mark.parametrize(("language", "domain"), list(catalogues()))


@IN_EVERY_CATALOGUE
def test_no_sentence_is_left_in_english(language: str, domain: str) -> None:
    left = untranslated(language, domain, wanted(language, domain), translations(language, domain))

    assert left == [], "run python -m tools.catalogues and translate these"


@IN_EVERY_CATALOGUE
def test_nothing_is_translated_that_nobody_says(language: str, domain: str) -> None:
    known = translations(language, domain)

    extra = known.keys() - wanted(language, domain).keys()

    assert extra == set(), "run python -m tools.catalogues"


@IN_EVERY_CATALOGUE
def test_only_the_words_that_both_languages_share_read_as_in_english(language: str, domain: str) -> None:
    shared = SAME_PRINTED if domain == PRINTED else SAME

    same = {english for english, text in pairs(language, domain) if text == english}

    assert same == shared[language]


@IN_EVERY_CATALOGUE
def test_a_translation_has_the_places_of_its_sentence(language: str, domain: str) -> None:
    translated = pairs(language, domain)

    wrong = [text for english, text in translated if places(text) != places(english)]

    assert wrong == []


@IN_EVERY_CATALOGUE
def test_every_translation_can_be_filled(language: str, domain: str) -> None:
    translated = pairs(language, domain)

    wrong = [text for _english, text in translated if not fills(text)]

    assert wrong == []


@IN_EVERY_CATALOGUE
def test_what_is_typed_stays_as_it_is(language: str, domain: str) -> None:
    translated = pairs(language, domain) if domain == DOMAIN else []

    wrong = [
        text for english, text in translated if sorted(TYPED.findall(text)) != sorted(TYPED.findall(english))
    ]

    assert wrong == []


@IN_EVERY_CATALOGUE
def test_a_translation_is_set_as_its_language_is(language: str, domain: str) -> None:
    foreign = re.compile(FOREIGN[language])

    wrong = [text for _english, text in pairs(language, domain) if foreign.search(text)]

    assert wrong == []


@IN_EVERY_CATALOGUE
def test_the_compiled_catalogue_is_what_the_readable_one_says(language: str, domain: str) -> None:
    known = translations(language, domain)

    compiled = as_mo(catalogue(language, {message: [] for message in known}, known, domain))

    assert file_of(language, "mo", domain).read_bytes() == compiled, "run python -m tools.catalogues"
