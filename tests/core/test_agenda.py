from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.agenda import FARTHEST, Agenda, claim, followed, look_due, look_time, new_agenda, planned
from core.digest import Days, DigestRules
from core.party import Business
from core.reminder import ReminderRules
from tests.builders.core import a_business

FRIDAY = date(2026, 7, 10)
SATURDAY = date(2026, 7, 11)
OFF = ReminderRules(on=False)
BUSINESS = UUID(int=61)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    """That time in Berlin, in summer."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


def business(
    zone: str = "Europe/Berlin",
    digest: DigestRules = DigestRules(time(9)),  # noqa: B008
    reminders: ReminderRules = ReminderRules(),  # noqa: B008
) -> Business:
    return a_business(id=BUSINESS, zone=zone, digest=digest, reminders=reminders)


def agenda(**changes: Any) -> Agenda:
    """On Friday morning: nothing of the day is done, and reminders are looked at at ten."""
    fresh = Agenda(
        BUSINESS,
        "Europe/Berlin",
        DigestRules(time(9)),
        time(10),
        since=date(2026, 6, 1),
        digest_on=date(2026, 7, 9),
        looked_on=date(2026, 7, 9),
    )
    return planned(replace(fresh, **changes), at(8))


@pytest.mark.parametrize(
    ("rules", "look"),
    [
        (ReminderRules(), time(9)),
        (ReminderRules(at=time(16, 45), preview_hours=0), time(16, 45)),
        (ReminderRules(at=time(13, 30), preview_hours=4), time(9, 30)),
        # The look is on the day itself, and the preview as much shorter.
        (ReminderRules(at=time(2, 15), preview_hours=4), time(0)),
        (OFF, None),
    ],
)
def test_the_look_is_the_hours_of_the_preview_before_reminders_leave(
    rules: ReminderRules, look: time | None
) -> None:
    assert look_time(rules) == look


def test_a_row_is_planned_by_its_rules() -> None:
    found = agenda()

    assert (found.digest_next, found.look_next) == (at(9), at(10))


def test_an_earlier_moment_that_was_asked_for_stays() -> None:
    assert planned(replace(agenda(), look_next=at(9, 30)), at(9)).look_next == at(9, 30)


def test_a_weekly_digest_is_planned_no_further_ahead_than_a_jumped_clock_is_told_by() -> None:
    found = agenda(digest=DigestRules(days=Days.MONDAY), look_at=None)

    assert (found.digest_next, found.look_next) == (at(8) + FARTHEST, None)
    assert claim(found, at(8) + FARTHEST)[1] is None


def test_a_digest_that_is_due_is_claimed_once() -> None:
    taken, due = claim(agenda(), at(9))

    assert due == FRIDAY
    assert (taken.digest_on, taken.digest_next) == (FRIDAY, at(9, day=SATURDAY))
    assert claim(taken, at(9))[1] is None


def test_a_claim_for_the_look_alone_brings_no_digest() -> None:
    done = agenda(digest_on=FRIDAY)

    taken, due = claim(done, at(10))

    assert due is None
    assert taken.look_next == at(10, day=SATURDAY)


def test_a_claimed_look_stays_due_until_the_job_has_done_it() -> None:
    taken, _due = claim(agenda(), at(10, 1))

    assert look_due(taken, at(10, 1)) == FRIDAY
    assert look_due(replace(taken, looked_on=FRIDAY), at(10, 1)) is None


def test_a_moment_between_two_looks_leaves_the_next_look_in_place() -> None:
    early = replace(agenda(digest_on=FRIDAY), look_next=at(9, 30))

    taken, due = claim(early, at(9, 30))

    assert (due, taken.look_next) == (None, at(10))
    assert look_due(taken, at(9, 30)) is None


def test_claiming_what_is_not_due_changes_nothing() -> None:
    assert claim(agenda(), at(8)) == (agenda(), None)


def test_a_row_that_was_never_planned_is_planned_by_its_claim() -> None:
    fresh = replace(agenda(digest_on=FRIDAY), digest_next=None, look_next=None)

    taken, due = claim(fresh, at(8))

    assert due is None
    assert (taken.digest_next, taken.look_next) == (at(9, day=SATURDAY), at(10))


def test_of_a_day_of_downtime_the_digest_is_caught_up_once_and_no_older_one() -> None:
    taken, due = claim(agenda(digest_on=date(2026, 7, 3)), at(22))

    assert due == FRIDAY
    assert claim(taken, at(22, 1))[1] is None


def test_a_business_opened_in_the_afternoon_gets_its_first_digest_tomorrow() -> None:
    found = new_agenda(business(), at(15))

    assert (found.digest_on, found.looked_on, found.since) == (FRIDAY, FRIDAY, FRIDAY)
    assert (found.digest_next, found.look_next) == (at(9, day=SATURDAY), at(9, day=SATURDAY))
    assert claim(found, at(15)) == (found, None)


def test_a_business_opened_early_gets_its_first_digest_the_same_day() -> None:
    found = new_agenda(business(digest=DigestRules(time(8, 20))), at(7))

    assert (found.digest_on, found.digest_next, found.look_next) == (None, at(8, 20), at(9))


def test_a_business_opened_without_either_is_never_looked_at() -> None:
    found = new_agenda(business(digest=DigestRules(days=Days.OFF), reminders=OFF), at(7))

    assert (found.look_at, found.digest_next, found.look_next) == (None, None, None)


def test_settings_that_did_not_change_change_nothing() -> None:
    before = new_agenda(business(), at(7))

    assert followed(before, business(), at(7, 30)) == before


def test_a_digest_moved_to_later_today_comes_then() -> None:
    found = followed(agenda(), business(digest=DigestRules(time(17))), at(8, 30))

    assert found.digest_next == at(17)


def test_one_that_was_done_today_is_not_repeated_at_a_later_time() -> None:
    found = followed(agenda(digest_on=FRIDAY), business(digest=DigestRules(time(17))), at(12))

    assert found.digest_next == at(17, day=SATURDAY)


def test_one_still_to_come_today_comes_now_when_it_is_moved_to_a_time_that_has_passed() -> None:
    later = agenda(digest=DigestRules(time(17)))

    found = followed(later, business(digest=DigestRules(time(9))), at(12))

    assert claim(found, at(12))[1] == FRIDAY


@pytest.mark.parametrize("before", [DigestRules(days=Days.OFF), DigestRules(days=Days.SUNDAY)])
def test_one_switched_on_after_its_time_comes_tomorrow(before: DigestRules) -> None:
    found = followed(agenda(digest=before), business(), at(12))

    assert found.digest_next == at(9, day=SATURDAY)
    assert claim(found, at(12))[1] is None


def test_one_switched_on_before_its_time_comes_today() -> None:
    found = followed(agenda(digest=DigestRules(days=Days.OFF)), business(), at(8))

    assert found.digest_next == at(9)


def test_switched_off_and_on_again_it_is_not_repeated() -> None:
    off = followed(agenda(digest_on=FRIDAY), business(digest=DigestRules(days=Days.OFF)), at(12))

    again = followed(off, business(digest=DigestRules(time(17))), at(13))

    assert off.digest_next is None
    assert again.digest_next == at(17, day=SATURDAY)


def test_a_date_that_was_done_is_not_repeated_further_west() -> None:
    kiritimati = agenda(zone="Pacific/Kiritimati", digest_on=SATURDAY)

    found = followed(kiritimati, business(zone="Pacific/Honolulu"), at(12))

    assert found.digest_next is not None
    assert claim(found, at(12))[1] is None
    assert claim(found, datetime(2026, 7, 12, 19, tzinfo=UTC))[1] == date(2026, 7, 12)


def test_a_date_that_begins_by_moving_east_comes_at_once_if_its_time_has_passed() -> None:
    honolulu = agenda(zone="Pacific/Honolulu", digest_on=FRIDAY)
    now = datetime(2026, 7, 10, 20, tzinfo=UTC)

    found = followed(honolulu, business(zone="Pacific/Kiritimati"), now)

    assert claim(found, now)[1] == SATURDAY


def test_reminders_switched_on_again_make_up_for_nothing() -> None:
    off = agenda(look_at=None, since=date(2026, 3, 1))

    found = followed(off, business(), at(12))

    assert (found.since, found.look_at, found.look_next) == (FRIDAY, time(9), at(9, day=SATURDAY))


def test_reminders_that_stay_on_keep_the_day_they_were_switched_on() -> None:
    found = followed(agenda(), business(reminders=ReminderRules(at=time(18))), at(12))

    assert (found.since, found.look_at) == (date(2026, 6, 1), time(14))


def test_a_look_moved_to_a_time_that_has_passed_is_done_now() -> None:
    later = agenda(look_at=time(18))

    found = followed(later, business(), at(12))

    assert look_due(found, at(12)) == FRIDAY
    assert found.look_next == at(9)


def test_what_waits_to_be_sent_outlives_a_change_of_the_settings() -> None:
    waiting = replace(agenda(looked_on=FRIDAY), look_next=at(13))

    found = followed(waiting, business(reminders=OFF), at(12))

    assert (found.look_at, found.look_next) == (None, at(13))


def test_what_a_jumped_clock_wrote_is_not_believed() -> None:
    jumped = agenda(digest_on=date(2027, 1, 1), looked_on=date(2027, 1, 1))
    stuck = replace(jumped, digest_next=at(9, day=date(2027, 1, 2)), look_next=at(10, day=date(2027, 1, 2)))

    healed = planned(stuck, at(8))

    assert (healed.digest_next, healed.look_next) == (at(9), at(10))
