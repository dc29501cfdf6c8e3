"""How commands are named in Slack, where only some of them have a slash command of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.words import PREFIXED, prefixed_names, renamed, reworded, slash_names
from handlers.kinds import Button, Facts, Lines, Notice, Question, Reply, Text
from handlers.registry import COMMANDS


def test_what_people_do_all_day_has_a_slash_command_of_its_own() -> None:
    assert slash_names(COMMANDS) == {"invoice", "invoices", "overdue", "paid", "client", "clients"}


def test_every_other_command_and_control_stands_behind_our_own_name() -> None:
    assert {"settings", "start", "join", "invite", "pdf", "skip", "back", "cancel"} <= prefixed_names(
        COMMANDS
    )
    assert not prefixed_names(COMMANDS) & slash_names(COMMANDS)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/settings vat-id DE136695976; vat 19%", "/billhook settings vat-id DE136695976; vat 19%"),
        (
            "Also possible: /skip /back /cancel",
            "Also possible: /billhook skip /billhook back /billhook cancel",
        ),
        ("Change it with /settings.", "Change it with /billhook settings."),
        ("(/start)", "(/billhook start)"),
        ("Write one: /invoice Acme: 3h @ 120", "Write one: /invoice Acme: 3h @ 120"),
        ("/client add Acme", "/client add Acme"),
        ("/member role ana admin", "/billhook member role ana admin"),
        ("/settingsx /settings-x /settings/x", "/settingsx /settings-x /settings/x"),
        ("https://pay.example/settings and/settings", "https://pay.example/settings and/settings"),
        ("There is no /foo.", "There is no /foo."),
        ("/billhook settings", "/billhook settings"),
    ],
)
def test_a_sentence_names_the_command_as_it_is_typed_here(said: str, shown: str) -> None:
    assert renamed(said, PREFIXED) == shown


@given(
    st.lists(st.sampled_from([*sorted(PREFIXED), "/", " ", "/billhook", "invoice", ".", "a"])).map("".join)
)
def test_naming_twice_is_naming_once(text: str) -> None:
    once = renamed(text, PREFIXED)

    assert renamed(once, PREFIXED) == once


def test_only_what_we_say_ourselves_is_reworded() -> None:
    names = (("client", "see /settings"), ("/settings terms 30d", "Change the terms"), ("Example", "/undo"))
    table = Lines(("/settings",), (("/undo",),))

    shown = reworded(
        Reply((Text("Try /help."), Notice("/undo"), Facts(names, "/undo"), table), (Button("/undo", "undo"),))
    )

    assert shown.blocks == (
        Text("Try /billhook help."),
        Notice("/billhook undo"),
        Facts(
            (
                ("client", "see /settings"),
                ("/billhook settings terms 30d", "Change the terms"),
                ("Example", "/billhook undo"),
            ),
            "/billhook undo",
        ),
        table,
    )
    assert [button.label for button in shown.buttons] == ["/billhook undo"]


def test_a_question_is_reworded_with_its_error_and_what_stands_before_it() -> None:
    question = Question("Title", "code", "See /help", 1, 1, error="code: /join …", before=(Notice("/undo"),))

    shown = reworded(question)

    assert (shown.prompt, shown.error) == ("See /billhook help", "code: /billhook join …")
    assert shown.before == (Notice("/billhook undo"),)
