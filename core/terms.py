"""Payment terms are rules, not day counts: `14d`, `1m`, `eom`, `30d eom` (invoiceninja#10565)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """Add months, then days, then go to the end of that month if asked."""

    days: int = 0
    months: int = 0
    end_of_month: bool = False

    def due(self, issued_on: date) -> date:
        """The due date; the day is clamped to the month's last (31 Jan + 1m = 28 Feb)."""
        day = add_months(issued_on, self.months) + timedelta(days=self.days)
        return last_day(day) if self.end_of_month else day

    def __str__(self) -> str:
        parts = [f"{self.months}m"] if self.months else []
        if self.days or not (parts or self.end_of_month):
            parts.append(f"{self.days}d")
        if self.end_of_month:
            parts.append("eom")
        return " ".join(parts)


def last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later, clamped to that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
