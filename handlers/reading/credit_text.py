"""What stands behind `/credit`: an invoice, an amount or lines, and why."""

from __future__ import annotations

import re

from core.money import CURRENCIES
from handlers.reading.amounts import looks_like_amount
from handlers.reading.fields import split_fields
from handlers.reading.lines import has_price
from handlers.reading.text import clean

EXAMPLE = "2026-0007 120 reason late delivery"
ALL = "all"
_WHOLE = frozenset("all whole full alles ganz tout toute todo toda entera".split())
_NAMES = ("amount", "lines", "reason")
_MAX_TEXT = 20_000
_NUMBER = re.compile(r"(\S+?)(:(?=\s|$)|\s+|$)(.*)", re.DOTALL)
_REASON = re.compile(r"(?:reason|grund|motif|motivo)\s*[:=]?\s+", re.IGNORECASE)


def split_credit(text: str) -> dict[str, str]:
    """`2026-0007 120 [reason] late delivery`, `2026-0007 all …`, `2026-0007: 1h design @ 120; reason late delivery`,
    or `;` between named fields. Raises InvalidInput for a field that is not there, or there twice.
    """
    head, semicolon, rest = clean(text, "number", _MAX_TEXT, multiline=True, example=EXAMPLE).partition(";")
    raw = _head(head.strip())
    return raw | split_fields(f";{rest}" if semicolon else "", _NAMES, "number")


def _head(head: str) -> dict[str, str]:
    match = _NUMBER.match(head)
    if match is None:
        return {}
    number, colon, rest = match[1], match[2] == ":", match[3].strip()
    raw = {"number": number}
    if rest and (colon or has_price(rest)):
        return raw | {"lines": rest}
    amount, rest = _amount(rest)
    reason = _REASON.sub("", rest, count=1) if _REASON.match(rest) else rest
    named = {"amount": amount, "reason": reason.strip()}
    return raw | {name: value for name, value in named.items() if value}


def _amount(text: str) -> tuple[str, str]:
    """What looks like one, with the currency behind it, and the rest."""
    word, _blank, rest = text.partition(" ")
    if word.lower().rstrip(",") in _WHOLE:
        return ALL, rest
    if word.upper() in CURRENCIES:
        amount, _blank, after = rest.strip().partition(" ")
        return (f"{word} {amount}", after) if looks_like_amount(amount) else ("", text)
    if not looks_like_amount(word):
        return "", text
    currency, _blank, after = rest.strip().partition(" ")
    return (f"{word} {currency}", after) if currency.upper() in CURRENCIES else (word, rest)


def is_all(text: str) -> bool:
    return text.strip().lower() in _WHOLE
