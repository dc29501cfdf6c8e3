"""Which language something is written in: the wanted one if there are words for it, else English."""

from __future__ import annotations

from core.country import country_codes, defaults
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


_SEVERAL = frozenset({"BE", "CA", "CH", "LU"})
"""Countries whose businesses write in more than one of them: there is nothing to guess."""


def client_language(business: Business, client: Client) -> str:
    """In which a client reads documents, letters and pages: the one chosen for them, else for clients abroad that of
    their country, else that of the business.
    """
    for wanted in (client.language, _abroad(business, client)):
        if wanted and spoken(wanted, WRITTEN) == wanted.lower()[:2]:
            return spoken(wanted, WRITTEN)
    return spoken(business.language, WRITTEN)


def _abroad(business: Business, client: Client) -> str:
    """Empty at home: there a business has chosen its language itself."""
    country = client.address.country
    if country == business.address.country or country in _SEVERAL or country not in country_codes():
        return ""
    return defaults(country).language
