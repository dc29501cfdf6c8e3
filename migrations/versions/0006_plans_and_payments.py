"""Plans, their usage and orders, hosted invoice pages, online payments, and money that goes back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_INSTANT = storage.types.UtcDateTime(timezone=True)
_ADDRESS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_FLEET_TABLES = (
    "subscription", "plan_change", "usage", "plan_order", "stripe_event", "invoice_link", "pay_account", "pay_setup",
    "tally",
)  # fmt: skip
_TENANT_TABLES = ("pay_session", "invoice_view")
_LIVE = "state IN ('opening', 'open')"
_SUMS = (
    "(amount_minor > 0 AND applied_minor >= 0 AND applied_minor <= amount_minor)"
    " OR (amount_minor < 0 AND applied_minor <= 0 AND applied_minor >= amount_minor)"
)
_REFUNDS = "amount_minor > 0 OR refunds_id IS NOT NULL"


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    _add_plans()
    _add_orders_and_events()
    _add_links()
    _add_accounts()
    _add_sessions()
    _widen_payments(postgresql)
    if postgresql:
        _guard_rows()


def _index(name: str, table: str, columns: list[str], where: str = "", **options: Any) -> None:
    if where:
        options |= {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
    op.create_index(name, table, columns, **options)


def _of_business(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_business_id_business")
    return sa.ForeignKeyConstraint(["business_id"], ["business.business_id"], name=name)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["business_id", column],
        [f"{to}.business_id", f"{to}.id"],
        name=op.f(f"fk_{table}_business_id_{column}_{to}"),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _add_plans() -> None:
    op.create_table(
        "subscription",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("renews_at", _INSTANT, nullable=True),
        sa.Column("trial_ends_at", _INSTANT, nullable=True),
        sa.Column("ends_at", _INSTANT, nullable=True),
        sa.Column("past_due_since", _INSTANT, nullable=True),
        sa.Column("trialed", sa.Boolean(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        _check("subscription", "price", "(currency IS NULL) = (price_minor IS NULL)"),
        _of_business("subscription"),
        _key("subscription", "business_id"),
    )
    _index("ix_subscription_customer", "subscription", ["customer"], "customer <> ''", unique=True)
    op.create_table(
        "plan_change",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("plan_from", sa.Text(), nullable=False),
        sa.Column("plan_to", sa.Text(), nullable=False),
        sa.Column("standing_from", sa.Text(), nullable=False),
        sa.Column("standing_to", sa.Text(), nullable=False),
        _of_business("plan_change"),
        _key("plan_change", "business_id", "version"),
    )
    _index("ix_plan_change_at", "plan_change", ["at"])
    op.create_table(
        "usage",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("full_count", sa.Integer(), nullable=False),
        _check("usage", "used", "used >= 0"),
        _of_business("usage"),
        _key("usage", "business_id", "meter", "period"),
    )
    _index("ix_usage_period", "usage", ["period", "meter"])
    op.create_table(
        "tally",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        _key("tally", "name", "labels", "day"),
    )


def _add_orders_and_events() -> None:
    op.create_table(
        "plan_order",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("chat", _ADDRESS, nullable=False),
        sa.Column("sender", _ADDRESS, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _check("plan_order", "kind", "kind IN ('upgrade', 'portal', 'cancel', 'resume')"),
        _check("plan_order", "state", "state IN ('open', 'done', 'failed')"),
        _belongs("plan_order", "member_id", "member"),
        _key("plan_order", "business_id", "id"),
    )
    _index("ix_plan_order_open", "plan_order", ["created_at"], "state = 'open'")
    _index("ix_plan_order_created_at", "plan_order", ["created_at"], postgresql_using="brin")
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("stored_at", _INSTANT, nullable=False),
        sa.Column("applied_at", _INSTANT, nullable=True),
        sa.Column("failed_at", _INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        _of_business("stripe_event"),
        _key("stripe_event", "id"),
    )
    unapplied = "applied_at IS NULL AND failed_at IS NULL"
    _index("ix_stripe_event_unapplied", "stripe_event", ["stored_at", "id"], unapplied)
    _index("ix_stripe_event_business", "stripe_event", ["business_id", "created_at"])
    _index("ix_stripe_event_stored_at", "stripe_event", ["stored_at"], postgresql_using="brin")


def _add_links() -> None:
    op.create_table(
        "invoice_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        _belongs("invoice_link", "invoice_id", "invoice"),
        _key("invoice_link", "token_hash"),
    )
    _index("ix_invoice_link_invoice", "invoice_link", ["business_id", "invoice_id", "created_at"])
    _index("ix_invoice_link_revoked_at", "invoice_link", ["revoked_at"], "revoked_at IS NOT NULL")
    op.create_table(
        "invoice_view",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _belongs("invoice_view", "invoice_id", "invoice"),
        _key("invoice_view", "business_id", "invoice_id"),
    )


def _add_accounts() -> None:
    op.create_table(
        "pay_account",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("connected_at", _INSTANT, nullable=False),
        sa.Column("left_at", _INSTANT, nullable=True),
        _of_business("pay_account"),
        _key("pay_account", "business_id"),
    )
    _index("ix_pay_account_left_at", "pay_account", ["left_at"], "left_at IS NOT NULL")
    op.create_table(
        "pay_setup",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("chat", _ADDRESS, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        _belongs("pay_setup", "member_id", "member"),
        _key("pay_setup", "token_hash"),
    )
    _index("ix_pay_setup_expires_at", "pay_setup", ["expires_at"])


def _add_sessions() -> None:
    op.create_table(
        "pay_session",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("to_end", sa.Boolean(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=True),
        _check("pay_session", "state", "state IN ('opening', 'open', 'paid', 'ended')"),
        _check("pay_session", "amount", "amount_minor > 0"),
        _belongs("pay_session", "invoice_id", "invoice"),
        _key("pay_session", "business_id", "id"),
    )
    known, ended = "provider_id <> ''", "state = 'ended' AND NOT to_end"
    _index("ix_pay_session_live", "pay_session", ["business_id", "invoice_id"], _LIVE, unique=True)
    _index("ix_pay_session_provider", "pay_session", ["business_id", "provider_id"], known, unique=True)
    _index("ix_pay_session_to_end", "pay_session", ["business_id", "id"], f"to_end OR {_LIVE}")
    _index("ix_pay_session_ended", "pay_session", ["business_id", "created_at"], ended)


def _widen_payments(postgresql: bool) -> None:
    op.add_column("payment", sa.Column("provider_id", sa.Text(), server_default="", nullable=False))
    op.add_column("payment", sa.Column("refunds_id", sa.Uuid(), nullable=True))
    refunded = op.f("fk_payment_business_id_refunds_id_payment")
    columns = (["business_id", "refunds_id"], ["business_id", "id"])
    if postgresql:
        op.drop_constraint(op.f("ck_payment_sums"), "payment", type_="check")
        op.create_check_constraint(op.f("ck_payment_sums"), "payment", _SUMS)
        op.create_check_constraint(op.f("ck_payment_refunds"), "payment", _REFUNDS)
        op.create_foreign_key(refunded, "payment", "payment", *columns)
    else:
        # SQLite changes a CHECK by copying the table, and a receipt names a row of the old one.
        op.execute("CREATE TABLE kept_receipt AS SELECT * FROM receipt")
        op.execute("DELETE FROM receipt")
        with op.batch_alter_table("payment", recreate="always") as batch_op:
            # The old one is not read from the database, so there is nothing to drop.
            batch_op.create_check_constraint(op.f("ck_payment_sums"), _SUMS)
            batch_op.create_check_constraint(op.f("ck_payment_refunds"), _REFUNDS)
            batch_op.create_foreign_key(refunded, "payment", *columns)
        op.execute("INSERT INTO receipt SELECT * FROM kept_receipt")
        op.execute("DROP TABLE kept_receipt")
    _index("ix_payment_provider", "payment", ["business_id", "provider_id"], "provider_id <> ''", unique=True)
    _index("ix_payment_refunds", "payment", ["business_id", "refunds_id"], "refunds_id IS NOT NULL")


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


def downgrade() -> None:
    raise RuntimeError("Going back would lose what was bought and paid; restore a backup instead.")
