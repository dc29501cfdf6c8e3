"""What people were told about what they did, against what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.faults.driver.books import Row
from tests.faults.driver.case import Case
from tests.faults.driver.record import Bill, Office, Receipt, Told


def acknowledged(case: Case) -> Iterator[str]:
    """I2: what was said to be done is there once, what was refused is not there, what is unknown at most once."""
    yield from case.record.surprises
    opened = Counter(row["name"] for row in case.books["business"])
    for office in case.record.offices:
        yield from count(f"the business {office.name}", office.opened, opened[office.name])
        clients = Counter(row["name"] for row in case.rows_of(office, "client"))
        for client, told in office.clients.items():
            yield from count(f"the client {client}", told, clients[client])
        for row in case.rows_of(office, "client"):
            if row["data"].get("email", "") not in office.emails.get(row["name"], set()):
                yield f"the client {row['name']} has the address {row['data'].get('email')!r}"
        yield from _bills(case, office)


def count(what: str, told: Told | None, times: int) -> Iterator[str]:
    """What was done is there once."""
    allowed = {Told.DONE: (1,), Told.UNKNOWN: (0, 1)}.get(told or Told.REFUSED, (0,))
    if times not in allowed:
        yield f"{what}: {told or 'never tried'}, and it is there {times} times"


def _bills(case: Case, office: Office) -> Iterator[str]:
    rows, known = case.rows_of(office, "invoice"), {bill.ref for bill in office.bills}
    receipts, notes = case.books.by("payment", "invoice_id"), case.books.by("credit_note", "invoice_id")
    known |= {series.ref for series in office.series} | {offer.bill.ref for offer in office.offers}
    for row in rows:
        if row["draft"]["reference"] not in known:
            yield f"nobody wrote the invoice {row['draft']['reference']!r}"
    for bill in office.bills:
        own = [row for row in rows if row["draft"]["reference"] == bill.ref]
        yield from count(f"the draft {bill.ref}", bill.drafted, len(own))
        for row in own[:1]:
            yield from _one_bill(bill, row, receipts[row["id"]])
            yield from _correction(bill, notes[row["id"]], receipts[row["id"]])


def _one_bill(bill: Bill, row: Row, payments: list[Row]) -> Iterator[str]:
    yield from count(f"the issuing of {bill.ref}", bill.issued, int(row["number"] is not None))
    if bill.number and row["number"] != bill.number:
        yield f"{bill.ref} was said to be {bill.number} and is {row['number']}"
    for receipt in bill.receipts:
        yield from _receipt(bill, receipt, payments)
    amounts = {receipt.amount for receipt in bill.receipts}
    amounts |= {-bill.correction.over} if bill.correction else set()
    for payment in payments:
        if payment["amount_minor"] not in amounts:
            yield f"nobody paid {payment['amount_minor']} on {bill.number}"
    if Told.UNKNOWN not in (bill.voided, bill.restored):
        is_void = bill.voided is Told.DONE and bill.restored is not Told.DONE
        if (row["state"] == "void") != is_void:
            yield f"{bill.number} is {row['state']}; voiding it: {bill.voided}, taking that back: {bill.restored}"


def _correction(bill: Bill, notes: list[Row], payments: list[Row]) -> Iterator[str]:
    correction = bill.correction
    if correction is None:
        if notes:
            yield f"nobody credited {bill.number}"
        return
    own = [note for note in notes if note["total_minor"] == correction.amount]
    yield from count(
        f"the credit note over {correction.amount} of {bill.number}", correction.made, len(notes)
    )
    yield from count(f"the amount of the credit note of {bill.number}", correction.made, len(own))
    for note in own:
        void = note["voided_at"] is not None
        if correction.voided is not Told.UNKNOWN and void != (correction.voided is Told.DONE):
            yield f"{note['number']} is {'' if void else 'not '}void; it was tried: {correction.voided}"
    back = [row for row in payments if row["refunds_id"] is not None]
    yield from count(f"the refund of {correction.over} of {bill.number}", correction.given_back, len(back))


def _receipt(bill: Bill, receipt: Receipt, payments: list[Row]) -> Iterator[str]:
    own = [row for row in payments if row["amount_minor"] == receipt.amount]
    same = [other for other in bill.receipts if other.amount == receipt.amount]
    if len(same) > 1:
        # Of very small balances amounts come again.
        return
    what = f"the payment of {receipt.amount} on {bill.number}"
    yield from count(what, receipt.recorded, len(own))
    for row in own:
        back = row["reversed_at"] is not None
        if receipt.reversed is not Told.UNKNOWN and back != (receipt.reversed is Told.DONE):
            yield f"{what} is {'' if back else 'not '}taken back; it was tried: {receipt.reversed}"


def accepted(case: Case) -> Iterator[str]:
    """I2: what the webhook said yes to is stored, each update once and answered once."""
    stored = Counter(row["update_id"].rpartition(":")[2].lstrip("0") for row in case.books["inbox"])
    for delivery in case.telegram.deliveries:
        if delivery.status == 200 and not stored[str(delivery.update_id)]:
            yield f"the update {delivery.update_id} was accepted and is not stored"
    asked = Counter(row["chat"] for row in case.books["inbox"])
    answered = Counter(row["chat"] for row in case.books["outbox"] if row["sender"])
    for chat, count in asked.items():
        if answered[chat] != count:
            yield f"{count} updates of {chat} were given {answered[chat]} answers"
