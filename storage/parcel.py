"""The zip of an export: its files, the manifest that proves them, and what is refused. Knows no database.

manifest.json             the release's schema, counts of rows, size and SHA-256 of every other file
data/client.jsonl         every row of a table, one JSON object a line
files/… pdf/… xml/… csv/…
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self
from uuid import UUID

from core.errors import N_, InvalidInput, Unavailable
from storage.archive import writing

FORMAT = 1
MANIFEST = "manifest.json"
MOST_FILES = 500_000
MOST_BYTES = 64 << 30
"""Of everything unpacked."""
MOST_RATIO = 200
"""Rows shrink to a fifth, a bomb to a thousandth."""
_LARGE = 1 << 20
"""Bytes below which a file may shrink as it likes."""
MOST_IN_MEMORY = 64 << 20
"""Bytes of one line, one file or the manifest."""
_CHUNK = 1 << 16
_STORED = (".pdf", ".png", ".jpg")
"""What would not shrink."""


@dataclass(frozen=True, slots=True)
class File:
    size: int
    sha256: str


class Packer:
    """Writes the zip file by file, each in pieces; nothing of it can be read before `finish`."""

    def __init__(self, path: Path, called: Path, now: datetime) -> None:
        """`called` is the name that people know the file by."""
        self._called = called
        self._at = now.timetuple()[:6]
        self.files: dict[str, File] = {}
        with writing(called):
            self._raw = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
            self._zip = zipfile.ZipFile(self._raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Closing once more after a full disk fails once more, which tells nothing new."""
        for file in (self._zip, self._raw):
            with suppress(OSError, ValueError):
                file.close()

    @property
    def size(self) -> int:
        """Bytes on the disk so far."""
        return self._raw.tell()

    @contextmanager
    def file(self, name: str) -> Iterator[Pieces]:
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with writing(self._called):
            target = self._zip.open(info, "w", force_zip64=True)
        pieces = Pieces(target, self._called)
        try:
            yield pieces
        finally:
            with writing(self._called):
                target.close()
        if name != MANIFEST:
            self.files[name] = pieces.proof()

    def put(self, name: str, content: bytes) -> None:
        with self.file(name) as pieces:
            pieces.write(content)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """The manifest, file by file so that it is never in memory as a whole, and everything safely on the disk."""
        whole = {"billhook_export": FORMAT, **manifest}
        with self.file(MANIFEST) as pieces:
            pieces.write(json.dumps(whole, ensure_ascii=False, indent=1).removesuffix("\n}").encode())
            pieces.write(b',\n "files": {')
            for number, (name, file) in enumerate(self.files.items()):
                told = json.dumps({"size": file.size, "sha256": file.sha256})
                comma = "," if number else ""
                pieces.write(f"{comma}\n  {json.dumps(name, ensure_ascii=False)}: {told}".encode())
            pieces.write(b"\n }\n}")
        with writing(self._called):
            self._zip.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())


class Pieces:
    """One file of the zip on its way: counted and hashed."""

    def __init__(self, target: IO[bytes], called: Path) -> None:
        self._target = target
        self._called = called
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, content: bytes) -> None:
        self._hash.update(content)
        self._size += len(content)
        with writing(self._called):
            self._target.write(content)

    def proof(self) -> File:
        return File(self._size, self._hash.hexdigest())


