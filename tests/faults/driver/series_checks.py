"""What recurring invoices brought, by plain dates: one invoice for each of their days, and none is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.faults.driver.books import Row
from tests.faults.driver.case import Case
from tests.faults.driver.record import Office, Repeated, Told

WEEK = timedelta(days=7)
ZONE = ZoneInfo("Europe/Berlin")


def series(case: Case) -> Iterator[str]:
    """I5: each day brings one invoice, as it was set up, and by the evening none waits."""
    for office in case.record.offices:
        rows, invoices = case.rows_of(office, "series"), case.rows_of(office, "invoice")
        for known in office.series:
            own = [row for row in rows if row["data"]["draft"]["reference"] == known.ref]
            if len(own) not in {Told.DONE: (1,), Told.UNKNOWN: (0, 1)}.get(known.started, (0,)):
                yield f"the series {known.ref}: {known.started}, and it is there {len(own)} times"
            for row in own[:1]:
                made = [each for each in invoices if each["draft"]["reference"] == known.ref]
                yield from _one(case, office, known, row, made)


def _one(case: Case, office: Office, known: Repeated, row: Row, made: list[Row]) -> Iterator[str]:
    runs = [run for run in case.rows_of(office, "recurrence_run") if run["series_id"] == row["id"]]
    if sorted(run["invoice_id"] for run in runs) != sorted(each["id"] for each in made):
        yield f"the series {known.ref} has {len(runs)} days and {len(made)} invoices"
    for each in made:
        if (each["state"], each["total_minor"]) != ("issued", known.total):
            yield f"{each['number']} of {known.ref} is {each['state']} over {each['total_minor']}, not {known.total}"
    days = sorted(date.fromisoformat(run["period"]) for run in runs)
    following = date.fromisoformat(row["data"]["next_on"])
    first = date.fromisoformat(known.first) if known.first else (days or [following])[0]
    if [*days, following] != [first + WEEK * number for number in range(len(days) + 1)]:
        yield f"the series {known.ref} from {first} on has the days {days}, and goes on at {following}"
    if case.script.nags and following <= case.now.astimezone(ZONE).date():
        yield f"the series {known.ref} has not brought the invoice of {following}"
