"""The browser of a person who installs the app: follows its links and keeps its cookies."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import aiohttp

from tests.fakes.slack_oauth import PAGE
from tests.fakes.slack_values import Impossible

_LINK = re.compile(r"""href=["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Page:
    """Where an installation ended."""

    status: int
    url: str
    body: str
    location: str = ""
    """Where it would have led on."""


class Browser:
    """What is public for the world leads to `base` here, as through the proxy that keeps the certificate."""

    def __init__(self, base: str, slack: str) -> None:
        self._base = base.rstrip("/")
        self._slack = slack
        self._cookies: dict[str, str] = {}

    async def install(
        self, path: str, decide: Callable[[str], str], *, state: str | None, cookies: bool
    ) -> Page:
        """From the app's page to Slack's, and with the answer back to the app."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            first = await self._get(session, self._base + path)
            asked = self._link(first)
            if asked is None:
                return first
            consent = await self._get(session, asked)
            if consent.status != 200:
                return consent
            back = urlsplit(decide(asked))
            query = dict(parse_qsl(back.query))
            if state is not None:
                query["state"] = state
            if not cookies:
                self._cookies.clear()
            own = urlsplit(self._base)
            return await self._get(
                session, urlunsplit((own.scheme, own.netloc, back.path, urlencode(query), ""))
            )

    def _link(self, page: Page) -> str | None:
        """The address of the consent page, to which the app sends at once or by a button; None if it refuses."""
        if page.status >= 400:
            return None
        links = [page.location, *(html.unescape(found) for found in _LINK.findall(page.body))]
        found = next((link for link in links if urlsplit(link).path == PAGE), None)
        if found is None:
            raise Impossible(f"nothing on {page.url} leads to Slack: {page.body[:200]!r}")
        if not found.startswith(self._slack):
            raise Impossible(f"the app sends people to another Slack: {found.partition('?')[0]}")
        return found

    async def _get(self, session: aiohttp.ClientSession, url: str) -> Page:
        own = url.startswith(self._base)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        async with session.get(
            url, headers=headers if own and self._cookies else {}, allow_redirects=False
        ) as answer:
            body = (await answer.read()).decode("utf-8", "replace")
            # A Secure cookie is kept as well: to the browser all of this is https.
            for told in answer.headers.getall("Set-Cookie", []) if own else []:
                for name, morsel in SimpleCookie(told).items():
                    self._cookies[name] = morsel.value
            location = answer.headers.get("Location", "")
            return Page(answer.status, url, body, urljoin(url, location) if location else "")
