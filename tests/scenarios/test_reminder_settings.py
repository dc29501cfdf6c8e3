"""How clients are reminded: the business's rules, a client's and an invoice's own, and one's own words."""

from __future__ import annotations

import pytest

from handlers.commands.reminders import NAMES
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

CHANGES = {
    "steps": ("0, 7, 14", "steps: 0 7 14 (days after the due date)"),
    "at": ("1:30pm", "at: 13:30"),
    "preview": ("2", "preview: 2 h before"),
    "silence": ("It waits", "silence: hold: without a word from you it waits"),
    "minimum": ("20,50", "minimum: EUR 20.50"),
    "quiet": ("21:30 - 7", "quiet: 21:30-07:00, by the client's clock"),
    "weekends": ("No", "weekends: like any other day"),
    "holidays": ("off", "holidays: like any other day"),
    "fee": ("40 at 14", "fee: EUR 40.00, at 14"),
    "interest": ("What the law gives", "interest: what the law gives"),
    "pay-link": ("https://pay.example/42", "pay-link: https://pay.example/42"),
}
LEGAL = "only where the client agreed to them or the law gives them to you"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "reminders"])
async def test_every_rule_is_changed_by_its_button(ana: Chat, name: str) -> None:
    answer, shown = CHANGES[name]
    await opens_a_studio(ana)
    await ana.says("/reminders pay-link https://pay.example/{number}/{amount}/{currency}")
    await ana.says("/reminders")

    await ana.presses(name)
    await ana.says(answer)

    ana.sees("Saved.", "Reminders", shown)
    ana.can_press("Undo", "Reminders")


