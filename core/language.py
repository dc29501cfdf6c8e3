"""Which language something is written in: the wanted one if there are words for it, else English."""

from __future__ import annotations

SPOKEN = ("en",)
"""Languages with complete catalogues. Numbers and dates follow the words, so that a page never mixes two."""


def spoken(wanted: str) -> str:
    """`pt-br` finds `pt`, and what is not spoken finds English."""
    base = wanted.lower().replace("_", "-").partition("-")[0]
    return base if base in SPOKEN else "en"
