"""Numbers, totals, payments and the audit trail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.core import second_opinion
from tests.faults.driver.books import Row
from tests.faults.driver.case import Case


def numbers(case: Case) -> Iterator[str]:
    """I1: from 1 on, without a gap or a twin, in the order of issuing."""
    for business_id, rows in case.books.by("invoice", "business_id").items():
        years: dict[str, list[int]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["number"] or ""):
            if row["number"]:
                year, _dash, count = row["number"].rpartition("-")
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
    """I4: what is paid is the sum of what was received, and never more than is owed."""
    payments = case.books.by("payment", "invoice_id")
    for row in case.books["invoice"]:
        live = [payment for payment in payments[row["id"]] if payment["reversed_at"] is None]
        applied = sum(payment["applied_minor"] for payment in live)
        if row["paid_minor"] != applied or not 0 <= applied <= row["total_minor"]:
            yield f"{row['number']} has {row['paid_minor']} paid and {applied} received of {row['total_minor']}"
        if row["state"] == "void" and applied:
            yield f"{row['number']} is void and has payments"


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
            "payment recorded": len(own("payment")),
        }
        for action, count in expected.items():
            if actions[action] != count:
                yield f"{business_id} has {count} of {action!r} and {actions[action]} entries about it"
        void = sum(row["state"] == "void" for row in own("invoice"))
        back = sum(row["reversed_at"] is not None for row in own("payment"))
        if actions["invoice voided"] - undone["invoice"] != void or undone["payment"] != back:
            yield f"{business_id} has {void} void, {back} taken back, and the entries {actions}, undone {undone}"
