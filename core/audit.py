"""The audit trail: one entry per change, with what it takes to undo it for ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from core.credit_note import CreditNote
from core.importing import Import
from core.invoice import Invoice
from core.party import Business, Client, Member
from core.payment import Payment
from core.product import Product
from core.quote import Quote
from core.reminder import OptOut, Promise, Reminder
from core.series import Series

UNDO_WINDOW = timedelta(minutes=10)

Subject = (
    Business
    | Client
    | Invoice
    | CreditNote
    | Payment
    | Member
    | Product
    | Quote
    | Reminder
    | Promise
    | OptOut
    | Series
    | Import
)


class Action(StrEnum):
    """What was done; the past participle stands in the audit trail."""

    BUSINESS_CREATED = "business created"
    SETTINGS_CHANGED = "settings changed"
    NUMBERING_CONTINUED = "numbering continued"
    CLIENT_ADDED = "client added"
    CLIENT_CHANGED = "client changed"
    CLIENT_ARCHIVED = "client archived"
    CLIENT_RESTORED = "client restored"
    PRODUCT_ADDED = "product added"
    PRODUCT_CHANGED = "product changed"
    PRODUCT_ARCHIVED = "product archived"
    PRODUCT_RESTORED = "product restored"
    DRAFT_CREATED = "draft created"
    DRAFT_CHANGED = "draft changed"
    DRAFT_DISCARDED = "draft discarded"
    DEPOSIT_DRAFTED = "deposit drafted"
    """In the place of a draft, which is what was before, or as the first thing that was written."""
    INVOICE_ISSUED = "invoice issued"
    INVOICE_VOIDED = "invoice voided"
    INVOICE_SENT = "invoice sent"
    CREDIT_NOTE_ISSUED = "credit note issued"
    CREDIT_NOTE_VOIDED = "credit note voided"
    CREDIT_NOTE_SENT = "credit note sent"
    STATEMENT_SENT = "statement sent"
    """The subject is the client, who itself is as it was."""
    LINKS_REVOKED = "links revoked"
    PAYMENT_RECORDED = "payment recorded"
    MONEY_GIVEN_BACK = "money given back"
    """A refund that a member recorded."""
    CREDIT_USED = "credit used"
    MONEY_RETURNED = "money returned"
    """A refund or a dispute, or that one came to nothing: the provider says so, and nobody here can take it back."""
    CHASE_CHANGED = "chase changed"
    """What is sent about one invoice was changed: the subject is that invoice, which itself is as it was."""
    REMINDER_EDITED = "reminder edited"
    REMINDER_MOVED = "reminder moved"
    REMINDER_SENT = "reminder sent"
    REMINDER_STOPPED = "reminder stopped"
    MAIL_ALLOWED = "mail allowed"
    """To an address whose owner had asked to be left alone; their consent is kept as `before`."""
    PROMISE_MADE = "promise made"
    PROMISE_WITHDRAWN = "promise withdrawn"
    PROMISE_ENDED = "promise ended"
    SERIES_STARTED = "series started"
    SERIES_CHANGED = "series changed"
    RATES_KEPT = "rates kept"
    FILE_IMPORTED = "file imported"
    QUOTE_DRAFTED = "quote drafted"
    QUOTE_CHANGED = "quote changed"
    QUOTE_DISCARDED = "quote discarded"
    QUOTE_ISSUED = "quote issued"
    QUOTE_SENT = "quote sent"
    QUOTE_ACCEPTED = "quote accepted"
    QUOTE_DECLINED = "quote declined"
    QUOTE_WITHDRAWN = "quote withdrawn"
    QUOTE_ANSWERED = "quote answered"
    """The client did it on the page, and nobody here can take it back."""
    MEMBER_JOINED = "member joined"
    MEMBER_LINKED = "member linked"
    MEMBER_CHANGED = "member changed"
    UNDONE = "undone"


UNDOABLE = frozenset(Action) - {
    Action.BUSINESS_CREATED,
    Action.NUMBERING_CONTINUED,
    Action.INVOICE_SENT,
    Action.STATEMENT_SENT,
    Action.LINKS_REVOKED,
    Action.CREDIT_NOTE_VOIDED,
    Action.CREDIT_NOTE_SENT,
    Action.MONEY_RETURNED,
    Action.CHASE_CHANGED,
    Action.REMINDER_MOVED,
    Action.REMINDER_SENT,
    Action.PROMISE_ENDED,
    Action.RATES_KEPT,
    Action.QUOTE_SENT,
    Action.QUOTE_ANSWERED,
    Action.MEMBER_JOINED,
    Action.MEMBER_LINKED,
    Action.UNDONE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `before` is the subject as it was, None where the action created it."""

    id: UUID
    at: datetime
    member_id: UUID | None
    action: Action
    subject: str
    """The kind of object, as core/usecases/desk.py calls it: business, client, invoice, credit note, payment …"""
    subject_id: UUID
    label: str
    """How a person names the object: a number, a name."""
    version: int
    """The subject's version after the change; a later one means somebody went on from there."""
    before: Subject | None = None
    undoes: UUID | None = None

    def undoable(self, now: datetime) -> bool:
        return self.action in UNDOABLE and now - self.at <= UNDO_WINDOW
