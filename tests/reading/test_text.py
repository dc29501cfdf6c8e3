import pytest

from core.errors import InvalidInput
from handlers.reading.text import bare, clean, shown

FAMILY = "👩\u200d👩\u200d👧"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Studio Löwe \n", "Studio Löwe"),
        ("Lo\u0308we", "Löwe"),
        ("a\u00a0b\u202fc\u3000d\te", "a b c d e"),
        ("“quoted” it\u2019s", "“quoted” it\u2019s"),
        (f"Team {FAMILY}", f"Team {FAMILY}"),
        ("👩🏽\u200d⚕\ufe0f", "👩🏽\u200d⚕\ufe0f"),
        (f"Ltd {SCOTLAND}", f"Ltd {SCOTLAND}"),
        ("日本 Россия ไทย", "日本 Россия ไทย"),
        ("", ""),
    ],
)
def test_ordinary_text_of_any_script_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert clean(typed, "name", 40) == kept


@pytest.mark.parametrize("hidden", [
    "\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\xad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
    "\u202a", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2069", "\ufeff", "\ufffe", "\ud800",
    "\U000e0041",
])  # fmt: skip
def test_a_character_nobody_sees_is_refused_by_its_code(hidden: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean(f"Ac{hidden}me", "name", 40)

    assert caught.value.field == "name"
    assert str(caught.value) == (
        f"“{shown(f'Ac{hidden}me')}” holds a character that cannot be seen (U+{ord(hidden):04X}); "
        "type it again without it."
    )
    assert str(caught.value).isprintable()


def test_a_joiner_is_refused_beside_an_emoji_and_between_letters() -> None:
    for typed in ("👩\u200dA", "A\u200d👩", "\u200d👩", "👩\u200d", "か\u200dか", "👩\u200d\u200d👩"):
        with pytest.raises(InvalidInput, match=r"U\+200D"):
            clean(typed, "name", 40)


def test_a_line_break_is_kept_only_where_it_is_asked_for() -> None:
    assert clean("a\r\nb\rc\u2028d", "note", 40, multiline=True) == "a\nb\nc\nd"
    with pytest.raises(InvalidInput) as caught:
        clean("Acme\nBcc: eve", "name", 40)

    assert str(caught.value) == "“Acme Bcc: eve” has a line break; write it on one line."


def test_the_limit_counts_characters_after_the_outer_blanks_are_gone() -> None:
    assert clean(" " * 99 + "abcde" + " " * 99, "ref", 5) == "abcde"
    with pytest.raises(InvalidInput) as caught:
        clean("abcdef", "ref", 5, example="PO 7")

    assert str(caught.value) == "“abcdef” is 6 characters long; 5 is the most that fits."
    assert caught.value.example == "PO 7"


def test_a_character_that_normalising_makes_three_of_counts_as_three() -> None:
    with pytest.raises(InvalidInput, match="12 characters long; 10 is"):
        clean("\ufb2c" * 4, "name", 10)


@pytest.mark.parametrize("marks", ["\u0315\u0316", "\u0f73"])
def test_towers_of_accents_are_refused_before_they_are_normalised(marks: str) -> None:
    with pytest.raises(InvalidInput, match="stacks too many accents on one letter"):
        clean("a" + marks * 9000, "name", 20_000)


def test_a_value_is_shown_on_one_line_cut_and_printable() -> None:
    assert shown("a\nb\u202ec\x00d") == "a b\ufffdc\ufffdd"
    assert shown("x" * 61) == "x" * 59 + "…"
    assert shown("x" * 60) == "x" * 60


def test_words_compare_without_case_and_accents() -> None:
    assert [bare(word) for word in ("MÄRZ", "Straße", "październik", "İstanbul")] == [
        "marz", "strasse", "pazdziernik", "istanbul",
    ]  # fmt: skip
