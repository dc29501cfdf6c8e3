"""Secrets that we keep for somebody: encrypted before they reach the database, and so in every backup."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from core.errors import N_, Conflict, Unavailable

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_KEY_BYTES = 32
_ASK_AGAIN = 60.0
"""Seconds; until somebody sets the right keys, nothing helps."""


class Vault:
    """Encrypts with the first key, and opens what any of them has closed."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError for a text that is no key; says which one by its place, for it is a secret itself."""
        for place, key in enumerate(keys, start=1):
            if not _is_key(key):
                raise ValueError(
                    f"BILLHOOK_SECRET_KEYS: number {place} is no key; a key is 32 random bytes as url-safe base64"
                )
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        return "Vault()"

    @property
    def can_encrypt(self) -> bool:
        return bool(self._keys)

    def encrypt(self, text: str) -> str:
        """Raises Conflict without a key: a secret is never stored readable."""
        if not self._keys:
            raise Conflict(N_("Nothing secret can be stored before BILLHOOK_SECRET_KEYS is set."))
        return self._fernets[0].encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Raises Unavailable when no key opens it."""
        for place in range(len(self._keys)):
            text = self._opened(place, token)
            if text is not None:
                return text
        raise Unavailable(
            N_("A stored secret cannot be read: no key in BILLHOOK_SECRET_KEYS opens it."), _ASK_AGAIN
        )

    def opens(self, token: str) -> bool:
        return any(self._opened(place, token) is not None for place in range(len(self._keys)))

    def renewed(self, token: str) -> str | None:
        """Encrypted with the first key if an older one holds it, else None. Raises like decrypt."""
        if self._keys and self._opened(0, token) is not None:
            return None
        return self.encrypt(self.decrypt(token))

    def _opened(self, place: int, token: str) -> str | None:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see _fernets

        try:
            return self._fernets[place].decrypt(token.encode()).decode()
        except InvalidToken:
            return None

    @cached_property
    def _fernets(self) -> tuple[Fernet, ...]:
        # Importing it takes 15 ms, which a terminal chat would pay at every start and never use.
        from cryptography.fernet import Fernet  # noqa: PLC0415

        return tuple(Fernet(key) for key in self._keys)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False
