"""Which language something is written in: the wanted one if there are words for it, else English."""

from __future__ import annotations

SPOKEN = ("en", "de", "fr", "es")
"""Languages of the chat with complete catalogues. Numbers and dates follow the words: nothing mixes two."""
PRINTED = ("en",)
"""Languages of documents with complete catalogues."""
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}


def spoken(wanted: str, among: tuple[str, ...] = SPOKEN) -> str:
    """`pt-br` finds `pt`, and what is not spoken finds English."""
    base = wanted.lower().replace("_", "-").partition("-")[0]
    return base if base in among else "en"
