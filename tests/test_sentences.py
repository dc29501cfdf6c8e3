"""Every sentence in the code is a whole literal message, and is given exactly the values it names."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(path for room in ("core", "handlers", "bot") for path in (ROOT / room).rglob("*.py"))
ERRORS = {"InvalidInput", "NotAllowed", "PlanLimit", "NotFound", "Conflict", "Unavailable"}
OWN = {"field", "message", "example", "retry_after"}
"""What an error's constructor takes for itself."""


Calls = list[tuple[Path, ast.Call]]


@pytest.fixture(scope="module")
def calls() -> Calls:
    """Of all files: reading them once costs a tenth of a test for each."""
    return [
        (path, node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def places(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(message) if name is not None}


def keywords(call: ast.Call) -> set[str] | None:
    """None where the values are given as a mapping, whose names no reader of the code can see."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


def marked(call: ast.Call) -> list[str]:
    """The messages that an error is raised with."""
    return [
        argument.args[0].value
        for argument in call.args
        if isinstance(argument, ast.Call)
        and name_of(argument) == "N_"
        and isinstance(argument.args[0], ast.Constant)
        and isinstance(argument.args[0].value, str)
    ]


def test_each_sentence_gets_the_values_it_names(calls: Calls) -> None:
    wrong = []
    for path, call in calls:
        given = keywords(call)
        if given is None:
            continue
        if name_of(call) == "_" and call.args and isinstance(call.args[0], ast.Constant):
            message = str(call.args[0].value)
            if path.parent.name != "documents" and places(message) != given:
                wrong.append(f"{path.relative_to(ROOT)}:{call.lineno} {message}")
        if name_of(call) in ERRORS:
            wrong.extend(
                f"{path.relative_to(ROOT)}:{call.lineno} {message}"
                for message in marked(call)
                if places(message) != given - OWN
            )

    assert wrong == []


def test_no_sentence_is_glued_from_parts(calls: Calls) -> None:
    glued = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls
        if name_of(call) in ("_", "N_") and call.args and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp))
    ]

    assert glued == []
