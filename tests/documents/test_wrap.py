"""Breaking text into lines."""

import time

from hypothesis import given
from hypothesis import strategies as st

from core.documents.wrap import wrap

WIDTHS = dict.fromkeys("abcdefgh ", 10) | {"W": 30}


def test_words_fill_a_line_and_the_rest_goes_on() -> None:
    assert wrap("aa bb cc dd", 50, WIDTHS) == ["aa bb", "cc dd"]


def test_line_breaks_stay() -> None:
    assert wrap("aa\n\nbb", 50, WIDTHS) == ["aa", "", "bb"]


def test_a_word_wider_than_the_line_is_broken_anywhere() -> None:
    assert wrap("a bbbbbbbb c", 50, WIDTHS) == ["a", "bbbbb", "bbb c"]


def test_a_character_wider_than_the_line_stands_alone() -> None:
    assert wrap("aWWb", 20, WIDTHS) == ["a", "W", "W", "b"]


@given(st.text("ab W\n", max_size=200), st.integers(30, 200))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, limit: int) -> None:
    text = " ".join(text.split(" "))

    lines = wrap(text, limit, WIDTHS)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(sum(WIDTHS[char] for char in line.strip()) <= limit for line in lines)


def test_time_grows_with_the_length_and_not_with_its_square() -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        wrap("a" * length, 5000, WIDTHS)
        wrap("ab " * (length // 3), 5000, WIDTHS)
        return time.process_time() - start

    short = min(seconds(20_000) for _ in range(3))

    assert min(seconds(200_000) for _ in range(3)) < 40 * short
