"""The app manifest: what Slack takes, and that it asks for what the adapter does and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.slack import manifest as manifest_of
from bot.slack.manifest import BOT_EVENTS, SCOPES, manifest
from bot.slack.receive import FROM_ANYWHERE, FROM_MESSAGE
from handlers.registry import COMMANDS
from tests.bot.program import ROOT
from tests.fakes.slack_table import EVENT_SCOPES
from tests.fakes.slack_table import SCOPES as SCOPES_OF_METHODS

ADDRESS = "https://billhook.example.com"
CALL = re.compile(r"\.((?:chat|conversations|files|users|views|auth|pins|reactions|team)_\w+)\(")
"""A method as slack_sdk names it."""
BUILT_IN = frozenset(
    "active apps archive away call collapse dm dnd expand feed help invite join leave me msg mute open "
    "prefs remind remove rename search shortcuts shrug star status topic unmute who".split()
)
"""Slack's own commands, which no app can have."""
Json = dict[str, Any]


@pytest.fixture
def public() -> Json:
    return manifest(COMMANDS, ADDRESS)


@pytest.fixture
def private() -> Json:
    return manifest(COMMANDS, "")


def test_the_copy_in_the_documentation_is_what_the_command_prints(public: Json) -> None:
    kept = Path(ROOT, "docs", "slack-manifest.json").read_text()

    assert json.loads(kept) == public, "run: PUBLIC_URL=… billhook slack-manifest > docs/slack-manifest.json"


# -- Slack's limits ----------------------------------------------------------------------------------------


def test_names_and_descriptions_are_as_long_as_slack_takes(public: Json) -> None:
    about = public["display_information"]

    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    assert len(public["features"]["bot_user"]["display_name"]) <= 80


def test_commands_are_as_slack_takes_them(public: Json) -> None:
    slashes = public["features"]["slash_commands"]
    names = [slash["command"] for slash in slashes]

    assert len(names) <= 50
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("/[a-z0-9_-]{1,31}", name)] == []
    assert {name[1:] for name in names} & BUILT_IN == set()
    assert [slash for slash in slashes if not 0 < len(slash["description"]) <= 2000] == []
    assert [slash for slash in slashes if not 0 < len(slash.get("usage_hint", "x")) <= 1000] == []
    assert {slash["should_escape"] for slash in slashes} == {True}


def test_every_command_that_asks_for_one_of_its_own_has_it_and_one_leads_to_the_others(public: Json) -> None:
    names = [slash["command"] for slash in public["features"]["slash_commands"]]

    assert names == ["/billhook", *(f"/{command.name}" for command in COMMANDS if command.slash)]
    assert "/invoice" in names


def test_what_people_read_while_typing_is_not_cut_off(public: Json) -> None:
    helps = {command.help for command in COMMANDS} | {command.example for command in COMMANDS}

    for slash in public["features"]["slash_commands"][1:]:
        assert slash["description"] in helps
        assert not slash.get("usage_hint") or f"{slash['command']} {slash['usage_hint']}" in helps


def test_shortcuts_are_as_slack_takes_them_and_are_those_that_we_understand(public: Json) -> None:
    shortcuts = public["features"]["shortcuts"]

    assert [shortcut for shortcut in shortcuts if len(shortcut["name"]) > 24] == []
    assert [shortcut for shortcut in shortcuts if len(shortcut["description"]) > 150] == []
    assert {(shortcut["type"], shortcut["callback_id"]) for shortcut in shortcuts} == {
        ("message", FROM_MESSAGE),
        ("global", FROM_ANYWHERE),
    }
    for kind in ("message", "global"):
        assert sum(shortcut["type"] == kind for shortcut in shortcuts) <= 5


# -- what it asks for --------------------------------------------------------------------------------------


def test_the_scopes_are_what_the_calls_and_the_events_need_and_no_more() -> None:
    folder = Path(manifest_of.__file__).parent
    called = {found for file in folder.glob("*.py") for found in CALL.findall(file.read_text())}
    methods = {name.replace("_", ".", 1) for name in called}
    events = {event.partition(".")[0] for event in BOT_EVENTS}

    needed = {scope for method in methods for scope in SCOPES_OF_METHODS.get(method, ())}
    heard = {scope for event in events if (scope := EVENT_SCOPES.get(event))}

    assert methods >= {"chat.postMessage", "views.open", "files.getUploadURLExternal", "users.info"}
    # "commands" is for the slash commands and the shortcuts.
    assert set(SCOPES) == needed | heard | {"commands"}


def test_it_asks_for_these_scopes_and_events_alone(public: Json) -> None:
    assert public["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert public["settings"]["event_subscriptions"]["bot_events"] == list(BOT_EVENTS)
    assert {"app_uninstalled", "tokens_revoked"} <= set(BOT_EVENTS)
    assert public["settings"]["token_rotation_enabled"] is False


# -- where Slack finds us ----------------------------------------------------------------------------------


def test_everything_comes_to_one_address(public: Json) -> None:
    events = f"{ADDRESS}/slack/events"

    assert public["settings"]["event_subscriptions"]["request_url"] == events
    assert public["settings"]["interactivity"] == {
        "is_enabled": True, "request_url": events, "message_menu_options_url": events,
    }  # fmt: skip
    assert {slash["url"] for slash in public["features"]["slash_commands"]} == {events}
    assert public["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]
    assert public["settings"]["socket_mode_enabled"] is False


def test_a_slash_at_the_end_of_the_address_changes_nothing(public: Json) -> None:
    assert manifest(COMMANDS, f"{ADDRESS}/") == public


def test_without_an_address_it_is_for_socket_mode(private: Json) -> None:
    assert private["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(private)
    assert "redirect_urls" not in private["oauth_config"]


def test_the_home_tab_and_the_messages_are_switched_on(public: Json) -> None:
    assert public["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip
