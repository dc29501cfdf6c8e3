"""The picture of revenue: one size, equal bytes, and a part of it for each currency."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from core.documents.chart import draw_chart
from core.invoice import Period
from core.money import Money
from core.report import DaySum, Summary, summary

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def a_summary(*currencies: str, period: Period = YEAR) -> Summary:
    invoiced = [
        DaySum(date(2026, month, 3), Money(month * 7310 + 119, code)) for code in currencies for month in range(1, 12)
    ]  # fmt: skip
    received = [DaySum(date(2026, 4, 5), Money(-4410, code)) for code in currencies]
    return summary(period, [], invoiced, received)


def test_equal_figures_are_equal_pictures_of_one_width() -> None:
    one = draw_chart(a_summary("EUR"), "Löwe & $öhne", "#1f4e79", "de")

    with Image.open(io.BytesIO(one)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 660))
        assert (0x1F, 0x4E, 0x79) in {
            colour for _count, colour in picture.convert("RGB").getcolors(1 << 20) or ()
        }
    assert one == draw_chart(a_summary("EUR"), "Löwe & $öhne", "#1f4e79", "de")


def test_each_currency_has_a_part_of_its_own_up_to_what_one_can_look_at() -> None:
    for count, height in ((0, 660), (2, 1212), (6, 2316)):
        codes = ("CHF", "EUR", "GBP", "JPY", "KWD", "USD")[:count]
        with Image.open(io.BytesIO(draw_chart(a_summary(*codes), "x", "", "en"))) as picture:
            assert picture.size == (1200, height)
