"""The backup file itself: its lines, the values in them, and the proof that it is whole. Knows no database."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import UUID

import sqlalchemy as sa

from core.errors import N_, InvalidInput, Unavailable
from storage.types import UtcDateTime

FORMAT = 1
_LONGEST_LINE = 512 * 1024 * 1024
Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Header:
    schema: str
    made_at: str


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A full disk or a folder that may not be written is told with the file's name."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            N_("{file} cannot be written ({reason})."), 0, file=path, reason=_reason(error)
        ) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


class Writer:
    """Writes the file and counts and hashes on the way; incomplete until `finish`."""

    def __init__(self, path: Path, called: Path, schema: str, now: datetime) -> None:
        """`called` is the name that people know the file by."""
        self._path = called
        self._hash = hashlib.sha256()
        self._counts: Counter[str] = Counter()
        with writing(called):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._raw: BinaryIO = os.fdopen(descriptor, "wb")
            self._zip = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=6, mtime=0)
        self._write(_line({"billhook_backup": FORMAT, "schema": schema, "made_at": now.isoformat()}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Closing once more after a full disk fails once more, which tells nothing new."""
        for file in (self._zip, self._raw):
            with suppress(OSError):
                file.close()

    def rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._counts[table] += len(rows)
        self._write(b"".join(_line({"table": table, "row": row}) for row in rows))

    def finish(self) -> Counter[str]:
        """The footer, and everything safely on the disk."""
        self._write(_line({"rows": self._counts, "sha256": self._hash.hexdigest()}))
        with writing(self._path):
            self._zip.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())
        return self._counts

    def _write(self, content: bytes) -> None:
        self._hash.update(content)
        with writing(self._path):
            self._zip.write(content)


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# -- values ----------------------------------------------------------------------------------------


def _encode(value: object) -> object:
    match value:
        case None | int() | float() | str():
            return value
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"a backup has no form for {type(value).__name__}")


def encoder(columns: Iterable[sa.Column[Any]]) -> Callable[[Sequence[Any]], dict[str, Any]]:
    names = [column.name for column in columns]
    return lambda row: {name: _encode(value) for name, value in zip(names, row, strict=True)}


_DECODERS: tuple[tuple[type[sa.types.TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (sa.LargeBinary, lambda text: base64.b64decode(text, validate=True)),
    (sa.Uuid, UUID),
    (UtcDateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat),
    (sa.Boolean, lambda value: _exactly(bool, value)),
    (sa.Float, lambda value: _exactly(float, value)),
    (sa.Numeric, Decimal),
    (sa.Integer, lambda value: _exactly(int, value)),
)
"""Kind by kind, the narrower before the wider one; anything else is a text."""


def _decoder(column: sa.Column[Any]) -> Callable[[Any], Any]:
    found = (decode for kind, decode in _DECODERS if isinstance(column.type, kind))
    return next(found, lambda value: _exactly(str, value))


def _exactly(kind: type[Any], value: object) -> object:
    """A truth value is no whole number here, whatever Python thinks."""
    if type(value) is kind:
        return value
    raise ValueError(f"not a {kind.__name__}")


def decoder(columns: Iterable[sa.Column[Any]]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Raises ValueError unless the row has exactly these columns, each of its kind."""
    by_name = {column.name: _decoder(column) for column in columns}

    def decode(row: Mapping[str, Any]) -> dict[str, Any]:
        if row.keys() != by_name.keys():
            raise ValueError("other columns")
        return {name: None if row[name] is None else form(row[name]) for name, form in by_name.items()}

    return decode


# -- reading ---------------------------------------------------------------------------------------


def verify(path: Path) -> Header:
    """Read the whole file once. Raises InvalidInput unless it is a complete, unaltered backup."""
    lines = _checked_lines(path)
    header = _header(next(lines))
    for _every_line in lines:
        pass
    return header


def read(path: Path, tables: Mapping[str, sa.Table]) -> Iterator[Row]:
    """The rows in order. Raises InvalidInput for a damaged file, at its end at the latest."""
    decoders = {name: decoder(table.columns) for name, table in tables.items()}
    lines = _checked_lines(path)
    next(lines)
    for line in lines:
        try:
            name = line["table"]
            values = decoders[name](line["row"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused(_ALTERED, path) from error
        yield name, values


_FOREIGN = N_("{file} is no Billhook backup.")
_TRUNCATED = N_("{file} is cut off: it ends before its last line. Nothing was restored.")
_ALTERED = N_("{file} is damaged or was altered after it was made. Nothing was restored.")
_NEWER = N_("{file} was made by a newer release of Billhook. Nothing was restored.")


def _refused(message: str, path: Path) -> InvalidInput:
    return InvalidInput("file", message, file=path)


def _header(line: Mapping[str, Any]) -> Header:
    return Header(str(line["schema"]), str(line["made_at"]))


def _checked_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Header and rows; after the last row the footer has been held against them."""
    digest, counts, number = hashlib.sha256(), Counter[str](), 0
    footer: dict[str, Any] | None = None
    for number, raw in enumerate(_raw_lines(path)):
        line = _parsed(raw, path, first=number == 0)
        if footer is not None:
            raise _refused(_ALTERED, path)
        if number and "sha256" in line:
            footer = line
            continue
        digest.update(raw)
        if number:
            counts[str(line.get("table"))] += 1
        yield line
    if footer is None:
        raise _refused(_TRUNCATED if number else _FOREIGN, path)
    if footer["sha256"] != digest.hexdigest() or footer.get("rows") != counts:
        raise _refused(_ALTERED, path)


def _parsed(raw: bytes, path: Path, first: bool) -> dict[str, Any]:
    if not raw.endswith(b"\n"):
        raise _refused(_FOREIGN if first else _TRUNCATED, path)
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise _refused(_FOREIGN if first else _ALTERED, path) from error
    if not isinstance(line, dict):
        raise _refused(_FOREIGN if first else _ALTERED, path)
    if first:
        version = line.get("billhook_backup")
        if not isinstance(version, int) or not line.keys() >= {"schema", "made_at"}:
            raise _refused(_FOREIGN, path)
        if version > FORMAT:
            raise _refused(_NEWER, path)
    return line


def _raw_lines(path: Path) -> Iterator[bytes]:
    started = False
    try:
        with gzip.open(path, "rb") as file:
            while raw := file.readline(_LONGEST_LINE):
                started = True
                yield raw
    except EOFError as error:
        raise _refused(_TRUNCATED, path) from error
    except gzip.BadGzipFile as error:
        raise _refused(_ALTERED if started else _FOREIGN, path) from error
    except zlib.error as error:
        raise _refused(_ALTERED, path) from error
    except OSError as error:
        raise Unavailable(
            N_("{file} cannot be read ({reason})."),
            0,
            file=path,
            reason=error.strerror or type(error).__name__,
        ) from error
