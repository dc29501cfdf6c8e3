"""A business's own colour: wherever text stands on it or is written in it, it can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.colours import DEFAULT, ENOUGH, GROUND, contrast, palette

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_every_colour_can_be_read_as_ink_and_written_on(accent: str) -> None:
    colours = palette(accent)

    assert contrast(colours.ink, GROUND) >= ENOUGH
    assert contrast(colours.ink, "#ffffff") >= ENOUGH
    assert contrast(colours.on_fill, colours.fill) >= ENOUGH


@pytest.mark.parametrize("accent", ["#1f4e79", "#0A7D5A", "#000000"])
def test_a_dark_colour_stays_what_it_is(accent: str) -> None:
    colours = palette(accent)

    assert (colours.ink, colours.fill) == (accent.lower(), accent.lower())


def test_a_light_colour_is_kept_on_surfaces_and_darkened_where_it_is_text() -> None:
    colours = palette("#ffd60a")

    assert (colours.fill, colours.on_fill) == ("#ffd60a", "#000000")
    assert colours.ink != "#ffd60a"


@pytest.mark.parametrize("typed", ["", "red", "#fff", "#12345g", "#1f4e79;}body{display:none", "#1f4e791"])
def test_what_is_no_colour_is_ours(typed: str) -> None:
    assert palette(typed) == palette(DEFAULT)


def test_black_on_white_has_the_contrast_that_the_standard_names() -> None:
    assert contrast("#000000", "#ffffff") == 21
