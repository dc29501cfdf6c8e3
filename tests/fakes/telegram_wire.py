"""A small HTTP/1.1 server: enough for the clients of a Bot API, and quick enough for a benchmark."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

MAX_HEAD = 64 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    verb: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


Answer = Reply | None
"""None closes the connection without a word."""
Handler = Callable[[Request], Answer | Awaitable[Answer]]


class Malformed(Exception):
    """The bytes are no request."""


class Connection(asyncio.Protocol):
    """One client's connection; its requests are answered one after another."""

    def __init__(self, handler: Handler, connections: set[Connection]) -> None:
        self._handler = handler
        self._connections = connections
        self._buffer = bytearray()
        self._reading: _Head | None = None
        self._transport: asyncio.Transport | None = None
        self._working: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._connections.discard(self)
        if self._working is not None:
            self._working.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._working is None:
            self._advance()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _advance(self) -> None:
        """Answers every request that is complete, until one of them takes its time."""
        try:
            while self._working is None and self._transport is not None:
                request = self._next()
                if request is None:
                    return
                answer = self._handler(request)
                if isinstance(answer, Awaitable):
                    self._working = asyncio.ensure_future(self._wait(answer, request))
                else:
                    self._write(answer, request)
        except Malformed as error:
            self._write(Reply(400, str(error).encode(), "text/plain"), None)

    async def _wait(self, answer: Awaitable[Answer], request: Request) -> None:
        try:
            reply = await answer
        finally:
            self._working = None
        self._write(reply, request)
        self._advance()

    def _next(self) -> Request | None:
        if self._reading is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > MAX_HEAD:
                    raise Malformed("the head of the request does not end")
                return None
            self._reading = _Head.parse(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if self._reading.headers.get("expect", "").lower() == "100-continue" and self._transport:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._reading.take(self._buffer)
        if body is None:
            return None
        head, self._reading = self._reading, None
        path, _, query = head.target.partition("?")
        return Request(head.verb, path, query, head.headers, body)

    def _write(self, answer: Answer, request: Request | None) -> None:
        if self._transport is None:
            return
        if answer is None:
            self._transport.close()
            return
        last = request is None or request.headers.get("connection", "").lower() == "close"
        lines = [
            f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, '')}",
            f"Content-Type: {answer.media_type}",
            f"Content-Length: {len(answer.body)}",
            *(f"{name}: {value}" for name, value in answer.headers),
            f"Connection: {'close' if last else 'keep-alive'}\r\n\r\n",
        ]
        self._transport.write("\r\n".join(lines).encode("latin-1") + answer.body)
        if last:
            self._transport.close()


@dataclass(frozen=True, slots=True)
class _Head:
    verb: str
    target: str
    headers: Mapping[str, str]

    @classmethod
    def parse(cls, head: bytes) -> _Head:
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise Malformed("the first line is no request")
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise Malformed("a header has no colon")
            headers[name.lower()] = value.strip()
        return cls(words[0], words[1], headers)

    def take(self, buffer: bytearray) -> bytes | None:
        """The body, out of the buffer, or nothing while it is incomplete."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return _unchunk(buffer)
        length = self.headers.get("content-length", "0")
        if not length.isdecimal():
            raise Malformed("the length is no number")
        size = int(length)
        if len(buffer) < size:
            return None
        body = bytes(buffer[:size])
        del buffer[:size]
        return body


def _unchunk(buffer: bytearray) -> bytes | None:
    position = 0
    body = bytearray()
    while True:
        end = buffer.find(b"\r\n", position)
        if end < 0:
            return None
        try:
            size = int(bytes(buffer[position:end]).partition(b";")[0], 16)
        except ValueError:
            raise Malformed("a chunk has no size") from None
        start = end + 2
        if len(buffer) < start + size + 2:
            return None
        body += buffer[start : start + size]
        position = start + size + 2
        if size == 0:
            del buffer[:position]
            return bytes(body)
