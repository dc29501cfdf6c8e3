"""Digests, reminders, promises and fees, notices that wait, and what the clock reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_INSTANT = storage.types.UtcDateTime(timezone=True)
_ADDRESS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_FLEET_TABLES = ("agenda", "digest_run", "unsubscribe")
_TENANT_TABLES = (
    "reminder", "reminder_run", "chase", "promise", "fee_run", "notice", "preference", "opt_out",
)  # fmt: skip

_TROUBLE = sa.text("state NOT IN ('sent', 'cancelled')")
_UNASKED = sa.text("kind <> ''")
_STATES = "state IN ('pending', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')"
_AT_ONCE = 1000


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    _add_fleet_tables()
    _add_reminders()
    _add_promises_and_fees()
    _add_notices()
    op.create_index("ix_payment_created_at", "payment", ["business_id", "created_at"])
    _widen_outbox(postgresql)
    if postgresql:
        _guard_rows()
    _plan_existing_businesses(postgresql)


def _index(name: str, table: str, columns: list[str], where: str = "", **options: Any) -> None:
    if where:
        options |= {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
    op.create_index(name, table, columns, **options)


def _of_business(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_business_id_business")
    return sa.ForeignKeyConstraint(["business_id"], ["business.business_id"], name=name)


def _belongs(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["business_id", column],
        [f"{to}.business_id", f"{to}.id"],
        name=op.f(f"fk_{table}_business_id_{column}_{to}"),
        ondelete=ondelete,
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _add_fleet_tables() -> None:
    op.create_table(
        "agenda",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("digest_days", sa.Text(), nullable=False),
        sa.Column("look_at", sa.Time(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("digest_next", _INSTANT, nullable=True),
        sa.Column("look_next", _INSTANT, nullable=True),
        sa.Column("next_at", _INSTANT, nullable=True),
        sa.Column("woken_at", _INSTANT, nullable=True),
        _of_business("agenda"),
        _key("agenda", "business_id"),
    )
    _index("ix_agenda_next_at", "agenda", ["next_at"])
    _index("ix_agenda_woken_at", "agenda", ["woken_at"], "woken_at IS NOT NULL")
    op.create_table(
        "digest_run",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("local_on", sa.Date(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=True),
        _of_business("digest_run"),
        _key("digest_run", "business_id", "local_on"),
    )
    _index("ix_digest_run_unmade", "digest_run", ["business_id", "local_on"], "made_at IS NULL")
    _index("ix_digest_run_decided_at", "digest_run", ["decided_at"], postgresql_using="brin")
    op.create_table(
        "unsubscribe",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        _of_business("unsubscribe"),
        _key("unsubscribe", "token_hash"),
    )
    _index("ix_unsubscribe_expires_at", "unsubscribe", ["expires_at"])


def _add_reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("send_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('planned', 'held', 'sent', 'stopped')", name=op.f("ck_reminder_state")),
        sa.CheckConstraint("way IN ('mail', 'chat')", name=op.f("ck_reminder_way")),
        _belongs("reminder", "client_id", "client"),
        _key("reminder", "business_id", "id"),
    )
    _index("ix_reminder_client", "reminder", ["business_id", "client_id", "id"])
    unsent = "state IN ('planned', 'held')"
    _index("ix_reminder_unsent", "reminder", ["business_id", "send_at", "id"], unsent)
    op.create_table(
        "reminder_run",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        _belongs("reminder_run", "invoice_id", "invoice"),
        _belongs("reminder_run", "reminder_id", "reminder"),
        _key("reminder_run", "business_id", "invoice_id", "step"),
    )
    _index("ix_reminder_run_reminder", "reminder_run", ["business_id", "reminder_id", "invoice_id"])
    op.create_table(
        "chase",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("steps", storage.types.Json(), nullable=True),
        _belongs("chase", "invoice_id", "invoice", ondelete="CASCADE"),
        _key("chase", "business_id", "invoice_id"),
    )


def _add_promises_and_fees() -> None:
    op.create_table(
        "promise",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.CheckConstraint("kept IN ('open', 'kept', 'broken', 'withdrawn')", name=op.f("ck_promise_kept")),
        _belongs("promise", "client_id", "client", ondelete="CASCADE"),
        _key("promise", "business_id", "id"),
    )
    unkept = "kept = 'open'"
    _index("ix_promise_client", "promise", ["business_id", "client_id", "kept"])
    _index("ix_promise_open", "promise", ["business_id", "client_id"], unkept, unique=True)
    _index("ix_promise_promised_on", "promise", ["business_id", "promised_on", "id"], unkept)
    op.create_table(
        "fee_run",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("fee_invoice_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("accrued_to", sa.Date(), nullable=True),
        _belongs("fee_run", "invoice_id", "invoice"),
        _belongs("fee_run", "fee_invoice_id", "invoice"),
        _key("fee_run", "business_id", "invoice_id", "step"),
    )
    _index("ix_fee_run_fee_invoice", "fee_run", ["business_id", "fee_invoice_id"])


def _add_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat", _ADDRESS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("payload", storage.types.Json(), nullable=False),
        _of_business("notice"),
        _key("notice", "business_id", "id"),
    )
    _index("ix_notice_due_at", "notice", ["business_id", "due_at", "id"])
    op.create_table(
        "preference",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", storage.types.Json(), nullable=False),
        _of_business("preference"),
        _key("preference", "business_id", "subject"),
    )
    op.create_table(
        "opt_out",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("opted_at", _INSTANT, nullable=False),
        _of_business("opt_out"),
        _key("opt_out", "business_id", "email"),
    )


def _widen_outbox(postgresql: bool) -> None:
    op.drop_index("ix_outbox_trouble", "outbox")
    op.add_column("outbox", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("about", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("repeats", sa.SmallInteger(), server_default="0", nullable=False))
    if postgresql:
        op.drop_constraint(op.f("ck_outbox_state"), "outbox", type_="check")
        op.create_check_constraint(op.f("ck_outbox_state"), "outbox", _STATES)
    else:
        _rebuild_outbox()
    for name, columns, where in (
        ("ix_outbox_trouble", ["business_id", "id"], _TROUBLE),
        ("ix_outbox_unasked", ["business_id", "id"], _UNASKED),
        ("ix_outbox_ref", ["ref"], _UNASKED),
    ):
        op.create_index(name, "outbox", columns, postgresql_where=where, sqlite_where=where)


def _rebuild_outbox() -> None:
    """SQLite changes a CHECK by copying the table, and dropping the old one would take every attachment along."""
    op.execute("CREATE TABLE kept_attachment AS SELECT * FROM attachment")
    with op.batch_alter_table("outbox", recreate="always") as batch_op:
        # The old one is not read from the database, so there is nothing to drop.
        batch_op.create_check_constraint(op.f("ck_outbox_state"), _STATES)
    op.execute("DELETE FROM attachment")
    op.execute("INSERT INTO attachment SELECT * FROM kept_attachment")
    op.execute("DROP TABLE kept_attachment")


def _guard_rows() -> None:
    for table in (*_FLEET_TABLES, *_TENANT_TABLES):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    for table in _TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})"
        )
        op.execute(f"CREATE POLICY keeper ON {table} TO billhook_keeper USING (true) WITH CHECK (true)")


def _plan_existing_businesses(postgresql: bool) -> None:
    """Digests begin tomorrow, and reminders with the steps that are reached from tomorrow on.

    The first tick plans them: each row is due at once, and what was done today is marked as done.
    """
    connection = op.get_bind()
    zone = "data->>'zone'" if postgresql else "json_extract(data, '$.zone')"
    if postgresql:
        # FORCE binds the owner of the tables as well; only the keeper of backups sees every business.
        op.execute("SET LOCAL ROLE billhook_keeper")
    found: Sequence[Any] = connection.execute(
        sa.select(sa.column("business_id", sa.Uuid()), sa.literal_column(zone).label("zone")).select_from(
            sa.table("business")
        )
    ).all()
    agenda = sa.table(
        "agenda",
        *(sa.column(name, kind) for name, kind in (
            ("business_id", sa.Uuid()), ("zone", sa.Text()), ("digest_at", sa.Time()), ("digest_days", sa.Text()),
            ("look_at", sa.Time()), ("since", sa.Date()), ("digest_on", sa.Date()), ("next_at", _INSTANT),
        )),
    )  # fmt: skip
    now = datetime.now(UTC)
    rows = []
    for row in found:
        name = row.zone or "UTC"
        today = _local_day(now, name)
        rows.append({
            "business_id": row.business_id, "zone": name,
            "digest_at": time(9), "digest_days": "all", "look_at": time(9), "since": today, "digest_on": today,
            "next_at": now,
        })  # fmt: skip
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(sa.insert(agenda), rows[start : start + _AT_ONCE])
    if postgresql:
        op.execute("RESET ROLE")


def _local_day(now: datetime, zone: str) -> date:
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (KeyError, ValueError):
        return now.date()


def downgrade() -> None:
    raise RuntimeError("Going back would lose what was promised and sent; restore a backup instead.")
