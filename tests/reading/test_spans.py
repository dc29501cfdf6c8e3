"""Stretches of time as people name them for a report."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InvalidInput
from handlers.reading.spans import is_span, is_turned, read_span

TODAY = date(2026, 3, 31)
READ = {
    "year": ("2026-01-01", "2026-12-31"), "2025": ("2025-01-01", "2025-12-31"), "Jahr": ("2026-01-01", "2026-12-31"),
    "last year": ("2025-01-01", "2025-12-31"), "année dernière": ("2025-01-01", "2025-12-31"),
    "quarter": ("2026-01-01", "2026-03-31"), "last quarter": ("2025-10-01", "2025-12-31"),
    "2026-Q2": ("2026-04-01", "2026-06-30"), "q4 2025": ("2025-10-01", "2025-12-31"),
    "T3": ("2025-07-01", "2025-09-30"), "q1": ("2026-01-01", "2026-03-31"),
    "letztes Quartal": ("2025-10-01", "2025-12-31"),
    "month": ("2026-03-01", "2026-03-31"), "este mes": ("2026-03-01", "2026-03-31"),
    "last month": ("2026-02-01", "2026-02-28"), "2024-02": ("2024-02-01", "2024-02-29"),
    "november": ("2025-11-01", "2025-11-30"), "february": ("2026-02-01", "2026-02-28"),
    "1.5...30.6.": ("2025-05-01", "2025-06-30"), "1.1...31.3.": ("2026-01-01", "2026-03-31"),
    "november 2026": ("2026-11-01", "2026-11-30"), "tomorrow": ("2026-04-01", "2026-04-01"),
    "2026-01-05..2026-02-07": ("2026-01-05", "2026-02-07"), "2026-03-04": ("2026-03-04", "2026-03-04"),
}  # fmt: skip


@pytest.mark.parametrize("typed", READ)
def test_a_stretch_of_time_is_read(typed: str) -> None:
    span = read_span(typed, TODAY)

    assert (span.start.isoformat(), span.end.isoformat()) == READ[typed]


@pytest.mark.parametrize(
    "typed", ["", "soon", "0007", "2026-Q5", "2025 Q1 2026", "2026-02-07..2026-01-05", "x" * 99]
)
def test_what_is_none_is_refused_with_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_span(typed, TODAY)

    assert (caught.value.field, bool(caught.value.example)) == ("period", True)


def test_only_what_cannot_be_a_name_is_taken_from_the_end_of_a_line() -> None:
    assert [is_span(word) for word in ("2026", "2026-Q1", "1.1...31.3.", "quarter", "2026-03")] == [True] * 5
    assert [is_span(word) for word in ("Acme", "GmbH", "may", "7", "12345")] == [False] * 5
    assert is_turned("last", "quarter")
    assert not is_turned("Acme", "quarter")
