"""Who acts for which business in this transaction, and the audit entry each change leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core.audit import Action, Entry, Subject
from core.credit_note import CreditNote
from core.importing import Import
from core.invoice import Invoice
from core.moments import local_day
from core.party import Business, Client, Member
from core.payment import Payment
from core.ports import Clock, Ids, Work
from core.product import Product
from core.quote import Quote
from core.reminder import OptOut, Promise, Reminder
from core.series import Series


@dataclass(frozen=True, slots=True)
class Desk:
    """What every use case starts from."""

    work: Work
    clock: Clock
    ids: Ids
    business: Business
    member: Member
    automatic: bool = False
    """The clock acts, with an owner's rights; the audit trail names nobody."""

    @property
    def today(self) -> date:
        """The calendar day where the business is."""
        return local_day(self.clock.now(), self.business.zone)

    def now_at(self, business: Business) -> Desk:
        """The same desk after its business was changed."""
        return replace(self, business=business)

    async def record(
        self,
        action: Action,
        subject: Subject,
        label: str,
        before: Subject | None = None,
        undoes: UUID | None = None,
    ) -> Entry:
        """Write the audit entry of a change to `subject`, given as it is after the change."""
        entry = Entry(
            id=self.ids.new(),
            at=self.clock.now(),
            member_id=None if self.automatic else self.member.id,
            action=action,
            subject=kind_of(subject),
            subject_id=subject.id,
            label=label,
            version=subject.version,
            before=before,
            undoes=undoes,
        )
        await self.work.audit.add(entry)
        return entry


_KINDS: dict[type[Subject], str] = {
    Business: "business", Client: "client", Product: "product", Invoice: "invoice", CreditNote: "credit note",
    Payment: "payment", Member: "member", Quote: "quote", Reminder: "reminder", Promise: "promise", Series: "series",
    Import: "import", OptOut: "opt-out",
}  # fmt: skip


def kind_of(subject: Subject) -> str:
    """The word the audit trail stores for the kind of object."""
    return _KINDS[type(subject)]