async def test_reminders_are_turned_off_and_on_again(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders")

    await ana.presses("Turn off")
    ana.sees("Saved.", "reminders: off")
    await ana.presses("Reminders")
    await ana.presses("Turn on")

    ana.sees("Saved.", "reminders: on")


async def test_several_rules_are_changed_on_one_line(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says(
        "/reminders off; steps 14 7 0; at 9; Preview: 1h; quiet off; weekends send; fee 2% at 7 14"
    )

    ana.sees("Saved.", "reminders: off", "steps: 0 7 14", "at: 09:00", "preview: 1 h before", "quiet: –",
             "weekends: like any other day", "holidays: nothing is sent",
             "fee: 2% of what is open, at 7 14")  # fmt: skip


async def test_what_is_off_is_shown_as_nothing(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders fee 40 at 14; interest statutory; minimum 20; pay-link https://pay.example/1")

    await ana.says("/reminders fee off; interest off; minimum 0; pay-link -; preview off")

    ana.sees("preview: –", "minimum: –", "fee: –", "interest: –", "pay-link: –")


async def test_a_change_of_the_rules_is_taken_back(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders steps 5 10; silence hold")

    await ana.presses("Undo")
    ana.sees("Taken back: the settings are as they were.")
    await ana.says("/reminders")

    ana.sees("steps: -3 0 3 7 14", "silence: send")


async def test_saying_the_same_again_changes_nothing(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders fee 12,50 at 14; quiet 21-7")
    before = await office.snapshot("ana")

    await ana.says("/reminders fee 12,50 at 14; quiet 21-7")

    ana.sees("Saved.", "fee: EUR 12.50, at 14")
    assert await office.snapshot("ana") == before


@pytest.mark.parametrize("rule", ["fee 40 at 14", "fee 1,5% at 7 14", "interest statutory"])
async def test_whoever_asks_for_more_than_the_invoice_is_told_when_they_may(ana: Chat, rule: str) -> None:
    await opens_a_studio(ana)

    await ana.says(f"/reminders {rule}")
    ana.sees("Saved.", LEGAL, "(Directive 2011/7/EU)")
    await ana.says("/reminders at 10")

    ana.sees_nothing_of(LEGAL)


async def test_statutory_interest_is_for_businesses_in_the_eu(office: Office, ana: Chat) -> None:
    await ana.says("/start Kiosk; country CH; address Rue 3, 1200 Genève; vat-id none; iban none; terms 14d")
    before = await office.snapshot("ana")

    await ana.says("/reminders interest statutory")

    ana.sees("interest: I know the interest that the law gives for businesses in the EU only. Example: off")
    assert await office.snapshot("ana") == before


async def test_a_rate_that_is_not_known_yet_is_written_by_the_owner(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    office.clock.at = office.clock.at.replace(year=2031)

    await ana.says("/reminders interest statutory")
    ana.sees("I do not know the statutory rate of 2031-03-05 yet", "/reminders interest 11.27%")
    await ana.says("/reminders interest 11,27%")

    ana.sees("Saved.", "interest: 11.27% a year")
    ana.sees_nothing_of("I do not know the statutory rate")


async def test_only_admins_change_the_rules_and_members_those_of_a_client(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    ben = office.person("ben")
    await invites(ana, ben, "member")

    await ben.says("/reminders steps 5")
    ben.sees("/reminders is for the role admin and above; you are member.")
    await ben.says("/reminders Acme steps 5 10")

    ben.sees("Acme GmbH is changed.", "Steps: 5 10 (of its own)")


# -- a client --------------------------------------------------------------------------------------


async def test_a_client_gets_a_ladder_a_language_and_a_clock_of_their_own(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/reminders Acme steps 7 14; language french; zone lisbon")
    ana.sees(
        "Acme GmbH is changed.", "Steps: 7 14 (of its own)", "Language: Français", "Time zone: Europe/Lisbon"
    )
    await ana.says("/client Acme")
    ana.sees("Language: Français", "Time zone: Europe/Lisbon")
    await ana.presses("Reminders")
    await ana.presses("As usual")

    ana.sees("Steps: -3 0 3 7 14 (as usual)", "Language: Français")


async def test_a_clients_language_and_clock_go_back_to_the_default(
    ana: Chat,
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; language es; zone Madrid")
    ana.sees("Acme GmbH is changed.", "Language: Español", "Time zone: Europe/Madrid")

    await ana.says("/reminders Acme language -; zone -")

    ana.sees("Language: Deutsch, by default", "Time zone: Europe/Berlin")


async def test_reminders_to_a_client_are_turned_off_by_a_button_and_that_is_taken_back(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/reminders acme")

    await ana.presses("Turn off")
    ana.sees("Acme GmbH is changed.", "Reminders: off")
    await ana.presses("Undo")
    ana.sees("Taken back: Acme GmbH is as before.")
    await ana.says("/reminders acme")

    ana.sees("Reminders: on")


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Fee & Co.", "client Fee & Co. off"), ("Blue Zone", "Blue Zone off"), ("Off Road", "Off Road off")],
)
async def test_a_client_may_be_called_like_a_rule(ana: Chat, name: str, typed: str) -> None:
    await opens_a_studio(ana)
    await ana.says(f"/client add {name}; address Kai 3, 24103 Kiel; country DE")

    await ana.says(f"/reminders {typed}")

    ana.sees(f"{name} is changed.", "Reminders: off")


async def test_a_client_may_be_called_like_a_number(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add 4711; address Kai 3, 24103 Kiel; country DE")

    await ana.says("/reminders 4711 steps 10")

    ana.sees("4711 is changed.", "Steps: 10 (of its own)")


async def test_two_clients_that_match_are_told_apart(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Acme Nord AG, Kai 3, 24103 Kiel, DE")

    await ana.says("/reminders acme steps 7")
    ana.sees("Several clients match “acme”.")
    await ana.presses("Acme Nord AG, Kiel")

    ana.sees("Acme Nord AG is changed.", "Steps: 7 (of its own)")


# -- an invoice ------------------------------------------------------------------------------------


async def test_an_invoice_says_what_comes_next_about_it(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120; due 14d")

    await ana.says(f"/reminders {number}")

    ana.sees("2026-0001, Acme GmbH", "Reminders: on", "Steps: -3 0 3 7 14 (as usual)",
             "Next: 2026-03-16 (in 11 days), 3 days before it is due")  # fmt: skip


async def test_reminders_about_an_invoice_are_stopped_and_begun_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")

    await ana.says("/reminders 2026-0001 off")
    ana.sees("The reminders about 2026-0001 are changed.", "Reminders: off", "Next: stopped by you")
    await ana.presses("Undo")

    ana.sees("The reminders about 2026-0001 are changed.", "Reminders: on", "3 days before it is due")


async def test_an_invoice_gets_a_ladder_of_its_own_and_the_usual_one_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/reminders Acme steps 20")

    await ana.says("/reminders 1 steps 5 10")
    ana.sees("Steps: 5 10 (of its own)", "5 days after it was due")
    await ana.presses("Reminders")
    await ana.presses("As usual")

    ana.sees("Steps: 20 (as usual)", "20 days after it was due")


@pytest.mark.parametrize(
    ("what", "said"),
    [("off", "reminders to this client are off"), ("on", "3 days before it is due")],
)
async def test_an_invoice_of_a_client_who_is_left_alone_says_so(ana: Chat, what: str, said: str) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")

    await ana.says(f"/reminders Acme {what}")
    await ana.says("/reminders 2026-0001")

    ana.sees(said)


async def test_what_is_paid_is_not_reminded_of(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/paid 2026-0001")
    before = await office.snapshot("ana")

    await ana.says("/reminders 2026-0001 off")

    ana.sees("Nothing is owed on 2026-0001, so nobody is reminded of it.")
    assert await office.snapshot("ana") == before


# -- one's own words -------------------------------------------------------------------------------


async def test_a_reminder_is_put_in_ones_own_words_and_shown_with_an_example(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")

    await ana.says(
        "/reminders text friendly en Dear {client}, {number} over {amount} was due on {due}, {days} days ago."
    )

    ana.sees("“friendly en” is in your own words now. For example:",
             "Dear Acme GmbH, 2026-0001 over EUR 428.40 was due on March 2, 2026, 3 days ago.")  # fmt: skip
    await ana.says("/reminders")
    ana.sees("text: your own: friendly en")


async def test_ones_own_words_are_asked_for_and_the_usual_ones_come_back(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/reminders text firm de {client} {number} {amount} {due} {days}")
    await ana.says("/reminders text")

    await ana.presses("Firm")
    await ana.presses("Deutsch")
    ana.sees("How shall it read?")
    await ana.says("-")

    ana.sees("“firm de” is in the usual words again. For example:", "2026-0007")
    await ana.says("/reminders")
    ana.sees("text: the usual ones")


async def test_the_present_words_stand_with_the_question_where_no_form_shows_them(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders text firm de {client} {number} {amount} {due} {days}")

    await ana.says("/reminders text firm de")

    ana.sees("How shall it read?", "It reads now:\n{client} {number} {amount} {due} {days}")


async def test_the_usual_words_sent_as_they_stand_stay_the_usual_ones(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders text final en {client} {number} {amount} {due} {days}")
    await ana.says("/reminders text final en -")
    usual = (
        "This is our last reminder: invoice {number} was due on {due}, and {amount} is still open. Please pay it "
        "within seven days; after that we will have to take further steps."
    )

    await ana.says(f"/reminders text final en {usual}")

    ana.sees("“final en” is in the usual words again.")


async def test_ones_own_words_are_taken_back(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/reminders text notice es Hola")

    await ana.presses("Undo")
    await ana.says("/reminders")

    ana.sees("text: the usual ones")
