"""Draws the README's pictures anew: a chat as SVG, and the page of the invoice it makes as PNG (needs pdftoppm)."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.console.receive import PLATFORM
from bot.console.rich_render import RichScreen
from bot.console.send import Terminal
from bot.rendering import Renderer
from bot.system import SystemIds
from bot.wiring import App
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Typed, Update
from storage.engine import Storage
from storage.migrate import upgrade_async

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
BEFORE = (
    "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
    "iban DE89370400440532013000; terms 14d",
    "/settings accent #0a6c74; footer Thank you for your business.; email hello@loewe.example",
    "/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE123456788",
)
SHOWN = (
    "/invoice Acme: 3h design @ 120, 2 x Hosting @ 49.90; vat 19%; due 14d",
    "issue",
    "/paid 2026-0001 200",
)


class PictureClock:
    """Always the same morning, so that a new picture differs only where the program does."""

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


async def talk(folder: Path) -> Console:
    """Hold the conversation; the console has recorded the part that is shown."""
    url = f"sqlite:///{folder / 'pictures.db'}"
    await upgrade_async(url)
    console = Console(record=True, width=84, file=(folder / "out.txt").open("w"), force_terminal=True)
    clock = PictureClock()
    terminal = Terminal(RichScreen(console), folder)
    app = App(Storage(url, clock), clock, SystemIds(), Renderer(), [terminal])
    chat, sender = ChatRef(PLATFORM, "owner"), SenderRef(PLATFORM, "owner", "owner")
    for text in (*BEFORE, *SHOWN):
        if text == SHOWN[0]:
            console.export_text(clear=True)
        console.print(Text.assemble(("› ", "bold cyan"), (text, "bold")))
        await app.handle(Update(PLATFORM, uuid.uuid4().hex, chat, sender, Typed(text, by_number=True)))
    await app.close()
    return console


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        console = asyncio.run(talk(folder))
        svg = console.export_svg(title="billhook chat", unique_id="billhook")
        # The saved file's folder is this machine's, and the theme's fonts would be fetched from elsewhere.
        svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
        svg = svg.replace(str(folder), "billhook-files").replace("/private", "")
        (IMAGES / "chat.svg").write_text(svg)
        page = ["pdftoppm", "-r", "100", "-png", "-singlefile", str(folder / "2026-0001.pdf")]
        subprocess.run([*page, str(IMAGES / "invoice")], check=True)


if __name__ == "__main__":
    main()
