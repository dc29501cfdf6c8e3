"""What a call brought: from its query, a form, or JSON, with objects that may be strings of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from tests.fakes.slack_table import IGNORED, METHODS, OBJECTS, TEXTUAL
from tests.fakes.slack_values import Json, Refused, Violation


def read_arguments(method: str, query: str, content_type: str, body: bytes) -> Json:
    """Whatever was given, as it came; raises Refused if it cannot be read."""
    given: Json = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if not body:
            pass
        elif kind == "application/json":
            told = json.loads(body)
            if not isinstance(told, dict):
                raise Violation("json_not_object", f"{method}: the body is no object")
            if method not in METHODS or METHODS[method].json:
                given.update(told)
            elif told:
                raise _invalid(method, [f"{method} does not read JSON"])
        elif kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
            given.update(pairs)
        else:
            raise Violation("invalid_post_type", f"{method}: a body of the type {kind!r}")
    except ValueError as error:
        raise Violation("invalid_json", f"{method}: the body cannot be read: {error}") from None
    return given


def check_arguments(method: str, given: Mapping[str, object]) -> Json:
    """The arguments in the types that the method wants; raises Refused for the first complaint."""
    known = METHODS[method]
    problems = [f"missing required field: {name}" for name in sorted(known.required - given.keys())]
    problems += [
        f"unknown argument: {name}" for name in sorted(given.keys() - known.required - known.optional)
    ]
    problems += [f"the fake does not act on {name}" for name in sorted(given.keys() & IGNORED)]
    read: Json = {}
    for name, value in given.items():
        if name in OBJECTS:
            read[name] = _object(name, value, problems)
        elif name in TEXTUAL and not isinstance(value, str):
            problems.append(f"{name} must be a string, not {value!r}")
        else:
            read[name] = value
    if problems:
        raise _invalid(method, problems)
    return read


def flag(value: object) -> bool:
    """A boolean as JSON has it or as a form writes it."""
    return value in (True, "1", "true", "True")


def _object(name: str, value: object, problems: list[str]) -> object:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            problems.append(f"{name} is a string that is not JSON")
            return None
    if not isinstance(value, OBJECTS[name]):
        problems.append(f"{name} must be a {'list' if OBJECTS[name] is list else 'n object'}")
    return value


def _invalid(method: str, problems: list[str]) -> Violation:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return Violation(
        "invalid_arguments",
        f"{method}: {'; '.join(problems)}",
        {"response_metadata": {"messages": messages}},
    )


def refused_blocks(method: str, error: str, problems: list[str]) -> Refused:
    """What Slack answers to blocks or a view that break a rule."""
    return Violation(
        error,
        f"{method}: {'; '.join(problems)}",
        {"errors": problems, "response_metadata": {"messages": [f"[ERROR] {told}" for told in problems]}},
    )
