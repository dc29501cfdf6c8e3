"""What a chat is told by itself, without anybody asking, and when it is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.party import Role
from core.quiet import AT_NIGHT, Quiet


class Kind(StrEnum):
    """Kinds of messages nobody asked for."""

    DIGEST = "digest"
    PREVIEW = "preview"
    """A reminder is about to leave."""
    FORWARD = "forward"
    """A reminder for the owner to forward, where there is no mail."""
    PROMISE = "promise"
    """A client broke a promise to pay."""
    DELIVERY = "delivery"
    """Mail to a client came back, or nobody knows whether it arrived."""
    VIEWED = "viewed"
    """A client has opened an invoice for the first time."""
    PAYMENT = "payment"
    """A client paid online, or money went back to them."""
    SERIES = "series"
    """What became of a recurring invoice whose day had come."""
    QUOTE = "quote"
    """A client has accepted or declined a quote, or one has expired."""
    PLAN = "plan"
    """What becomes of the business's own subscription."""


URGENT = frozenset({Kind.DELIVERY, Kind.PLAN})
"""These pass quiet hours."""
STANDING = frozenset(
    {Kind.DIGEST, Kind.PROMISE, Kind.DELIVERY, Kind.VIEWED, Kind.PAYMENT, Kind.SERIES, Kind.QUOTE, Kind.PLAN}
)
"""Messages about several things: what comes of one button leaves the others where they are."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Of a member (all their private chats) or of one group chat."""

    muted: frozenset[Kind] = frozenset()
    quiet: Quiet = field(default=AT_NIGHT)
    zone: str = ""
    """Empty: the business's."""


def usual(role: Role | None, of_client: bool = False) -> Preference:
    """Of a member who never chose, or of a group (no role).

    Who runs the business hears everything, and other members nothing. A group hears the digest, unless it is about
    one client: what stands there is no place for the numbers of all the others.
    """
    if role is None:
        return Preference(frozenset(Kind) if of_client else frozenset(Kind) - {Kind.DIGEST})
    return Preference() if role.reaches(Role.ADMIN) else Preference(frozenset(Kind))


@dataclass(frozen=True, slots=True)
class Listener:
    """A chat of the business to which messages go by themselves."""

    chat: str
    """`platform:address`."""
    sender: str
    """Whose private chat it is, as `platform:identity`; empty for a group."""
    member_id: UUID | None
    preference: Preference

    @property
    def subject(self) -> str:
        """What a preference is stored for."""
        return f"member:{self.member_id.hex}" if self.member_id else self.chat


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """Something to tell a chat later: quiet hours, or more of its kind may still come."""

    id: UUID
    chat: str
    kind: Kind
    due_at: datetime
    payload: dict[str, Any]
    """Plain JSON, understood by handlers/."""
