"""Times of day, hours and switches as people type them."""

from datetime import time

import pytest

from core.errors import InvalidInput
from handlers.reading.times import read_hours, read_switch, read_time, read_window, show_time, show_window


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("13", time(13)),
        ("13:00", time(13)),
        ("8:30", time(8, 30)),
        ("08.30", time(8, 30)),
        ("8h30", time(8, 30)),
        ("9h", time(9)),
        ("9 Uhr", time(9)),
        ("17:45 Uhr", time(17, 45)),
        ("7 o'clock", time(7)),
        ("1pm", time(13)),
        ("12 am", time(0)),
        ("12 p.m.", time(12)),
        ("11:05 PM", time(23, 5)),
        ("noon", time(12)),
        ("Mitternacht", time(0)),
        ("0", time(0)),
        ("24:00", time(0)),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, at: time) -> None:
    assert read_time(typed, "at") == at


@pytest.mark.parametrize(
    "typed", ["25", "13:60", "-1", "13:0", "1300", "0 pm", "13pm", "soon", "9,30", "１３", "9:30:00", "٩"]
)
def test_what_is_no_time_of_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="is not a time of day") as refused:
        read_time(typed, "at")

    assert (refused.value.field, refused.value.example) == ("at", "13:00")


@pytest.mark.parametrize("at", [time(0), time(8, 5), time(23, 59)])
def test_a_time_reads_back_as_it_is_shown(at: time) -> None:
    assert read_time(show_time(at), "at") == at


@pytest.mark.parametrize(
    ("typed", "window"),
    [
        ("20-8", (time(20), time(8))),
        ("21:30 - 7", (time(21, 30), time(7))),
        ("20:00–08:00", (time(20), time(8))),
        ("10pm to 7am", (time(22), time(7))),
        ("20 bis 8 Uhr", (time(20), time(8))),
        ("20h à 8h", (time(20), time(8))),
        ("20 a 8", (time(20), time(8))),
        ("12-14", (time(12), time(14))),
        ("off", (time(0), time(0))),
        ("aus", (time(0), time(0))),
    ],
)
def test_quiet_hours_are_read_from_when_until_when(typed: str, window: tuple[time, time]) -> None:
    assert read_window(typed, "quiet") == window


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("20", "“20” does not say from when until when."),
        ("20-8-9", "“20-8-9” does not say from when until when."),
        ("25-8", "“25-8” does not say from when until when."),
        ("at night", "“at night” does not say from when until when."),
        ("8-8", "“8-8” would be the whole day; write off for no such hours."),
        ("0-24", "“0-24” would be the whole day; write off for no such hours."),
    ],
)
def test_what_says_no_hours_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_window(typed, "quiet")

    assert (str(refused.value), refused.value.example) == (sentence, "20-8")


@pytest.mark.parametrize("window", [(time(20), time(8)), (time(0), time(0)), (time(21, 30), time(6, 45))])
def test_quiet_hours_read_back_as_they_are_shown(window: tuple[time, time]) -> None:
    assert read_window(show_window(*window), "quiet") == window


@pytest.mark.parametrize(("typed", "hours"), [("4h", 4), ("4", 4), ("0", 0), ("off", 0), ("12 Stunden", 12)])
def test_hours_are_whole(typed: str, hours: int) -> None:
    assert read_hours(typed, "preview", 23) == hours


@pytest.mark.parametrize("typed", ["24h", "1.5h", "-1", "4d", "٤h", "lots"])
def test_more_hours_than_there_are_and_parts_of_them_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="is not a number of hours from 0 to 23") as refused:
        read_hours(typed, "preview", 23)

    assert refused.value.example == "4h"


@pytest.mark.parametrize(
    ("typed", "on"),
    [("on", True), ("ON", True), ("ja", True), ("Sí", True), ("quiet", True), ("off", False), ("non", False),
     ("-", False), ("send", False)],
)  # fmt: skip
def test_a_switch_is_on_or_off_in_any_language_we_speak(typed: str, on: bool) -> None:
    assert read_switch(typed, "weekends") is on


def test_a_switch_is_nothing_else() -> None:
    with pytest.raises(InvalidInput, match=r"“maybe” is neither on nor off.") as refused:
        read_switch("maybe", "weekends")

    assert (refused.value.field, refused.value.example) == ("weekends", "on")
