"""Recurring invoices: valid, and on the day that no other day of a month follows from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.invoice import Draft, Line
from core.recurrence import Rule, Unit
from core.series import Does, Series
from core.terms import Terms
from tests.builders.core import IDS, VAT_19

FIRST_DAY = date(2026, 11, 30)
LAST_DAYS = Rule(Unit.MONTH, 1, FIRST_DAY, day=31)


def a_series(client_id: UUID | None = None, **changes: Any) -> Series:
    """Of the last day of each month, from 30 November 2026 on."""
    draft = Draft(client_id or IDS.new(), "EUR", (Line("Hosting", Decimal(47)),), VAT_19, Terms(days=17))
    return replace(Series(IDS.new(), IDS.new(), draft, LAST_DAYS, Does.DRAFT, FIRST_DAY), **changes)
