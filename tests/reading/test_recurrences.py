from datetime import date

import pytest

from core.errors import InvalidInput
from core.recurrence import LAST, Rule, Unit
from core.series import Covers
from handlers.reading.recurrences import find_rule, read_covers, read_rule, read_times

SUNDAY = date(2026, 11, 29)


def month(day: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.MONTH, every, anchor, day=day)


def week(weekday: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.WEEK, every, anchor, weekday=weekday)


def nth(number: int, weekday: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.MONTH, every, anchor, weekday=weekday, nth=number)


RULES = {
    "monthly on 31": month(31, date(2026, 11, 30)),
    "monthly on the 5th": month(5, date(2026, 12, 5)),
    "Monthly": month(29, SUNDAY),
    "monthly on the last day": month(31, date(2026, 11, 30)),
    "every month on 5": month(5, date(2026, 12, 5)),
    "every 2 months on last friday": nth(LAST, 4, date(2026, 12, 25), 2),
    "monthly on 2nd tuesday": nth(2, 1, date(2026, 12, 8)),
    "quarterly on 15": month(15, date(2026, 12, 15), 3),
    "every quarter on the first day of the month": month(1, date(2026, 12, 1), 3),
    "yearly on 31 march": month(31, date(2027, 3, 31), 12),
    "yearly on 28.11.": month(28, date(2027, 11, 28), 12),
    "yearly on first monday of december": nth(1, 0, date(2026, 12, 7), 12),
    "yearly": month(29, SUNDAY, 12),
    "weekly": week(6, SUNDAY),
    "weekly on friday": week(4, date(2026, 12, 4)),
    "every friday": week(4, date(2026, 12, 4)),
    "every 2 weeks on monday": week(0, date(2026, 11, 30), 2),
    "monatlich am 31.": month(31, date(2026, 11, 30)),
    "alle 3 Monate am letzten Freitag": nth(LAST, 4, date(2026, 12, 25), 3),
    "jeden Freitag": week(4, date(2026, 12, 4)),
    "vierteljährlich am letzten Tag": month(31, date(2026, 11, 30), 3),
    "mensuel le 31": month(31, date(2026, 11, 30)),
    "toutes les 2 semaines le lundi": week(0, date(2026, 11, 30), 2),
    "cada 3 meses el 5": month(5, date(2026, 12, 5), 3),
    "mensual el último día": month(31, date(2026, 11, 30)),
}
NO_RULES = (
    "monthly on 32", "monthly on 0", "monthly on friday", "every 61 months on 5", "every 0 weeks", "weekly on 5",
    "every", "daily", "monthly on 5 and 20", "monthly on 5th friday", "yearly on 31.13.", "on 5", "Acme",
    "every 99999999",
)  # fmt: skip


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_read_as_people_say_it(text: str) -> None:
    assert read_rule(text, SUNDAY) == find_rule(text, SUNDAY) == RULES[text]


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_what_a_rule_reads_as_is_the_rule(rule: Rule) -> None:
    assert read_rule(str(rule), rule.anchor) == rule


@pytest.mark.parametrize("text", NO_RULES)
def test_what_says_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="how often") as refused:
        read_rule(text, SUNDAY)

    assert (refused.value.field, refused.value.example) == ("every", "monthly on 31")


@pytest.mark.parametrize("text", ["month on 5", "friday", "2 weeks on monday"])
def test_behind_a_name_a_rule_says_that_it_is_one(text: str) -> None:
    assert find_rule(text, SUNDAY) is None
    assert read_rule(text, SUNDAY) == read_rule(f"every {text}", SUNDAY)


@pytest.mark.parametrize(("text", "times"), [("12", 12), ("1x", 1), ("999 times", 999), ("3 mal", 3)])
def test_a_number_of_invoices_is_read(text: str, times: int) -> None:
    assert read_times(text) == times


@pytest.mark.parametrize("text", ["0", "1000", "a dozen", "-3", "1.5"])
def test_no_number_of_invoices_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="number of invoices"):
        read_times(text)


def test_the_time_that_an_invoice_is_for_is_read_in_every_language() -> None:
    read = [read_covers(text) for text in ("ahead", "voraus", "Arriéré", "behind", "-", "ninguno")]

    assert read == [Covers.AHEAD, Covers.AHEAD, Covers.BEHIND, Covers.BEHIND, Covers.NOTHING, Covers.NOTHING]
    with pytest.raises(InvalidInput, match="none of ahead, behind and none"):
        read_covers("sideways")
