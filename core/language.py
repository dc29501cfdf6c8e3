"""Which language something is written in: the wanted one if there are words for it, else English."""

from __future__ import annotations

from core.party import Business, Client

SPOKEN = ("en", "de", "fr", "es")
"""Languages of the chat with complete catalogues. Numbers and dates follow the words: nothing mixes two."""
WRITTEN = (*SPOKEN, "it", "nl", "pl")
"""Languages of whatever a client reads: documents, letters and pages."""
NAMES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski",
}  # fmt: skip


def spoken(wanted: str, among: tuple[str, ...] = SPOKEN) -> str:
    """`pt-br` finds `pt`, and what is not spoken finds English."""
    base = wanted.lower().replace("_", "-").partition("-")[0]
    return base if base in among else "en"


def client_language(business: Business, client: Client) -> str:
    """In which a client reads documents, letters and pages: the one chosen for them, else that of the business."""
    return spoken(client.language or business.language, WRITTEN)
