"""Recurring invoices whose run is killed: each day still brings one invoice, under numbers without gaps."""

from __future__ import annotations

import time

from tests.fakes.telegram import FakeTelegram
from tests.faults.crowd import asks, people, sees
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.telegram_house import House

DATABASES = ("postgresql",)
"""Here the worker is a process of its own; that a transaction is one on SQLite as well is proven elsewhere."""

EVENING, MORNING = "2026-03-05T18:00:00+00:00", "2026-03-07T08:00:05+00:00"
"""A Thursday, and the Saturday after it."""
SERIES = 13
RUNS = "SELECT count(*) FROM recurrence_run"
NUMBERS = "SELECT number FROM invoice ORDER BY number"


def test_who_is_killed_in_the_run_is_followed_by_others_who_make_the_rest_once(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    (ana,) = people(telegram, 1)
    house.begin = EVENING
    evening = house.serve()
    for text in (STUDIO, ACME):
        asks(telegram, ana, text)
    for price in range(SERIES):
        asks(telegram, ana, f"/recurring Acme every saturday: Hosting @ {10 + price}; then issue")
    telegram.drained(30)
    evening.stop()

    house.begin = MORNING
    doomed = house.worker()
    deadline = time.monotonic() + 30
    while facts.column(RUNS) == [0] and time.monotonic() < deadline:
        time.sleep(0.005)
    doomed.kill()
    made = facts.column(RUNS)[0]
    house.worker()
    # What a killed worker held is handed out again when it has been silent for a while.
    facts.becomes(RUNS, [(SERIES,)], seconds=60)
    facts.settles()

    assert made > 0
    assert facts.column(NUMBERS) == [f"2026-{number:04}" for number in range(1, SERIES + 1)]
    assert facts.column("SELECT count(DISTINCT invoice_id) FROM recurrence_run") == [SERIES]
    sees(telegram, ana, f"The recurring invoice 2026-{SERIES:04}")
