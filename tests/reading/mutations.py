"""Random invoices of the one-line grammar and small damage to them, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

# Of each pair the first list is sound and the second is not; one piece in twelve comes from the second.
_CLIENTS = (["Acme", "Studio Löwe", "Foo:Bar GmbH", "A & B, Inc.", "O\u2019Neil", "中文公司"], [""])
_COUNTS = (
    ["", "3 ", "3h ", "3 h ", "1.5d ", "2 x ", "2x ", "10 pcs ", "1,000 ", "365 Days ", "1 000 x "],
    ["0 ", "-2 x ", "1e9 x ", "٣ x ", "9999999999 "],
)
_THINGS = (
    [
        "design",
        "Hosting",
        "Design, logo",
        "mail a@b.example",
        "Talk @ 9am",
        "3D model",
        "m² tiles",
        "vat advice",
    ],
    ["", "x", "a @ 5"],
)
_PRICES = (
    ["120", "49.90", "1.200,50", "1,200.50", "1,200", "1 200,50", "5 EUR", "€5", "EUR 1'200.-", "0"],
    ["$5", "-5", "NaN", "1E+3000000", "Infinity", "١٢", "1_000", "abc", "", "9" * 30],
)
_RATES = (["", "", " vat 7%", " vat 19", " mwst 8.1 %"], [" vat", " vat 101"])
_OPTIONS = (
    ["due 14d", "due 30d eom", "due friday", "on 2026-11-19", "period 1.11...30.11.", "vat 19%", "discount 10%",
     "discount 50", "currency EUR", "ref PO 5", "note thanks", "incl", ""],
    ["due soon", "currency usd", "incl maybe", "foo bar", "due", "due 31.2.", "discount 0"],
)  # fmt: skip
_AT = ([" @ ", "@", " @", "@ "], [" "])
_SEPARATORS = ([", ", "\n", ",\n", " , "], [",", " "])
_DAMAGE = [
    *(
        "@",
        ",",
        ";",
        ":",
        " ",
        "\n",
        ".",
        "-",
        "x",
        "%",
        "0",
        "9" * 50,
        "\u00a0",
        "\u202e",
        "\u200d",
        "\x00",
        "\ud800",
    ),
    *(
        "١",
        "１",
        "E+9",
        "_",
        "{",
        "}",
        "{0}",
        "%s",
        "\u0301" * 31,
        "\u0f73",
        "👩\u200d👩",
        "ﬃ",
        "²",
        "½",
        "\t",
        "\r",
        "'",
    ),
    *("\u2019", "$", "€", "kr", "vat", "due", "..", "/", "\\", "İ", "ß", "ſ", "\u212a"),
]


def invoices(seed: int, count: int) -> Iterator[str]:
    """Typed invoices; about half are left undamaged."""
    chance = random.Random(seed)
    for _ in range(count):
        text = _invoice(chance)
        for _ in range(chance.choice((0, 0, 0, 1, 1, 3))):
            text = _damaged(text, chance)
        yield text


def _invoice(chance: random.Random) -> str:
    def pick(pieces: tuple[list[str], list[str]]) -> str:
        return chance.choice(pieces[chance.randrange(12) == 0])

    lines = [
        pick(_COUNTS) + pick(_THINGS) + pick(_AT) + pick(_PRICES) + pick(_RATES)
        for _ in range(chance.randint(1, 3))
    ]
    options = chance.sample(_OPTIONS[0], chance.randrange(4))
    if chance.randrange(6) == 0:
        options.append(chance.choice(_OPTIONS[1]))
    colon = chance.choice((": ", ": ", ":", "\n"))
    return (
        pick(_CLIENTS) + colon + pick(_SEPARATORS).join(lines) + "".join(f"; {option}" for option in options)
    )


def _damaged(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.randrange(6))
    action = chance.randrange(4)
    if action == 0:
        return text[:start] + text[end:]
    if action == 1:
        return text[:start] + chance.choice(_DAMAGE) + text[start:]
    if action == 2:
        return text[:start] + chance.choice(_DAMAGE) + text[end:]
    return text[:start] + text[start:end] * 2 + text[end:]
