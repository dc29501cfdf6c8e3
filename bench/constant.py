"""The yardstick for pages: a Starlette app whose one route answers with the bytes of a file.

`python -m bench.constant PORT FILE` serves it as `billhook serve` serves ours.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.settings import Settings
from bot.web.serve import listening

PATH = "/constant"


def app_of(page: bytes) -> Starlette:
    async def constant(_request: Request) -> HTMLResponse:
        return HTMLResponse(page)

    return Starlette(routes=[Route(PATH, constant)])


async def _serve(port: int, page: bytes) -> None:
    config = uvicorn.Config(app_of(page), log_config=None, ws="none", access_log=False, server_header=False)
    with listening(Settings(port=port)) as listener:
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
