"""`/i/{token}`: an invoice as its client sees it, its PDF, and the seller's logo. Whoever has the address sees it."""

from __future__ import annotations

import logging
import re
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.documents import Documents
from bot.web.html_pages import html_page, languages_of
from bot.web.security import file_headers, is_secure
from core.documents.qr import outline
from core.einvoice.terms import NOTHING_ADDED
from core.errors import BillhookError
from core.ports import Clock
from core.usecases.hosted import PATH, Shown, find
from handlers.background.viewing import Viewing, later, nothing_there
from handlers.cards import pdf_of
from handlers.hosted_page import Page, xml_profile
from handlers.words import language
from storage.engine import Storage

log = logging.getLogger(__name__)

_BROWSER = "Mozilla/"
_ROBOT = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|embedly|vkshare|slack-img|"
    r"google-|googleimageproxy|yahoomailproxy|ms-?office|safelinks|proofpoint|mimecast|barracuda|symantec|fortinet|"
    r"trend ?micro|sophos|virustotal|scanner|monitor|lighthouse|python|curl|wget|okhttp|java/|go-http",
    re.IGNORECASE,
)
"""Chat apps that draw a preview, and mail programs that look whether a link does harm: nobody has read anything yet."""
_MOST_AGENT = 400


class Brought(Protocol):
    """What the pages take of the process they are served by."""

    storage: Storage
    documents: Documents
    viewing: Viewing
    clock: Clock
    public_url: str


class InvoicePages:
    """`provider_url` is where whoever takes the money is: the Pay button leads there in the end."""

    def __init__(self, app: Brought, provider_url: str = "https:") -> None:
        self._storage = app.storage
        self._documents = app.documents
        self._viewing = app.viewing
        self._clock = app.clock
        self._secure = is_secure(app.public_url)
        # A business may have its checkout under a name of its own.
        self._forms = "'self' https:" if is_secure(provider_url) else f"'self' https: {provider_url}"

    def routes(self) -> list[Route]:
        """The last one takes what is left below the path, so it stands behind all others."""
        return [
            Route(f"{PATH}{{token}}", self.page),
            Route(f"{PATH}{{token}}/invoice.pdf", self._pdf),
            Route(f"{PATH}{{token}}/invoice.xml", self._xml),
            Route(f"{PATH}{{token}}/logo", self.logo),
            Route(f"{PATH}{{rest:path}}", self.nothing),
        ]

    def shown(self, page: Page, token: str, status: int = 200) -> HTMLResponse:
        """The page as HTML; `token` must be one that names it."""
        code = outline(page.code) if page.code else None
        return html_page(
            "invoice.html", {"page": page, "token": token, "code": code, "language": page.language},
            status=status, accent=page.accent, secure=self._secure, forms=self._forms,
        )  # fmt: skip

    async def page(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            async with self._storage.reading() as work:
                shown = await find(work, self._clock, token)
                page = await self._viewing.page(work, shown) if shown else None
        except BillhookError as error:
            return self.later(request, error)
        if shown is None or page is None:
            return await self.nothing(request)
        if shown.is_news and _is_read(request):
            await self._note(shown)
        return self.shown(page, token)

    async def _note(self, shown: Shown) -> None:
        """In a transaction of its own, for whoever looks again only reads. Whatever comes of it, the page is shown."""
        try:
            async with self._storage.work() as work:
                await self._viewing.note(work, shown)
        except BillhookError as error:
            log.warning("that an invoice was opened could not be noted: %s", error)

    async def _pdf(self, request: Request) -> Response:
        try:
            shown = await self._found(request)
            if shown is None:
                return await self.nothing(request)
            content = await self._documents.pdf(shown.business.id, shown.invoice.id)
        except BillhookError as error:
            return self.later(request, error)
        return self.file(content, "application/pdf", pdf_of(shown.invoice).filename)

    async def _xml(self, request: Request) -> Response:
        try:
            shown = await self._found(request)
            profile = xml_profile(shown) if shown else None
            if shown is None or profile is None:
                return await self.nothing(request)
            content = await self._documents.xml(shown.business.id, shown.invoice.id, profile, NOTHING_ADDED)
        except BillhookError as error:
            return self.later(request, error)
        name = pdf_of(shown.invoice).filename.removesuffix(".pdf")
        return self.file(content, "application/xml", f"{name}.xml")

    def file(self, content: bytes, media_type: str, name: str) -> Response:
        disposition = f"attachment; filename=\"{_plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
        headers = {**file_headers(secure=self._secure), "Content-Disposition": disposition}
        return Response(content, media_type=media_type, headers=headers)

    async def logo(self, request: Request) -> Response:
        """As the invoice has it, which is always a JPEG."""
        try:
            async with self._storage.reading() as work:
                shown = await find(work, self._clock, request.path_params["token"])
                logo = shown.invoice.issued.logo if shown else None
                content = await work.files.get(logo) if logo else None
        except BillhookError as error:
            return self.later(request, error)
        if content is None:
            return await self.nothing(request)
        return self.picture(content)

    def picture(self, content: bytes) -> Response:
        headers = {**file_headers(secure=self._secure), "Cache-Control": "private, max-age=3600"}
        return Response(content, media_type="image/jpeg", headers=headers)

    async def _found(self, request: Request) -> Shown | None:
        async with self._storage.reading() as work:
            return await find(work, self._clock, request.path_params["token"])

    async def nothing(self, request: Request) -> Response:
        """The same for every link that names nothing, whatever the reason."""
        title, text = nothing_there(languages_of(request))
        return self._message(title, text, 404)

    def later(self, request: Request, error: BillhookError) -> Response:
        log.warning("an invoice could not be shown: %s", error)
        title, text = later(languages_of(request))
        return self._message(title, text, 503)

    def _message(self, title: str, text: str, status: int) -> Response:
        values = {"language": language(), "title": title, "text": text}
        return html_page("message.html", values, status=status, secure=self._secure)


def _is_read(request: Request) -> bool:
    """Whether a person looks at it: in a browser, that does not only fetch it for later."""
    headers = request.headers
    agent = headers.get("user-agent", "")[:_MOST_AGENT]
    fetched = " ".join(headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    ahead = "prefetch" in fetched or "prerender" in fetched or "preview" in fetched
    return request.method == "GET" and not ahead and _BROWSER in agent and not _ROBOT.search(agent)


def _plain(name: str) -> str:
    """For programs that know no other names than ASCII ones."""
    return re.sub(r'[^A-Za-z0-9._ -]|"', "_", name)
