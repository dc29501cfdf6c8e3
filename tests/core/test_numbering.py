from datetime import date

import pytest

from core.errors import InvalidInput
from core.numbering import MAX_LENGTH, NumberPattern, must_be_apart, must_stand_apart
from tests.builders.cases import try_all

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


READ = [
    ("{YYYY}-{NNNN}", "2026-0042", ("2026", 42)),
    ("{YYYY}-{NNNN}", "2026-12345", ("2026", 12345)),
    ("{YYYY}-{NNNN}", "2026-042", None),
    ("{YYYY}-{NNNN}", "26-0042", None),
    ("{YYYY}-{NNNN}", "20261-0042", None),
    ("{YYYY}-{NNNN}", "2026-0042 ", None),
    ("{YYYY}-{NNNN}", "x2026-0042", None),
    ("RE{YY}/{NN}", "RE26/07", ("2026", 7)),
    ("RE{YY}/{NN}", "RE2026/07", None),
    ("{YYYY}.{MM}.{N}", "2026.07.3", ("2026", 3)),
    ("{YYYY}.{MM}.{N}", "2026x07x3", None),
    ("{YYYY}.{MM}.{N}", "2026.7.3", None),
    ("{YYYY}.{MM}.{N}", "2026.071.3", None),
    ("RE-{MM}-{N}", "RE-07-3", ("", 3)),
    ("{N}a{MM}", "3a07", ("", 3)),
    ("{N}-A", "3-A", ("", 3)),
    ("{N}-A", "3-B", None),
    ("{N}.{YYYY}{YY}", "5.202626", ("2026", 5)),
]


def test_a_number_is_read_back_by_the_pattern_that_could_give_it() -> None:
    def attempt(case: tuple[str, str, tuple[str, int] | None]) -> None:
        pattern, number, found = case
        assert NumberPattern(pattern).read(number) == found

    try_all(READ, attempt)


def test_numbers_whose_letters_at_the_beginning_are_the_same_are_refused_by_their_field() -> None:
    same = [("{NNNN}", "{YYYY}-{NNNN}"), ("RE{N}", "re-{NN}"), ("RE{N}", "CN{N}", "Re{N}")]
    apart = [("{NNNN}", "CN{NNNN}"), ("RE{N}", "REX{N}"), ("RE{N}", "CN{N}", "{N}")]

    def refused(patterns: tuple[str, ...]) -> None:
        with pytest.raises(InvalidInput, match="must not look alike") as refused:
            must_be_apart(*map(NumberPattern, patterns))
        assert (refused.value.field, refused.value.example) == ("credit-pattern", "CN{YYYY}-{NNNN}")

    try_all(same, refused)
    try_all(apart, lambda patterns: must_be_apart(*map(NumberPattern, patterns)))


def test_a_quote_is_never_numbered_like_another_document() -> None:
    same = [("{N}", "{YYYY}-{N}"), ("Qu{N}", "RE{N}", "qU-{NN}")]
    apart = [("Q{N}", "{N}", "CN{N}"), ("{N}", "RE{N}", "CN{N}"), ("Q{N}",)]

    def refused(patterns: tuple[str, ...]) -> None:
        with pytest.raises(InvalidInput, match="Quotes must not look like") as refused:
            must_stand_apart(*map(NumberPattern, patterns))
        assert (refused.value.field, refused.value.example) == ("quote-pattern", "Q{YYYY}-{NNNN}")

    try_all(same, refused)
    try_all(apart, lambda patterns: must_stand_apart(*map(NumberPattern, patterns)))
