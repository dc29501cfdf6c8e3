from datetime import date

import pytest

from core.errors import InvalidInput
from core.invoice import Period
from core.terms import Terms
from handlers.reading.terms import read_due, read_period, read_terms

FRIDAY = date(2026, 11, 20)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("14d", Terms(14)),
        ("14 days", Terms(14)),
        ("14 Tage", Terms(14)),
        ("14 jours", Terms(14)),
        ("10 dni", Terms(10)),
        ("14", Terms(14)),
        ("0", Terms(0)),
        ("2w", Terms(14)),
        ("2 weeks", Terms(14)),
        ("1m", Terms(months=1)),
        ("1 month", Terms(months=1)),
        ("1y", Terms(months=12)),
        ("eom", Terms(end_of_month=True)),
        ("30d eom", Terms(30, end_of_month=True)),
        ("30 eom", Terms(30, end_of_month=True)),
        ("30 days end of month", Terms(30, end_of_month=True)),
        ("30 Tage Monatsende", Terms(30, end_of_month=True)),
        ("1m 15d eom", Terms(15, 1, end_of_month=True)),
        ("net 30", Terms(30)),
        ("NET30", Terms(30)),
        ("30 Tage netto", Terms(30)),
        ("within 14 days", Terms(14)),
        ("on receipt", Terms(0)),
        ("sofort", Terms(0)),
    ],
)
def test_terms_are_read_as_rules(typed: str, terms: Terms) -> None:
    assert read_terms(typed) == terms


@pytest.mark.parametrize("terms", [Terms(), Terms(14), Terms(0, 3), Terms(9, 2, True), Terms(0, 0, True)])
def test_terms_read_back_what_they_print(terms: Terms) -> None:
    assert read_terms(str(terms)) == terms


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("soon", "“soon” is not a time to pay."),
        ("-5d", "“-5d” is not a time to pay."),
        ("1.5m", "“1.5m” is not a time to pay."),
        ("30 15", "“30 15” is not a time to pay."),
        ("eom eom", "“eom eom” is not a time to pay."),
        ("1d 1d 1d", "“1d 1d 1d” is not a time to pay."),
        ("٣d", "“٣d” is not a time to pay."),
        ("1001d", "“1001d” is too long: 1000 days or 36 months is the most."),
        ("37m", "“37m” is too long: 1000 days or 36 months is the most."),
        ("9" * 50, f"“{'9' * 50}” is too long: 1000 days or 36 months is the most."),
    ],
)
def test_refused_terms_say_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_terms(typed)

    assert (caught.value.field, str(caught.value), caught.value.example) == ("terms", sentence, "14d")


def test_what_is_due_is_a_rule_or_a_day() -> None:
    read = [read_due(typed, FRIDAY) for typed in ("14d", "31.12.", "friday", "tomorrow", "14", "net 7")]

    assert read == [
        Terms(14), date(2026, 12, 31), date(2026, 11, 27), date(2026, 11, 21), Terms(14), Terms(7),
    ]  # fmt: skip


def test_a_refused_due_says_that_it_is_neither() -> None:
    for typed, sentence in {
        "whenever": "“whenever” is neither a time to pay nor a date.",
        "31.2.": "“31.2.” is not a day of the calendar.",
    }.items():
        with pytest.raises(InvalidInput) as caught:
            read_due(typed, FRIDAY)
        assert (caught.value.field, str(caught.value)) == ("due", sentence)


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("2026-11-01..2026-11-30", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2/2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("november", date(2026, 11, 1), date(2026, 11, 30)),
        ("Dezember", date(2026, 12, 1), date(2026, 12, 31)),
        ("may", date(2026, 5, 1), date(2026, 5, 31)),
        ("apr", date(2027, 4, 1), date(2027, 4, 30)),
        ("november 2025", date(2025, 11, 1), date(2025, 11, 30)),
        ("1.11...30.11.", date(2026, 11, 1), date(2026, 11, 30)),
        ("1.11..30.11.", date(2026, 11, 1), date(2026, 11, 30)),
        ("1.11.…30.11.", date(2026, 11, 1), date(2026, 11, 30)),
        ("1.11.-30.11.", date(2026, 11, 1), date(2026, 11, 30)),
        ("1 nov – 30 nov", date(2026, 11, 1), date(2026, 11, 30)),
        ("1 nov to 30 nov", date(2026, 11, 1), date(2026, 11, 30)),
        ("15.12...15.1.", date(2026, 12, 15), date(2027, 1, 15)),
        ("1.6...31.5.", date(2025, 6, 1), date(2026, 5, 31)),
        ("yesterday..tomorrow", date(2026, 11, 19), date(2026, 11, 21)),
        ("5.11.", date(2026, 11, 5), date(2026, 11, 5)),
    ],
)
def test_a_period_is_two_days_a_month_or_one_day(typed: str, start: date, end: date) -> None:
    assert read_period(typed, FRIDAY) == Period(start, end)


def test_a_month_without_a_year_is_the_closest_one() -> None:
    closest = {
        today: read_period("june", today).start
        for today in (date(2026, 12, 9), date(2026, 11, 30), date(2027, 1, 1))
    }

    assert closest == {
        date(2026, 12, 9): date(2026, 6, 1),
        date(2026, 11, 30): date(2026, 6, 1),
        date(2027, 1, 1): date(2027, 6, 1),
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("2026-13", "“2026-13” is not a month."),
        ("1989-01", "“1989-01” is not a month."),
        ("2026-11-30..2026-11-01", "“2026-11-30..2026-11-01” ends before it starts."),
        ("foo", "“foo” is not a period: write two dates with .. between them, or a month."),
        ("2026-11-01..", "“2026-11-01..” is not a period: write two dates with .. between them, or a month."),
        ("a..b..c", "“a..b..c” is not a period: write two dates with .. between them, or a month."),
    ],
)
def test_a_refused_period_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_period(typed, FRIDAY)

    assert (caught.value.field, str(caught.value)) == ("period", sentence)
