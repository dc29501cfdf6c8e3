"""Approval: which drafts may only be issued with somebody's word, and what came of asking for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.money import Money
from core.party import Business, Member, Role


class Answer(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    """Asked anew, because the draft changed or somebody asked again."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants to issue a draft and may not do so alone. It holds for that very version of the draft."""

    id: UUID
    invoice_id: UUID
    invoice_version: int
    member_id: UUID
    """Who asked."""
    chat: str
    """Where they asked, and are told."""
    asked_at: datetime
    answer: Answer = Answer.OPEN
    decided_by: UUID | None = None
    reason: str = ""
    version: int = 0


def needs_approval(business: Business, member: Member, total: Money) -> bool:
    """Whether that member may not issue an invoice over so much alone.

    Another currency than the limit's is always asked about: it cannot be compared without a rate.
    """
    limit = business.approval_limit
    if limit is None or may_approve(business, member):
        return False
    return total.currency != limit.currency or total.minor > limit.minor


def may_approve(business: Business, member: Member) -> bool:
    """The named approver, and any owner: a business whose approver left must not come to a standstill."""
    return member.role is Role.OWNER or member.id == business.approver
