"""Any form on one line: `Studio Löwe; country DE; terms 14d` split into raw strings, nothing parsed yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from core.errors import N_, InvalidInput
from handlers.reading.text import clean, shown

MAX_TEXT = 20_000
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


_VALUES = {
    "name": "Acme GmbH", "country": "DE", "address": "Ring 2, 20095 Hamburg", "vat-id": "DE136695976",
    "iban": "DE89370400440532013000", "email": "books@acme.example", "terms": "14d", "due": "14d",
    "on": "2026-11-30", "period": "november", "vat": "19%", "discount": "10%", "currency": "EUR", "ref": "PO 4711",
    "early": "2% 10d", "order": "4500012345", "delivered": "2026-11-28", "phone": "+49 40 901820",
    "contact": "Mara Lind", "cash-rounding": "0.05",
    "register": "HRB 12345, Amtsgericht Hamburg", "reference": "04011000-1234512345-06",
    "note": "Thank you", "zone": "Berlin", "language": "de",
}  # fmt: skip


def _example(names: tuple[str, ...]) -> str:
    """A field with its value, of the first name that has one here."""
    return next((f"{name} {_VALUES[name]}" for name in names if name in _VALUES), "")


def split_fields(
    text: str,
    names: Iterable[str],
    first: str,
    *,
    flags: Iterable[str] = (),
    aliases: Mapping[str, str] = _NO_ALIASES,
) -> dict[str, str]:
    """`FIRST; NAME VALUE; NAME VALUE` by name, in the order typed; a field that is not there is left out.

    A name is matched in any case, with `-`, `_` or a space in it, and may be followed by `:` or `=`; only
    then may it also begin the first part (`name: Acme; country DE`). A name in `flags` needs no value: alone
    it means `yes`. `aliases` maps other words to names.
    """
    head, *rest = clean(text, first, MAX_TEXT, multiline=True).split(";")
    matcher = _matcher((*names, first), tuple(aliases))
    spelled = {_plain(name): name for name in (*names, first)} | {
        _plain(a): name for a, name in aliases.items()
    }
    found: dict[str, str] = {}
    head = head.strip()
    match = matcher.match(head)
    if match and match[2]:
        rest.insert(0, head)
    elif head:
        found[first] = head
    for part in rest:
        if part.strip():
            name, value = _named(part.strip(), matcher, spelled, first, tuple(names), frozenset(flags))
            if name in found:
                raise InvalidInput(
                    name, N_("“{name}” is there twice; write it once."), _example((name,)), name=name
                )
            found[name] = value
    return found


def _named(
    part: str,
    matcher: re.Pattern[str],
    spelled: Mapping[str, str],
    first: str,
    names: tuple[str, ...],
    flags: frozenset[str],
) -> tuple[str, str]:
    match = matcher.match(part)
    if match is None:
        raise InvalidInput(
            first, N_("There is no “{value}” here; after a semicolon comes one of: {names}."),
            value=shown(part.split(maxsplit=1)[0]), names=", ".join(names),
            example=_example(names),
        )  # fmt: skip
    name = spelled[_plain(match[1])]
    value = part[match.end() :].strip()
    if not value and name not in flags:
        raise InvalidInput(
            name, N_("“{name}” has no value; write it behind the name."), _example((name,)), name=name
        )
    return name, value or "yes"


@lru_cache(maxsize=64)
def _matcher(names: tuple[str, ...], aliases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted({_plain(name) for name in (*names, *aliases)}, key=len, reverse=True)
    words = "|".join(re.escape(name).replace(r"\ ", "[-_ ]") for name in longest_first)
    # Without ASCII a dotted İ would match the i of a name that no table knows in that spelling.
    return re.compile(rf"({words})(?:\s*([:=])\s*|\s+|\Z)", re.IGNORECASE | re.ASCII)


def _plain(name: str) -> str:
    return name.lower().replace("-", " ").replace("_", " ")
