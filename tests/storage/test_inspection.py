"""What the inspection of statements finds, and what it lets pass."""

from typing import Any

import pytest
import sqlalchemy as sa

from storage.tables import audit, client, invoice, outbox
from tests.storage.inspection import unguarded

TENANT: Any = sa.bindparam("tenant")
LATER = audit.alias("later")
JOINED = client.join(invoice, invoice.c.client_id == client.c.id)
OPEN_STATEMENTS: dict[str, tuple[Any, set[str]]] = {
    "no condition": (sa.select(invoice), {"invoice"}),
    "by id only": (sa.select(invoice).where(invoice.c.id == sa.bindparam("key")), {"invoice"}),
    "other than": (sa.select(invoice).where(invoice.c.business_id != TENANT), {"invoice"}),
    "another name": (sa.select(invoice).where(invoice.c.business_id == sa.bindparam("who")), {"invoice"}),
    "one side of a join": (sa.select(invoice).select_from(JOINED).where(client.c.business_id == TENANT), {"invoice"}),
    "in a subquery": (
        sa.select(audit).where(audit.c.business_id == TENANT, ~sa.exists().where(LATER.c.undoes == audit.c.id)),
        {"later"},
    ),
    "an update": (sa.update(client).values(name="x"), {"client"}),
    "a delete": (sa.delete(client).where(client.c.id == sa.bindparam("key")), {"client"}),
    "an insert": (sa.insert(client), {"client"}),
    "an OR in a text": (
        sa.select(invoice).where(invoice.c.business_id == TENANT, sa.text("(a) AND b OR (c)")), {"invoice"},
    ),
    "a text": (sa.text("SELECT * FROM payment"), {"payment"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN_STATEMENTS)
def test_the_inspection_finds_a_statement_that_is_open_to_all(name: str) -> None:
    statement, tables = OPEN_STATEMENTS[name]

    assert unguarded(statement, [{"key": 7}]) == tables


def test_the_inspection_lets_a_bound_statement_and_chat_tables_pass() -> None:
    joined = sa.select(invoice).select_from(
        client.join(
            invoice, (invoice.c.client_id == client.c.id) & (client.c.business_id == invoice.c.business_id)
        )
    )

    found = [
        unguarded(joined.where(invoice.c.business_id == TENANT), []),
        unguarded(sa.insert(client), [{"business_id": 7}]),
        unguarded(sa.select(outbox), []),
        unguarded(sa.select(invoice).where(invoice.c.business_id == TENANT, sa.text("(a OR b)")), []),
    ]

    assert found == [set(), set(), set(), set()]
