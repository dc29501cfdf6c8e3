"""What stands behind `/credit`: an invoice, an amount or lines, and why."""

from __future__ import annotations

import re

from core.credited_lines import Pick, Picks
from core.locale import NumberStyle
from core.money import CURRENCIES
from handlers.reading.amounts import looks_like_amount, read_quantity
from handlers.reading.fields import split_fields
from handlers.reading.lines import has_price
from handlers.reading.text import clean

EXAMPLE = "2026-0007 120 reason late delivery"
ALL, SOME = "all", "lines"
_WHOLE = frozenset("all whole full alles ganz tout toute todo toda entera".split())
_NAMES = ("amount", "lines", "reason")
_MAX_TEXT = 20_000
_PICK = re.compile(r"(?:([0-9][0-9.,'\u2019]*)\s*[xX\u00d7*]?\s*)?#([0-9]{1,4})(?=[\s,;]|$)")
_PICKS = re.compile(rf"{_PICK.pattern}(?:[\s,]+{_PICK.pattern})*")
_NUMBER = re.compile(r"(\S+?)(:(?=\s|$)|\s+|$)(.*)", re.DOTALL)
_REASON = re.compile(r"(?:reason|grund|motif|motivo)\s*[:=]?\s+", re.IGNORECASE)


def split_credit(text: str) -> dict[str, str]:
    """`2026-0007 120 [reason] late delivery`, `2026-0007 all …`, `2026-0007: 1h design @ 120; reason late delivery`,
    `2026-0007 #1, 2 x #3 …` for the invoice's own lines, or `;` between named fields. Raises InvalidInput for a field
    that is not there, or there twice.
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
    if (picked := _PICKS.match(rest)) and not has_price(rest):
        reason = _bare(rest[picked.end() :].strip(" ,\n"))
        return raw | {"lines": picked[0]} | ({"reason": reason} if reason else {})
    if rest and (colon or has_price(rest)):
        return raw | {"lines": rest}
    amount, rest = _amount(rest)
    named = {"amount": amount, "reason": _bare(rest)}
    return raw | {name: value for name, value in named.items() if value}


def _bare(reason: str) -> str:
    return _REASON.sub("", reason, count=1).strip() if _REASON.match(reason) else reason.strip()


def _amount(text: str) -> tuple[str, str]:
    """What looks like one, with the currency behind it, and the rest."""
    word, _blank, rest = text.partition(" ")
    if word.lower().rstrip(",") in _WHOLE:
        return ALL, rest
    if word.lower() == SOME:
        return SOME, rest
    if word.upper() in CURRENCIES:
        amount, _blank, after = rest.strip().partition(" ")
        return (f"{word} {amount}", after) if looks_like_amount(amount) else ("", text)
    if not looks_like_amount(word):
        return "", text
    currency, _blank, after = rest.strip().partition(" ")
    return (f"{word} {currency}", after) if currency.upper() in CURRENCIES else (word, rest)


def read_picks(text: str, style: NumberStyle) -> Picks | None:
    """`#1, 2 x #3`: lines of the invoice by their places, all that is left of each or so much; None for other words."""
    text = text.strip()
    if not _PICKS.fullmatch(text):
        return None
    return Picks(tuple(
        Pick(int(found[2]), read_quantity(found[1], "lines", style) if found[1] else None)
        for found in _PICK.finditer(text)
    ))  # fmt: skip


def is_all(text: str) -> bool:
    return text.strip().lower() in _WHOLE
