"""Debian's Chromium, a page in it, and what such a page must never do."""

from __future__ import annotations

import gzip
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
PATIENCE = 15_000
"""Milliseconds for a click to lead somewhere."""
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"
_AGENT = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile"
"""A browser without a window says so in its name, and is taken for a machine."""
_COLOURS = 64
"""Enough for a page of text, and a third of the bytes."""
_WANTED = "BILLHOOK_PICTURES"
"""Set in the environment, the walks write the pictures of the documentation."""
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def needed_chromium() -> str:
    """Where it is; without one the tests that need it are skipped."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return program


@contextmanager
def opened_browser(program: str) -> Iterator[Browser]:
    """Until it is closed, nothing else in this thread may use asyncio."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_QUIET])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_page(browser: Browser, *, scripts: bool = True, phone: bool = True) -> Iterator[Page]:
    """Everything that the browser complains about on it is an error, above all what the page's own policy forbids."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(f"{message.text} ({message.location.get('url')})")

    context = browser.new_context(
        viewport=PHONE if phone else DESK, java_script_enabled=scripts, device_scale_factor=2,
        is_mobile=phone, has_touch=phone, accept_downloads=True, locale="en-GB", user_agent=_AGENT,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not said, said


@cache
def _axe() -> str:
    return gzip.decompress(Path(__file__).with_name("axe.min.js.gz").read_bytes()).decode()


def barriers(page: Page) -> list[tuple[str, Any]]:
    """What axe-core calls serious or critical: the rule, and the elements that break it."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def is_too_wide(page: Page) -> bool:
    """Whether somebody has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def take_picture(page: Page, name: str, *, of: str = "") -> None:
    """For the documentation, when it is asked for: what is in view, or one element."""
    if os.environ.get(_WANTED):
        taken = page.locator(of).screenshot() if of else page.screenshot()
        picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(_COLOURS)
        picture.save(PICTURES / f"{name}.png", optimize=True)
