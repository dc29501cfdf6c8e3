"""Encrypting anew, with the newest key, what an older one holds: the same for every table that keeps secrets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.errors import Unavailable
from storage.scope import Scope
from storage.vault import Vault

_AT_ONCE = 500


class Resealing:
    """Of one table, whose rows are named by two columns."""

    def __init__(
        self,
        table: sa.Table,
        names: tuple[sa.Column[Any], sa.Column[Any]],
        sealed: sa.Column[Any],
        *where: Any,
    ) -> None:
        keys = [sa.bindparam(f"key_{place}", type_=name.type) for place, name in enumerate(names)]
        self._page = (
            sa.select(names[0].label("one"), names[1].label("other"), sealed.label("sealed"))
            .where(sa.tuple_(*names) > sa.tuple_(*keys), *where)
            .order_by(*names)
            .limit(_AT_ONCE)
        )
        # Only what was read is replaced: the row may be written anew meanwhile.
        self._renew = (
            sa.update(table)
            .where(
                *(name == key for name, key in zip(names, keys, strict=True)), sealed == sa.bindparam("seen")
            )
            .values({sealed: sa.bindparam("renewed")})
        )

    async def refresh(self, scope: Scope, vault: Vault, first: Any, limit: int) -> int:
        """How many, at most so many. Reads all rows after the key `first`, some microseconds each; what no key opens
        is left for the keys to come back.
        """
        renewed, after = 0, (first, "")
        while renewed < limit:
            rows = (await scope.run(self._page, key_0=after[0], key_1=after[1])).all()
            for row in rows:
                after = (row.one, row.other)
                renewed += await self._renewed(scope, vault, after, row.sealed)
                if renewed == limit:
                    break
            if len(rows) < _AT_ONCE:
                break
        return renewed

    async def _renewed(self, scope: Scope, vault: Vault, key: tuple[Any, str], sealed: str) -> int:
        try:
            text = vault.renewed(sealed)
        except Unavailable:
            return 0
        if text is None:
            return 0
        values = {"key_0": key[0], "key_1": key[1], "seen": sealed, "renewed": text}
        return (await scope.run(self._renew, **values)).rowcount
