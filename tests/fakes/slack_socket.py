"""Socket Mode: connections that the app opens, and through which everything comes to it."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from tests.fakes.slack_courier import Address, Parcel
from tests.fakes.slack_values import Ack, Json
from tests.fakes.slack_world import World

_REASONS = {"http_timeout": "timeout"}


class Sockets:
    """Runs in the server's own loop."""

    def __init__(self, world: World, address: Address) -> None:
        self.origin = ""
        self._world = world
        self._address = address
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._turns = itertools.count()
        self._waiting: dict[str, tuple[bool, asyncio.Future[Json | None]]] = {}

    @property
    def count(self) -> int:
        return len(self._open)

    def ticket(self, headers: Mapping[str, str], given: Json) -> Json:
        """apps.connections.open."""
        ticket = self._world.letters(32).lower()
        self._tickets.add(ticket)
        origin = self.origin.replace("http://", "ws://")
        return {"url": f"{origin}/link/?ticket={ticket}&app_id={self._world.app_id}"}

    async def link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="each ticket opens one connection")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        self._open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._world.app_id},
            }
        )
        self._notify()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._notify()
        return socket

    def _notify(self) -> None:
        with self._world.changed:
            self._world.changed.notify_all()

    def _heard(self, text: str) -> None:
        try:
            told = json.loads(text)
            name, payload = told["envelope_id"], told.get("payload")
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._violate(f"what came through the socket acknowledges nothing: {text[:200]!r}")
        accepts, future = self._waiting.get(name, (False, None))
        if future is None or future.done():
            # Slack has given it up, or has heard it already.
            return None
        if payload is not None and not accepts:
            self._violate(f"an envelope that takes no payload was acknowledged with one: {text[:200]!r}")
        future.set_result(payload)
        return None

    def _violate(self, problem: str) -> None:
        with self._world.changed:
            self._world.violate(problem)

    async def carry(self, parcel: Parcel, retry: int, reason: str) -> Ack:
        began = time.monotonic()
        if not self._open:
            return Ack(0, "", 0.0, "connection_failed")
        socket = self._open[next(self._turns) % len(self._open)]
        name = str(uuid.uuid4())
        accepts = parcel.envelope != "events_api"
        envelope: Json = {
            "envelope_id": name,
            "type": parcel.envelope,
            "payload": parcel.payload,
            "accepts_response_payload": accepts,
        }
        if not accepts:
            envelope |= {"retry_attempt": retry, "retry_reason": _REASONS.get(reason, reason)}
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[name] = (accepts, future)
        try:
            async with asyncio.timeout(self._address.ack_seconds):
                await socket.send_json(envelope)
                payload = await future
        except TimeoutError:
            return Ack(0, "", time.monotonic() - began, "http_timeout")
        except ConnectionError:
            return Ack(0, "", time.monotonic() - began, "connection_failed")
        finally:
            del self._waiting[name]
        body = "" if payload is None else json.dumps(payload)
        return Ack(200, body, time.monotonic() - began, headers={"Content-Type": "application/json"})

    async def close(self, reason: str = "refresh_requested") -> None:
        """Tells every connection to go, as Slack does every few hours."""
        for socket in list(self._open):
            if not socket.closed:
                await socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
                )
                await socket.close()
