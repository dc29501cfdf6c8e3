"""The fixed words of a reminder on paper: whole messages, translated like those of invoices."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from core.documents.words import _
from core.ladder import Tone


@dataclass(frozen=True, slots=True)
class ReminderWords:
    """The messages of one language; those with braces are filled by `str.format`."""

    notice: str
    friendly: str
    firm: str
    final: str
    recipient: str
    date: str
    invoice: str
    issued: str
    due: str
    days_late: str
    open: str
    fee: str
    fee_to_come: str
    total: str
    pay: str
    holder: str
    iban: str
    bic: str
    reference: str
    online: str
    scan: str

    def title(self, tone: Tone) -> str:
        """The later, the firmer."""
        titles = {
            Tone.NOTICE: self.notice,
            Tone.FRIENDLY: self.friendly,
            Tone.FIRM: self.firm,
            Tone.FINAL: self.final,
        }
        return titles[tone]


@lru_cache(maxsize=64)
def reminder_words(language: str) -> ReminderWords:
    return ReminderWords(
        notice=_("Payment notice", language),
        friendly=_("Payment reminder", language),
        firm=_("Overdue notice", language),
        final=_("Final reminder", language),
        recipient=_("To", language),
        date=_("Date", language),
        invoice=_("Invoice", language),
        issued=_("Issue date", language),
        due=_("Due date", language),
        days_late=_("Days late", language),
        open=_("Open {currency}", language),
        fee=_("{number} (charge for late payment)", language),
        fee_to_come=_("Charge for late payment", language),
        total=_("Total due", language),
        pay=_("How to pay", language),
        holder=_("Account holder", language),
        iban=_("IBAN", language),
        bic=_("BIC", language),
        reference=_("Payment reference", language),
        online=_("Pay online", language),
        scan=_("Scan to pay", language),
    )


@lru_cache(maxsize=64)
def reminder_characters(language: str) -> frozenset[str]:
    """Every character that these words need, so that their font can be chosen beforehand."""
    messages = reminder_words(language)
    return frozenset("".join(getattr(messages, field.name) for field in fields(messages))) - {"{", "}"}
