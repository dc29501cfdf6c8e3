from datetime import date

import pytest

from core.errors import InvalidInput
from core.numbering import MAX_LENGTH, NumberPattern

DAY = date(2026, 7, 9)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{YYYY}-{NNNN}", "2026-0042"),
        ("RE{YY}/{NNN}", "RE26/042"),
        ("{YYYY}.{MM}.{N}", "2026.07.42"),
        ("{NNNNNNNNN}", "000000042"),
        ("a_b-{NN}", "a_b-42"),
    ],
)
def test_a_pattern_makes_a_number_of_count_and_day(pattern: str, number: str) -> None:
    assert NumberPattern(pattern).format(42, DAY) == number


def test_a_count_wider_than_its_pattern_is_written_whole() -> None:
    assert NumberPattern("{YYYY}-{NN}").format(12345, DAY) == "2026-12345"


@pytest.mark.parametrize("pattern", ["{YYYY}-{NNNN}", "RE{YY}/{NNN}", "{YYYY}{MM}-{NN}"])
def test_a_number_that_shows_the_year_counts_anew_each_year(pattern: str) -> None:
    periods = [NumberPattern(pattern).period(day) for day in (date(2026, 12, 31), date(2027, 1, 1))]

    assert periods == ["2026", "2027"]


@pytest.mark.parametrize("pattern", ["{NNNN}", "RE-{MM}-{NNN}"])
def test_a_number_without_the_year_counts_on_for_ever(pattern: str) -> None:
    periods = [NumberPattern(pattern).period(day) for day in (date(2026, 12, 31), date(2027, 1, 1))]

    assert periods == ["", ""]


def test_a_change_from_long_to_short_year_keeps_the_counter() -> None:
    assert NumberPattern("{YY}-{NN}").period(DAY) == NumberPattern("{YYYY}-{NN}").period(DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "{YYYY}",
        "{NNN}{NNN}",
        "{NNNNNNNNNN}",
        "{YYY}-{NN}",
        "{yyyy}-{nn}",
        "{NN",
        "{{NN}}",
        "{NN} ",
        "{NN}\n",
        "RÉ{NN}",
        "{NN}\u0661",
        "<b>{NN}",
        "{NN}" + "x" * (MAX_LENGTH - 3),
    ],
)
def test_what_is_no_pattern_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        NumberPattern(text)

    assert refused.value.field == "number-pattern"
    assert "{NNNN}" in str(refused.value)


def test_a_pattern_of_the_greatest_length_is_taken() -> None:
    text = "{NN}" + "x" * (MAX_LENGTH - 4)

    assert NumberPattern(text).format(7, DAY) == "07" + "x" * (MAX_LENGTH - 4)
