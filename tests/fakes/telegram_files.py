"""The files that the fake Telegram keeps: documents, and pictures in several sizes."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image, UnidentifiedImageError

from tests.fakes.telegram_values import ShownFile, Upload, Violation, bad_request

MAX_PHOTO = 10 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_SIDES = 10_000
MAX_RATIO = 20

_SIZES = (90, 320, 800, 1280)
"""The longer sides of a picture's smaller copies; the largest is the picture as it came."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with an id of its own. A smaller copy of a picture is made when it is downloaded."""

    kind: Literal["document", "photo"]
    file_id: str
    unique_id: str
    path: str
    name: str
    media_type: str
    original: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    scaled: bool = False

    @property
    def content(self) -> bytes:
        if not self.scaled:
            return self.original
        copy = io.BytesIO()
        with Image.open(io.BytesIO(self.original)) as picture:
            picture.convert("RGB").resize((self.width, self.height)).save(copy, "JPEG")
        return copy.getvalue()

    def shown(self) -> ShownFile:
        return ShownFile(self.name, self.media_type, self.original, self.file_id, self.width, self.height)


class Files:
    """Every file that anybody sent, by its id and by the path it is downloaded from."""

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[File, ...]] = {}
        self.by_path: dict[str, File] = {}

    def find(self, file_id: str) -> File:
        for size in self._sizes.get(file_id, ()):
            if size.file_id == file_id:
                return size
        raise bad_request("wrong file_id or the file is temporarily unavailable")

    def document(self, given: Upload | str) -> File:
        if isinstance(given, str):
            return self._again(given, "document")[-1]
        name = given.name or "file"
        media_type = given.media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._keep("document", name, media_type, given.content, ((0, 0),))[-1]

    def photo(self, given: Upload | str) -> tuple[File, ...]:
        """All sizes of the picture, the largest last."""
        if isinstance(given, str):
            return self._again(given, "photo")
        size = len(given.content)
        if size > MAX_PHOTO:
            reason = f"file of size {size} bytes is too big for a photo"
            raise bad_request(f"{reason}; the maximum size is {MAX_PHOTO} bytes")
        try:
            with Image.open(io.BytesIO(given.content)) as picture:
                width, height = picture.size
                media_type = picture.get_format_mimetype() or "image/jpeg"
        except (UnidentifiedImageError, OSError):
            raise bad_request("IMAGE_PROCESS_FAILED") from None
        if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        longer = max(width, height)
        smaller = [side / longer for side in _SIZES if side < longer]
        sizes = [(max(1, round(width * by)), max(1, round(height * by))) for by in smaller]
        return self._keep("photo", given.name, media_type, given.content, (*sizes, (width, height)))

    def _again(self, file_id: str, kind: str) -> tuple[File, ...]:
        if file_id.startswith(("http://", "https://")):
            raise Violation("the fake fetches no files from the web")
        sizes = self._sizes.get(file_id)
        if sizes is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if sizes[0].kind != kind:
            raise bad_request(f"can't use file of type {sizes[0].kind.title()} as {kind.title()}")
        return sizes

    def _keep(
        self,
        kind: Literal["document", "photo"],
        name: str,
        media_type: str,
        content: bytes,
        sizes: tuple[tuple[int, int], ...],
    ) -> tuple[File, ...]:
        if not content:
            raise bad_request("file must be non-empty")
        digest = hashlib.sha256(content).hexdigest()
        number = len(self._sizes)
        suffix = ".jpg" if kind == "photo" else (mimetypes.guess_extension(media_type) or "")
        kept = []
        for place, (width, height) in enumerate(sizes, start=number):
            file = File(
                kind=kind,
                file_id=f"{'AgAC' if kind == 'photo' else 'BQAC'}{place:06}{digest[:40]}",
                unique_id=f"AQAD{digest[:8]}{width}",
                path=f"{kind}s/file_{place}{suffix}",
                name=name,
                media_type=media_type,
                original=content,
                width=width,
                height=height,
                scaled=kind == "photo" and (width, height) != sizes[-1],
            )
            kept.append(file)
        for file in kept:
            self._sizes[file.file_id] = tuple(kept)
            self.by_path[file.path] = file
        return tuple(kept)
