"""Socket Mode, for an install without a public address: Slack's payloads come over a connection that we open."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.door import Door

log = logging.getLogger(__name__)
# Below WARNING the library writes down whole payloads, and the address of the connection with its ticket.
_QUIET = logging.getLogger(f"{__name__}.library")
_QUIET.setLevel(logging.ERROR)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


async def listen(app_token: str, api_url: str, door: Door, stop: asyncio.Event) -> None:
    """Until `stop` is set. A lost connection is opened again; Slack brings again what nobody acknowledged."""
    pause = _FIRST_PAUSE
    while not stop.is_set():
        client = _client(app_token, api_url, door)
        try:
            await _connected(client)
            log.info("connected to Slack in Socket Mode")
            await stop.wait()
        except _TROUBLE as error:
            log.warning("connecting to Slack again in %.0f s: %s", pause, _told(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            await _closed(client)


async def _connected(client: Any) -> None:
    """The library's own method has no types."""
    await client.connect()


async def _closed(client: Any) -> None:
    await client.close()


def _client(app_token: str, api_url: str, door: Door) -> SocketModeClient:
    web = AsyncWebClient(base_url=f"{api_url.rstrip('/')}/", logger=_QUIET)
    client = SocketModeClient(app_token=app_token, web_client=web, logger=_QUIET)

    async def hear(_client: Any, envelope: SocketModeRequest) -> None:
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.payload)
        answer = await door.dispatch(request)
        await send_async_response(client, envelope, answer, 0)

    client.socket_mode_request_listeners.append(hear)
    return client


def _told(error: BaseException) -> str:
    """Slack's own word, or the kind of trouble; never the address, which holds a ticket."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", ""))[:100]
    return type(error).__name__
