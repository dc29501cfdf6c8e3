"""Brings commands, interactions and events to the app: signed over HTTP, or through a socket that it opened."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

import aiohttp

from tests.fakes.slack_values import Ack, Delivery, Json
from tests.fakes.slack_world import World

RETRIES = 3
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TOLD = {"http_timeout": "operation_timeout"}
"""How a person is told of a problem; of any other, "dispatch_failed"."""


@dataclass(slots=True)
class Habits:
    """How events are delivered; a test may change it at any time."""

    pauses: tuple[float, float, float] = (0.0, 0.05, 0.1)
    """Before each retry. Slack's own are 0, 60 and 300 seconds."""
    twice: bool = False
    """Every event comes again after it was accepted, as if the acceptance had been lost."""
    shuffle: float = 0.0
    """Each event waits a random time of up to so many seconds first: they overtake one another."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to deliver, for either way."""

    envelope: str
    """Its type in Socket Mode."""
    kind: str
    id: str
    payload: Json
    body: bytes
    content_type: str


Carrier = Callable[[Parcel, int, str], Awaitable[Ack]]
"""Delivers through a socket: the parcel, the number of the retry and its reason."""


def command_parcel(form: Mapping[str, str]) -> Parcel:
    body = urlencode(form).encode()
    return Parcel("slash_commands", "command", form["trigger_id"], dict(form), body, _FORM)


def interaction_parcel(payload: Json) -> Parcel:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    name = payload.get("trigger_id") or payload.get("view", {}).get("id", "")
    return Parcel("interactive", payload["type"], name, payload, body, _FORM)


def event_parcel(wrapped: Json) -> Parcel:
    kind = wrapped["event"]["type"]
    body = json.dumps(wrapped).encode()
    return Parcel("events_api", kind, wrapped["event_id"], wrapped, body, "application/json")


_FORM = "application/x-www-form-urlencoded"


def sign(secret: str, body: bytes, at: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (at, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


@dataclass(slots=True)
class Address:
    """Where the app is; a test may change it at any time."""

    request_url: str
    signing_secret: str
    ack_seconds: float


class Courier:
    """Runs in the server's own loop, between `open` and `close`."""

    def __init__(self, world: World, address: Address, habits: Habits, seed: int) -> None:
        self.pending = 0
        """Events that were neither accepted nor given up. Whoever begins one counts it, before it is begun."""
        self.carrier: Carrier | None = None
        self._world = world
        self._address = address
        self._habits = habits
        self._random = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            # A kept connection to an app that was restarted meanwhile would be a failure of ours.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"},
        )

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def deliver(self, parcel: Parcel) -> Ack:
        """Once: only events are tried again."""
        ack = await self._attempt(parcel, 0, "")
        if ack.ok and ack.status == 200:
            return ack
        return replace(ack, problem=_TOLD.get(ack.problem, "dispatch_failed"))

    async def deliver_event(self, parcel: Parcel) -> Ack:
        """How the first attempt went; what follows happens by itself."""
        first: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.begin_event(parcel, first)
        return await first

    def begin_event(self, parcel: Parcel, first: asyncio.Future[Ack] | None = None) -> None:
        task = asyncio.ensure_future(self._event(parcel, first))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        with self._world.changed:
            self.pending -= 1
            if error is not None:
                self._world.violate(f"the fake itself failed to deliver: {error!r}")
            self._world.changed.notify_all()

    async def _event(self, parcel: Parcel, first: asyncio.Future[Ack] | None) -> None:
        reason = ""
        for retry in range(RETRIES + 1):
            if retry:
                await asyncio.sleep(self._habits.pauses[retry - 1])
            elif self._habits.shuffle:
                await asyncio.sleep(self._random.uniform(0, self._habits.shuffle))
            ack = await self._attempt(parcel, retry, reason)
            if first is not None and not first.done():
                first.set_result(ack)
            if ack.ok:
                if self._habits.twice:
                    await self._attempt(parcel, retry + 1, "http_timeout")
                return
            if ack.headers.get("X-Slack-No-Retry") == "1":
                return
            reason = ack.problem

    async def _attempt(self, parcel: Parcel, retry: int, reason: str) -> Ack:
        if not self._address.request_url and self.carrier is not None:
            ack = await self.carrier(parcel, retry, reason)
        else:
            headers = {"Content-Type": parcel.content_type}
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
            ack = await self.post(parcel.body, headers)
        with self._world.changed:
            told = Delivery(parcel.kind, parcel.id, retry + 1, ack.status, ack.problem, time.monotonic())
            self._world.deliveries.append(told)
            self._world.changed.notify_all()
        return ack

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Ack:
        """One signed request to the app."""
        address = self._address
        began = time.monotonic()
        if urlsplit(address.request_url).hostname not in _LOOPBACK:
            # Nothing of a test leaves the machine.
            return Ack(0, "", 0.0, "connection_failed")
        assert self._session is not None
        # Slack's clock is the real one here: a test that moves the fake's on must not spoil its signatures.
        signed = {**headers, **sign(address.signing_secret, body, int(time.time()))}
        limit = aiohttp.ClientTimeout(total=address.ack_seconds)
        try:
            async with self._session.post(
                address.request_url, data=body, headers=signed, timeout=limit, allow_redirects=False
            ) as answer:
                text = (await answer.read()).decode("utf-8", "replace")
        except TimeoutError:
            return Ack(0, "", time.monotonic() - began, "http_timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return Ack(0, "", time.monotonic() - began, "connection_failed")
        problem = "" if 200 <= answer.status < 300 else "http_error"
        return Ack(answer.status, text, time.monotonic() - began, problem, answer.headers.copy())
