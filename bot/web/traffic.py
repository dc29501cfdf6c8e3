"""Counts the requests that this process answers, by route and never by address: no token becomes a label."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds. Slack waits three for its acknowledgement."""
NOWHERE = "-"
"""The route of what no route answers; scanners ask for thousands of these."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_GONE = 499
"""What nginx writes for who went away before there was an answer."""


class Traffic:
    """One per process."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        """By method, route and status."""
        self.seconds: dict[str, list[int]] = {}
        """By route: how many took at most as long as each bound, not cumulative, and last those that took longer."""
        self.total: dict[str, float] = {}
        """By route: seconds altogether."""

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests[method if method in _METHODS else "OTHER", route, status] += 1
        buckets = self.seconds.setdefault(route, [0] * (len(BOUNDS) + 1))
        buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total[route] = self.total.get(route, 0.0) + seconds


class Counting:
    """The middleware around every route."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = _GONE, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            # Only counted here: whoever is outside of us answers 500, and logs it.
            status = 500
            raise
        finally:
            # The router has left there which of its routes it took.
            path = getattr(scope.get("route"), "path", NOWHERE)
            self._traffic.note(scope["method"], path, status, time.perf_counter() - began)
