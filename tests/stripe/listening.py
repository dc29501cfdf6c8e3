"""An endpoint for webhooks that keeps what it hears and answers as it is told."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self


class Ear:
    """`with Ear() as ear:`; what it answers first stands in `answers`, and later it says 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[bytes, dict[str, str]]] = []
        self.paths: list[str] = []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((body, dict(self.headers)))
                ear.paths.append(self.path)
                self.send_response(ear.answers.pop(0) if ear.answers else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """It says nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _headers in self.heard]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
