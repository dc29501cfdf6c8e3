"""Which methods the Bot API has, with which fields: from its specification, or from the table that is kept here."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes import telegram_table

FILE = "telegram-bot-api.json"
_CONSTANT = re.compile(r'(?:must be|always) "?(\w+)"?$')


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or one field of a type. `types` are alternatives."""

    name: str
    types: tuple[str, ...]
    required: bool
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    methods: Mapping[str, tuple[Field, ...]]
    types: Mapping[str, tuple[Field, ...]]
    unions: Mapping[str, tuple[str, ...]]
    updates: tuple[str, ...]


def specification() -> Path | None:
    """The folder named by the environment, else the one beside the checkout; None if neither has the file."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("BILLHOOK_SPECS") or root.parent / "shared" / "specs")
    return folder / FILE if (folder / FILE).is_file() else None


@functools.cache
def from_specification(path: Path) -> Schema:
    document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    types = document["types"]
    return Schema(
        methods={name: _fields(method) for name, method in document["methods"].items()},
        types={name: _fields(kind) for name, kind in types.items() if "subtypes" not in kind},
        unions={name: tuple(kind["subtypes"]) for name, kind in types.items() if "subtypes" in kind},
        updates=tuple(f["name"] for f in types["Update"]["fields"] if f["name"] != "update_id"),
    )


def _fields(described: Mapping[str, Any]) -> tuple[Field, ...]:
    return tuple(
        Field(f["name"], tuple(f["types"]), f["required"], _constant(f)) for f in described.get("fields", ())
    )


def _constant(described: Mapping[str, Any]) -> str:
    """Which of several types an object is, one of its fields says with a fixed word."""
    found = _CONSTANT.search(described["description"]) if described["required"] else None
    return found[1] if found and described["name"] in {"type", "source", "status"} else ""


@functools.cache
def own() -> Schema:
    return Schema(
        methods=_read(telegram_table.METHODS),
        types=_read(telegram_table.TYPES),
        unions=telegram_table.UNIONS,
        updates=tuple(telegram_table.UPDATES),
    )


def _read(table: str) -> dict[str, tuple[Field, ...]]:
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {name: tuple(_field(f) for f in fields.split(", ") if f.strip()) for name, _, fields in lines}


def _field(written: str) -> Field:
    name, types = written.split()
    required = name.endswith("!")
    if types.startswith("="):
        return Field(name.rstrip("!"), ("String",), required, types[1:])
    return Field(name.rstrip("!"), tuple(_type(one) for one in types.split("|")), required)


def _type(written: str) -> str:
    return "Array of " * written.count("[]") + written.replace("[]", "")
