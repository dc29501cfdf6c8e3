"""Parameters as Stripe takes them: form-encoded and nested, each of them known and of its type.

What an endpoint knows is read from the types of the official library, which are made from Stripe's own description.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, NotRequired, Required, TypedDict, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from tests.fakes.stripe_values import Json, Refused, missing, unknown, wrong

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_OPTIONS = frozenset(RequestOptions.__annotations__)
_LONGEST = 5000


def read(query: str) -> Json:
    """A nested mapping; a list is still a mapping from its indices."""
    nested: Json = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError as error:
        raise Refused("Invalid request: the parameters are not form-encoded UTF-8") from error
    for name, text in pairs:
        match = _NAME.fullmatch(name)
        if match is None:
            raise unknown(name)
        _put(nested, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], text, name)
    return nested


def _put(nested: Json, path: Sequence[str], text: str, name: str) -> None:
    into = nested
    for step in path[:-1]:
        inner = into.setdefault(step or str(len(into)), {})
        if not isinstance(inner, dict):
            raise wrong(f"Invalid hash: {name}", name)
        into = inner
    last = path[-1] or str(len(into))
    if last in into:
        raise wrong(f"Duplicate parameter: {name}", name)
    into[last] = text


def checked(given: Json, shape: type) -> Json:
    """With every value of the type that Stripe documents. Raises Refused as Stripe does."""
    return _fields(given, shape, "")


def _fields(given: Json, shape: type, above: str) -> Json:
    known = _hints(shape)
    taken: Json = {}
    for name, value in given.items():
        where = f"{above}[{name}]" if above else name
        if name not in known:
            raise unknown(where)
        taken[name] = _value(value, known[name], where)
    for name in sorted(_required(shape)):
        if name not in taken:
            raise missing(f"{above}[{name}]" if above else name)
    return taken


@cache
def _hints(shape: type) -> dict[str, Any]:
    """Its own fields: what the library alone understands, such as its key, does not go over the wire."""
    own = {name: text for name, text in shape.__annotations__.items() if name not in _OPTIONS}
    bare = type(shape.__name__, (), {"__annotations__": own})
    return get_type_hints(bare, vars(sys.modules[shape.__module__]), include_extras=True)


@cache
def _required(shape: type) -> frozenset[str]:
    return frozenset(name for name, hint in _hints(shape).items() if get_origin(hint) is not NotRequired)


def _choices(hint: Any) -> list[Any]:
    origin = get_origin(hint)
    if origin in {NotRequired, Required}:
        return _choices(get_args(hint)[0])
    if origin in {Union, types.UnionType}:
        return [choice for part in get_args(hint) for choice in _choices(part)]
    return [hint]


def _value(value: Any, hint: Any, where: str) -> Any:
    choices = _choices(hint)
    words = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    if isinstance(value, dict):
        return _nested(value, choices, where)
    if len(value) > _LONGEST:
        raise wrong(f"Invalid string: must be at most {_LONGEST} characters", where)
    if value == "":
        if "" in words:
            return ""
        raise wrong(
            f"You passed an empty string for '{where}'. We assume empty values are an attempt to unset a parameter;"
            f" however '{where}' cannot be unset. You should remove '{where}' from your request or supply a"
            " non-empty value.",
            where,
            "parameter_invalid_empty",
        )
    if value in words:
        return value
    for choice in choices:
        if choice in _SCALARS and (choice is not str or not any(words)):
            read = _scalar(value, choice)
            if read is not None:
                return read
    raise _not_one_of(value, choices, [word for word in words if word], where)


def _not_one_of(value: str, choices: list[Any], words: list[str], where: str) -> Refused:
    if words:
        return wrong(f"Invalid {where}: must be one of {', '.join(words)}", where)
    if int in choices:
        return wrong(f"Invalid integer: {value}", where, "parameter_invalid_integer")
    if bool in choices:
        return wrong(f"Invalid boolean: {value}", where)
    kind = "array" if any(get_origin(choice) in {list, Sequence} for choice in choices) else "object"
    return wrong(f"Invalid {kind}", where)


_SCALARS = (bool, int, float, Decimal, str)


def _scalar(text: str, kind: Any) -> Any:
    """None for what is none of that kind."""
    if kind is str:
        return text
    if kind is bool:
        return {"true": True, "false": False}.get(text)
    if kind is int:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return text if number.is_finite() else None


def _nested(value: Json, choices: Iterable[Any], where: str) -> Any:
    for choice in choices:
        origin = get_origin(choice)
        if origin in {list, Sequence}:
            return _listed(value, get_args(choice)[0], where)
        if origin in {dict, UntypedStripeObject}:
            inner = get_args(choice)[-1]
            return {name: _entry(one, inner, f"{where}[{name}]") for name, one in value.items()}
        if isinstance(choice, type) and _is_shape(choice):
            return _fields(value, choice, where)
    raise wrong(f"Invalid string: {value}", where)


def _is_shape(choice: type) -> bool:
    # Both typing and typing_extensions make classes of this kind, and neither can be asked by isinstance.
    return type(choice).__name__ == type(_Shape).__name__ and hasattr(choice, "__total__")


class _Shape(TypedDict):
    pass


def _entry(value: Any, hint: Any, where: str) -> Any:
    """Of a mapping such as metadata, where empty text removes an entry."""
    return "" if value == "" else _value(value, hint, where)


def _listed(value: Json, hint: Any, where: str) -> list[Any]:
    if sorted(value) != sorted(str(index) for index in range(len(value))):
        raise wrong("Invalid array", where)
    return [_value(value[str(index)], hint, f"{where}[{index}]") for index in range(len(value))]
