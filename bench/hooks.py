"""Events that Stripe brings to one process of `billhook serve`: how many are acknowledged a second, and how soon."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from bench.bench import Bench
from bench.measure import Contender, Row, in_turns, percentile
from bench.wire import Client, Request, cpu_seconds
from bot.stripe.client_payments import WEBHOOK
from bot.stripe.signatures import HEADER
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.telegram_house import House, Process, opened

_SECRET = "whsec_of_the_benchmark"
_SETTINGS = {
    "STRIPE_SECRET_KEY": "sk_test_of_the_benchmark",  # scan: allow
    "STRIPE_WEBHOOK_SECRET": _SECRET, "STRIPE_PRICE_PRO": "price_pro", "STRIPE_PRICE_BUSINESS": "price_business",
    # Nothing is asked there: no worker runs.
    "STRIPE_API_URL": "http://127.0.0.1:9",
}  # fmt: skip
_LINES, _RATE_LINES = 8, 40
_RATE = 200.0
_GOAL_MS = 50.0
_NOTHING = "nothing to store"
_NUMBERS = itertools.count(1)


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        with _serving(bench, url) as process:
            found += await _taken(bench, name, process)
    return found


@contextmanager
def _serving(bench: Bench, url: str) -> Iterator[Process]:
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    with (
        FakeTelegram() as telegram,
        opened(House(telegram=telegram, url=url, folder=folder, webhook=True, settings=_SETTINGS)) as house,
    ):
        yield house.serve("--no-worker", real=True)


def bringing(kind: str) -> Request:
    """One signed event after the other, each with an id of its own, about one of many subscriptions."""

    def request() -> bytes:
        number, now = next(_NUMBERS), int(time.time())
        body = json.dumps({
            "id": f"evt_{number:024}", "object": "event", "api_version": "2026-10-28", "created": now, "type": kind,
            "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
            "data": {"object": {"id": f"sub_{number % 500:024}", "object": "subscription", "status": "active",
                                "customer": f"cus_{number % 500:024}", "metadata": {"business": uuid.uuid4().hex}}},
        }).encode()  # fmt: skip
        signature = hmac.new(_SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return (
            f"POST {WEBHOOK} HTTP/1.1\r\nHost: localhost\r\n{HEADER}: t={now},v1={signature}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return request


async def _taken(bench: Bench, name: str, process: Process) -> list[Row]:
    stored, unstored = bringing("customer.subscription.updated"), bringing("customer.created")
    costs: list[float] = []
    seconds = bench.rounds(3, 2)

    async def ours() -> float:
        before = cpu_seconds(process)
        rate = await client.per_second(stored, seconds)
        costs.append((cpu_seconds(process) - before) * 1000 / (rate * seconds))
        return rate

    async def theirs() -> float:
        return await client.per_second(unstored, seconds)

    async with Client(process, _LINES) as client:
        rates = await in_turns(bench.rounds(7, 2), ours, theirs)

    def late(request: Request) -> Contender:
        async def once() -> float:
            return percentile(await many.at_rate(request, _RATE, bench.rounds(10, 3)), 99) * 1000

        return once

    async with Client(process, _RATE_LINES) as many:
        tails = await in_turns(bench.rounds(2, 1), late(stored), late(unstored))
    aim = [_GOAL_MS] * len(tails[0])
    reached = "aim" if statistics.median(tails[0]) < _GOAL_MS else "missed"
    what = f"Stripe event to 200, {name}"
    return [
        Row(f"{what}, {_LINES} connections", "1/s", rates[0], _NOTHING, rates[1]),
        Row(f"{what}, CPU of the process", "ms", costs[1:]),
        Row(f"{what} at {_RATE:g}/s, p99", "ms", tails[0], f"{_GOAL_MS:g} ms", aim, note=reached),
        Row(f"{what} at {_RATE:g}/s, p99", "ms", tails[0], _NOTHING, tails[1]),
    ]  # fmt: skip
