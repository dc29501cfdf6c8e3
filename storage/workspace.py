"""A workspace's chats and senders: everything below `platform:tenant/` is one range of an index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def within(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """In the range that `bounds` gives."""
    return sa.and_(column >= sa.bindparam("first"), column < sa.bindparam("end"))


def bounds(workspace: str) -> dict[str, str]:
    return {"first": f"{workspace}/", "end": f"{workspace}{chr(ord('/') + 1)}"}
