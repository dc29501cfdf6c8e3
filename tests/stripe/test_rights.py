"""The rights of a business's key stand in one table; the manual says the same."""

from __future__ import annotations

import re
from pathlib import Path

from bot.stripe.rights import RIGHTS

MANUAL = Path(__file__).parents[2] / "docs" / "payments.md"


def test_the_manual_names_the_rights_that_are_tried() -> None:
    rows = re.findall(r"^ +\| ([A-Z][^|]+) \| (write|read) \|$", MANUAL.read_text("utf-8"), re.MULTILINE)

    assert rows == [(right.name, "write" if right.writes else "read") for right in RIGHTS]
