import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from core.chat_ports import Invitation, Place, Seat
from storage import migrate, tables
from storage.engine import Storage, create_engine
from storage.ticking import Claim, claim_due
from tests.fakes.clock import MORNING, FixedClock

MIGRATIONS = Path(migrate.__file__).parent.parent / "migrations"


def execute(url: str, statement: str) -> None:
    async def run() -> None:
        engine = create_engine(url, as_app=False)
        try:
            async with engine.begin() as connection:
                await connection.exec_driver_sql(statement)
        finally:
            await engine.dispose()

    asyncio.run(run())


def test_an_empty_database_has_no_revision_and_lacks_every_table(empty_database_url: str) -> None:
    revision = asyncio.run(migrate.revision(empty_database_url))

    assert revision is None
    assert migrate.drift(empty_database_url) != []


def test_the_migrations_lead_from_nothing_to_exactly_the_tables(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []
    assert asyncio.run(migrate.revision(empty_database_url)) == migrate.HEAD


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    for _time in range(2):
        migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []


def test_a_database_of_the_telegram_release_keeps_its_seats_and_chats(empty_database_url: str) -> None:
    business, owner = UUID(int=7), UUID(int=11)
    upgrade_to(empty_database_url, "0002")
    for statement in (
        f"INSERT INTO business (business_id, version, name, data) VALUES ('{business.hex}', 0, 'K', '{{}}')",
        "INSERT INTO member (business_id, id, version, name, role, created_at) "
        f"VALUES ('{business.hex}', '{owner.hex}', 0, 'Ana', 'owner', '2026-01-07 06:05:04.321987')",
        "INSERT INTO seat (sender, business_id, member_id) "
        f"VALUES ('telegram:7', '{business.hex}', '{owner.hex}'), ('console:me', '{business.hex}', '{owner.hex}')",
        f"INSERT INTO chat (chat, business_id, title) VALUES ('telegram:-7', '{business.hex}', 'Team')",
        "INSERT INTO invitation (code_hash, business_id, role, invited_by, expires_at) "
        f"VALUES ('h', '{business.hex}', 'admin', '{owner.hex}', '2026-03-05 10:00:00.000007')",
    ):
        execute(empty_database_url, statement)

    migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []
    seen = asyncio.run(what_is_left(empty_database_url, Seat(business, owner)))
    assert seen == [
        Seat(business, owner),
        ["console:me", "telegram:7"],
        Place(business),
        Invitation(business, "admin", datetime(2026, 3, 5, 10, 0, 0, 7, tzinfo=UTC), owner),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]


def test_accounts_of_before_one_could_be_left_stay_connected(empty_database_url: str) -> None:
    business = UUID(int=7)
    upgrade_to(empty_database_url, "0006")
    for statement in (
        f"INSERT INTO business (business_id, version, name, data) VALUES ('{business.hex}', 0, 'K', '{{}}')",
        "INSERT INTO pay_account (business_id, sealed, account, live, webhook_id, connected_at) "
        f"VALUES ('{business.hex}', 'gAAAAA', 'acct_7', false, 'we_7', '2026-01-07 06:05:04.321987')",
    ):
        execute(empty_database_url, statement)

    migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []
    assert asyncio.run(accounts(empty_database_url)) == [
        (business, "gAAAAA", "acct_7", False, "we_7", datetime(2026, 1, 7, 6, 5, 4, 321987, tzinfo=UTC), None)
    ]


async def accounts(url: str) -> list[tuple[Any, ...]]:
    storage, known = Storage(url, FixedClock(), pool_size=1), tables.pay_account.c
    query = sa.select(
        known.business_id,
        known.sealed,
        known.account,
        known.live,
        known.webhook_id,
        known.connected_at,
        known.left_at,
    )
    async with storage.connection() as connection:
        rows = [tuple(row) for row in await connection.execute(query)]
    await storage.close()
    return rows


ZONES = {"Asia/Kathmandu": UUID(int=13), "Pacific/Apia": UUID(int=17), "Nowhere/Atlantis": UUID(int=19)}


def test_businesses_from_before_there_were_digests_get_their_first_one_tomorrow(
    empty_database_url: str,
) -> None:
    upgrade_to(empty_database_url, "0004")
    for zone, business in ZONES.items():
        data = json.dumps({"zone": zone})
        execute(
            empty_database_url,
            f"INSERT INTO business (business_id, version, name, data) VALUES ('{business.hex}', 0, 'K', '{data}')",
        )

    before = datetime.now(UTC)
    migrate.upgrade(empty_database_url)
    planned, claims, later = asyncio.run(what_is_planned(empty_database_url))

    days = [
        {moment.astimezone(ZoneInfo(zone)).date() for moment in (before, datetime.now(UTC))}
        for zone in ("Asia/Kathmandu", "Pacific/Apia", "UTC")
    ]
    assert [business for business, _on, _since in planned] == list(ZONES.values())
    assert all(on == since and on in day for (_business, on, since), day in zip(planned, days, strict=True))
    assert [claim.digest_on for claim in claims] == [None] * 3
    first = {claim.business_id: claim.digest_on for claim in reversed(later)}
    assert first == {business: on + timedelta(days=1) for business, on, _since in planned}


async def what_is_planned(url: str) -> tuple[list[Any], list[Claim], list[Claim]]:
    """The rows, what the first tick hands out, and what the hours until nine tomorrow do, wherever it is."""
    storage, now = Storage(url, FixedClock(), pool_size=1), datetime.now(UTC)
    agenda = tables.agenda
    query = sa.select(agenda.c.business_id, agenda.c.digest_on, agenda.c.since).order_by(agenda.c.business_id)
    async with storage.connection() as connection:
        rows = [tuple(row) for row in await connection.execute(query)]
        claims = await claim_due(connection, now, 200)
        later = [
            claim
            for hours in range(1, 24 + 9 + 1)
            for claim in await claim_due(connection, now + timedelta(hours=hours), 200)
            if claim.digest_on
        ]
    await storage.close()
    return rows, claims, later


def test_the_outbox_keeps_its_rows_and_their_files(empty_database_url: str) -> None:
    upgrade_to(empty_database_url, "0004")
    row = UUID(int=23).hex
    for statement in (
        "INSERT INTO outbox (id, chat, payload, state, created_at, error) "
        f"VALUES ('{row}', 'telegram:7', '{{}}', 'failed', '2026-03-05 10:00:00.000007', 'blocked')",
        "INSERT INTO attachment (outbox_id, position, filename, media_type, content) "
        f"VALUES ('{row}', 0, 'a.pdf', 'application/pdf', '%PDF')",
    ):
        execute(empty_database_url, statement)

    migrate.upgrade(empty_database_url)

    assert asyncio.run(what_was_kept(empty_database_url)) == [("failed", "blocked", "", 0, "a.pdf")]
    execute(empty_database_url, "UPDATE outbox SET state = 'cancelled'")
    with pytest.raises(IntegrityError):
        execute(empty_database_url, "UPDATE outbox SET state = 'lost'")


async def what_was_kept(url: str) -> list[tuple[Any, ...]]:
    storage = Storage(url, FixedClock(), pool_size=1)
    row, file = tables.outbox, tables.attachment
    query = sa.select(row.c.state, row.c.error, row.c.kind, row.c.repeats, file.c.filename)
    async with storage.connection() as connection:
        found = await connection.execute(query.join_from(row, file))
        kept = [tuple(each) for each in found]
    await storage.close()
    return kept


def test_payments_of_before_are_kept_with_their_receipts_and_files_and_money_can_go_back(
    empty_database_url: str,
) -> None:
    upgrade_to(empty_database_url, "0005")
    business, client, invoice, payment, file = (UUID(int=number).hex for number in (7, 11, 13, 17, 19))
    moment = "'2026-03-05 10:00:00.000007'"
    for statement in (
        f"INSERT INTO business (business_id, version, name, data) VALUES ('{business}', 0, 'K', '{{}}')",
        "INSERT INTO client (business_id, id, version, name, search, data) "
        f"VALUES ('{business}', '{client}', 0, 'A', 'a', '{{}}')",
        "INSERT INTO invoice (business_id, id, version, client_id, state, number, currency, total_minor, paid_minor, "
        f"created_at, void_reason, draft, document) VALUES ('{business}', '{invoice}', 0, '{client}', 'issued', '7', "
        f"'EUR', 700, 700, {moment}, '', '{{}}', '{{}}')",
        "INSERT INTO payment (business_id, id, version, client_id, invoice_id, currency, amount_minor, applied_minor, "
        f"received_on, method, created_at) VALUES ('{business}', '{payment}', 0, '{client}', '{invoice}', 'EUR', 700, "
        f"700, '2026-03-05', 'cash', {moment})",
        "INSERT INTO file (business_id, id, media_type, content) "
        f"VALUES ('{business}', '{file}', 'image/png', 'x')",
        f"INSERT INTO receipt (business_id, payment_id, file_id) VALUES ('{business}', '{payment}', '{file}')",
        "INSERT INTO document (business_id, invoice_id, kind, sha256, content) "
        f"VALUES ('{business}', '{invoice}', 'invoice', 'ab', '%PDF')",
    ):
        execute(empty_database_url, statement)

    migrate.upgrade(empty_database_url)

    assert asyncio.run(what_was_paid(empty_database_url, UUID(int=7), UUID(int=13))) == (
        [("", None, 700)], [UUID(int=19)], len("%PDF"),
    )  # fmt: skip
    back = (
        "INSERT INTO payment (business_id, id, version, client_id, invoice_id, currency, amount_minor, applied_minor, "
        f"received_on, method, created_at, refunds_id) VALUES ('{business}', '{{id}}', 0, '{client}', '{invoice}', "
        f"'EUR', -70, {{applied}}, '2026-03-05', 'refund', {moment}, {{refunds}})"
    )
    execute(empty_database_url, back.format(id=UUID(int=23).hex, applied=-70, refunds=f"'{payment}'"))
    for applied, refunds in ((-71, f"'{payment}'"), (7, f"'{payment}'"), (-70, "NULL"), (-70, f"'{client}'")):
        with pytest.raises(IntegrityError):
            execute(
                empty_database_url,
                back.format(id=UUID(int=29).hex, applied=applied, refunds=refunds),
            )


async def what_was_paid(
    url: str, business_id: UUID, invoice_id: UUID
) -> tuple[list[tuple[str, UUID | None, int]], Sequence[UUID], int]:
    storage = Storage(url, FixedClock(), pool_size=1)
    async with storage.work() as work:
        await work.enter(business_id)
        payments = await work.payments.list_of(invoice_id)
        receipts = await work.payments.receipts_of(invoice_id)
        kept = await work.files.find_document(invoice_id, "invoice")
    await storage.close()
    return (
        [(each.provider_id, each.refunds, each.amount.minor) for each in payments],
        receipts,
        len(kept or b""),
    )


def upgrade_to(url: str, revision: str) -> None:
    async def run() -> None:
        engine = create_engine(url, as_app=False, json_as_text=False)
        async with engine.begin() as connection:
            await connection.run_sync(step)
        await engine.dispose()

    def step(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    asyncio.run(run())


async def what_is_left(url: str, seat: Seat) -> list[object]:
    storage = Storage(url, FixedClock(), pool_size=1)
    async with storage.work() as work:
        found = [
            (await work.chats.speaker("telegram:7")).seat,
            await work.chats.senders_of(seat),
            await work.chats.place("telegram:-7"),
            await work.chats.accept("h", MORNING),
            (await work.connection.execute(sa.select(tables.seat.c.chosen_at).distinct())).scalar_one(),
        ]
    await storage.close()
    return found


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE client ADD COLUMN nickname TEXT",
        "DROP INDEX ix_invoice_due",
        "CREATE TABLE stray (id INTEGER)",
    ],
)
def test_a_table_changed_by_hand_is_told_as_drift(fresh_database_url: str, change: str) -> None:
    execute(fresh_database_url, change)

    assert len(migrate.drift(fresh_database_url)) == 1


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert scripts.get_heads() == [migrate.HEAD]
    newest = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))[-1]
    assert newest.startswith(f"{migrate.HEAD}_")


def test_every_revision_follows_the_one_before_it_in_number() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert sorted(revisions, reverse=True) == revisions
