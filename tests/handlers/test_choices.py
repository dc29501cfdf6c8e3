"""Ready answers that are looked for while somebody types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.choices import (
    MOST,
    Search,
    matching,
    search_countries,
    search_currencies,
    search_in,
    search_languages,
    zone_search,
)
from handlers.kinds import Option
from handlers.reading.languages import read_language
from handlers.reading.parties import read_currency
from handlers.reading.places import read_country, read_zone
from handlers.words import speak


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    speak("en")
    yield
    speak("en")


async def labels(search: Search, text: str) -> list[str]:
    return [option.label for option in await search(text)]


def test_what_begins_with_the_text_stands_first_then_words_then_parts() -> None:
    options = [Option(label, label) for label in ("Big Acme", "Place", "Acme", "Acorn", "Nothing")]

    found = [option.label for option in matching(options, " AC ")]

    assert found == ["Acme", "Acorn", "Big Acme", "Place"]


def test_neither_case_nor_accents_matter() -> None:
    options = [Option("Österreich", "AT"), Option("Côte d’Ivoire", "CI")]

    assert [option.value for option in matching(options, "oster")] == ["AT"]
    assert [option.value for option in matching(options, "COTE D'I")] == ["CI"]


def test_the_value_itself_is_found_first() -> None:
    options = [Option("Defiance", "X"), Option("Germany", "DE")]

    assert [option.value for option in matching(options, "de")] == ["DE", "X"]


def test_a_hundred_are_the_most_and_a_long_text_finds_nothing() -> None:
    options = [Option(f"Acme {number}", str(number)) for number in range(MOST + 7)]

    assert len(matching(options, "")) == len(matching(options, "acme")) == MOST
    assert matching(options, "x" * 100_000) == ()


async def test_countries_are_found_by_their_names_in_the_person_s_language_and_in_any_other() -> None:
    assert (await labels(search_countries, ""))[:2] == ["Germany", "Austria"]
    assert await labels(search_countries, "Allemagne") == ["Germany"]
    speak("fr")
    assert (await labels(search_countries, "alle"))[0] == "Allemagne"
    assert await labels(search_countries, "Germany") == ["Allemagne"]


async def test_the_country_s_zones_stand_before_the_others() -> None:
    search = zone_search(("Europe/Berlin",))

    assert (await labels(search, ""))[0] == "Berlin (Europe)"
    assert await labels(search, "buenos") == ["Buenos Aires (America, Argentina)"]


async def test_currencies_are_found_by_code_and_by_name() -> None:
    assert (await labels(search_currencies, ""))[0] == "EUR, Euro"
    assert (await labels(search_currencies, "swiss"))[0] == "CHF, Swiss Franc"
    assert (await labels(search_currencies, "jpy"))[0] == "JPY, Japanese Yen"


async def test_languages_begin_with_the_ones_spoken_here() -> None:
    assert (await labels(search_languages, ""))[:4] == ["English", "Deutsch", "Français", "Español"]
    assert await labels(search_languages, "portug") == ["Portuguese"]


async def test_options_of_one_s_own_are_searched_the_same_way() -> None:
    assert await labels(search_in([Option("Ana", "1"), Option("Ben", "2")]), "b") == ["Ben"]


@pytest.mark.parametrize(
    ("search", "read"),
    [
        (search_countries, read_country),
        (search_currencies, read_currency),
        (search_languages, read_language),
        (zone_search(()), read_zone),
    ],
)
async def test_every_answer_that_is_found_can_be_read(search: Search, read: object) -> None:
    assert callable(read)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for option in await search(letter):
            assert read(option.value) == option.value
