"""`GET /metrics`, asked as Prometheus asks, and as somebody from outside would."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.tally import Tally
from bot.web.app import create_app
from core.money import Money
from core.pay_ports import ProviderEvent
from core.plan import Feature, Plan, Standing, Subscription
from storage.engine import Storage
from storage.tallies import totals
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop

PUBLIC = "https://billhook.example.com"
INSIDE = ("10.0.0.7", 40123)
SALES = (
    "billhook_mrr",
    "billhook_subscriptions",
    "billhook_trials",
    "billhook_paying",
    "billhook_used_month",
)


async def ask(
    app: Starlette, client: tuple[str, int] | None = INSIDE, path: str = "/metrics", **headers: str
) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = {"host": "10.0.0.5:8000"} | {name.replace("_", "-"): text for name, text in headers.items()}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in pairs.items()],
        "client": client, "server": ("10.0.0.5", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


def values(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


@pytest.fixture
async def selling(fresh_database_url: str, clock: FixedClock) -> AsyncIterator[Storage]:
    storage = Storage(fresh_database_url, clock, sells=True)
    yield storage
    await storage.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


async def test_prometheus_reads_what_is_sold_used_and_told(selling: Storage, clock: FixedClock) -> None:
    shop, tally = await open_shop(selling, name="Löwe s3cret"), Tally()
    async with shop.work() as work:
        await work.plans.save(Subscription(Plan.PRO, Standing.ACTIVE, price=Money(1950, "EUR")))
        await work.plans.take(Feature.INVOICES, "2026-03", None)
        event = ProviderEvent("evt_1", "invoice.payment_failed", "sub_1", clock.now() - timedelta(seconds=3))
        await work.provider_events.store(event, clock.now())
    tally.call("checkout.create", 0.2, "ok")
    tally.call("checkout.create", 42.0, "unavailable")
    await tally.hand_over(selling)

    status, text = await ask(create_app(selling, public_url=PUBLIC))

    found = values(text)
    assert status == 200
    assert found['billhook_mrr{currency="EUR"}'] == 19.5
    assert found['billhook_arr{currency="EUR"}'] == 234
    assert found['billhook_subscriptions{plan="pro",standing="active"}'] == 1
    assert found['billhook_used_month{feature="invoices"}'] == 1
    assert found["billhook_payments_failed_30d"] == 1
    assert found["billhook_stripe_event_lag_seconds"] == 3
    assert found["billhook_stripe_events_waiting"] == 1
    assert found['billhook_stripe_calls_total{call="checkout.create",outcome="unavailable"}'] == 1
    assert found['billhook_stripe_call_seconds_bucket{le="0.25"}'] == 1
    assert found["billhook_stripe_call_seconds_count"] == 2
    assert found["billhook_stripe_call_seconds_sum"] == 42.2
    assert found["billhook_businesses"] == 1
    assert found["billhook_database_up"] == 1
    assert "s3cret" not in text
    assert shop.business.id.hex not in text


async def test_an_install_that_sells_nothing_has_no_figures_of_sales(fresh_database_url: str) -> None:
    storage = Storage(fresh_database_url, FixedClock())

    _status, text = await ask(create_app(storage))

    assert not any(name in text for name in SALES)
    assert values(text)["billhook_stripe_events_waiting"] == 0
    await storage.close()


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("93.184.216.34", 5), {}),
        (("::ffff:93.184.216.34", 5), {}),
        (None, {}),
        (INSIDE, {"x_forwarded_for": "10.0.0.9"}),
        (INSIDE, {"forwarded": "for=10.0.0.9"}),
        (INSIDE, {"via": "1.1 proxy"}),
        (INSIDE, {"host": "billhook.example.com"}),
        (INSIDE, {"host": "BILLHOOK.example.com:443"}),
    ],
)
async def test_whoever_comes_from_outside_finds_nothing(
    sqlite_url: str, client: tuple[str, int] | None, headers: dict[str, str]
) -> None:
    storage = Storage(sqlite_url, FixedClock())

    found = await ask(create_app(storage, public_url=PUBLIC), client, **headers)

    assert found == (404, "Not Found")
    await storage.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "192.168.4.2", "fd00::7", "::ffff:10.1.2.3"])
async def test_this_machine_and_its_network_are_answered(sqlite_url: str, host: str) -> None:
    storage = Storage(sqlite_url, FixedClock())

    status, _text = await ask(create_app(storage, public_url=PUBLIC), (host, 5))

    assert status == 200
    await storage.close()


async def test_the_process_tells_its_own_numbers_while_the_database_is_away() -> None:
    storage = Storage("postgresql://billhook:s3cret@127.0.0.1:1/billhook", FixedClock(), pool_size=1)
    app = create_app(storage)
    await ask(app, path="/healthz")

    _status, text = await ask(app)

    found = values(text)
    assert found["billhook_database_up"] == 0
    assert found['billhook_http_requests_total{method="GET",route="/healthz",status="200"}'] == 1
    assert "billhook_businesses" not in text


async def test_the_database_is_not_asked_by_everybody_who_looks(selling: Storage, clock: FixedClock) -> None:
    app = create_app(selling)
    await ask(app)
    await open_shop(selling)

    _status, text = await ask(app)

    assert values(text)["billhook_businesses"] == 0


async def test_what_was_counted_is_kept_while_the_database_is_away(sqlite_url: str) -> None:
    away = Storage("postgresql://billhook:s3cret@127.0.0.1:1/billhook", FixedClock(), pool_size=1)
    storage, tally = Storage(sqlite_url, FixedClock()), Tally()
    tally.note("letters", by=3.0)

    await tally.hand_over(away)
    tally.note("letters")
    await tally.hand_over(storage)

    async with storage.connection() as connection:
        assert (await totals(connection))["letters"] == {"": 4.0}
    await storage.close()
