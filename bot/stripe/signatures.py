"""Whether Stripe wrote a message: an HMAC over the raw body and the moment it was sent (docs.stripe.com/webhooks)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

HEADER = "Stripe-Signature"
TOLERANCE = 300
"""Seconds between Stripe's clock and ours; what was sent before may have been overheard and sent once more."""
_MOST_HEADER = 2000
_SIGNED_AT = re.compile(r"[0-9]{1,12}")
_HEX = re.compile(r"[0-9a-f]{64}")


def is_signed(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> bool:
    """By any of the secrets: while one is changed for another, Stripe signs with both. Other schemes than `v1`,
    which test mode sends along, are left out.
    """
    at, signatures = _read(header)
    if not at or not signatures or abs(now.timestamp() - int(at)) > TOLERANCE:
        return False
    found = False
    for secret in secrets:
        right = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        for signature in signatures:
            # Every pair is compared, so that the time tells nothing.
            found |= hmac.compare_digest(right, signature)
    return found


def _read(header: str) -> tuple[str, list[str]]:
    """The moment and the signatures; nothing where the moment is missing or stands twice."""
    if len(header) > _MOST_HEADER:
        return "", []
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _equals, value in parts if name == "t"]
    signatures = [value for name, _equals, value in parts if name == "v1" and _HEX.fullmatch(value)]
    if len(moments) != 1 or not _SIGNED_AT.fullmatch(moments[0]):
        return "", []
    return moments[0], signatures
