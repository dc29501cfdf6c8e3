"""Our side of Slack inside this process, on a real port and a real database."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
import uvicorn

from bot.jobs import MemoryJobs, PostgresJobs
from bot.rendering import Renderer
from bot.settings import Settings
from bot.slack.paths import EVENTS
from bot.slack.send import Pace
from bot.slack.setup import ingress, slack_of
from bot.system import SystemClock, SystemIds
from bot.web.app import create_app
from bot.wiring import App
from bot.worker import work
from core.chat_ports import Installation
from core.ports import Clock
from storage.engine import Storage
from storage.tables import chat
from tests.fakes.clock import MORNING
from tests.fakes.slack import SIGNING_SECRET, FakeSlack, Team
from tests.slack.wire import Wire

KEY = "c2xhY2stdGVzdHMta2VlcC10aGlzLW9wZW4tMDAwMDA="
SECONDS = 20.0
HEARTBEAT = timedelta(seconds=4)
"""A worker notices a line that was cut within half of it."""
START = "start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; terms 14d"
_T = TypeVar("_T")
Rows = dict[str, list[tuple[Any, ...]]]


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Entrance:
    """Where Slack finds us: `base` is the address of the web app, if it has one."""

    url: str
    slack: FakeSlack
    app: App
    wire: Wire
    eyes: Storage
    """Ours, past the wire: to look at what the app has stored."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""

    @property
    def storage(self) -> Storage:
        return self.app.storage

    async def rows(self, *names: str) -> Rows:
        """What stands in these tables, or in all of them."""
        async with self.eyes.connection() as connection:
            if not self.eyes.is_sqlite:
                # Whoever made the tables sees all of them, and the rows of every business.
                await connection.execute(sa.text("SET LOCAL ROLE NONE"))
            return {
                table.name: sorted(map(tuple, await connection.execute(sa.select(table))), key=repr)
                for table in chat.metadata.sorted_tables
                if not names or table.name in names
            }

    async def inbox(self) -> list[str]:
        """The ids of what was stored."""
        query = sa.text("SELECT update_id FROM inbox ORDER BY received_at, update_id")
        async with self.eyes.connection() as connection:
            return list((await connection.execute(query)).scalars())

    async def until(self, look: Callable[[], _T | None], what: str = "it") -> _T:
        """What `look` finds at Slack, as soon as it finds something."""
        return await asyncio.to_thread(self.slack.wait_until, look, SECONDS, what)


@asynccontextmanager
async def entrance(
    url: str,
    slack: FakeSlack,
    team: Team | None = None,
    *,
    works: bool = False,
    socket_mode: bool = False,
    keys: str = KEY,
    clock: Clock | None = None,
    client_secret: str = "",
) -> AsyncIterator[Entrance]:
    """For the one workspace of `team`, or for those that install us; `works`: what comes in is answered, too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wire = Wire(url)
        await wire.begin()
        given = {"database_url": wire.url, "public_url": base, "billhook_secret_keys": keys}
        settings = Settings.model_validate({**_given(slack, team, socket_mode, client_secret), **given})
        clock = clock or SystemClock()
        engine = MemoryJobs() if settings.is_sqlite else PostgresJobs(wire.url, HEARTBEAT)
        storage = Storage(wire.url, clock, keys=settings.secret_keys)
        platforms = [slack_of(settings, storage, Pace(0.0))]
        app = App(storage, clock, SystemIds(), Renderer(), platforms, engine if works else None)
        eyes = Storage(url, clock, pool_size=1)
        open_ = Entrance(url, slack, app, wire, eyes, base=base)
        routes, listening = ingress(settings, app, open_.stop)
        server = Server(
            uvicorn.Config(
                create_app(storage, routes=routes),
                log_config=None,
                ws="none",
                lifespan="off",
                access_log=False,
            )
        )
        tasks = [asyncio.create_task(server.serve(sockets=[listener]))]
        if listening is not None:
            tasks.append(asyncio.create_task(listening))
        if works:
            tasks.append(asyncio.create_task(work(app, engine, open_.stop)))
        slack.request_url = "" if socket_mode else base + EVENTS
        try:
            yield open_
        finally:
            open_.stop.set()
            server.should_exit = True
            await asyncio.gather(*tasks)
            await app.close()
            await eyes.close()
            await wire.end()


def _given(slack: FakeSlack, team: Team | None, socket_mode: bool, client_secret: str) -> Mapping[str, Any]:
    address = {"slack_api_url": slack.api_url}
    if team is None:
        return address | {
            "slack_signing_secret": SIGNING_SECRET, "slack_client_id": slack.client_id,
            "slack_client_secret": client_secret or slack.client_secret,
        }  # fmt: skip
    way = {"slack_app_token": slack.app_token} if socket_mode else {"slack_signing_secret": SIGNING_SECRET}
    return address | way | {"slack_bot_token": team.bot_token}


async def install(there: Entrance, team: Team) -> None:
    async with there.storage.work() as work:
        await work.installations.save(
            Installation("slack", team.id, team.name, team.bot_token, team.bot_user_id, ("commands",), "U0", MORNING)
        )  # fmt: skip
