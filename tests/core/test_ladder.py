from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.ladder import STEPS, Chased, Rest, Step, Tone, check_steps, next_step, tone_of, tone_when_sent
from core.money import Money

DUE = date(2026, 7, 10)
CHASED = Chased(
    UUID(int=71), UUID(int=72), "2026-0007", Money(11_901, "EUR"), DUE, STEPS, after=date(2026, 6, 1)
)


def day(after_due: int) -> date:
    return DUE + timedelta(days=after_due)


def test_the_first_step_waits_for_its_day() -> None:
    assert next_step(CHASED, day(-20)) == Step(-3, day(-3))


@pytest.mark.parametrize(
    ("today", "step"), [(-3, -3), (-1, -3), (0, 0), (2, 0), (3, 3), (7, 7), (13, 7), (14, 14), (60, 14)]
)
def test_of_the_steps_that_are_reached_the_highest_goes_today(today: int, step: int) -> None:
    assert next_step(CHASED, day(today)) == Step(step, day(today))


def test_what_lies_below_the_newest_step_is_gone_for_good() -> None:
    chased = replace(CHASED, last_step=7, last_on=day(7))

    assert next_step(chased, day(8)) == Step(14, day(14))


def test_after_the_last_step_nothing_is_left() -> None:
    chased = replace(CHASED, last_step=14, last_on=day(14))

    assert next_step(chased, day(40)) is Rest.FINISHED


def test_a_higher_step_made_by_hand_ends_a_lower_ladder() -> None:
    chased = replace(CHASED, last_step=21, last_on=day(21))

    assert next_step(chased, day(22)) is Rest.FINISHED


def test_steps_up_to_the_day_reminders_were_switched_on_are_not_made_up_for() -> None:
    chased = replace(CHASED, after=day(7))

    assert next_step(chased, day(7)) == Step(14, day(14))


def test_an_invoice_whose_whole_ladder_lies_before_that_day_is_finished() -> None:
    assert next_step(replace(CHASED, after=day(14)), day(14)) is Rest.FINISHED


def test_on_the_day_of_another_reminder_about_it_none_is_sent() -> None:
    chased = replace(CHASED, last_step=0, last_on=day(3))

    assert next_step(chased, day(3)) == Step(3, day(4))


def test_a_snoozed_one_goes_on_at_the_day_that_was_said() -> None:
    chased = replace(CHASED, snoozed_until=day(5))

    assert next_step(chased, day(3)) == Step(3, day(5))
    assert next_step(chased, day(5)) == Step(3, day(5))


def test_a_snooze_beyond_the_next_step_skips_it() -> None:
    assert next_step(replace(CHASED, snoozed_until=day(9)), day(1)) == Step(7, day(9))


def test_a_promise_is_waited_for_and_the_ladder_goes_on_the_day_after() -> None:
    chased = replace(CHASED, promised_on=day(7))

    assert next_step(chased, day(7)) == Step(7, day(8))
    assert next_step(chased, day(8)) == Step(7, day(8))


def test_a_promise_before_the_next_step_changes_nothing() -> None:
    assert next_step(replace(CHASED, promised_on=day(-9)), day(-12)) == Step(-3, day(-3))


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        ({"balance": Money(0, "EUR")}, Rest.PAID),
        ({"balance": Money(-5, "EUR")}, Rest.PAID),
        ({"client_off": True}, Rest.CLIENT_OFF),
        ({"stopped": True}, Rest.STOPPED),
        ({"steps": ()}, Rest.FINISHED),
        ({"stopped": True, "balance": Money(0, "EUR")}, Rest.PAID),
    ],
)
def test_what_is_settled_or_stopped_rests(changes: dict[str, Any], rest: Rest) -> None:
    assert next_step(replace(CHASED, **changes), day(3)) is rest


@pytest.mark.parametrize(
    ("steps", "tones"),
    [
        ((-3, 0, 3, 7, 14), "notice notice friendly firm final"),
        ((5,), "friendly"),
        ((-7,), "notice"),
        ((3, 10), "friendly final"),
        ((1, 2, 3, 4, 5, 6), "friendly friendly friendly friendly firm final"),
    ],
)
def test_the_later_the_firmer(steps: tuple[int, ...], tones: str) -> None:
    assert " ".join(tone_of(step, steps) for step in steps) == tones


