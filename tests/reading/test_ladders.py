"""Ladders of reminders, late fees, pay links and texts as people type them."""

from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.ladder import LateFee, Tone
from core.locale import number_style
from core.reminder import Interest, Silence
from handlers.reading.ladders import (
    read_fee,
    read_interest,
    read_letter,
    read_pay_link,
    read_silence,
    read_steps,
    read_tone,
    show_fee,
    show_interest,
    show_steps,
)

DE = number_style("de_DE")


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("-3 0 3 7 14", (-3, 0, 3, 7, 14)),
        ("7, 14,30", (7, 14, 30)),
        ("+3 +7", (3, 7)),
        ("\u22123 0", (-3, 0)),
        ("14 7 3", (3, 7, 14)),
        ("7d 14d", (7, 14)),
        ("5", (5,)),
    ],
)
def test_a_ladder_is_read_in_any_order(typed: str, steps: tuple[int, ...]) -> None:
    assert read_steps(typed) == steps


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("soon", "“soon” is not a number of days; write them with spaces between."),
        ("3 seven", "“seven” is not a number of days; write them with spaces between."),
        ("3.5", "“3.5” is not a number of days; write them with spaces between."),
        ("٣", "“٣” is not a number of days; write them with spaces between."),
        ("7 7", "Each step of a ladder is named once."),
        ("91", "A step lies at most 30 days before and 90 days after the due date."),
        ("1 2 3 4 5 6 7 8 9 10 11", "A ladder of reminders has at most 10 steps."),
    ],
)
def test_what_is_no_ladder_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_steps(typed)

    assert str(refused.value) == sentence
    assert refused.value.example


def test_a_ladder_reads_back_as_it_is_shown() -> None:
    assert read_steps(show_steps((-3, 0, 14))) == (-3, 0, 14)


@pytest.mark.parametrize(
    ("typed", "fee"),
    [
        ("40 at 14", LateFee((14,), amount=Decimal(40))),
        ("12,50 at 7 14", LateFee((7, 14), amount=Decimal("12.5"))),
        ("EUR 40 nach 14", LateFee((14,), amount=Decimal(40))),
        ("2% at 14", LateFee((14,), percent=Decimal(2))),
        ("1,5 % at 7, 14", LateFee((7, 14), percent=Decimal("1.5"))),
        ("off", None),
        ("-", None),
    ],
)
def test_a_fee_is_read_with_its_steps(typed: str, fee: LateFee | None) -> None:
    assert read_fee(typed, DE, "EUR") == fee


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("40", "“40” does not say how much at which step; write off for no fee."),
        ("40 at 7 at 14", "“40 at 7 at 14” does not say how much at which step; write off for no fee."),
        ("40 at 0", "A fee is asked for after the due date only, from 1 to 90 days later."),
        ("40 at -3 7", "A fee is asked for after the due date only, from 1 to 90 days later."),
        ("0% at 14", "A fee of nothing is none; write off for no fee."),
        ("120% at 14", "“120%” is not a percentage from 0 to 100."),
        ("40 USD at 14", "The fee is in the currency of your business, EUR."),
        ("40,555 at 14", "“40,555” has too many decimal places: EUR has 2."),
        ("some at 14", "“some” is not an amount of money"),
    ],
)
def test_what_is_no_fee_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_fee(typed, DE, "EUR")

    assert sentence in str(refused.value)
    assert refused.value.field == "fee"
    assert refused.value.example


@pytest.mark.parametrize(
    "fee", [None, LateFee((14,), amount=Decimal("12.50")), LateFee((7, 14), percent=Decimal("1.5"))]
)
def test_a_fee_reads_back_as_it_is_shown(fee: LateFee | None) -> None:
    assert read_fee(show_fee(fee, DE), DE, "EUR") == fee


def test_the_words_of_the_rules_are_read_in_any_case() -> None:
    assert read_silence("HOLD") is Silence.HOLD
    assert read_tone("firm") is Tone.FIRM


@pytest.mark.parametrize(
    ("typed", "interest"),
    [
        ("Statutory", (Interest.STATUTORY, None)),
        ("11.27%", (Interest.STATUTORY, Decimal("11.27"))),
        ("11,27 %", (Interest.STATUTORY, Decimal("11.27"))),
        ("off", (Interest.OFF, None)),
    ],
)
def test_interest_is_what_the_law_gives_or_a_rate_a_year(
    typed: str, interest: tuple[Interest, Decimal | None]
) -> None:
    assert read_interest(typed) == interest
    assert read_interest(show_interest(*interest)) == interest


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0%", "Interest of nothing is none; write off for no interest."),
        ("120%", "“120%” is not a percentage from 0 to 100."),
        ("a lot", "“a lot” is not one of: statutory, off."),
    ],
)
def test_other_interest_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_interest(typed)

    assert (str(refused.value), refused.value.field) == (sentence, "interest")


def test_another_word_is_told_which_ones_there_are() -> None:
    with pytest.raises(
        InvalidInput, match=r"“rude” is not one of: notice, friendly, firm, final."
    ) as refused:
        read_tone("rude")

    assert refused.value.example == "friendly"


@pytest.mark.parametrize(
    "link",
    [
        "https://pay.example/?ref={number}&sum={amount}&in={currency}",
        "https://www.paypal.example/me/studio",
        "https://pay.example:8443/{number}",
    ],
)
def test_a_pay_link_is_kept_as_it_was_typed(link: str) -> None:
    assert read_pay_link(link) == link


@pytest.mark.parametrize("typed", ["-", "off", "none"])
def test_a_pay_link_can_be_taken_out(typed: str) -> None:
    assert read_pay_link(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "http://pay.example", "pay.example", "javascript:alert(1)", "https://", "https://pay", "https://a@evil.example",
        "https://pay.example:0", "https://pay.example:x", "https://pay.example/ x", "https://[::1", "https://päy.example",
        'https://pay.example/"><b>', "https://-/x", "https://pay..example", "data:text/html,x",
    ],
)  # fmt: skip
def test_a_pay_link_is_an_address_that_a_client_may_open(typed: str) -> None:
    with pytest.raises(InvalidInput, match="is not an https address that clients could open") as refused:
        read_pay_link(typed)

    assert refused.value.example.startswith("https://")


@pytest.mark.parametrize(
    "typed", ["https://pay.example/{client}", "https://pay.example/{number", "https://pay.example/}"]
)
def test_a_pay_link_holds_only_places_that_are_filled(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"there are \{number\}, \{amount\}, \{currency\}\."):
        read_pay_link(typed)


def test_a_text_keeps_its_lines_and_its_places() -> None:
    typed = "Hello {client},\n\n{number} over {amount} was due on {due}, {days} days ago."

    assert read_letter(f"  {typed}\n") == typed


def test_a_dash_brings_the_usual_text_back() -> None:
    assert read_letter("-") == ""


@pytest.mark.parametrize(
    "typed", ["Dear {name}", "{0}", "{}", "{client!r}", "{client.id}", "{amount:>99}", "{client", "}"]
)
def test_a_text_holds_only_places_that_are_filled(typed: str) -> None:
    with pytest.raises(InvalidInput, match="is no place that I can fill") as refused:
        read_letter(typed)

    assert "{client}" in refused.value.example


def test_a_text_of_many_pages_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2000 is the most that fits"):
        read_letter("x" * 2001)
