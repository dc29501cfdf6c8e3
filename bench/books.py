"""Reports of a business with 10^5 invoices beside those of one with 10^3, both with 1000 clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bench.bench import Bench
from bench.ledger import CLOCK, TODAY, Ledger, open_ledger
from bench.measure import Row, Timed, in_turns, wall
from core.documents.pdf import render_account
from core.invoice import Period
from core.plan import Plan
from core.usecases.report import aging_on, statement_of, summary_of
from storage.codec import encode
from storage.engine import Storage, async_url
from storage.work import SqlWork

FEW, MANY = 1_000, 100_000
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
_SOME_CLIENT = UUID("00000000-0000-7000-9000-000000000007")

# One invoice in twenty is open; all are spread over three years and over the clients.
_NUMBERS = {
    False: "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count - 1)",
    True: "WITH numbers AS (SELECT n FROM generate_series(0, :count - 1) AS n)",
}
_IDS = {
    False: "'000000000000{kind}' || printf('%016x', {n})",
    True: "('00000000-0000-{kind}-' || substr(lpad(to_hex({n}), 16, '0'), 1, 4) || '-' ||"
    " substr(lpad(to_hex({n}), 16, '0'), 5))::uuid",
}
_CLIENT_IDS = {
    False: "'00000000000070009000' || printf('%012x', {n})",
    True: "('00000000-0000-7000-9000-' || lpad(to_hex({n}), 12, '0'))::uuid",
}
_DAYS = {False: "date('2023-01-01', '+' || ({n}) || ' days')", True: "date '2023-01-01' + ({n})::integer"}
_NOW = {False: "'2024-01-01 09:00:00.000000'", True: "timestamptz '2024-01-01 09:00:00Z'"}
_JSON = {False: ":{name}", True: "(:{name})::jsonb"}


_CLIENTS = """
INSERT INTO client (business_id, id, version, name, search, data)
{numbers}
SELECT :business, {client}, 0, 'Client ' || n, 'client ' || n, {data} FROM numbers WHERE n < 1000
"""
_INVOICES = """
INSERT INTO invoice (business_id, id, version, client_id, state, number, currency, total_minor, paid_minor,
                     issued_on, due_on, created_at, issued_at, void_reason, draft, document)
{numbers}
SELECT :business, {invoice}, 1, {whose}, 'issued', 'N-' || n, 'EUR', 11900,
       CASE WHEN n % 20 = n / 1000 % 20 THEN 0 ELSE 11900 END, {issued}, {due}, {now}, {now}, '', {document}, {document}
FROM numbers
"""
_PAYMENTS = """
INSERT INTO payment (business_id, id, version, client_id, invoice_id, currency, amount_minor, applied_minor,
                     received_on, method, created_at, provider_id)
SELECT business_id, id, 0, client_id, id, currency, paid_minor, paid_minor, due_on, 'transfer', created_at, ''
FROM invoice WHERE business_id = :business AND paid_minor > 0
"""


def _statements(postgresql: bool) -> tuple[str, str, str]:
    day, client = _DAYS[postgresql], _CLIENT_IDS[postgresql]
    parts = {
        "numbers": _NUMBERS[postgresql], "now": _NOW[postgresql], "client": client.format(n="n"),
        "whose": client.format(n="n % 1000"), "invoice": _IDS[postgresql].format(kind="7000", n="n"),
        "issued": day.format(n="n * 1150 / :count"), "due": day.format(n="n * 1150 / :count + 14"),
        "data": _JSON[postgresql].format(name="data"), "document": _JSON[postgresql].format(name="document"),
    }  # fmt: skip
    return _CLIENTS.format(**parts), _INVOICES.format(**parts), _PAYMENTS


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        storage = Storage(url, CLOCK)
        try:
            few, many = await open_ledger(storage), await open_ledger(storage)
            await _fill(url, {FEW: few, MANY: many})
            for what, ask in _ASKED.items():
                mine, theirs = await in_turns(
                    bench.rounds(20, 5), _timed(storage, many, ask), _timed(storage, few, ask)
                )
                found.append(Row(f"{what} among 10^5, {name}", "ms", mine, "among 10^3", theirs))
        finally:
            await storage.close()
    return found


Ask = Callable[[SqlWork, Ledger], Awaitable[object]]


async def _aging(work: SqlWork, _ledger: Ledger) -> object:
    return await aging_on(work, TODAY)


async def _statement(work: SqlWork, ledger: Ledger) -> object:
    """With its pages."""
    client = await work.clients.get(_SOME_CLIENT)
    statement = await statement_of(work, ledger.business, client, YEAR, TODAY, Plan.PRO)
    return render_account(statement)


async def _summary(work: SqlWork, _ledger: Ledger) -> object:
    return await summary_of(work, YEAR)


_ASKED: dict[str, Ask] = {
    "/aging": _aging,
    "/statement with its PDF": _statement,
    "/report of a year": _summary,
}


def _timed(storage: Storage, ledger: Ledger, ask: Ask) -> Timed:
    async def act() -> None:
        async with storage.reading() as work:
            await work.enter(ledger.business.id)
            await ask(work, ledger)

    return Timed(act, wall, 1)


async def _fill(url: str, ledgers: dict[int, Ledger]) -> None:
    """The database makes the rows itself, then looks at what it has."""
    engine = create_async_engine(async_url(url))
    postgresql = engine.dialect.name == "postgresql"
    try:
        async with engine.begin() as connection:
            for count, ledger in ledgers.items():
                values = {
                    "business": ledger.business.id, "count": count, "data": encode(ledger.client),
                    "document": encode(ledger.document),
                }  # fmt: skip
                for statement in _statements(postgresql):
                    text = sa.text(statement)
                    named = {name: value for name, value in values.items() if f":{name}" in statement}
                    await connection.execute(text.bindparams(sa.bindparam("business", type_=sa.Uuid)), named)
        async with engine.connect() as connection:
            bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await bare.exec_driver_sql("VACUUM ANALYZE" if postgresql else "ANALYZE")
    finally:
        await engine.dispose()
