"""`billhook rates`: the reference rates of the ECB, for one business or for every one of the install."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from bot.cli_database import loaded, reaching, say
from bot.settings import Settings
from bot.system import SystemClock, SystemIds
from core.errors import N_, Conflict, InvalidInput, NotFound
from core.ports import Clock, NoJobs
from core.rates import ExchangeRate
from core.reference_file import MAX_SIZE, read_reference_file
from core.usecases.rates import keep_reference_rates
from handlers.background.desks import at_desk
from handlers.words import _
from storage import migrate
from storage.backup import snapshot
from storage.business_reader import every_business
from storage.engine import Storage

_STDIN = "-"
_AHEAD = timedelta(days=1)
"""Somewhere it is tomorrow already."""


def keep_rates(file: str, business: str | None) -> int:
    settings = loaded()
    only = _only(business)
    content = _read(file)
    clock = SystemClock()
    rates = read_reference_file(content, clock.now().date() + _AHEAD)
    name = Path(file).name if file != _STDIN else "eurofxref"
    with reaching(settings):
        count = asyncio.run(_keep(settings, clock, rates, name, only))
    days = {rate.on for rate in rates}
    say(
        _("Kept rates of the ECB from {first} to {last}: {count}. Businesses: {businesses}.",
          count=f"{len(rates):,}", first=min(days), last=max(days), businesses=f"{count:,}")
    )  # fmt: skip
    return 0


def _only(business: str | None) -> UUID | None:
    try:
        return UUID(business) if business is not None else None
    except ValueError as error:
        raise InvalidInput(
            "business", N_("“{value}” is no id of a business; billhook export lists them."), value=business
        ) from error


def _read(file: str) -> bytes:
    if file == _STDIN:
        return sys.stdin.buffer.read(MAX_SIZE + 1) if sys.stdin else b""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MAX_SIZE + 1)
    except OSError as error:
        raise NotFound(
            N_("{file} cannot be read: {reason}."), file=file, reason=error.strerror or "it is no file"
        ) from error


async def _keep(
    settings: Settings, clock: Clock, rates: Sequence[ExchangeRate], name: str, only: UUID | None
) -> int:
    if await migrate.revision(settings.database_url) != migrate.HEAD:
        raise Conflict(N_("The database has another schema than this release. Run: billhook migrate"))
    async with snapshot(settings.database_url) as connection:
        found = await every_business(connection)
    if only is not None and only not in found:
        raise NotFound(N_("There is no business {business} in this database."), business=only)
    storage = Storage(settings.database_url, clock, pool_size=1, keys=settings.secret_keys)
    try:
        return await keep_for(storage, [only] if only is not None else found, rates, name)
    finally:
        await storage.close()


async def keep_for(
    storage: Storage, businesses: Sequence[UUID], rates: Sequence[ExchangeRate], name: str
) -> int:
    """A transaction for each, so that nobody waits for all of them; cut off, it is run again and doubles nothing."""
    ids = SystemIds()
    for business_id in businesses:
        async with storage.work() as work:
            ctx = await at_desk(work, storage.clock, ids, NoJobs(), business_id)
            await keep_reference_rates(ctx.desk, rates, name)
    return len(businesses)
