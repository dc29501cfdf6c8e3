"""What is typed into drafts, as tests/core/second_opinion.py computes it and as the product takes it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from core.early import EarlyTerms
from core.invoice import Discount, Draft, Line
from core.party import Client
from core.tax import Tax, TaxCategory
from core.terms import Terms
from tests.books.ledger import Early
from tests.books.office import CURRENCIES
from tests.core import second_opinion

VAT = Tax(TaxCategory.STANDARD, Decimal(19))


def numbers(least: int, most: int, places: int) -> st.SearchStrategy[str]:
    """Decimal text; `least` and `most` count the last place."""
    return st.integers(least, most).map(lambda number: str(Decimal(number).scaleb(-places)))


LINES = st.fixed_dictionaries(
    {
        "quantity": numbers(1, 9, 0) | numbers(1, 400, 2),
        "price": numbers(0, 99_900, 2) | numbers(1, 9_000, 4),
        "rate": st.sampled_from(("19", "7", "5.5")),
        "category": st.just("S"),
    }
)
TERMS = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(CURRENCIES),
        "inclusive": st.booleans(),
        "percent": st.none() | st.none() | numbers(1, 1000, 1),
        "amount": st.none(),
        "lines": st.lists(LINES, min_size=1, max_size=3),
        "days_ago": st.none() | st.integers(0, 90),
        "due_in": st.integers(0, 60),
        "early": st.none() | st.none() | st.tuples(st.sampled_from(("2", "3.5", "12")), st.integers(0, 14)),
    }
)


def dated(terms: dict[str, Any], today: date) -> dict[str, Any]:
    """With the day that is meant, for what is typed stays as it is while time passes. A discount ends before it is
    due.
    """
    ago, due_in = terms["days_ago"], terms["due_in"]
    due_in = max(due_in, terms["early"][1]) if terms["early"] else due_in
    return {**terms, "issue_on": None if ago is None else today - timedelta(days=ago), "due_in": due_in}


def draft_of(terms: dict[str, Any], client: Client) -> Draft:
    lines = tuple(
        Line(
            f"Line {place}", Decimal(line["price"]), Decimal(line["quantity"]),
            tax=Tax(TaxCategory.STANDARD, Decimal(line["rate"])),
        )
        for place, line in enumerate(terms["lines"])
    )  # fmt: skip
    return Draft(
        client_id=client.id,
        currency=terms["currency"],
        lines=lines,
        tax=VAT,
        due=Terms(days=terms["due_in"]),
        issue_on=terms["issue_on"],
        discount=Discount(percent=Decimal(terms["percent"])) if terms["percent"] else None,
        inclusive=terms["inclusive"],
        early=early_of(terms),
    )


def early_of(terms: dict[str, Any]) -> EarlyTerms | None:
    return EarlyTerms(Decimal(terms["early"][0]), terms["early"][1]) if terms["early"] else None


def offered(terms: dict[str, Any], owed: int, issued_on: date) -> Early | None:
    """The discount as the invoice has it: none that is nothing, and none of all of it."""
    if not terms["early"]:
        return None
    percent, days = terms["early"]
    discount = second_opinion.half_up(owed * Fraction(percent) / 100)
    return Early(percent, issued_on + timedelta(days=days), discount) if 0 < discount < owed else None
