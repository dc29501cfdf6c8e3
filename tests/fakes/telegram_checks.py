"""Reads the parameters of a call strictly: the real server ignores what it does not know, this one does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_bodies import Given
from tests.fakes.telegram_schema import Field, Schema
from tests.fakes.telegram_values import Upload

Check = Callable[[Any, str], str | None]
"""Says what is wrong with a value at a place, or nothing."""

_INTEGER = re.compile(r"-?\d{1,19}")
_HALF = re.compile("[\ud800-\udfff]")
_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    required: bool
    types: frozenset[str]
    check: Check

    @property
    def is_object(self) -> bool:
        """Sent as JSON inside a form."""
        return not self.types & {"Integer", "String", "Boolean", "Float", "InputFile"}

    def from_text(self, text: str) -> object:
        """A form knows only text; what cannot be read stays text and fails the check."""
        if "Integer" in self.types and _INTEGER.fullmatch(text):
            return int(text)
        if "String" in self.types or "InputFile" in self.types:
            return text
        if "Boolean" in self.types:
            return {"true": True, "false": False}.get(text, text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text


class Checker:
    """Built once for a schema; every check is compiled when it is first needed."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._checks: dict[str, Check] = {}
        self._methods: dict[str, dict[str, _Parameter]] = {}

    def knows(self, method: str) -> bool:
        return method in self._schema.methods

    def read(self, method: str, given: Given) -> tuple[dict[str, Any], list[str]]:
        """The parameters in their types, and everything that is wrong with them."""
        known = self._methods.get(method) or self._compile(method)
        problems = [f"{method}: {problem}" for problem in given.problems]
        params: dict[str, Any] = {}
        uploads = dict(given.uploads)
        for name in (*given.fields, *given.values):
            if name not in known:
                problems.append(f"{method}: unknown parameter {name!r}")
                continue
            parameter = known[name]
            if name in given.fields:
                value = parameter.from_text(given.fields[name])
            else:
                value = given.values[name]
                if isinstance(value, str) and parameter.is_object:
                    value = parameter.from_text(value)
            if isinstance(value, str) and value.startswith(_ATTACHED) and "InputFile" in parameter.types:
                value = uploads.pop(value.removeprefix(_ATTACHED), value)
            params[name] = value
        for name, upload in uploads.items():
            if name in known and "InputFile" in known[name].types:
                params[name] = upload
            else:
                problems.append(f"{method}: nothing is said about the file {name!r}")
        for name, value in params.items():
            problem = known[name].check(value, name)
            if problem:
                problems.append(f"{method}: {problem}")
        problems.extend(
            f"{method}: {name} is missing" for name in known if known[name].required and name not in params
        )
        return params, problems

    def _compile(self, method: str) -> dict[str, _Parameter]:
        self._methods[method] = {
            field.name: _Parameter(
                field.name, field.required, frozenset(field.types), self._any_of(field.types)
            )
            for field in self._schema.methods[method]
        }
        return self._methods[method]

    def _any_of(self, types: Iterable[str]) -> Check:
        checks = [self._named(name) for name in types]
        if len(checks) == 1:
            return checks[0]

        def check(value: Any, place: str) -> str | None:
            problems = []
            for one in checks:
                problem = one(value, place)
                if problem is None:
                    return None
                problems.append(problem)
            # The longest complaint comes from the alternative that was followed deepest.
            return max(problems, key=lambda problem: (problem.count("."), len(problem)))

        return check

    def _named(self, name: str) -> Check:
        if name.startswith("Array of "):
            return _array(self._named(name.removeprefix("Array of ")))
        if name in _SCALARS:
            return _SCALARS[name]

        def check(value: Any, place: str) -> str | None:
            # Types refer to themselves, so a type is compiled when a value of it first comes.
            found = self._checks.get(name)
            if found is None:
                found = self._checks[name] = self._type(name)
            return found(value, place)

        return check

    def _type(self, name: str) -> Check:
        if name in self._schema.unions:
            return self._any_of(self._schema.unions[name])
        if name in self._schema.types:
            return self._object(name, self._schema.types[name])
        return lambda value, place: f"{place}: the fake does not act on {name}"

    def _object(self, kind: str, fields: Iterable[Field]) -> Check:
        checks = {field.name: self._any_of(field.types) for field in fields}
        constants = {field.name: field.constant for field in fields if field.constant}
        required = tuple(field.name for field in fields if field.required)

        def check(value: Any, place: str) -> str | None:
            if not isinstance(value, dict):
                return f"{place} is no {kind}: {value!r:.60}"
            for name, constant in constants.items():
                if value.get(name) != constant:
                    return f"{place} is no {kind}: its {name} is {value.get(name)!r:.60}"
            for name, inner in value.items():
                if name not in checks:
                    return f"{place}.{name} is unknown in {kind}"
                problem = checks[name](inner, f"{place}.{name}")
                if problem:
                    return problem
            for name in required:
                if name not in value:
                    return f"{place}.{name} is missing in {kind}"
            return None

        return check


def _array(inner: Check) -> Check:
    def check(value: Any, place: str) -> str | None:
        if not isinstance(value, list):
            return f"{place} is no array: {value!r:.60}"
        for number, item in enumerate(value):
            problem = inner(item, f"{place}[{number}]")
            if problem:
                return problem
        return None

    return check


def _scalar(kind: str, fits: Callable[[Any], bool]) -> Check:
    def check(value: Any, place: str) -> str | None:
        return None if fits(value) else f"{place} is no {kind}: {value!r:.60}"

    return check


def _is_text(value: Any) -> bool:
    """JSON can write half of a character, which no server takes."""
    return isinstance(value, str) and (value.isascii() or not _HALF.search(value))


_SCALARS = {
    "Integer": _scalar("Integer", lambda value: type(value) is int and -(2**63) <= value < 2**63),
    "String": _scalar("String", _is_text),
    "Boolean": _scalar("Boolean", lambda value: isinstance(value, bool)),
    "Float": _scalar("Float", lambda value: type(value) in {int, float}),
    "InputFile": _scalar("InputFile", lambda value: isinstance(value, Upload)),
}
