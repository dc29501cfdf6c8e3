"""For the tests of the fake Slack: a bare client of its Web API, a bare app, and small pieces of Block Kit."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.slack import SIGNING_SECRET, FakeSlack

Json = dict[str, Any]


class Api:
    """Calls methods with JSON, or as a form does. A call gives what Slack answered."""

    def __init__(self, slack: FakeSlack, token: str) -> None:
        self._slack = slack
        self._token = token
        self.status = 0
        self.headers: Message[str, str] = Message()

    def __call__(self, method: str, **arguments: Any) -> Json:
        body = json.dumps(arguments).encode()
        return self.post(method, "application/json;charset=utf-8", body)

    def form(self, method: str, **arguments: Any) -> Json:
        """Objects travel as strings of JSON."""
        fields = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()
        }
        return self.post(method, "application/x-www-form-urlencoded", urlencode(fields).encode())

    def post(self, method: str, content_type: str, body: bytes) -> Json:
        headers = {"Content-Type": content_type}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        told: Json = json.loads(self.send(self._slack.api_url + method, body, headers))
        return told

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        address = urlsplit(url)
        connection = HTTPConnection(address.netloc, timeout=10)
        with closing(connection):
            connection.request("POST", f"{address.path}?{address.query}", body, headers)
            answer = connection.getresponse()
            self.status, self.headers = answer.status, answer.headers
            return answer.read()

    def reply(self, url: str, **told: Any) -> tuple[int, str]:
        """Through a response_url."""
        content = self.send(url, json.dumps(told).encode(), {"Content-Type": "application/json"})
        return self.status, content.decode()


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the app got it; of a form either its fields or its payload."""

    body: Json
    headers: Message[str, str]
    signed: bool


Answer = tuple[int, str | Json] | None


class App:
    """An app that remembers what it is sent, and answers as it is told to; by default 200 with nothing."""

    def __init__(self, answer: Callable[[Json], Answer] | None = None) -> None:
        self.received: list[Received] = []
        self.answer = answer
        self.headers: dict[str, str] = {}
        """Sent with every answer."""
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                body = _body(self.headers, raw)
                app.received.append(Received(body, self.headers, _signed(self.headers, raw)))
                status, told = (app.answer(body) if app.answer else None) or (200, "")
                is_json = not isinstance(told, str)
                content = (json.dumps(told) if is_json else str(told)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json" if is_json else "text/plain")
                self.send_header("Content-Length", str(len(content)))
                for name, value in app.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # A test that lets Slack run out of patience must not wait for the answer that nobody reads.
        self._server.block_on_close = False
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"

    def __enter__(self) -> Self:
        serve = lambda: self._server.serve_forever(poll_interval=0.01)  # noqa: E731
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def bodies(self) -> list[Json]:
        return [received.body for received in self.received]

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies if body.get("type") == "event_callback"]

    @property
    def last(self) -> Json:
        return self.received[-1].body


def _body(headers: Message[str, str], raw: bytes) -> Json:
    if headers["Content-Type"] == "application/json":
        told: Json = json.loads(raw)
        return told
    fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True))
    payload: Json = json.loads(fields["payload"]) if "payload" in fields else fields
    return payload


def _signed(headers: Message[str, str], raw: bytes) -> bool:
    base = f"v0:{headers['X-Slack-Request-Timestamp']}:".encode() + raw
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return bool(headers["X-Slack-Signature"] == f"v0={digest}")


# Pieces of Block Kit.


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "text": words(text), "action_id": f"press_{text.lower()}", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(label: str, type_: str = "plain_text_input", **more: Any) -> Json:
    """An input block; what is no matter of the block goes to its element."""
    name = label.lower()
    of_block: Json = {key: more.pop(key) for key in ("optional", "dispatch_action", "hint") if key in more}
    element = {"type": type_, "action_id": f"the_{name}", **more}
    return {"type": "input", "block_id": name, "label": words(label), "element": element, **of_block}


def option(text: str, value: str = "") -> Json:
    return {"text": words(text), "value": value or text.lower()}


def modal(*blocks: Json, **more: Any) -> Json:
    submit = {"submit": words("Save")} if any(block["type"] == "input" for block in blocks) else {}
    return {"type": "modal", "title": words("Invoice"), "blocks": list(blocks), **submit, **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}
