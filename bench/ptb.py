"""The yardstick for updates: python-telegram-bot alone, in this process or behind a web server of its own.

`python -m bench.ptb PORT API_URL TOKEN` answers each /help with a text, and keeps nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, CallbackContext, CommandHandler

from bench import yardstick
from bot.telegram.webhook import PATH
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.house import Process
from tests.scenarios.telegram_house import House

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
_TEXT = "\n".join(f"/command{number}: what it does, said in a few words" for number in range(12))
"""About as long as our own answer."""


def _application(token: str, base_url: str) -> App:
    builder = ApplicationBuilder().token(token).base_url(base_url).updater(None).job_queue(None)
    return builder.connection_pool_size(64).concurrent_updates(40).build()


class Bare:
    """Dispatch and nothing else: JSON, the library's own classes, and its choice of a handler that does nothing."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.handled = 0
        app.add_handler(CommandHandler("help", self._handle))

    @classmethod
    async def open(cls) -> Bare:
        async with FakeTelegram() as telegram:
            app = _application(telegram.token, telegram.base_url)
            await app.initialize()
        return cls(app)

    async def _handle(self, _update: Update, _context: Context) -> None:
        self.handled += 1

    async def take(self, body: bytes) -> None:
        await self._app.process_update(Update.de_json(json.loads(body), self._app.bot))

    async def close(self) -> None:
        await self._app.shutdown()


def started(house: House) -> Process:
    """The whole bot in a process beside the house's own, which ends with them."""
    return yardstick.started(house, "bench.ptb", house.telegram.url, house.telegram.token)


async def _serve(port: int, api_url: str, token: str) -> None:
    app = _application(token, f"{api_url}/bot")
    app.add_handler(CommandHandler("help", _answer))

    async def receive(request: Request) -> Response:
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    web = Starlette(routes=[Route(PATH, receive, methods=["POST"])])
    async with app:
        await app.start()
        await uvicorn.Server(uvicorn.Config(web, port=port, log_config=None, access_log=False)).serve()
        await app.stop()


async def _answer(update: Update, _context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(_TEXT)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), *sys.argv[2:]))
