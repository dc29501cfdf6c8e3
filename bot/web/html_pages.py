"""Pages as HTML: templates with everything in them escaped, one style, and the headers that go with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.web.colours import DEFAULT, palette
from bot.web.security import page_headers

_PAGES = Path(__file__).parent / "pages"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, auto_reload=False,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
"""Each template is compiled once per process."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOST_HEADER = 200
_STYLE = (_PAGES / "page.css").read_text(encoding="utf-8")


def html_page(
    template: str, values: Mapping[str, object], *, status: int = 200, accent: str = DEFAULT, secure: bool = False,
    forms: str = "'self'",
) -> HTMLResponse:  # fmt: skip
    """`template` is a file beside this one that extends `base.html`; for the rest see `page_headers`."""
    style = _style(accent)
    shown = _ENVIRONMENT.get_template(template).render(values, style=style)
    return HTMLResponse(shown, status, headers=page_headers(style, secure=secure, forms=forms))


def languages_of(request: Request) -> list[str]:
    """The reader's, in the order in which browsers write them, which is that of their weights."""
    header = request.headers.get("accept-language", "")[:_MOST_HEADER]
    return [found[0] for part in header.split(",") if (found := _TAG.match(part.strip()))]


@lru_cache(maxsize=512)
def _style(accent: str) -> str:
    colours = palette(accent)
    return f":root{{--ink:{colours.ink};--fill:{colours.fill};--on-fill:{colours.on_fill}}}\n{_STYLE}"
