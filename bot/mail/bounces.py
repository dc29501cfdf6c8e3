"""Reading what comes back to the address that letters come from: which one did not arrive, and why (RFC 3464)."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import Message
from typing import Any

from bot.text import clean_name

MOST_BYTES = 1_000_000
_MOST_PARTS = 20
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter that failed for good, as a stranger says: nothing of it is believed that we do not know ourselves."""

    message_id: str
    recipients: frozenset[str]
    """In lower case: the address that was written to, and the one it ended at."""
    reason: str


def read_bounce(content: bytes) -> Bounce | None:
    """None for anything else: an answer, a holiday notice, a delay, a confirmation."""
    if len(content) > MOST_BYTES:
        return None
    try:
        message = email.message_from_bytes(content, policy=policy.compat32)
        return _read(list(_parts(message)))
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
        # A report may be anything at all; what cannot be taken apart is none.
        return None


def _parts(message: Message[Any, Any]) -> Iterator[Message[Any, Any]]:
    for count, part in enumerate(message.walk()):
        if count >= _MOST_PARTS:
            return
        yield part


def _read(parts: list[Message[Any, Any]]) -> Bounce | None:
    if parts[0].get_content_type() != "multipart/report":
        return None
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    groups: Any = report.get_payload() if report else None
    if not isinstance(groups, list):
        return None
    about, *recipients = groups
    failed = [fields for fields in recipients if _has_failed(fields)]
    message_id = _bare(about.get("Original-Envelope-Id")) or _returned_id(parts)
    if not failed or not message_id:
        return None
    fields = failed[0]
    named = {_address(fields.get(name)) for name in ("Original-Recipient", "Final-Recipient")}
    reason = clean_name(f"{_bare(fields.get('Status'))} {fields.get('Diagnostic-Code') or ''}", _MOST_WORDS)
    return Bounce(message_id, frozenset(named - {""}), reason)


def _has_failed(fields: Message[Any, Any]) -> bool:
    action, status = _bare(fields.get("Action")).lower(), _bare(fields.get("Status"))
    return action == "failed" and status.startswith("5.")


def _returned_id(parts: list[Message[Any, Any]]) -> str:
    """Of the letter itself, which comes back whole or as its headers."""
    for part in parts[1:]:
        kind = part.get_content_type()
        inside: Any = part.get_payload()
        if kind == "message/rfc822" and isinstance(inside, list):
            return _bare(inside[0].get("Message-ID"))
        if kind == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            headers = decoded if isinstance(decoded, bytes) else b""
            return _bare(email.message_from_bytes(headers, policy=policy.compat32).get("Message-ID"))
    return ""


def _bare(value: object) -> str:
    return str(value or "").strip().strip("<>").strip()


def _address(value: object) -> str:
    """`rfc822; books@acme.example`."""
    return _bare(str(value or "").rpartition(";")[2]).lower()
