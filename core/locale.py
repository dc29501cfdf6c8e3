"""How numbers and money are written in a reader's language; reading what was typed is `handlers/reading`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from core.money import Money, exponent

_QUANTIZE = Context(prec=80, rounding=ROUND_HALF_UP)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(20))


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The decimal separator and what groups thousands (may be a no-break space); digits are always ASCII."""

    decimal: str
    group: str


ENGLISH = NumberStyle(".", ",")


@lru_cache(maxsize=256)
def number_style(locale: str) -> NumberStyle:
    """The style of `de`, `de_CH` or `de-CH`; an unknown country follows its language, anything else English."""
    # Importing Babel and loading one locale takes about 25 ms, which `--help` and the terminal need not pay.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    name = locale.replace("-", "_")
    for candidate in (name, name.split("_")[0]):
        try:
            symbols = Locale.parse(candidate).number_symbols.get("latn", {})
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        # Some locales have data for their own digits only; then English marks fit the ASCII digits we print.
        return NumberStyle(symbols.get("decimal") or ENGLISH.decimal, symbols.get("group") or ENGLISH.group)
    return ENGLISH


@lru_cache(maxsize=256)
def _marks(style: NumberStyle) -> dict[int, str]:
    return {ord(","): style.group, ord("."): style.decimal}


def format_decimal(value: Decimal, style: NumberStyle, places: int | None = None) -> str:
    """Grouped digits; `places` None writes as many as needed, else rounds half-up to exactly that many."""
    if not value.is_finite():
        raise ValueError("only a finite number can be written")
    if places is not None:
        value = value.quantize(_STEPS[places], context=_QUANTIZE)
    text = f"{value:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").removesuffix(".")
    if text.startswith("-") and not value:
        text = text[1:]
    return text if style == ENGLISH else text.translate(_marks(style))


def format_money(money: Money, style: NumberStyle) -> str:
    """Such as `EUR 1,200.50`: the code first, then always the decimal places of the currency."""
    return f"{money.currency} {format_decimal(money.amount, style, exponent(money.currency))}"
