"""What a reminder asks for on top: a fee invoice of its own, issued in the same transaction, once per step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.audit import Action
from core.errors import N_, BillhookError, Conflict, NotAllowed, Unavailable
from core.invoice import Draft, Invoice, Line, State
from core.late_fee import fee_of, flat_sum, in_the_eu, statutory_interest
from core.money import Money, total
from core.nag_ports import FeeRun
from core.plan import Feature
from core.reminder import Interest, Reminder, Run
from core.tax import NO_TAX
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue, mark_void
from core.usecases.plan import must_have_room, used_of
from core.usecases.reminder import Reading, asked

NOT_SENT = N_("The reminder that asked for this did not leave")


class Ground(StrEnum):
    """What a line of a fee invoice asks for."""

    FEE = "fee"
    INTEREST = "interest"
    FLAT = "flat"
    """The sum that the law gives a creditor once per late invoice for the trouble."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a fee invoice."""

    ground: Ground
    invoice: Invoice
    step: int
    amount: Money
    since: date | None = None
    """Interest is counted from the day after."""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """What came of it: the fee invoice, or why there is none although something was due."""

    invoice: Invoice | None = None
    refused: BillhookError | None = None


Describe = Callable[[Charge], str]
"""The line's text, in the language the client is written to."""


async def charges(
    desk: Desk, reading: Reading, accrued: Mapping[UUID, date] | None = None
) -> tuple[Charge, ...]:
    """What is due with this reminder by the rules of today and was not asked for before; nothing is stored.

    `accrued`: up to when interest will have been charged by then, beyond what is stored.

    Raises Conflict where interest is due whose rate is not known, InvalidInput for a fee the currency cannot express.
    """
    found: list[Charge] = []
    for run in asked(reading.reminder):
        invoice = next(item for item in reading.invoices if item.id == run.invoice_id)
        late = invoice.overdue(desk.today)
        if not late or await desk.work.fees.is_fee(invoice.id):
            continue
        before = await desk.work.fees.list_of(invoice.id)
        if all(fee.step != run.step for fee in before):
            marks = [fee.accrued_to for fee in before if fee.accrued_to]
            marks += [accrued[invoice.id]] if accrued and invoice.id in accrued else []
            found += _of_one(desk, reading, invoice, run, marks)
    return tuple(found)


async def would_charge(desk: Desk, reading: Reading, accrued: Mapping[UUID, date]) -> tuple[Charge, ...]:
    """The same for looking ahead: what could not be issued is not charged."""
    try:
        due = await charges(desk, reading, accrued)
        if due:
            _must_be_allowed(desk, total((item.amount for item in due), reading.reminder.currency))
    except Unavailable:
        raise
    except BillhookError:
        return ()
    return due


def _of_one(desk: Desk, reading: Reading, invoice: Invoice, run: Run, marks: Sequence[date]) -> list[Charge]:
    """`marks` are the days up to which its interest was counted."""
    rules = desk.business.reminders
    found: list[Charge] = []
    fee = fee_of(rules.fee, run.step, invoice.balance) if rules.fee else None
    if fee:
        found.append(Charge(Ground.FEE, invoice, run.step, fee))
    if not _bears_interest(desk, reading, run):
        return found
    country = desk.business.address.country
    since = max(marks, default=invoice.issued.due_on)
    interest = statutory_interest(invoice.balance, country, since, desk.today, rules.interest_rate)
    if interest:
        found.append(Charge(Ground.INTEREST, invoice, run.step, interest, since, desk.today))
    # It compensates the cost of reminding; beside a fee of the business's own it would do so twice.
    flat = flat_sum(country, invoice.total.currency) if not marks and rules.fee is None else None
    if flat:
        found.append(Charge(Ground.FLAT, invoice, run.step, flat))
    return found


