"""Invoice numbers: the pattern, and which counter a number comes from. Counting itself is storage's row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.errors import N_, InvalidInput

SERIES = "invoice"
"""The counter of invoices; other kinds of documents will have their own."""
DEFAULT_PATTERN = "{YYYY}-{NNNN}"
DEFAULT_QUOTE_PATTERN = "Q{YYYY}-{NNNN}"
_TOKEN = re.compile(r"\{(YYYY|YY|MM|N{1,9})\}")
_LITERAL = re.compile(r"[A-Za-z0-9/_.\-]*")
MAX_LENGTH = 30


DEFAULT_CREDIT_PATTERN = "CN{YYYY}-{NNNN}"
_NO_LETTER = re.compile(r"[^A-Za-z]")


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """Such as `{YYYY}-{NNNN}` or `RE{YY}/{NNN}`; the counter starts anew each year if the year is in it."""

    text: str = DEFAULT_PATTERN

    def __post_init__(self) -> None:
        tokens = [match.group(1) for match in _TOKEN.finditer(self.text)]
        counters = [token for token in tokens if token.startswith("N")]
        literal = _TOKEN.sub("", self.text)
        if len(counters) != 1 or len(self.text) > MAX_LENGTH or not _LITERAL.fullmatch(literal):
            raise InvalidInput(
                "number-pattern",
                N_("“{value}” is not a number pattern: it needs one counter such as {{NNNN}}, and may hold "
                   "{{YYYY}}, {{YY}}, {{MM}}, letters, digits and - / _ ."),
                DEFAULT_PATTERN,
                value=self.text[:60],
            )  # fmt: skip

    def period(self, issued_on: date) -> str:
        """The key of the counter: the year when the number shows it, else one counter for ever."""
        return str(issued_on.year) if "{YYYY}" in self.text or "{YY}" in self.text else ""

    def read(self, number: str) -> tuple[str, int] | None:
        """The period and the count of a number that this pattern could give; None for any other."""
        shape, tokens, end = "", [], 0
        for match in _TOKEN.finditer(self.text):
            token = match[1]
            digits = "{4}" if token == "YYYY" else "{2}" if token in ("YY", "MM") else f"{{{len(token)},}}"
            shape += f"{re.escape(self.text[end : match.start()])}([0-9]{digits})"
            tokens.append(token)
            end = match.end()
        found = re.fullmatch(shape + re.escape(self.text[end:]), number)
        if found is None:
            return None
        parts = dict(zip(tokens, found.groups(), strict=True))
        year = parts.get("YYYY") or (f"20{parts['YY']}" if "YY" in parts else "")
        return year, next(int(value) for token, value in parts.items() if token.startswith("N"))

    def format(self, count: int, issued_on: date) -> str:
        def value(match: re.Match[str]) -> str:
            token = match.group(1)
            if token == "YYYY":
                return f"{issued_on.year:04}"
            if token == "YY":
                return f"{issued_on.year % 100:02}"
            if token == "MM":
                return f"{issued_on.month:02}"
            return str(count).zfill(len(token))

        return _TOKEN.sub(value, self.text)


def must_be_apart(*patterns: NumberPattern) -> None:
    """Raises InvalidInput unless no two can ever give the same number: each begins with letters of its own, or none."""
    if len(set(map(_beginning, patterns))) < len(patterns):
        raise InvalidInput(
            "credit-pattern",
            N_(
                "Invoices and credit notes must not look alike: let their numbers begin with different letters."
            ),
            DEFAULT_CREDIT_PATTERN,
        )


def must_stand_apart(quotes: NumberPattern, *others: NumberPattern) -> None:
    """Raises InvalidInput where a quote could have the number of another document."""
    if _beginning(quotes) in map(_beginning, others):
        raise InvalidInput(
            "quote-pattern",
            N_("Quotes must not look like invoices or credit notes: let their numbers begin with other letters."),
            DEFAULT_QUOTE_PATTERN,
        )  # fmt: skip


def _beginning(pattern: NumberPattern) -> str:
    """The letters that all its numbers begin with."""
    return _NO_LETTER.split(pattern.text)[0].casefold()
