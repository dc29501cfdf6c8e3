"""Files of other programs that wait to be imported, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "file_import",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.CheckConstraint("(step = 'shown') = (content IS NOT NULL)", name=op.f("ck_file_import_content")),
        sa.ForeignKeyConstraint(
            ["business_id", "member_id"],
            ["member.business_id", "member.id"],
            name=op.f("fk_file_import_business_id_member_id_member"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_file_import")),
    )
    op.create_index(
        "ix_file_import_shown", "file_import", ["business_id"], postgresql_where=sa.text("step = 'shown'"),
        sqlite_where=sa.text("step = 'shown'"),
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _guard_rows() -> None:
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON file_import TO billhook_app")
    op.execute("GRANT SELECT, INSERT ON file_import TO billhook_keeper")
    op.execute("ALTER TABLE file_import ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE file_import FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON file_import TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})"
    )
    op.execute("CREATE POLICY keeper ON file_import TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose what was read in; restore a backup instead.")
