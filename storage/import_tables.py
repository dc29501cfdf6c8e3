"""The table of files that were read in."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import belongs, metadata, tenant_key
from storage.types import Json, UtcDateTime

# The content is there only as long as the file may still be imported; `data` has what came of it.
file_import = sa.Table(
    "file_import",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("data", Json, nullable=False),
    tenant_key("id"),
    belongs("member_id", to="member"),
    sa.CheckConstraint("(step = 'shown') = (content IS NOT NULL)", name="content"),
    sa.Index(
        "ix_file_import_shown", "business_id", postgresql_where=sa.text("step = 'shown'"),
        sqlite_where=sa.text("step = 'shown'"),
    ),
)  # fmt: skip
