"""That docs/billing.md promises what core/plan.py includes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.plan import LIMITS, MONTHLY, NO, Feature

PAGE = Path(__file__).resolve().parents[2] / "docs" / "billing.md"
ROWS = {
    Feature.INVOICES: "invoices issued in a calendar month, in the business's time zone",
    Feature.MEMBERS: "people",
    Feature.ROLES: "accountants among them",
    Feature.APPROVALS: "approvals",
    Feature.LADDER: "reminders to clients that leave by themselves",
    Feature.SERIES: "recurring invoices",
    Feature.COLOURS: "own colours",
    Feature.UNBRANDED: "documents and pages that do not name Billhook",
}
COUNTED = MONTHLY | {Feature.MEMBERS, Feature.SERIES}


def cell(feature: Feature, most: int | None) -> str:
    if feature in COUNTED:
        return "any number" if most is None else str(most)
    return "no" if most == NO else "yes"


@pytest.mark.parametrize("feature", ROWS)
def test_what_the_page_promises_is_what_the_plans_include(feature: Feature) -> None:
    promised = " | ".join(cell(feature, most) for most in LIMITS[feature])

    assert f"| {ROWS[feature]} | {promised} |" in PAGE.read_text(encoding="utf-8").splitlines()
