"""`billhook serve`: the web app on uvicorn, by default with the worker beside it, until the process is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator

import uvicorn
from starlette.routing import Route

from bot import settings as settings_of
from bot.logs import log_to_stderr
from bot.platforms import ingress_of
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.invoice_page import InvoicePages
from bot.web.pay import payment_routes
from bot.web.quote_page import page_routes
from bot.web.security import is_secure
from bot.web.unsubscribe import unsubscribe_route
from bot.wiring import App, Platforms
from bot.worker import engine_of, opened, stop_on_signals, work
from core.errors import N_, Unavailable
from core.ports import Clock

log = logging.getLogger(__name__)

_DRAIN_SECONDS = 10
_BACKLOG = 2048


class _Server(uvicorn.Server):
    """Leaves the signals alone: stopping is shared with the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(with_worker: bool) -> int:
    settings = settings_of.load()
    log_to_stderr(settings)
    serve(settings, with_worker)
    return 0


def serve(
    settings: Settings,
    with_worker: bool,
    platforms: Platforms | None = None,
    clock: Clock | None = None,
) -> None:
    """Until the process is told to stop; with the configured platforms and the real time unless given others."""
    with listening(settings) as listener:
        asyncio.run(_serve(settings, listener, with_worker, platforms, clock))


def listening(settings: Settings) -> socket.socket:
    """The open port. Raises Unavailable where uvicorn would leave the process without a word."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Unavailable(
            N_("Port {port} on {host} cannot be opened ({reason}). Choose others with HOST and PORT."),
            1,
            port=settings.port,
            host=settings.host,
            reason=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from error
    # Connections inherit it. asyncio sees to it for sockets of its own only, and without it a body that follows its
    # head waits up to 40 ms for whoever asked to acknowledge the head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _serve(
    settings: Settings,
    listener: socket.socket,
    with_worker: bool,
    platforms: Platforms | None,
    clock: Clock | None,
) -> None:
    stop = stop_on_signals()
    engine = engine_of(settings)
    # What nobody here works on is for the worker's process to find: by the queue's own tables, or by its sweep.
    jobs = None if settings.is_sqlite and not with_worker else engine
    async with opened(settings, jobs, platforms, clock) as app:
        routes, fetching = ingress_of(settings, app, stop)
        pages = InvoicePages(app, settings.stripe_api_url)
        if not (routes or fetching):
            log.info("no chat platform is configured: see billhook doctor")
        routes += [*payment_routes(app, pages), *page_routes(app, pages)]
        tasks = [asyncio.create_task(_web(app, listener, routes, stop)), *map(asyncio.create_task, fetching)]
        if with_worker:
            tasks.append(asyncio.create_task(work(app, engine, stop)))
        # Whichever ends first, by a signal or by a failure, takes the others with it.
        await asyncio.wait((*tasks, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.gather(*tasks)


async def _web(app: App, listener: socket.socket, routes: list[Route], stop: asyncio.Event) -> None:
    secure = is_secure(app.public_url)
    ways = [*routes, unsubscribe_route(app.storage, app.opting_out, secure=secure)]
    ways += app.cashier.routes() if app.cashier else []
    config = uvicorn.Config(
        create_app(app.storage, routes=ways, public_url=app.public_url),
        log_config=None,
        ws="none",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = _Server(config)
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda _task: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets=[listener])
    finally:
        stopping.cancel()
