"""How a document writes numbers: in the style of its language, without loss and without needless zeros."""

from __future__ import annotations

from decimal import Decimal

from core.documents.typeface import without_glyph
from core.locale import format_decimal, number_style
from core.money import Money, exponent


class Figures:
    """The numbers of one document; rates and whole quantities repeat, so what was written is kept."""

    def __init__(self, language: str, currency: str) -> None:
        style = number_style(language)
        self._style = number_style("en") if without_glyph(style.decimal + style.group) else style
        self._places = exponent(currency)
        self._plain: dict[tuple[Decimal, int], str] = {}

    @property
    def characters(self) -> set[str]:
        return set(self._style.decimal + self._style.group)

    def money(self, money: Money) -> str:
        """The amount alone; the currency stands in the heading or beside the total."""
        return format_decimal(money.amount, self._style, self._places)

    def price(self, price: Decimal) -> str:
        """At least the currency's places, and as many more as the price has."""
        return self._format(price, self._places)

    def number(self, value: Decimal) -> str:
        """A quantity or a rate: as many places as it has."""
        return self._format(value, 0)

    def _format(self, value: Decimal, least: int) -> str:
        key = (value, least)
        text = self._plain.get(key)
        if text is None:
            places = -int(value.normalize().as_tuple().exponent)
            text = self._plain[key] = format_decimal(value, self._style, max(least, places))
        return text