def _bears_interest(desk: Desk, reading: Reading, run: Run) -> bool:
    """Only between businesses in the EU (Directive 2011/7/EU), together with the fee, or else at the ladder's end."""
    rules, client = desk.business.reminders, reading.client
    if rules.interest is Interest.OFF or not client.vat_id:
        return False
    if not (in_the_eu(client.address.country) and in_the_eu(desk.business.address.country)):
        return False
    if rules.fee is not None:
        return run.step in rules.fee.steps
    return run.step > 0 and run.step >= max(reading.ladders[run.invoice_id], default=run.step)


async def charge(desk: Desk, reading: Reading, describe: Describe) -> Charged:
    """Issue the fee invoice of a reminder. What keeps it from being issued keeps no reminder back.

    One that was issued for these steps before, for a letter that had to be written anew, is the one again.
    """
    earlier = await find_fee(desk, reading.reminder)
    if earlier is not None:
        return Charged(earlier)
    try:
        due = await charges(desk, reading)
        if not due:
            return Charged()
        _must_be_allowed(desk, total((item.amount for item in due), reading.reminder.currency))
        await must_have_room(desk, Feature.INVOICES, (await used_of(desk, Feature.INVOICES)).used)
        draft, _entry = await create_draft(desk, _draft(desk, reading, due, describe))
    except Unavailable:
        raise
    except BillhookError as error:
        # Nothing was written yet.
        return Charged(refused=error)
    issued, _entry = await issue(desk, draft)
    for run in asked(reading.reminder):
        await _remember(desk, run, [item for item in due if item.invoice.id == run.invoice_id], issued)
    return Charged(issued)


async def _remember(desk: Desk, run: Run, due: Sequence[Charge], issued: Invoice) -> None:
    if not due:
        return
    amount = total((item.amount for item in due), issued.total.currency)
    until = next((item.until for item in due if item.until), None)
    if not await desk.work.fees.add(FeeRun(run.invoice_id, run.step, amount, issued.id, until)):
        raise Conflict(N_("The fee for this step was asked for already."))


def _must_be_allowed(desk: Desk, amount: Money) -> None:
    """The clock may not issue what a member would have to ask for."""
    limit = desk.business.approval_limit
    if desk.automatic and limit is not None and (limit.currency != amount.currency or amount > limit):
        raise NotAllowed(N_("This has to be approved before it is issued."))


def _draft(desk: Desk, reading: Reading, due: Sequence[Charge], describe: Describe) -> Draft:
    """Compensation for being paid late is no consideration for a supply, and so outside the scope of VAT (EU Court
    of Justice, C-222/81 BAZ Bausystem).
    """
    lines = tuple(Line(describe(item), item.amount.amount, tax=NO_TAX) for item in due)
    numbers = dict.fromkeys(item.invoice.issued.number for item in due)
    return Draft(
        client_id=reading.client.id,
        currency=reading.reminder.currency,
        lines=lines,
        tax=NO_TAX,
        due=desk.business.terms,
        reference=", ".join(list(numbers)[:5]),
    )


async def find_fee(desk: Desk, reminder: Reminder) -> Invoice | None:
    """The fee invoice that was issued with this reminder and still stands."""
    for run in reminder.runs:
        for fee_id in await _fees_of(desk, run):
            invoice = await desk.work.invoices.get(fee_id)
            if invoice.state is State.ISSUED:
                return invoice
    return None


async def _fees_of(desk: Desk, run: Run) -> list[UUID]:
    fees = await desk.work.fees.list_of(run.invoice_id)
    return [fee.fee_invoice_id for fee in fees if fee.step == run.step]


async def take_back_fee(desk: Desk, reminder: Reminder) -> None:
    """The letter that asked for it never left. Its number was given, so it is voided and not removed (rule 17)."""
    found = await find_fee(desk, reminder)
    if found is None:
        return
    invoice = await desk.work.invoices.lock(found.id)
    if invoice.state is not State.ISSUED or invoice.paid or invoice.credited:
        return
    voided = await mark_void(desk, invoice, NOT_SENT)
    await desk.record(Action.INVOICE_VOIDED, voided, voided.issued.number, before=invoice)