def line(row: Mapping[str, Any]) -> bytes:
    """Keys in order, at every depth: PostgreSQL keeps no other, and equal rows shall have equal bytes."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def name_of(number: str) -> str:
    """A document's number as a file's name: what no folder takes is written like in an address."""
    return "".join(
        sign if sign.isalnum() or sign in "-_" else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in number
    )


# -- reading ---------------------------------------------------------------------------------------

_FOREIGN = N_("{file} is no export of Billhook.")
_ALTERED = N_("{file} is damaged or was altered after it was made. Nothing was imported.")
_NEWER = N_("{file} was made by a newer release of Billhook. Nothing was imported.")
_TOO_LARGE = N_("{file} would unpack to more than an export ever holds. Nothing was imported.")


@dataclass(frozen=True, slots=True)
class Manifest:
    schema: str
    business_id: UUID
    business: str
    tables: Mapping[str, int]
    files: Mapping[str, File]


class Parcel:
    """An export that is read. Every method raises InvalidInput for what is not as its manifest says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = self._opened()
        with self.trusted():
            self._check_names()
            self.manifest = self._manifest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise self.refused(_FOREIGN) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Unavailable(
                N_("{file} cannot be read ({reason})."), 0, file=self._path, reason=reason
            ) from error

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Whatever stumbles over what the file holds says that it was altered."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, AttributeError,
                RecursionError, NotImplementedError, RuntimeError, OSError) as error:  # fmt: skip
            raise self.refused(_ALTERED) from error

    def refused(self, message: str) -> InvalidInput:
        return InvalidInput("file", message, file=self._path)

    def altered(self) -> InvalidInput:
        return self.refused(_ALTERED)

    def _check_names(self) -> None:
        """Before anything is unpacked: nothing here is ever written under these names, but somebody else might."""
        infos = self._zip.infolist()
        sizes = sum(info.file_size for info in infos)
        if len(infos) > MOST_FILES or sizes > MOST_BYTES:
            raise self.refused(_TOO_LARGE)
        for info in infos:
            if info.file_size > _LARGE and info.file_size > MOST_RATIO * info.compress_size:
                raise self.refused(_TOO_LARGE)
            parts = info.filename.split("/")
            if (
                info.flag_bits & 1
                # Whatever else can be in a zip may ask for gigabytes before it gives a byte.
                or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                or ".." in parts
                or "" in parts
                or "\\" in info.filename
                or ":" in info.filename
            ):
                raise self.altered()
        if len({info.filename for info in infos}) != len(infos):
            raise self.altered()

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._zip.namelist():
            raise self.refused(_FOREIGN)
        data = json.loads(self._content(MANIFEST))
        version = data.get("billhook_export") if isinstance(data, dict) else None
        if not isinstance(version, int):
            raise self.refused(_FOREIGN)
        if version > FORMAT:
            raise self.refused(_NEWER)
        files = {name: File(int(file["size"]), str(file["sha256"])) for name, file in data["files"].items()}
        if {*files, MANIFEST} != {*self._zip.namelist()}:
            raise self.altered()
        business = data["business"]
        counts = {str(name): int(count) for name, count in data["tables"].items()}
        return Manifest(str(data["schema"]), UUID(business["id"]), str(business["name"]), counts, files)

    def _content(self, name: str) -> bytes:
        if self._zip.getinfo(name).file_size > MOST_IN_MEMORY:
            raise self.refused(_TOO_LARGE)
        return self._zip.read(name)

    def content(self, name: str) -> bytes:
        """A whole file, proved."""
        with self.trusted():
            content, known = self._content(name), self.manifest.files[name]
            if File(len(content), hashlib.sha256(content).hexdigest()) != known:
                raise self.altered()
            return content

    def prove(self) -> None:
        """Read everything once, before anything is changed."""
        for name, known in self.manifest.files.items():
            with self.trusted(), self._zip.open(name) as file:
                pieces = hashlib.sha256()
                while content := file.read(_CHUNK):
                    pieces.update(content)
                if File(file.tell(), pieces.hexdigest()) != known:
                    raise self.altered()

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The lines of a file; at its end they are proved once more, for the file may have changed meanwhile."""
        pieces = hashlib.sha256()
        with self.trusted(), self._zip.open(name) as file:
            while raw := file.readline(MOST_IN_MEMORY):
                pieces.update(raw)
                row = json.loads(raw)
                if not isinstance(row, dict):
                    raise self.altered()
                yield row
            if pieces.hexdigest() != self.manifest.files[name].sha256:
                raise self.altered()
