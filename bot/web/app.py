"""The web app: whether this process and its database are well, its numbers, and what the platforms bring."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.metrics import Metrics
from bot.web.traffic import Counting, Traffic
from core.errors import BillhookError
from storage.engine import Storage
from storage.migrate import HEAD

log = logging.getLogger(__name__)

READY_SECONDS = 5.0
"""Load balancers give up on a probe after about this long."""
_REVISION = sa.text("SELECT version_num FROM alembic_version")


def create_app(
    storage: Storage, patience: float = READY_SECONDS, routes: Sequence[Route] = (), public_url: str = ""
) -> Starlette:
    traffic = Traffic()
    metrics = Metrics(storage, traffic, public_url)

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> JSONResponse:
        reason = await unready(storage, patience)
        if reason:
            return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def icon(_request: Request) -> Response:
        # Browsers ask by themselves, and count it as an error of the page's if there is nothing.
        return Response(status_code=204, headers={"Cache-Control": "public, max-age=86400"})

    own = [
        Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics.answer),
        Route("/favicon.ico", icon),
    ]  # fmt: skip
    return Starlette(routes=[*own, *routes], middleware=[Middleware(Counting, traffic=traffic)])


async def unready(storage: Storage, patience: float) -> str:
    """Why no traffic should come here now, in words that give nothing away; empty when all is well."""
    try:
        async with asyncio.timeout(patience), storage.connection() as connection:
            revision = (await connection.execute(_REVISION)).scalar_one_or_none()
    except (BillhookError, sa.exc.SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("not ready: %s", error)
        return "the database does not answer"
    if revision != HEAD:
        log.warning("not ready: the database is at schema %s and this release needs %s", revision, HEAD)
        return "the database has another schema"
    return ""
