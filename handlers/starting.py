"""What a whole form is filled in with at first."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.errors import InvalidInput
from handlers.kinds import Option
from handlers.words import _


def unchanged(text: str, parse: Callable[[str], Any], value: Any) -> str:
    """The text where it reads as that value, else nothing: sent as it stands, a form must change nothing."""
    try:
        return text if text and parse(text) == value else ""
    except InvalidInput:
        return ""


def plain(value: Decimal) -> str:
    """A number without needless zeros, as people type it where a comma and a point mean the same."""
    return f"{value.normalize():f}"


def yes_or_no() -> tuple[Option, Option]:
    return Option(_("Yes"), "yes"), Option(_("No"), "no")


def said(yes: bool) -> str:
    """The value of the option."""
    return "yes" if yes else "no"
