"""`GET /metrics`: the numbers of this process and of the install, for Prometheus and for nobody outside."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.cli import version
from bot.exposition import CONTENT_TYPE, gauge, text_of
from bot.metrics import Fleet, of_fleet, of_process
from bot.web.traffic import Traffic
from core.errors import BillhookError
from core.plan import month_of
from core.sales import Sales
from storage.engine import Storage
from storage.figures import Used, jobs, queues, sold, told, used
from storage.tallies import totals

log = logging.getLogger(__name__)

_FRESH_SECONDS = 15.0
"""As often as Prometheus looks, however many of them there are."""
_SUMS_SECONDS = 60.0
"""What is sold is summed over all subscriptions: half a second of the database's time for half a million."""
_PATIENCE = 5.0
"""Prometheus gives up after ten."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "cf-connecting-ip")


class Metrics:
    """One per web process."""

    def __init__(self, storage: Storage, traffic: Traffic, public_url: str = "") -> None:
        self._storage = storage
        self._traffic = traffic
        self._public = (urlsplit(public_url).hostname or "") if public_url else ""
        self._version = version()
        self._asking = asyncio.Lock()
        self._known: Fleet | None = None
        self._until = 0.0
        self._sums: tuple[Sales | None, Mapping[str, Used] | None] = (None, None)
        self._sums_until = 0.0

    async def answer(self, request: Request) -> Response:
        if not self._is_from_inside(request):
            return PlainTextResponse("Not Found", status_code=404)
        fleet = await self._fleet()
        up = gauge("billhook_database_up", "Whether the database answered.", int(fleet is not None))
        families = [*of_process(self._version, self._traffic), up, *(of_fleet(fleet) if fleet else ())]
        return Response(text_of(families), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    def _is_from_inside(self, request: Request) -> bool:
        """Straight from this machine or its network: not by the way that the public takes.

        A reverse proxy stands on a private address itself, so what tells its requests apart are the headers that it
        adds, or the public name that it hands on.
        """
        if any(name in request.headers for name in _FORWARDED):
            return False
        if self._public and request.url.hostname == self._public and not _is_private(self._public):
            return False
        return request.client is not None and _is_private(request.client.host)

    async def _fleet(self) -> Fleet | None:
        """What was learned lately; None while the database does not answer."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._known = await self._ask()
                self._until = time.monotonic() + _FRESH_SECONDS
            return self._known

    async def _ask(self) -> Fleet | None:
        now = self._storage.clock.now()
        try:
            async with asyncio.timeout(_PATIENCE), self._storage.connection() as connection:
                return Fleet(
                    now, await queues(connection, now), await told(connection, now), await totals(connection),
                    await jobs(connection), *await self._summed(connection, now),
                )  # fmt: skip
        except (BillhookError, sa.exc.SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("no numbers: %s", error)
            return None

    async def _summed(
        self, connection: AsyncConnection, now: datetime
    ) -> tuple[Sales | None, Mapping[str, Used] | None]:
        if self._storage.sells and time.monotonic() >= self._sums_until:
            self._sums = (await sold(connection, now), await used(connection, month_of(now.date())))
            self._sums_until = time.monotonic() + _SUMS_SECONDS
        return self._sums


def _is_private(host: str) -> bool:
    """Loopback or of a private network; names are not looked up, but for the one of this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    if isinstance(address, ipaddress.IPv6Address):
        # To a listener for both, IPv4 comes in this disguise, and all of it counts as private.
        address = address.ipv4_mapped or address
    return address.is_loopback or (address.is_private and not address.is_unspecified)
