"""Every command that exists is explained, reachable and played in a scenario."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.party import Role
from handlers.command import CONTROLS, Command, headlines, told_of
from handlers.commands.general import GROUPS
from handlers.registry import COMMANDS as ALL
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import meant, opens_a_studio

DATABASES = ("sqlite",)
"""What each command reads and writes is asked of both databases (tests/storage/test_statements.py)."""
COMMANDS = [command for command in ALL if command.typed]
TOLD = told_of(COMMANDS, sells=False)
SCENARIOS = sorted((*Path(__file__).parent.glob("test_*.py"), *Path(__file__).parent.glob("wrong_*.py")))


each = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def texts_said(path: Path) -> Iterator[str]:
    """What anybody says in a scenario file: texts that begin with a slash, wherever they are kept."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/"):
            yield node.value[1:]


def test_no_two_commands_share_a_name_with_each_other_or_with_a_steering_word() -> None:
    names = [command.name for command in COMMANDS]

    assert len(set(names)) == len(names)
    assert not set(names) & set(CONTROLS)


@each
def test_a_command_says_what_it_does_in_a_few_words(command: Command) -> None:
    assert 5 < len(command.help) <= 60
    assert command.help[0].isupper()
    assert not command.help.endswith(".")


@each
def test_a_command_stands_in_a_group_of_the_help_with_an_example_of_itself(command: Command) -> None:
    first = command.name.split()[0]

    assert command.group in GROUPS
    assert command.example.startswith(f"/{first}")
    assert isinstance(command.role, Role)


def test_every_command_is_played_in_a_scenario() -> None:
    played = {
        meant(text) for path in SCENARIOS if path.name != "test_registry.py" for text in texts_said(path)
    }

    assert [command.name for command in COMMANDS if command.name not in played] == []


async def test_the_help_lists_what_leads_to_every_command(ana: Chat) -> None:
    await ana.says("/help")

    listed = headlines(TOLD)
    for command in listed:
        ana.sees(f"{command.example}: {command.help}")
    families = {command.name for command in listed}
    assert [command for command in TOLD if not {command.name, command.name.split(" ")[0]} & families] == []


async def test_the_help_of_a_command_shows_what_it_does_and_an_example(ana: Chat) -> None:
    for command in TOLD:
        await ana.says(f"/help {command.name}")
        ana.sees(f"/{command.name}", f"Does: {command.help}", f"Example: {command.example}")


async def test_the_help_of_a_family_shows_all_of_it(ana: Chat) -> None:
    await ana.says("/help /client")

    ana.sees("/client add", "/client\n", "/client edit", "/client archive", "/client restore")
    ana.sees_nothing_of("/invoice ")


async def test_the_help_names_what_steers_a_form(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/help")

    ana.sees("Anytime", *(f"/{word}: " for word in CONTROLS))
    ana.can_press("New invoice", "Settings")


async def test_every_command_answers_somebody_who_has_no_business_yet(ana: Chat) -> None:
    for command in COMMANDS:
        if not command.public:
            await ana.says(command.example)
            ana.sees("You have no business here yet. Set one up first: /start")
            ana.can_press("Set up my business")


@each
async def test_every_example_is_understood_in_a_new_studio(ana: Chat, command: Command) -> None:
    await opens_a_studio(ana)

    await ana.says(command.example)

    ana.sees_nothing_of("Sorry, something went wrong", "There is no /", "did not understand")
