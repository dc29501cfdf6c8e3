"""`billhook chat`: opens everything, then talks at a prompt or through a pipe."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import settings as settings_of
from bot.cli_database import reaching
from bot.console.pipe import run_piped
from bot.console.receive import chat_of
from bot.console.send import PlainScreen, Terminal
from bot.logs import log_to_file
from bot.platforms import mail_of
from bot.settings import Settings
from bot.wiring import App


def run(identity: str, files: str | None) -> int:
    settings = settings_of.load()
    settings.make_data_dir()
    log_to_file(settings)
    folder = Path(files).expanduser() if files else settings.data_dir / "files"
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal or a pipe that cannot show a letter shows a question mark instead.
        sys.stdout.reconfigure(errors="replace")
    # Either is None where the program was started without it.
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    asyncio.run((_at_terminal if at_terminal else _piped)(settings, identity, folder))
    return 0


@asynccontextmanager
async def _opened(settings: Settings, terminal: Terminal) -> AsyncIterator[App]:
    with reaching(settings):
        app = await App.open(settings, [terminal, *mail_of(settings)])
    try:
        yield app
    finally:
        await app.close()


async def _piped(settings: Settings, identity: str, files: Path) -> None:
    terminal = Terminal(PlainScreen(sys.stdout or io.StringIO()), files)
    # Standard input's own buffer would be locked by the reading thread when the process ends.
    lines = os.fdopen(0, "rb", closefd=False) if sys.stdin else io.BytesIO()
    async with _opened(settings, terminal) as app:
        await app.catch_up(chat_of(identity))
        await app.keep_time(chat_of(identity))
        await run_piped(app, terminal, identity, lines)


async def _at_terminal(settings: Settings, identity: str, files: Path) -> None:
    # Only a terminal needs these two libraries: a pipe starts 0.2 s sooner without them.
    from rich.console import Console  # noqa: PLC0415

    from bot.console import prompt  # noqa: PLC0415
    from bot.console.rich_render import RichScreen  # noqa: PLC0415

    console = Console(markup=False, highlight=False, emoji=False)
    console.print(prompt.greeting())
    terminal = Terminal(RichScreen(console), files)
    async with _opened(settings, terminal) as app:
        session = prompt.make_session(
            prompt.completer_for(app, identity, settings.sells), settings.data_dir / prompt.HISTORY
        )
        learning = asyncio.create_task(app.learn_prices())
        try:
            await prompt.converse(app, terminal, identity, session)
        finally:
            learning.cancel()
