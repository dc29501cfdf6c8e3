from datetime import date

import pytest

from core.errors import InvalidInput
from handlers.reading.dates import read_date

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026/1/2", date(2026, 1, 2)),
        ("31.12.", date(2026, 12, 31)),
        ("31.12", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31. 12. 2026", date(2026, 12, 31)),
        ("31.12.26", date(2026, 12, 31)),
        ("1.1.90", date(1990, 1, 1)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("3/4/2026", date(2026, 4, 3)),
        ("31-12-2026", date(2026, 12, 31)),
        ("31 dec", date(2026, 12, 31)),
        ("dec 31", date(2026, 12, 31)),
        ("Dec. 31st, 2026", date(2026, 12, 31)),
        ("2026 Dec 31", date(2026, 12, 31)),
        ("31 dec '26", date(2026, 12, 31)),
        ("31. Dezember 2026", date(2026, 12, 31)),
        ("3. März", date(2027, 3, 3)),
        ("31 de diciembre de 2026", date(2026, 12, 31)),
        ("1er janvier", date(2027, 1, 1)),
        ("le 14 juillet", date(2027, 7, 14)),
        ("8 dicembre", date(2026, 12, 8)),
        ("5 mei", date(2027, 5, 5)),
        ("1 mrt", date(2027, 3, 1)),
        ("5 maja", date(2027, 5, 5)),
        ("3 marzec", date(2027, 3, 3)),
        ("15 paź", date(2027, 10, 15)),
        ("today", FRIDAY),
        ("tomorrow", date(2026, 11, 21)),
        ("yesterday", date(2026, 11, 19)),
        ("morgen", date(2026, 11, 21)),
        ("übermorgen", date(2026, 11, 22)),
        ("mañana", date(2026, 11, 21)),
        ("aujourd\u2019hui", FRIDAY),
        ("wczoraj", date(2026, 11, 19)),
        ("saturday", date(2026, 11, 21)),
        ("Mon", date(2026, 11, 23)),
        ("thursday", date(2026, 11, 26)),
        ("friday", date(2026, 11, 27)),
        ("next friday", date(2026, 11, 27)),
        ("last friday", date(2026, 11, 13)),
        ("mittwoch", date(2026, 11, 25)),
        ("mercredi", date(2026, 11, 25)),
        ("środa", date(2026, 11, 25)),
        ("Fri, 31.12.", date(2026, 12, 31)),
        ("Fri Dec 31", date(2026, 12, 31)),
        ("20.11.", FRIDAY),
        ("19.11.", date(2027, 11, 19)),
        ("29.2.", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_say_it(typed: str, expected: date) -> None:
    assert read_date(typed, "on", FRIDAY) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("friday", date(2026, 11, 13)),
        ("thursday", date(2026, 11, 19)),
        ("saturday", date(2026, 11, 14)),
        ("31.12.", date(2025, 12, 31)),
        ("20.11.", FRIDAY),
        ("29 feb", date(2024, 2, 29)),
        ("2026-12-31", date(2026, 12, 31)),
    ],
)
def test_a_payment_was_received_on_the_last_such_day(typed: str, expected: date) -> None:
    assert read_date(typed, "on", FRIDAY, past=True) == expected


def test_the_nearest_day_may_lie_on_either_side() -> None:
    new_year = date(2027, 1, 3)

    days = [read_date(typed, "on", new_year, nearest=True) for typed in ("28.12.", "5.1.", "friday")]

    assert days == [date(2026, 12, 28), date(2027, 1, 5), date(2027, 1, 8)]


def test_two_letters_name_a_weekday_only_in_the_readers_language() -> None:
    assert read_date("do", "due", FRIDAY, "de") == date(2026, 11, 26)
    assert read_date("do", "due", FRIDAY, "es") == date(2026, 11, 22)
    assert read_date("Do 31.12.2026", "due", FRIDAY, "de_AT") == date(2026, 12, 31)
    with pytest.raises(InvalidInput):
        read_date("do", "due", FRIDAY, "en")


def test_the_month_comes_first_only_where_it_is_asked_for_and_possible() -> None:
    read = [
        read_date(typed, "due", FRIDAY, month_first=True) for typed in ("3/4/2027", "31/12/2026", "3.4.2027")
    ]

    assert read == [date(2027, 3, 4), date(2026, 12, 31), date(2027, 4, 3)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("foo", "“foo” is not a date."),
        ("31", "“31” is not a date."),
        ("٣١.١٢.", "“٣١.١٢.” is not a date."),
        ("31.12.202", "“31.12.202” is not a date."),
        ("dec", "“dec” is not a date."),
        ("31.2.", "“31.2.” is not a day of the calendar."),
        ("2026-02-29", "“2026-02-29” is not a day of the calendar."),
        ("0.1.2026", "“0.1.2026” is not a day of the calendar."),
        ("32 dec", "“32 dec” is not a day of the calendar."),
        ("1989-12-31", "“1989-12-31” is not between 1990 and 2100."),
        ("2101-01-01", "“2101-01-01” is not between 1990 and 2100."),
        ("0000-00-00", "“0000-00-00” is not between 1990 and 2100."),
    ],
)
def test_a_refused_date_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_date(typed, "on", FRIDAY)

    assert (caught.value.field, str(caught.value), caught.value.example) == ("on", sentence, "2026-12-31")
