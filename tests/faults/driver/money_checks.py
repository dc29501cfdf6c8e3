"""Numbers, totals, payments and the audit trail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.core import second_opinion
from tests.faults.driver.books import Row
from tests.faults.driver.case import Case


def numbers(case: Case) -> Iterator[str]:
    """I1: from 1 on, without a gap or a twin, in the order of issuing; credit notes and quotes in their own series."""
    notes, quotes = case.books.by("credit_note", "business_id"), case.books.by("quote", "business_id")
    for business_id, invoices in case.books.by("invoice", "business_id").items():
        years: dict[str, list[int]] = defaultdict(list)
        papers = (*invoices, *notes[business_id], *quotes[business_id])
        given = [row["number"] for row in papers if row["number"]]
        for number in sorted(given):
            year, _dash, count = number.rpartition("-")
            years[year].append(int(count))
        for year, counts in years.items():
            if counts != list(range(1, len(counts) + 1)):
                yield f"the numbers of {business_id} in {year} are {counts}"
        values = sorted(row["value"] for row in case.books["counter"] if row["business_id"] == business_id)
        if values != sorted(map(len, years.values())):
            yield f"the counters of {business_id} say {values} for {dict(years)}"


def totals(case: Case) -> Iterator[str]:
    """I3: recomputed from what was typed, by other means."""
    known = {bill.ref: bill for office in case.record.offices for bill in office.bills}
    for row in case.books["invoice"]:
        bill = known.get(row["draft"]["reference"])
        if bill is None:
            continue
        if row["total_minor"] != bill.total:
            yield f"{bill.ref} is over {row['total_minor']}, not {bill.total}"
        if row["document"] is not None:
            second, first = second_opinion.compute(bill.terms), row["document"]["totals"]
            for name in ("net", "tax", "rounding", "payable", "discount"):
                if first[name]["minor"] != second[name]:
                    yield f"{bill.ref}: {name} is {first[name]['minor']}, not {second[name]}"


def sums(case: Case) -> Iterator[str]:
    """I4: what is paid is the sum of what was received, what is credited that of the credit notes that stand and
    of early-payment discounts, and together they are never more than is owed.
    """
    payments, notes = case.books.by("payment", "invoice_id"), case.books.by("credit_note", "invoice_id")
    for row in case.books["invoice"]:
        live = [payment for payment in payments[row["id"]] if payment["reversed_at"] is None]
        applied = sum(payment["applied_minor"] for payment in live)
        credited = sum(note["total_minor"] for note in notes[row["id"]] if note["voided_at"] is None)
        credited += sum(payment["discount_minor"] for payment in live)
        if (row["paid_minor"], row["credited_minor"]) != (applied, credited):
            yield (
                f"{row['number']} has {row['paid_minor']} paid and {row['credited_minor']} credited, "
                f"by {applied} received and {credited} in credit notes"
            )
        if applied < 0 or applied + credited > row["total_minor"]:
            yield f"{row['number']} has {applied} paid and {credited} credited of {row['total_minor']}"
        if row["state"] == "void" and (applied or credited):
            yield f"{row['number']} is void and has payments or credit notes"
        yield from _refunds(row, live)


def _refunds(row: Row, live: list[Row]) -> Iterator[str]:
    """No more of a payment goes back than came, less what settles its invoice."""
    for payment in (each for each in live if each["refunds_id"] is None):
        gone = -sum(each["amount_minor"] for each in live if each["refunds_id"] == payment["id"])
        if not 0 <= gone <= payment["amount_minor"] - payment["applied_minor"]:
            yield (
                f"of {payment['amount_minor']} paid on {row['number']}, {payment['applied_minor']} settle it "
                f"and {gone} went back"
            )


def audited(case: Case) -> Iterator[str]:
    """I12: exactly one entry for each change."""
    for business_id, entries in case.books.by("audit", "business_id").items():
        actions = Counter(entry["action"] for entry in entries)
        undone = Counter(entry["subject"] for entry in entries if entry["action"] == "undone")

        def own(table: str, key: str = business_id) -> list[Row]:
            return [row for row in case.books[table] if row["business_id"] == key]

        expected = {
            "business created": len(own("business")),
            "member joined": len(own("member")) - 1,
            "client added": len(own("client")),
            "draft created": len(own("invoice")),
            "invoice issued": sum(row["number"] is not None for row in own("invoice")),
            "payment recorded": sum(row["refunds_id"] is None for row in own("payment")),
            "money given back": sum(row["refunds_id"] is not None for row in own("payment")),
            "credit note issued": len(own("credit_note")),
            "series started": len(own("series")),
            "quote drafted": len(own("quote")),
            "quote issued": sum(row["number"] is not None for row in own("quote")),
            "quote accepted": sum(row["state"] == "accepted" for row in own("quote")),
        }
        for action, count in expected.items():
            if actions[action] != count:
                yield f"{business_id} has {count} of {action!r} and {actions[action]} entries about it"
        void = sum(row["state"] == "void" for row in own("invoice"))
        back = sum(row["reversed_at"] is not None for row in own("payment"))
        void_notes = sum(row["voided_at"] is not None for row in own("credit_note"))
        if actions["credit note voided"] + undone["credit note"] != void_notes:
            yield f"{business_id} has {void_notes} void credit notes, and the entries {actions}, undone {undone}"
        if actions["invoice voided"] - undone["invoice"] != void or undone["payment"] != back:
            yield f"{business_id} has {void} void, {back} taken back, and the entries {actions}, undone {undone}"
