"""Aggregates to JSON text and back; pydantic reads the dataclasses' own annotations."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import TypeAdapter

_adapters: dict[Any, TypeAdapter[Any]] = {}
# An escaped NUL, and not a backslash that happens to stand before `u0000`.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Built once per type, on first use: building one costs a hundred times what using it does."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def encode(value: object) -> str:
    """JSON text of a dataclass of `core`; decimals and instants become strings, so nothing is rounded."""
    return _adapter(type(value)).dump_json(value).decode()


def decode(kind: type[Any], text: Any) -> Any:
    """The value again, checked against its annotations: rows are input, too."""
    return _adapter(kind).validate_json(_text(text))


def encode_plain(value: Any) -> str:
    """JSON text of plain lists and dicts; what no database keeps (NUL, half a surrogate pair) becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" in text:
        text = _NUL.sub("\\1\N{REPLACEMENT CHARACTER}", text)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decode_plain(text: Any) -> Any:
    return json.loads(_text(text))


def _text(value: Any) -> str | bytes:
    """Rows hand out text on both databases (storage/engine.py switches the driver's own decoding off)."""
    if not isinstance(value, (str, bytes)):
        raise TypeError("a JSON column gives text")
    return value
