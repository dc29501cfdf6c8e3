"""Statements of account: each currency in a table of its own, on as many pages as it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.documents import words
from core.documents.report_words import report_words
from core.documents.statement import render_statement
from core.errors import InvalidInput
from core.invoice import Period
from core.language import WRITTEN
from core.money import Money
from core.report import AccountEntry, EntryKind, Statement, accounts
from tests.builders.documents import BUYER, SELLER, a_logo
from tests.documents.reading import pages, text

ENTRIES = (
    AccountEntry(date(2026, 1, 7), EntryKind.INVOICE, "2026-0007", Money(123450, "EUR"), date(2026, 1, 21)),
    AccountEntry(date(2026, 2, 3), EntryKind.PAYMENT, "2026-0007", Money(-130000, "EUR")),
    AccountEntry(date(2026, 2, 5), EntryKind.REFUND, "2026-0007", Money(550, "EUR")),
    AccountEntry(date(2026, 2, 9), EntryKind.INVOICE, "2026-0011", Money(98700, "JPY"), date(2026, 3, 11)),
)


def a_statement(*entries: AccountEntry, opening: int = 10011, **changes: Any) -> Statement:
    statement = Statement(
        SELLER, BUYER, Period(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 3, 5),
        accounts([Money(opening, "EUR")], entries), iban="DE89370400440532013000", footer="Thank you",
        accent="#1f4e79",
    )  # fmt: skip
    return replace(statement, **changes)


def test_it_leads_from_what_was_owed_before_to_what_is_due_in_each_currency() -> None:
    seen = " ".join(text(render_statement(a_statement(*ENTRIES))).split())

    for part in (
        "Statement of account", SELLER.name, BUYER.name, "2026-01-01 to 2026-12-31", "Balance EUR", "Opening balance",
        "100.11", "Invoice 2026-0007", "2026-01-21", "1,234.50", "1,334.61", "Payment for 2026-0007", "-1,300.00",
        "34.61", "Money back for 2026-0007", "5.50", "Balance due", "EUR 40.11", "Balance JPY", "98,700",
        "Balance due", "JPY 98,700", "DE89 3704 0044 0532 0130 00",
    ):  # fmt: skip
        assert part in seen
        seen = seen.split(part, 1)[1] if part in ("Balance JPY", "Balance due") else seen


def test_who_has_paid_too_much_reads_so_and_is_asked_for_nothing() -> None:
    seen = text(render_statement(a_statement(ENTRIES[1])))

    assert "In your favour" in seen
    assert "EUR 1,199.89" in seen
    assert "IBAN" not in seen


def test_a_quiet_time_is_told() -> None:
    seen = text(render_statement(a_statement(opening=0)))

    assert "Nothing was invoiced or paid in this time" in seen


def test_a_long_one_goes_over_pages_with_its_columns_and_its_end_is_never_alone() -> None:
    entries = [
        replace(ENTRIES[0], on=date(2026, 1, 1) + timedelta(days=place), number=f"2026-{place:04}")
        for place in range(120)
    ]

    content = render_statement(a_statement(*entries), a_logo())
    seen = pages(content)

    assert len(seen) == 5
    assert all("Balance EUR" in page for page in seen)
    assert all(f"Page {number} of 5" in page for number, page in enumerate(seen, 1))
    assert [f"Invoice 2026-{place:04}" in "".join(seen) for place in range(120)] == [True] * 120
    assert [part in seen[-1] for part in ("Invoice 2026-0119", "Balance due", "How to pay")] == [True] * 3
    assert content == render_statement(a_statement(*entries), a_logo())


def test_what_cannot_be_printed_is_refused_with_its_field() -> None:
    with pytest.raises(InvalidInput, match="漢") as caught:
        render_statement(a_statement(buyer=replace(BUYER, name="漢")))

    assert caught.value.field == "buyer"


@pytest.mark.parametrize("language", WRITTEN)
def test_it_is_written_in_the_client_s_language(language: str) -> None:
    seen = " ".join(text(render_statement(a_statement(*ENTRIES, language=language))).split())

    messages = report_words(language)
    for part in (
        messages.statement,
        messages.opening,
        messages.payable,
        words.day(date(2026, 1, 7), language),
    ):
        assert " ".join(part.split()) in seen
