"""Reminders on paper: titled by how firm they are, with all that is owed in one table, and one payment for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.documents.reminder_letter import render_reminder
from core.documents.reminder_words import reminder_words
from core.errors import InvalidInput
from core.ladder import Tone
from core.language import WRITTEN
from core.money import Money, total
from core.reminder_letter import LetterText, OwedRow, ReminderLetter
from tests.builders.documents import BUYER, SELLER, a_logo
from tests.documents.reading import pages, text

TEXT = LetterText(
    client_id=UUID(int=7), language="en", on=date(2026, 3, 19), tone=Tone.FIRM,
    opening="Hello Nordwind,\nThree invoices are past their due dates.", closing="Kind regards\nAna", currency="EUR",
    owed=(),
)  # fmt: skip
ROWS = (
    OwedRow("2026-0007", date(2026, 1, 7), date(2026, 1, 21), 57, Money(123450, "EUR")),
    OwedRow("2026-0009", date(2026, 2, 3), date(2026, 2, 17), 30, Money(8911, "EUR")),
    OwedRow("2026-0011", date(2026, 2, 20), date(2026, 3, 6), 13, Money(50005, "EUR")),
)
FEE = OwedRow("2026-0014", date(2026, 3, 19), date(2026, 4, 2), 0, Money(4000, "EUR"), is_fee=True)


def a_letter(*rows: OwedRow, words: LetterText = TEXT, **changes: Any) -> ReminderLetter:
    letter = ReminderLetter(
        SELLER, BUYER, words, rows, total((one.open for one in rows), words.currency), SELLER.name,
        "DE89370400440532013000", "COBADEFFXXX", "Thank you", "#1f4e79",
    )  # fmt: skip
    return replace(letter, **changes)


def seen(letter: ReminderLetter) -> str:
    return " ".join(text(render_reminder(letter)).split())


def test_it_lists_what_is_late_with_the_charge_and_asks_for_one_sum() -> None:
    read = seen(a_letter(*ROWS, FEE))

    for part in (
        "Overdue notice", SELLER.name, BUYER.name, "2026-03-19", "EUR 1,863.66", "Hello Nordwind,", "Days late",
        "Open EUR", "2026-0007", "2026-01-07", "2026-01-21", "57", "1,234.50", "2026-0009", "89.11", "2026-0011",
        "500.05", "2026-0014 (charge for late payment)", "2026-04-02", "40.00", "Total due", "EUR 1,863.66",
        "How to pay", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "2026-0007, 2026-0009, 2026-0011, 2026-0014",
        "Scan to pay", "Kind regards",
    ):  # fmt: skip
        assert part in read
        read = read.split(part, 1)[1]


def test_a_charge_that_is_not_issued_yet_has_no_number() -> None:
    read = seen(a_letter(ROWS[0], replace(FEE, number="", issued_on=None, due_on=None)))

    assert "Charge for late payment 40.00" in read
    assert "Payment reference 2026-0007" in read


def test_what_is_not_late_yet_has_no_days_and_no_account_means_no_way_to_pay() -> None:
    early = replace(ROWS[0], days_late=0)

    read = seen(a_letter(early, words=replace(TEXT, tone=Tone.NOTICE), iban=""))

    assert "Payment notice" in read
    assert "Days late" not in read
    assert "How to pay" not in read


def test_a_link_is_printed_as_it_is_typed() -> None:
    one = replace(ROWS[0], link="https://pay.example/2026-0007?sum=1234.50")
    words = replace(TEXT, owed=((UUID(int=1), 123450),))

    assert "How to pay Pay online https://pay.example/2026-0007?sum=1234.50" in seen(
        a_letter(one, FEE, words=words, iban="")
    )


def test_each_of_several_has_its_link_below_it() -> None:
    rows = [
        replace(one, link=f"https://pay.example/{one.number}/{'x' * 90 * place}")
        for place, one in enumerate(ROWS)
    ]
    words = replace(TEXT, owed=tuple((UUID(int=place), 1) for place in (1, 2, 3)))

    read = seen(a_letter(*rows, replace(ROWS[0], number="2026-0012"), words=words, iban=""))

    for one in rows:
        assert f"{one.open.amount:,} Pay online {one.link[:60]}" in read.replace("- ", "")
    assert read.count("Pay online") == 3
    assert "How to pay" not in read


def test_many_go_over_pages_with_their_columns_and_long_words_do_too() -> None:
    rows = [
        replace(ROWS[0], number=f"2026-{place:04}", due_on=date(2026, 1, 1) + timedelta(days=place))
        for place in range(70)
    ]
    words = replace(TEXT, opening="\n".join(["Please see to it."] * 120))

    content = render_reminder(a_letter(*rows, words=words), a_logo())
    read = pages(content)

    assert "".join(read).count("Please see to it.") == 120
    assert [f"2026-{place:04}" in "".join(read) for place in range(70)] == [True] * 70
    assert all(f"Page {number} of {len(read)}" in page for number, page in enumerate(read, 1))
    assert ["Open EUR" in page for page in read] == ["2026-01-07" in page for page in read]
    assert content == render_reminder(a_letter(*rows, words=words), a_logo())


def test_a_sign_that_only_screens_show_is_left_out_of_the_words_but_never_of_a_name() -> None:
    words = replace(TEXT, opening="Please pay 🙏 soon")

    assert "Please pay soon" in seen(a_letter(ROWS[0], words=words))
    with pytest.raises(InvalidInput, match="漢") as caught:
        render_reminder(a_letter(ROWS[0], buyer=replace(BUYER, name="漢")))
    assert caught.value.field == "buyer"


@pytest.mark.parametrize("language", WRITTEN)
def test_each_tone_has_its_title_in_the_client_s_language(language: str) -> None:
    titles = {tone: reminder_words(language).title(tone) for tone in Tone}

    read = {tone: seen(a_letter(*ROWS, words=replace(TEXT, tone=tone, language=language))) for tone in Tone}

    assert len(set(titles.values())) == len(Tone)
    assert all(titles[tone] in read[tone] for tone in Tone)
