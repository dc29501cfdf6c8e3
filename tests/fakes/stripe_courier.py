"""Brings events to webhook endpoints: signed, and as late, often and disorderly as a test wants them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.stripe_values import Delivery, Json
from tests.fakes.stripe_world import Account, World

WRONG_SECRET = "whsec_of-somebody-else-entirely"  # scan: allow


@dataclass(slots=True)
class Habits:
    """How events are delivered; a test may change it at any time, and it holds for what happens from then on."""

    off: bool = False
    """Nothing is brought, now or later: the app has to ask for what it missed."""
    held: bool = False
    """Everything waits for `release`."""
    twice: bool = False
    """Everything comes again after it was accepted."""
    seconds_old: int = 0
    """So far back lies the time in the signature."""
    forged: bool = False
    """Signed with another secret."""
    reencoded: bool = False
    """Written anew after it was signed: the same object in other bytes."""
    pauses: tuple[float, ...] = (0.05, 0.1, 0.2)
    """Before each retry. Stripe's own grow from minutes to hours, over three days."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An event on its way to an endpoint."""

    url: str
    event_id: str
    type: str
    body: bytes
    headers: Mapping[str, str]


def sign(body: bytes, secret: str, at: int) -> str:
    """The value of Stripe-Signature: https://docs.stripe.com/webhooks#verify-manually"""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest},v0={hashlib.sha256(digest.encode()).hexdigest()}"


class Courier:
    """Runs in the server's own loop, between `open` and `close`."""

    def __init__(self, world: World, habits: Habits, routes: Mapping[str, str]) -> None:
        self.pending = 0
        """Deliveries that were neither accepted nor given up. Whoever begins one counts it."""
        self.held: list[tuple[Account, Json, Json]] = []
        self._world = world
        self._habits = habits
        self._routes = routes
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            # A kept connection to an app that was restarted meanwhile would be a failure of ours.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=20),
            headers={"User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"},
        )

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def letter(self, account: Account, endpoint: Json, event: Json) -> Letter:
        """As the habits have it, and signed for that endpoint."""
        habits = self._habits
        body = json.dumps(event, indent=2).encode()
        secret = WRONG_SECRET if habits.forged else account.secrets[endpoint["id"]]
        signature = sign(body, secret, self._world.now() - habits.seconds_old)
        if habits.reencoded:
            body = json.dumps(event, separators=(",", ":"), sort_keys=True).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        return Letter(endpoint["url"], event["id"], event["type"], body, headers)

    def begin(self, letter: Letter) -> None:
        """In the loop, and counted before."""
        task = asyncio.get_running_loop().create_task(self._bring(letter))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, letter: Letter) -> None:
        try:
            for attempt, pause in enumerate((0.0, *self._habits.pauses), 1):
                await asyncio.sleep(pause)
                if await self._attempt(letter, attempt):
                    if self._habits.twice:
                        await self._attempt(letter, attempt + 1)
                    break
        finally:
            with self._world.changed:
                self.pending -= 1
                self._world.changed.notify_all()

    async def _attempt(self, letter: Letter, attempt: int) -> bool:
        assert self._session is not None
        status, text = 0, ""
        try:
            async with self._session.post(
                self._led(letter.url), data=letter.body, headers=letter.headers, allow_redirects=False
            ) as answer:
                status, text = answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            text = repr(error)
        with self._world.changed:
            self._world.deliveries.append(
                Delivery(
                    letter.event_id,
                    letter.type,
                    letter.url,
                    status,
                    attempt,
                    letter.body,
                    letter.headers,
                    text,
                )
            )
            self._world.changed.notify_all()
        return 200 <= status < 300

    def _led(self, url: str) -> str:
        """A public address leads to wherever it is served in this test."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self._routes[origin] + url.removeprefix(origin) if origin in self._routes else url
