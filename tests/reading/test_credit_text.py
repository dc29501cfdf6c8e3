"""What stands behind `/credit`: an amount, all, lines that are picked or written, and why."""

from decimal import Decimal

import pytest

from core.credited_lines import Pick, Picks
from core.locale import ENGLISH
from handlers.reading.credit_text import read_picks, split_credit

SPLIT = {
    "7 120 reason late": {"number": "7", "amount": "120", "reason": "late"},
    "7 all late": {"number": "7", "amount": "all", "reason": "late"},
    "7 lines": {"number": "7", "amount": "lines"},
    "7 lines reason late": {"number": "7", "amount": "lines", "reason": "late"},
    "7 #1": {"number": "7", "lines": "#1"},
    "7 #1, 2 x #3 reason late": {"number": "7", "lines": "#1, 2 x #3", "reason": "late"},
    "7: 2,5 #12, #3; reason late": {"number": "7", "lines": "2,5 #12, #3", "reason": "late"},
    "7: 1h design @ 120; reason x": {"number": "7", "lines": "1h design @ 120", "reason": "x"},
    "7 5 #1 was wrong": {"number": "7", "lines": "5 #1", "reason": "was wrong"},
    "7 120 see ticket #12": {"number": "7", "amount": "120", "reason": "see ticket #12"},
    "7: #3 logo @ 90; reason x": {"number": "7", "lines": "#3 logo @ 90", "reason": "x"},
}


@pytest.mark.parametrize(("typed", "raw"), SPLIT.items(), ids=SPLIT)
def test_a_line_is_split_into_what_is_credited_and_why(typed: str, raw: dict[str, str]) -> None:
    assert split_credit(typed) == raw


def test_picked_lines_are_read_with_how_much_of_each() -> None:
    picks = Picks((Pick(1), Pick(3, Decimal("2.5")), Pick(12, Decimal(4))))

    assert read_picks("#1, 2.5 x #3\n4 #12", ENGLISH) == picks
    assert read_picks("#1 logo @ 90", ENGLISH) is None
    assert read_picks("1, 2", ENGLISH) is None
