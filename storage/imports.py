"""Files that were read in, and who of a business is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.errors import N_, Conflict
from core.importing import Import, KnownClient, Step
from core.invoice import Invoice
from storage.codec import decode, decode_plain, encode
from storage.scope import Scope, by_id, versioned_update
from storage.tables import client, counter, file_import, invoice

_ADD = sa.insert(file_import)
_LOCK = sa.select(file_import.c.data, file_import.c.version).where(by_id(file_import)).with_for_update()
_CONTENT = sa.select(file_import.c.content).where(by_id(file_import))
_SAVE = versioned_update(file_import, "step", "content", "data")
_FORGET = sa.delete(file_import).where(
    file_import.c.business_id == sa.bindparam("tenant"), sa.text("step = 'shown'")
)
_CLIENTS = sa.select(client.c.id, client.c.name, client.c.data).where(
    client.c.business_id == sa.bindparam("tenant"), client.c.archived_at.is_(None)
)


_TAKEN = sa.select(invoice.c.number).where(
    invoice.c.business_id == sa.bindparam("tenant"),
    invoice.c.number.in_(sa.bindparam("numbers", expanding=True)),
)
_COUNTED = sa.select(counter.c.period, counter.c.value).where(
    counter.c.business_id == sa.bindparam("tenant"), counter.c.series == sa.bindparam("series")
)
_REMOVE = sa.delete(invoice).where(
    by_id(invoice), invoice.c.imported, invoice.c.version == sa.bindparam("seen")
)


class SqlImports:
    """core.importing.Imports."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Import, content: bytes) -> None:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, member_id=new.member_id, step=new.step.value,
            created_at=new.created_at, content=content, data=encode(new),
        )  # fmt: skip

    async def lock(self, import_id: UUID) -> Import:
        row = await self._scope.get(_LOCK, "import", key=import_id)
        return replace(cast(Import, decode(Import, row.data)), version=row.version)

    async def content(self, import_id: UUID) -> bytes:
        return cast(bytes, (await self._scope.get(_CONTENT, "import", key=import_id)).content)

    async def save(self, changed: Import) -> Import:
        if changed.step is Step.SHOWN:
            raise ValueError("a file that is only shown does not change")
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_step=changed.step.value, new_content=None,
            new_data=encode(changed),
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def forget(self) -> None:
        await self._scope.mine(_FORGET)

    async def taken_numbers(self, numbers: Sequence[str]) -> frozenset[str]:
        if not numbers:
            return frozenset()
        return frozenset((await self._scope.mine(_TAKEN, numbers=list(numbers))).scalars())

    async def counted(self, series: str) -> Mapping[str, int]:
        return {row.period: row.value for row in await self._scope.mine(_COUNTED, series=series)}

    async def remove_invoice(self, invoice: Invoice) -> None:
        try:
            await self._scope.update(_REMOVE, key=invoice.id, seen=0)
        except IntegrityError as error:
            raise Conflict(
                N_("{number} was changed or used since, so the import cannot be taken back as a whole."),
                number=invoice.issued.number,
            ) from error

    async def known_clients(self) -> Sequence[KnownClient]:
        rows = await self._scope.mine(_CLIENTS)
        return [KnownClient(row.id, row.name, decode_plain(row.data).get("email", "")) for row in rows]
