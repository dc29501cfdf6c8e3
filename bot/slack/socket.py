"""Socket Mode, for an install without a public address: Slack's payloads come over a connection that we open.

The library's own client tries one used ticket for ever where a connection fails, writes tickets into the log, and
leaves its tasks to the garbage collector.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.ingress import Ingress, Json

log = logging.getLogger(__name__)
# In DEBUG the library writes down the address of the connection with its ticket.
_QUIET = logging.getLogger(f"{__name__}.library")
_QUIET.setLevel(logging.INFO)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_SOUND_SECONDS = 60.0
"""A connection that held for so long was no part of the trouble before it."""
_CALL_SECONDS = 15.0
_CLOSING = aiohttp.ClientWSTimeout(ws_close=1.0)
_HEARTBEAT_SECONDS = 15.0
"""A connection that does not answer a ping within half of it is given up."""
_DRAIN_SECONDS = 3.0
"""What came before the end is acknowledged; later than this nobody waits for it."""
_TROUBLE = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)


async def listen(app_token: str, api_url: str, ingress: Ingress, stop: asyncio.Event) -> None:
    """Until `stop` is set. A lost connection is opened again; Slack brings again the events nobody acknowledged."""
    timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        web = AsyncWebClient(
            base_url=f"{api_url.rstrip('/')}/", session=session, retry_handlers=[], logger=_QUIET
        )
        listener = _Listener(app_token, web, session, ingress)
        running, stopping = asyncio.create_task(listener.run()), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await listener.end()
            running.cancel()
        await asyncio.gather(running, return_exceptions=stop.is_set())


class _Listener:
    """One connection, and for a moment two: Slack says beforehand when one of them ends."""

    def __init__(
        self, app_token: str, web: AsyncWebClient, session: aiohttp.ClientSession, ingress: Ingress
    ) -> None:
        self._app_token = app_token
        self._web = web
        self._session = session
        self._ingress = ingress
        self._ending = False
        self._links: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled."""
        pause = _FIRST_PAUSE
        while True:
            began, leaving = time.monotonic(), asyncio.Event()
            link, left = asyncio.create_task(self._link(leaving)), asyncio.create_task(leaving.wait())
            _keep(self._links, link)
            await asyncio.wait((link, left), return_when=asyncio.FIRST_COMPLETED)
            left.cancel()
            if time.monotonic() - began > _SOUND_SECONDS:
                pause = _FIRST_PAUSE
                if leaving.is_set():
                    continue
            if link.done():
                # What is no trouble of the connection's is a bug, and ends all this.
                link.result()
            log.info("connecting to Slack again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def end(self) -> None:
        """What came before is acknowledged, as far as that is a matter of moments."""
        self._ending = True
        if self._answering:
            await asyncio.wait(self._answering, timeout=_DRAIN_SECONDS)
        left = (*self._answering, *self._links)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _link(self, leaving: asyncio.Event) -> None:
        """One connection to its end. `leaving` is set when Slack announces that end."""
        try:
            opened = await self._web.apps_connections_open(app_token=self._app_token)
            async with self._session.ws_connect(
                str(opened["url"]), heartbeat=_HEARTBEAT_SECONDS, timeout=_CLOSING
            ) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT and not self._ending:
                        self._hear(socket, message.data, leaving)
        except _TROUBLE as error:
            log.warning("no connection to Slack: %s", _told(error))

    def _hear(self, socket: aiohttp.ClientWebSocketResponse, text: str, leaving: asyncio.Event) -> None:
        told = _read(text)
        if told.get("type") == "hello":
            log.info("connected to Slack in Socket Mode")
        elif told.get("type") == "disconnect":
            leaving.set()
        elif isinstance(told.get("envelope_id"), str) and isinstance(told.get("payload"), dict):
            _keep(self._answering, asyncio.create_task(self._answer(socket, told)))

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope: Json) -> None:
        """What was not taken is not acknowledged."""
        answer = await self._ingress.answer(envelope["payload"])
        if answer.status != 200:
            return
        told = {"envelope_id": envelope["envelope_id"]}
        if answer.body is not None and envelope.get("accepts_response_payload"):
            told["payload"] = answer.body
        # A connection that is gone takes nothing; Slack then brings an event through another one.
        with suppress(aiohttp.ClientError, ConnectionError):
            await socket.send_json(told)


def _keep(kept: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    """The loop itself holds no task that waits."""
    kept.add(task)
    task.add_done_callback(kept.discard)


def _read(text: str) -> Json:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _told(error: Exception) -> str:
    """Slack's own word, or the kind of trouble; never the address, which holds a ticket."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    word = data.get("error") if isinstance(data, dict) else None
    return str(word)[:100] if word else type(error).__name__
