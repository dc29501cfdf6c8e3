"""Mail addresses as they go over the wire: one address and nothing else, its domain in ASCII."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.text import clean_name
from core.errors import N_
from handlers.platform import Undeliverable

_MOST_LOCAL, _MOST_DOMAIN, _MOST_LABEL = 64, 253, 63
# RFC 5322 dot-atom, with the letters of other alphabets as RFC 6531 allows them. No quoted local parts: they may hold
# anything, and nobody has one.
_LOCAL = re.compile(r"(?:[\w!#$%&'*+/=?^`{|}~-]+)(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`domain` is ASCII; a `local` that is not needs a server with SMTPUTF8."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_ascii(self) -> bool:
        return self.local.isascii()


def mailbox(text: str) -> Mailbox:
    """Raises Undeliverable for what is not exactly one address."""
    local, _at, domain = text.rpartition("@")
    labels = [_ascii(label) for label in domain.split(".")]
    name = ".".join(labels)
    good = (
        0 < len(local.encode()) <= _MOST_LOCAL
        and _LOCAL.fullmatch(local)
        and len(name) <= _MOST_DOMAIN
        and all(len(label) <= _MOST_LABEL and _LABEL.fullmatch(label) for label in labels)
    )
    if not good:
        raise Undeliverable(N_("“{address}” is not a mail address."), address=clean_name(text, 60))
    return Mailbox(local, name)


def _ascii(label: str) -> str:
    """As RFC 5891 writes it. The standard library's codec knows the older rules only, by which ß becomes ss and the
    mail goes to somebody else's domain.
    """
    if label.isascii():
        return label.lower()
    plain = unicodedata.normalize("NFC", label.lower())
    # Hidden characters and the like are no letters of a name; what is left of them fails the caller's check.
    if any(unicodedata.category(char)[0] not in "LMN" and char != "-" for char in plain):
        return ""
    return f"xn--{plain.encode('punycode').decode()}"
