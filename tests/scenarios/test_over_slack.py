"""Scenarios that one person plays, played once more over Slack, many at a time as in real life."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.scenarios.every import ASKED_OTHERWISE, BEGIN, play_all, scenarios, share
from tests.scenarios.slack_house import House, opened
from tests.scenarios.slack_way import NO_FORMS, SlackWay, new_team_id

SENT_AS_A_FILE = {
    "test_a_receipt_is_kept_with_its_payment_and_shown_again",
    "test_a_picture_that_nobody_asked_for_is_asked_about",
    "test_an_invoice_without_a_receipt_says_how_to_send_one",
    "test_a_logo_is_sent_as_a_file_and_stands_on_the_next_invoice",
    "test_what_was_used_since_keeps_the_whole_import",
    "test_a_file_of_nothing_new_or_of_something_else_is_one_sentence",
    "test_open_invoices_are_owed_and_paid_like_others_and_are_no_revenue_of_ours",
    "test_an_import_of_invoices_is_taken_back_until_something_of_it_was_used",
    "test_a_number_that_is_taken_or_that_our_series_will_give_is_a_wrong_row",
    "test_last_year_s_numbers_come_in_and_ours_of_that_year_go_on_behind_them",
    "test_nothing_is_asked_about_the_data_of_an_invoice_that_another_program_issued",
    "test_a_rate_is_asked_for_step_by_step_and_read_from_a_file",
}
"""The app does not ask Slack for the permission to read files."""
IN_A_FORM = {
    "test_a_field_is_changed_by_its_button",
    "test_a_line_is_changed_by_its_button",
    "test_lines_are_added_and_removed_by_their_buttons",
    "test_the_client_of_a_draft_is_changed_to_a_new_one",
    "test_done_goes_back_to_the_draft",
    "test_lines_are_picked_by_buttons_and_what_is_left_of_each_is_offered",
}
"""There the whole form opens, which test_slack_forms fills in."""
SCENARIOS = scenarios(ASKED_OTHERWISE | SENT_AS_A_FILE | IN_A_FORM)


@pytest.fixture(params=["http, sqlite", "http, postgresql, two processes"])
def way(request: pytest.FixtureRequest) -> tuple[int, str]:
    """How many processes, and the database."""
    processes = 2 if request.param.endswith("two processes") else 1
    return processes, request.getfixturevalue("postgres_url" if processes == 2 else "sqlite_url")


async def test_its_share_of_all_scenarios_is_played_over_slack_as_in_the_terminal(
    way: tuple[int, str], tmp_path: Path
) -> None:
    processes, url = way
    folder = tmp_path
    with (
        FakeSlack(trigger_seconds=NO_FORMS) as slack,
        opened(House(slack=slack, url=url, folder=folder, begin=BEGIN)) as house,
    ):
        for _process in range(processes):
            await asyncio.to_thread(house.serve)
        played = share(SCENARIOS, processes - 1)
        teams = [slack.team(new_team_id()) for _scenario in played]
        await house.let_in_by(teams)
        own = iter(teams)
        await play_all(played, house, lambda answers: SlackWay(house, next(own), answers).person("ana"))
        assert slack.violations == []
