"""Text on a terminal: harmless, and as wide as it looks."""

import pytest

from bot.text import padded, safe, safe_line, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b\x7fc\x85d", "a␀b␡c\ufffdd"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("back\rover", "back␍over"),
        ("EUR \u202e00.1\u202c", "EUR 00.1"),
        ("a\tb", "a    b"),
        ("Löwe 山田 🦁 é", "Löwe 山田 🦁 é"),
    ],
)
def test_control_characters_become_visible_and_letters_stay(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_text_of_several_lines_fits_on_one() -> None:
    assert safe_line("  Ring 2 \n\n 20095 Hamburg\n") == "Ring 2 / 20095 Hamburg"


@pytest.mark.parametrize(
    ("text", "columns"), [("Acme", 4), ("Löwe", 4), ("山田", 4), ("e\u0301", 1), ("🦁", 2), ("", 0)]
)
def test_width_counts_columns_and_not_characters(text: str, columns: int) -> None:
    assert width(text) == columns


def test_padding_fills_columns_on_either_side() -> None:
    assert [padded("山", 5), padded("山", 5, right=True), padded("longer", 3)] == ["山   ", "   山", "longer"]
