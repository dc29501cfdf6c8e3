"""`/digest` on one line: days and a time in any order, with or without their names."""

from __future__ import annotations

from datetime import time

import pytest

from core.digest import Days
from core.errors import InvalidInput
from handlers.commands.digests import _read, _read_at, _read_days

TYPED = {
    "8:30; weekdays": (time(8, 30), Days.WEEKDAYS),
    "weekdays 8:30": (time(8, 30), Days.WEEKDAYS),
    "monday 9:00": (time(9), Days.MONDAY),
    "on monday at 9": (time(9), Days.MONDAY),
    "time 7:15": (time(7, 15), None),
    "at 7 pm, days all": (time(19), Days.ALL),
    "7pm": (time(19), None),
    "off": (None, Days.OFF),
    "on": (None, Days.ALL),
    "Mittwoch 18h": (time(18), Days.WEDNESDAY),
    "lunes": (None, Days.MONDAY),
}


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_understood(text: str) -> None:
    raw = _read(text)

    at = _read_at(raw["time"] or "") if "time" in raw else None
    days = _read_days(raw["days"] or "") if "days" in raw else None
    assert (at, days) == TYPED[text]


@pytest.mark.parametrize(
    ("text", "raw"), [("", {}), ("time", {"time": ""}), ("days", {"days": ""}), ("now", {"now": "now"})]
)
def test_a_name_alone_asks_and_nothing_shows(text: str, raw: dict[str, str]) -> None:
    assert _read(text) == raw


@pytest.mark.parametrize("text", ["8:30; 9:00", "monday; days friday", "monday tuesday"])
def test_what_is_there_twice_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _read(text)

    assert refused.value.field == "digest"