def test_a_step_outside_the_ladder_is_placed_in_it() -> None:
    assert tone_of(20, STEPS) is Tone.FINAL
    assert tone_of(5, STEPS) is Tone.FRIENDLY


@pytest.mark.parametrize(
    ("tone", "days_late", "said"),
    [
        (Tone.NOTICE, -2, Tone.NOTICE),
        (Tone.NOTICE, 0, Tone.NOTICE),
        (Tone.NOTICE, 1, Tone.FRIENDLY),
        (Tone.FINAL, 1, Tone.FINAL),
    ],
)
def test_a_notice_that_leaves_too_late_says_so(tone: Tone, days_late: int, said: Tone) -> None:
    assert tone_when_sent(tone, days_late) is said


@pytest.mark.parametrize("steps", [(-30,), (90,), (0, 1), STEPS, tuple(range(10))])
def test_a_sensible_ladder_is_taken(steps: tuple[int, ...]) -> None:
    assert check_steps(list(steps)) == steps


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((), "A ladder of reminders needs at least one step."),
        (tuple(range(11)), "A ladder of reminders has at most 10 steps."),
        ((-31, 0), "A step lies at most 30 days before and 90 days after the due date."),
        ((0, 91), "A step lies at most 30 days before and 90 days after the due date."),
        ((3, 3), "Each step of a ladder is named once."),
        ((7, 3), "The steps of a ladder ascend."),
    ],
)
def test_any_other_ladder_is_refused_with_the_reason(steps: tuple[int, ...], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_steps(steps)

    assert str(refused.value) == message
    assert (refused.value.field, refused.value.example) == ("steps", "-3, 0, 3, 7, 14")


LADDERS = st.sets(st.integers(-30, 90), min_size=1, max_size=10).map(lambda steps: tuple(sorted(steps)))


@given(
    steps=LADDERS,
    after=st.integers(-60, 30),
    looks=st.lists(st.integers(1, 12), min_size=1, max_size=60),
    promise=st.none() | st.tuples(st.integers(-40, 90), st.integers(0, 30)),
    snooze=st.none() | st.tuples(st.integers(-40, 90), st.integers(0, 30)),
)
def test_whatever_days_the_clock_misses_each_step_goes_once_at_most_and_in_order(
    steps: tuple[int, ...],
    after: int,
    looks: Sequence[int],
    promise: tuple[int, int] | None,
    snooze: tuple[int, int] | None,
) -> None:
    chased = replace(CHASED, steps=steps, after=day(after))
    today, sent = day(-45), list[tuple[int, date]]()

    for gap in looks:
        today += timedelta(days=gap)
        if promise and today >= day(promise[0]) and chased.promised_on is None:
            chased = replace(chased, promised_on=today + timedelta(days=promise[1]))
        if snooze and today >= day(snooze[0]) and chased.snoozed_until is None:
            chased = replace(chased, snoozed_until=today + timedelta(days=snooze[1]))
        found = next_step(chased, today)
        if isinstance(found, Step):
            assert found.on >= today
        if isinstance(found, Step) and found.on == today:
            sent.append((found.step, today))
            assert found.step == max(step for step in steps if day(step) <= today)
            assert day(found.step) > chased.after
            assert chased.promised_on is None or today > chased.promised_on
            assert chased.snoozed_until is None or today >= chased.snoozed_until
            chased = replace(chased, last_step=found.step, last_on=today)
            # A second look on the same day finds nothing for it.
            again = next_step(chased, today)
            assert isinstance(again, Rest) or again.on > today

    assert [step for step, _on in sent] == sorted({step for step, _on in sent})
    assert len({on for _step, on in sent}) == len(sent)


@given(steps=LADDERS, after=st.integers(-60, 60), today=st.integers(-60, 100))
def test_what_is_foretold_is_what_happens(steps: tuple[int, ...], after: int, today: int) -> None:
    chased = replace(CHASED, steps=steps, after=day(after))

    foretold = next_step(chased, day(today))

    if isinstance(foretold, Step):
        between = [day(today) + timedelta(days=n) for n in range((foretold.on - day(today)).days + 1)]
        assert {next_step(chased, earlier) for earlier in between} == {foretold}
