"""Logos and rendered documents: bytes that never change once stored."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.scope import Scope, by_id
from storage.tables import document, file

_ADD = sa.insert(file)
_GET = sa.select(file.c.content).where(by_id(file))
_FIND = sa.select(document.c.content).where(
    document.c.business_id == sa.bindparam("tenant"),
    document.c.subject_id == sa.bindparam("key"),
    document.c.kind == sa.bindparam("which"),
)
_KEEP: dict[bool, Any] = {
    True: postgresql.insert(document).on_conflict_do_nothing(),
    False: sqlite.insert(document).on_conflict_do_nothing(),
}


class SqlFiles:
    """core.ports.Files."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, file_id: UUID, media_type: str, content: bytes) -> None:
        await self._scope.insert(_ADD, id=file_id, media_type=media_type, content=content)

    async def get(self, file_id: UUID) -> bytes:
        return cast(bytes, (await self._scope.get(_GET, "file", key=file_id)).content)

    async def keep_document(self, subject_id: UUID, kind: str, content: bytes) -> bytes:
        digest = hashlib.sha256(content).hexdigest()
        await self._scope.insert(
            _KEEP[self._scope.postgresql], subject_id=subject_id, kind=kind, sha256=digest, content=content
        )
        kept = await self.find_document(subject_id, kind)
        return content if kept is None else kept

    async def find_document(self, subject_id: UUID, kind: str) -> bytes | None:
        row = (await self._scope.mine(_FIND, key=subject_id, which=kind)).one_or_none()
        return cast(bytes, row.content) if row else None
