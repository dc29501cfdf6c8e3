"""What all tables share: the names of their constraints, and the forms of their keys."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def tenant_key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("business_id", *columns)


def belongs(*columns: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A composite foreign key, so that no row can name another business's row."""
    return sa.ForeignKeyConstraint(
        ["business_id", *columns],
        [f"{to}.business_id", *(f"{to}.id" for _ in columns)],
        ondelete=ondelete,
    )


ADDRESS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A chat or a sender. Bytewise order on both databases, so that a workspace's are one range of an index."""
