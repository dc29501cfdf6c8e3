"""The rates on which statutory interest for late payment is built, by half-year; nothing here is guessed.

A half-year that is missing is not known yet: its line is added once the central bank has published it, in the last
days of June and of December.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

HalfYear = tuple[int, int]
"""A year, and 1 for January to June or 2 for July to December."""

# Interest on the main refinancing operations of the European Central Bank as it stands on 1 January and on 1 July:
# Directive 2011/7/EU, article 2 (7) and article 3 (3). Sources: the ECB's table of key interest rates, and what the
# members publish from it: 2023/2 ECB decision of 15 June 2023 · 2024/1 and 2024/2 12.5 % and 12.25 % for Malta and
# Ireland (enterprise.gov.ie) · 2025/2 BOE-A-2025-13217 · 2026/1 BOE-A-2025-27201.
MAIN_REFINANCING: Mapping[HalfYear, Decimal] = {
    (2023, 1): Decimal("2.50"),
    (2023, 2): Decimal("4.00"),
    (2024, 1): Decimal("4.50"),
    (2024, 2): Decimal("4.25"),
    (2025, 1): Decimal("3.15"),
    (2025, 2): Decimal("2.15"),
    (2026, 1): Decimal("2.15"),
}

# Basiszinssatz, § 247 BGB: it follows each change of the rate above, and lies 0.88 points below it since 2016.
# Deutsche Bundesbank: 1.62 % from 1 January 2023, 3.62 % from 1 January 2024, 1.27 % from 1 January 2026.
GERMAN_BASE: Mapping[HalfYear, Decimal] = {
    (2023, 1): Decimal("1.62"),
    (2023, 2): Decimal("3.12"),
    (2024, 1): Decimal("3.62"),
    (2024, 2): Decimal("3.37"),
    (2025, 1): Decimal("2.27"),
    (2025, 2): Decimal("1.27"),
    (2026, 1): Decimal("1.27"),
}

# Basiszinssatz of the Oesterreichische Nationalbank: it follows only once the rate above has moved by half a point
# since the last time. § 456 UGB: what it is on the first day of a half-year counts for all of it. WKO: 11.08 % for
# 2023/1, 13.08 % for 2024/2, each with the 9.2 points of that section.
AUSTRIAN_BASE: Mapping[HalfYear, Decimal] = {
    (2023, 1): Decimal("1.88"),
    (2023, 2): Decimal("3.38"),
    (2024, 1): Decimal("3.88"),
    (2024, 2): Decimal("3.88"),
    (2025, 1): Decimal("2.53"),
    (2025, 2): Decimal("1.53"),
    (2026, 1): Decimal("1.53"),
}


def half_year(day: date) -> HalfYear:
    return day.year, 1 if day.month <= 6 else 2


def last_of_half_year(day: date) -> date:
    return date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)
