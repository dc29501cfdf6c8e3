"""The yardsticks for commands: Bolt alone, in this process or behind a web server of its own, and the bare least.

`python -m bench.slack_bolt PORT SECRET` acknowledges each /invoice, and keeps nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from urllib.parse import parse_qsl

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.routing import Route

from bench import yardstick
from bench.slack_wire import COMMAND
from bot.slack.paths import EVENTS
from tests.fakes.slack import SIGNING_SECRET as SECRET
from tests.scenarios.house import Process
from tests.scenarios.slack_house import House


class Bare:
    """Who signed, and the fields of the form."""

    def __init__(self, secret: str) -> None:
        self._verifier = SignatureVerifier(secret)

    def take(self, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        text = body.decode()
        signature, at = headers["X-Slack-Signature"], headers["X-Slack-Request-Timestamp"]
        assert self._verifier.is_valid(text, at, signature)
        return dict(parse_qsl(text, keep_blank_values=True))


class Bolt:
    """An app that looks up no installation, and asks Slack for nothing."""

    def __init__(self, secret: str, listeners: int = 1) -> None:
        """The one that takes the command comes last."""
        self.handled = 0
        self.app = AsyncApp(signing_secret=secret, authorize=_allowed)
        for number in range(1, listeners):
            self.app.command(f"/command{number}")(self._handle)
        self.app.command(COMMAND)(self._handle)

    async def _handle(self, ack: AsyncAck) -> None:
        self.handled += 1
        await ack()

    async def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(headers)))
        assert answer.status == 200

    def web(self) -> Starlette:
        handler = AsyncSlackRequestHandler(self.app)
        return Starlette(routes=[Route(EVENTS, handler.handle, methods=["POST"])])


async def _allowed() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-opens-nothing", bot_id="B1", bot_user_id="U1"
    )


def started(house: House) -> Process:
    """The whole app in a process beside the house's own, which ends with them."""
    return yardstick.started(house, "bench.slack_bolt", SECRET)


async def _serve(port: int, secret: str) -> None:
    config = uvicorn.Config(
        Bolt(secret).web(), port=port, log_config=None, ws="none", access_log=False, server_header=False
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
