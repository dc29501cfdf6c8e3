"""Ready answers for what somebody has begun to type, where a platform offers them while it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from string import ascii_uppercase

from core.country import country_code, country_name
from core.money import CURRENCIES
from handlers.kinds import Option
from handlers.reading.text import bare
from handlers.words import language

MOST = 100
"""Ready answers at a time: what a list of Slack takes."""
MOST_VALUE = 150
"""Characters of a ready answer's value (Slack)."""

Search = Callable[[str], Awaitable[Sequence[Option]]]


def matching(text: str, options: Iterable[Option]) -> tuple[Option, ...]:
    """What begins with the text, then what has a word that does, then what holds it; the first hundred.

    Case and accents do not matter. A value counts as much as its label.
    """
    wanted = bare(text.strip())
    ranked = [(rank, option) for option in options if (rank := _rank(wanted, option)) is not None]
    return tuple(option for _rank, option in sorted(ranked, key=lambda pair: pair[0]))[:MOST]


def _rank(wanted: str, option: Option) -> int | None:
    label = bare(option.label)
    if label.startswith(wanted) or bare(option.value).startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in label.split()):
        return 1
    return 2 if wanted in label else None


def among(options: Sequence[Option]) -> Search:
    """A search through options that are known already."""

    async def search(text: str) -> Sequence[Option]:
        return matching(text, options)

    return search


def among_countries(*usual: str) -> Search:
    """All countries in the reader's language, the usual ones first."""

    async def search(text: str) -> Sequence[Option]:
        return matching(text, _countries(usual, language()))

    return search


@cache
def _countries(usual: tuple[str, ...], spoken: str) -> tuple[Option, ...]:
    pairs = (first + second for first in ascii_uppercase for second in ascii_uppercase)
    # `UK` is understood, too, and is no code of its own.
    codes = [code for code in pairs if country_code(code) == code]
    named = sorted(
        (Option(country_name(code, spoken), code) for code in codes), key=lambda one: bare(one.label)
    )
    return tuple(sorted(named, key=lambda option: option.value not in usual))


def among_currencies(*usual: str) -> Search:
    """All currencies by their codes, the usual ones first."""
    codes = dict.fromkeys((*usual, "EUR", "USD", "GBP", "CHF", *sorted(CURRENCIES)))
    return among([Option(code, code) for code in codes])
