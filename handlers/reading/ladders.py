"""What rules of reminders are typed in: ladders, late fees, pay links and texts with places to fill."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlsplit

from core.errors import N_, InvalidInput
from core.ladder import FARTHEST_STEP, LateFee, Tone, check_steps
from core.locale import NumberStyle, format_decimal
from core.reminder import Interest, Silence
from handlers.reading.amounts import read_amount, read_percent
from handlers.reading.text import bare, clean, required, shown

MOST_TEXT = 2000
PLACES = ("client", "number", "amount", "due", "days")
"""What stands in braces in a reminder's text, and is filled when it is written."""
LINK_PLACES = ("number", "amount", "currency")
_MOST_LINK = 500
_LIMIT = 120
_STEPS = "-3 0 3 7 14"
_FEE = "40 at 14"
_OFF = frozenset("off none no aus nein non -".split())
_STEP = re.compile(r"([-+\u2212\u2013]?)\s?([0-9]{1,4})d?", re.ASCII)
_AT = re.compile(r"\s(?:at|nach|bei|after|a|à|am)\s", re.IGNORECASE)
_PLACE = re.compile(r"\{([^{}]*)\}?|\}")
_HOST = re.compile(r"(?=.{4,253}\Z)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)


def read_steps(text: str, field: str = "steps", example: str = _STEPS) -> tuple[int, ...]:
    """`-3 0 3 7 14`, commas or not: days after the due date, ascending; what is negative comes before it."""
    text = required(text, field, _LIMIT, example)
    words = re.split(r"\s*,\s*|\s+", text)
    steps = []
    for word in words:
        match = _STEP.fullmatch(word)
        if match is None:
            raise InvalidInput(
                field, N_("“{value}” is not a number of days; write them with spaces between."), example,
                value=shown(word),
            )  # fmt: skip
        steps.append(-int(match[2]) if match[1] and match[1] != "+" else int(match[2]))
    return check_steps(sorted(steps))


def show_steps(steps: tuple[int, ...]) -> str:
    """As they would be typed."""
    return " ".join(map(str, steps))


def read_fee(text: str, style: NumberStyle, currency: str, field: str = "fee") -> LateFee | None:
    """`40 at 14`, `2% at 7 14`; None for `off`."""
    text = required(text, field, _LIMIT, _FEE)
    if bare(text) in _OFF:
        return None
    parts = _AT.split(text)
    if len(parts) != 2:
        raise InvalidInput(
            field, N_("“{value}” does not say how much at which step; write off for no fee."), _FEE,
            value=shown(text),
        )  # fmt: skip
    how_much, when = parts
    steps = read_steps(when, field, _FEE)
    if steps[0] <= 0:
        raise InvalidInput(
            field, N_("A fee is asked for after the due date only, from 1 to {most} days later."), _FEE,
            most=FARTHEST_STEP,
        )  # fmt: skip
    if "%" in how_much:
        percent = read_percent(how_much, field)
        if not percent:
            raise InvalidInput(field, N_("A fee of nothing is none; write off for no fee."), _FEE)
        return LateFee(steps, percent=percent)
    amount = read_amount(how_much, field, style, currency_hint=currency)
    if amount.currency not in (None, currency):
        raise InvalidInput(
            field, N_("The fee is in the currency of your business, {currency}."), _FEE, currency=currency
        )
    return LateFee(steps, amount=amount.value)


def show_fee(fee: LateFee | None, style: NumberStyle) -> str:
    """As it would be typed by people who write numbers in that style."""
    if fee is None:
        return "off"
    if fee.percent is not None:
        return f"{fee.percent.normalize():f}% at {show_steps(fee.steps)}"
    return f"{format_decimal(fee.amount or Decimal(0), style)} at {show_steps(fee.steps)}"


def read_silence(text: str, field: str = "silence") -> Silence:
    return Silence(_word(text, field, ("send", "hold"), "hold"))


def read_interest(text: str, field: str = "interest") -> tuple[Interest, Decimal | None]:
    """`statutory`, `off`, or the yearly rate that the law gives at present: `11.27%`."""
    example = "11.27%"
    text = required(text, field, _LIMIT, example)
    if "%" not in text:
        return Interest(_word(text, field, ("statutory", "off"), example)), None
    rate = read_percent(text, field)
    if not rate:
        raise InvalidInput(field, N_("Interest of nothing is none; write off for no interest."), example)
    return Interest.STATUTORY, rate


def show_interest(interest: Interest, rate: Decimal | None) -> str:
    """As it would be typed."""
    return f"{rate.normalize():f}%" if rate is not None else interest.value


def read_tone(text: str, field: str = "tone") -> Tone:
    return Tone(_word(text, field, tuple(tone.value for tone in Tone), "friendly"))


def _word(text: str, field: str, words: tuple[str, ...], example: str) -> str:
    typed = required(text, field, _LIMIT, example)
    word = bare(typed)
    if word not in words:
        raise InvalidInput(
            field,
            N_("“{value}” is not one of: {names}."),
            example,
            value=shown(typed),
            names=", ".join(words),
        )
    return word


def read_pay_link(text: str, field: str = "pay-link") -> str:
    """An https address, with `{number}`, `{amount}` and `{currency}` where wanted; empty for `-`."""
    example = "https://pay.example/?ref={number}"
    link = required(text, field, _MOST_LINK, example)
    if bare(link) in _OFF:
        return ""
    _refuse_other_places(link, field, LINK_PLACES, example)
    wrong = InvalidInput(
        field, N_("“{value}” is not an https address that clients could open."), example, value=shown(link)
    )
    if not link.isascii() or any(character in ' "<>\\^`|' or character < " " for character in link):
        raise wrong
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        raise wrong from None
    # A name before an @ would make the address look like another site's.
    if (
        parts.scheme != "https"
        or "@" in parts.netloc
        or port == 0
        or not _HOST.fullmatch(parts.hostname or "")
    ):
        raise wrong
    return link


def read_letter(text: str, field: str = "text") -> str:
    """A business's own words, several lines; empty for `-`, which brings the usual ones back."""
    example = "Dear {client}, {amount} is still open for invoice {number}."
    text = required(text, field, MOST_TEXT, example, multiline=True)
    if text in ("-", "none"):
        return ""
    _refuse_other_places(text, field, PLACES, example)
    return clean(text, field, MOST_TEXT, multiline=True, example=example)


def _refuse_other_places(text: str, field: str, names: tuple[str, ...], example: str) -> None:
    """A brace that would stay in the letter as it is typed is a slip of the hand."""
    for match in _PLACE.finditer(text):
        if match[1] not in names or not match[0].endswith("}"):
            known = ", ".join(f"{{{name}}}" for name in names)
            raise InvalidInput(
                field, N_("“{value}” is no place that I can fill; there are {names}."), example,
                value=shown(match[0]), names=known,
            )  # fmt: skip
