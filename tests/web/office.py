"""An office with a public address, and browsers that open what it hands out, all inside this process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message

from bot.rendering import Renderer
from bot.web.app import create_app
from bot.web.invoice_page import InvoicePages
from bot.web.quote_page import page_routes
from bot.wiring import App
from storage.engine import Storage
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat
from tests.scenarios.clockwork import ClockworkOffice

PUBLIC_URL = "https://billhook.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_LINK = re.compile(re.escape(PUBLIC_URL) + r"/i/([\w-]+)")


class WebOffice(ClockworkOffice):
    """Without mail; the clock moves when the test says so."""

    keys: tuple[str, ...] = ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",)  # scan: allow

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4, keys=self.keys)
        platforms = [platform or self.platform, *self.others]
        return App(
            storage, self.clock, self.ids, Renderer(), platforms, self.errands, public_url=f"{PUBLIC_URL}/"
        )

    def browser(self, agent: str = FIREFOX) -> Browser:
        return browser_of(self.app, agent)

    async def hands_out(self, chat: Chat, number: str) -> str:
        """The token of a page of that invoice, for its client."""
        theirs, _own = await self.links_to(chat, number)
        return theirs

    async def links_to(self, chat: Chat, number: str) -> tuple[str, str]:
        """The tokens for the client and for the business itself."""
        await chat.says(f"/paylink {number}")
        theirs, own = _LINK.findall(chat.seen.text)
        return theirs, own


def browser_of(app: App, agent: str = FIREFOX) -> Browser:
    return Browser(create_app(app.storage, routes=page_routes(app, InvoicePages(app))), agent)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def page(self) -> Seen:
        seen = Seen()
        seen.feed(self.text)
        seen.close()
        return seen


class Seen(HTMLParser):
    """A page as a browser takes it apart: its elements with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " | ".join(self.words)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


class Browser:
    def __init__(self, app: Starlette, agent: str) -> None:
        self._app = app
        self._agent = agent

    async def posts(self, path: str, body: bytes) -> Answer:
        return await self._asks(path, "POST", "en", body, {})

    async def __call__(self, path: str, method: str = "GET", language: str = "en", **headers: str) -> Answer:
        return await self._asks(path, method, language, b"", headers)

    async def _asks(
        self, path: str, method: str, language: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        sent: list[Message] = []
        given = {"accept-language": language, "user-agent": self._agent} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 7), "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        await self._app(scope, receive, send)
        found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:]))
