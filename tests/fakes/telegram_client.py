"""For the tests of the fake Telegram: a bare client of its API, and a bare webhook."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_values import Upload

Answer = tuple[int, Any]
BOUNDARY = "here-and-there"


class Api:
    """Calls methods as a form does, unless told otherwise. A call gives its status and its result or complaint."""

    def __init__(self, telegram: FakeTelegram, token: str | None = None) -> None:
        self._address = urlsplit(telegram.url).netloc
        self._token = token or telegram.token

    def __call__(self, method: str, **params: Any) -> Answer:
        uploads = {name: value for name, value in params.items() if isinstance(value, Upload)}
        fields = {name: _text(value) for name, value in params.items() if name not in uploads}
        if uploads:
            return self.post(method, f"multipart/form-data; boundary={BOUNDARY}", _parts(fields, uploads))
        return self.post(method, "application/x-www-form-urlencoded", urlencode(fields).encode())

    def json(self, method: str, body: object) -> Answer:
        return self.post(method, "application/json", json.dumps(body).encode())

    def get(self, method: str, **params: Any) -> Answer:
        return self._send("GET", f"/bot{self._token}/{method}?{urlencode(params)}", None, {})

    def post(self, method: str, content_type: str, body: bytes) -> Answer:
        return self._send("POST", f"/bot{self._token}/{method}", body, {"Content-Type": content_type})

    def download(self, path: str) -> tuple[int, bytes]:
        status, content, _ = self._exchange("GET", f"/file/bot{self._token}/{path}", None, {})
        return status, content

    def _send(self, verb: str, target: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        status, content, _ = self._exchange(verb, target, body, headers)
        told = json.loads(content)
        assert told["ok"] is (status == 200)
        assert told["ok"] or told["error_code"] == status
        return status, told["result"] if told["ok"] else told["description"]

    def _exchange(
        self, verb: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        try:
            connection.request(verb, target, body, headers)
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()

    def pieces(self, method: str, headers: str, *pieces: bytes) -> int:
        """The status of a call whose bytes are sent a few at a time."""
        host, _, port = self._address.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            head = f"POST /bot{self._token}/{method} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n"
            for piece in (head[:20].encode(), head[20:].encode(), *pieces):
                line.sendall(piece)
                time.sleep(0.002)
            return int(line.recv(4096).split(b" ")[1])

    def raw(self, method: str, **params: Any) -> tuple[int, bytes, http.client.HTTPMessage]:
        """The answer as it came."""
        fields = {name: _text(value) for name, value in params.items()}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange("POST", f"/bot{self._token}/{method}", urlencode(fields).encode(), headers)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _parts(fields: dict[str, str], uploads: dict[str, Upload]) -> bytes:
    body = b""
    for name, text in fields.items():
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
    for name, upload in uploads.items():
        about = f'form-data; name="{name}"; filename="{upload.name}"'
        head = f"--{BOUNDARY}\r\nContent-Disposition: {about}\r\nContent-Type: {upload.media_type}\r\n\r\n"
        body += head.encode() + upload.content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


class Hook:
    """A webhook that keeps what it is sent. `answers` says what to answer: a status, or one with Retry-After."""

    def __init__(
        self,
        answers: Callable[[dict[str, Any]], tuple[int, int] | int] = lambda update: 200,
        body: bytes = b"",
    ) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.secrets.append(self.headers["X-Telegram-Bot-Api-Secret-Token"])
                hook.updates.append(update)
                answer = answers(update)
                status, retry_after = answer if isinstance(answer, tuple) else (answer, 0)
                self.send_response(status)
                if retry_after:
                    self.send_header("Retry-After", str(retry_after))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """A test prints nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update in self.updates]

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates if "message" in update]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
