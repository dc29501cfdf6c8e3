"""What quotes were billed with: never twice, and in the end exactly what they offered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.faults.driver.books import Row
from tests.faults.driver.case import Case
from tests.faults.driver.deed_checks import count
from tests.faults.driver.record import Bill, Offer, Told


def quotes(case: Case) -> Iterator[str]:
    """I14: whoever knows nothing of it sees at most one invoice to the end; deposits and the rest are the quote."""
    bills, payments = case.books.by("invoice", "quote_id"), case.books.by("payment", "invoice_id")
    for row in case.books["quote"]:
        yield from _adds_up(row, bills[row["id"]])
    for office in case.record.offices:
        rows = {row["data"]["draft"]["reference"]: row for row in case.rows_of(office, "quote")}
        for offer in office.offers:
            own = rows.get(offer.bill.ref)
            yield from count(f"the quote {offer.bill.ref}", offer.bill.drafted, int(own is not None))
            if own is not None:
                yield from _as_told(offer, own, bills[own["id"]], payments)
        known = {offer.bill.ref for offer in office.offers}
        yield from (f"nobody wrote the quote {ref!r}" for ref in rows.keys() - known)


def _adds_up(row: Row, bills: Sequence[Row]) -> Iterator[str]:
    live = [bill for bill in bills if bill["state"] != "void"]
    deposits = [bill for bill in live if _is_deposit(bill)]
    ends = [bill for bill in live if not _is_deposit(bill)]
    sum_of_deposits = sum(bill["total_minor"] for bill in deposits)
    if len(ends) > 1:
        yield f"{row['number']} is billed {len(ends)} times: {[bill['number'] for bill in ends]}"
    if sum_of_deposits > row["total_minor"]:
        yield f"deposits on {row['number']} come to {sum_of_deposits}, and it is over {row['total_minor']}"
    for end in ends:
        if sum_of_deposits + end["total_minor"] != row["total_minor"]:
            yield (
                f"{row['number']} over {row['total_minor']} is billed with deposits of {sum_of_deposits} "
                f"and {end['total_minor']} at the end"
            )
        if end["document"] is not None:
            taken = [one["number"] for one in end["document"].get("prepaid") or ()]
            if sorted(taken) != sorted(bill["number"] for bill in deposits):
                yield f"{end['number']} takes off {taken} of {row['number']}"


def _is_deposit(bill: Row) -> bool:
    return bool(bill["draft"]["quoted"]["part"] == "deposit")


def _as_told(offer: Offer, row: Row, bills: Sequence[Row], payments: dict[str, list[Row]]) -> Iterator[str]:
    bill = offer.bill
    yield from count(f"the issuing of the quote {bill.ref}", bill.issued, int(row["number"] is not None))
    yield from count(f"the acceptance of {bill.number}", offer.accepted, int(row["state"] == "accepted"))
    if row["total_minor"] != bill.total:
        yield f"the quote {bill.ref} is over {row['total_minor']}, not {bill.total}"
    deposits = [each for each in bills if _is_deposit(each)]
    ends = [each for each in bills if not _is_deposit(each)]
    yield from _billed(f"the deposit on {bill.number}", next(iter(offer.deposits), None), deposits, payments)
    yield from _billed(f"the end of {bill.number}", offer.end, ends, payments)


def _billed(
    what: str, bill: Bill | None, rows: Sequence[Row], payments: dict[str, list[Row]]
) -> Iterator[str]:
    yield from count(f"the draft of {what}", bill.drafted if bill else None, len(rows))
    for row in rows:
        if bill is None:
            return
        yield from count(f"the issuing of {what}", bill.issued, int(row["number"] is not None))
        if row["total_minor"] != bill.total:
            yield f"{what} is over {row['total_minor']}, not {bill.total}"
        if bill.number and row["number"] != bill.number:
            yield f"{what} was said to be {bill.number} and is {row['number']}"
        paid = bill.receipts[0].recorded if bill.receipts else Told.REFUSED
        yield from count(f"the payment of {what}", paid, len(payments[row["id"]]))
