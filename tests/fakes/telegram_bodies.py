"""What a call brought: from its query, a form, JSON, or a form in parts with files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.telegram_values import Upload

_PARAMETER = re.compile(rb';\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


@dataclass(frozen=True, slots=True)
class Given:
    """`fields` came as text, `values` as JSON, `uploads` as parts of a form with a file name."""

    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_body(query: str, content_type: str, body: bytes) -> Given:
    fields: list[tuple[str, str]] = parse_qsl(query, keep_blank_values=True) if query else []
    values: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    problems: list[str] = []
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if not body:
            pass
        elif kind == "application/x-www-form-urlencoded":
            fields += parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        elif kind == "application/json":
            values = json.loads(body)
            if not isinstance(values, dict):
                raise ValueError("a call is an object")
        elif kind == "multipart/form-data":
            more, uploads = _parts(content_type, body)
            fields += more
        else:
            problems.append(f"a body of the type {kind!r}")
    except (ValueError, RecursionError) as error:
        values = {}
        problems.append(f"the body cannot be read: {error}")
    names = [name for name, _ in fields] + list(values) + list(uploads)
    problems += sorted({f"{name!r} is given twice" for name in names if names.count(name) > 1})
    return Given(dict(fields), values, uploads, tuple(problems))


def _parts(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    boundary = _parameters(content_type.encode()).get("boundary", "")
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if not boundary or first or not parts or not parts.pop().startswith(b"--"):
        raise ValueError("the parts do not begin and end with the boundary")
    fields: list[tuple[str, str]] = []
    uploads: dict[str, Upload] = {}
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(b":") for line in head.splitlines() if line)
        }
        about = _parameters(headers.get(b"content-disposition", b""))
        if "name" not in about:
            raise ValueError("a part has no name")
        if "filename" not in about:
            fields.append((about["name"], content.decode()))
            continue
        media_type = headers.get(b"content-type", b"").decode()
        uploads[about["name"]] = Upload(about["filename"], media_type, content)
    return fields, uploads


def _parameters(header: bytes) -> dict[str, str]:
    # In a form's header a quote is written %22 by browsers and \" by others.
    return {
        name.decode().lower(): (quoted or bare).decode().replace("%22", '"').replace('\\"', '"')
        for name, quoted, bare in _PARAMETER.findall(header)
    }
