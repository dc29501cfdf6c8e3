"""The interactive prompt, driven by the keys a person presses."""

import asyncio
import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.console.complete import ChatCompleter
from bot.console.prompt import HISTORY, completer_for, converse, greeting, make_session
from bot.console.send import PlainScreen, Terminal
from bot.naming import Names
from core.errors import Unavailable
from handlers.kinds import ChatRef
from tests.console.people import Echo

ENTER, ESCAPE, CTRL_C, CTRL_D, UP = "\r", "\x1b", "\x03", "\x04", "\x1b[A"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as source:
        yield source


async def talk(
    keys: PipeInput, folder: Path, pressed: str, failing: Exception | None = None
) -> tuple[str, Echo]:
    out = io.StringIO()
    terminal = Terminal(PlainScreen(out), folder)
    app = Echo(terminal)
    app.failing = failing
    session = make_session(completer_for(app, "ana"), folder / HISTORY, keys, DummyOutput())
    keys.send_text(pressed)
    await converse(app, terminal, "ana", session)
    return out.getvalue(), app


async def test_enter_sends_and_ctrl_d_leaves(keys: PipeInput, tmp_path: Path) -> None:
    out, app = await talk(keys, tmp_path, f"/help{ENTER}7{ENTER}{CTRL_D}")

    assert app.heard == ["/help", "7"]
    assert out == "caught up\n\n/help\n\n7\n"


async def test_what_a_killed_process_left_is_caught_up_first(keys: PipeInput, tmp_path: Path) -> None:
    _out, app = await talk(keys, tmp_path, CTRL_D)

    assert app.caught_up == [ChatRef("terminal", "ana")]


async def test_what_the_clock_brings_comes_at_the_start_and_while_somebody_types(
    keys: PipeInput, tmp_path: Path
) -> None:
    terminal = Terminal(PlainScreen(io.StringIO()), tmp_path)
    app = Echo(terminal)
    session = make_session(completer_for(app, "ana"), tmp_path / HISTORY, keys, DummyOutput())

    keys.send_text("/he")
    talking = asyncio.create_task(converse(app, terminal, "ana", session, pause=0.01))
    async with asyncio.timeout(20):
        while len(app.kept_time) < 3:  # noqa: ASYNC110 - the prompt's own task counts
            await asyncio.sleep(0.01)
    keys.send_text(f"lp{ENTER}{CTRL_D}")
    await talking

    assert set(app.kept_time) == {ChatRef("terminal", "ana")}
    assert app.heard == ["/help"]


async def test_a_paste_of_several_lines_is_one_message(keys: PipeInput, tmp_path: Path) -> None:
    pasted = "\x1b[200~/invoice Acme: 3h design @ 120\rLogo @ 900\x1b[201~"

    _out, app = await talk(keys, tmp_path, f"{pasted}{ENTER}{CTRL_D}")

    assert app.heard == ["/invoice Acme: 3h design @ 120\nLogo @ 900"]


async def test_alt_enter_begins_a_new_line(keys: PipeInput, tmp_path: Path) -> None:
    _out, app = await talk(keys, tmp_path, f"one{ESCAPE}{ENTER}two{ENTER}{CTRL_D}")

    assert app.heard == ["one\ntwo"]


async def test_ctrl_c_drops_the_line_and_stays(keys: PipeInput, tmp_path: Path) -> None:
    _out, app = await talk(keys, tmp_path, f"/void 2026-0007{CTRL_C}/help{ENTER}{CTRL_D}")

    assert app.heard == ["/help"]


async def test_an_empty_line_is_not_sent(keys: PipeInput, tmp_path: Path) -> None:
    _out, app = await talk(keys, tmp_path, f"{ENTER}  {ENTER}{CTRL_D}")

    assert app.heard == []


async def test_a_file_that_is_not_there_is_told(keys: PipeInput, tmp_path: Path) -> None:
    out, app = await talk(keys, tmp_path, f"file:nowhere.png{ENTER}{CTRL_D}")

    assert "This file cannot be read (No such file or directory), so nothing was sent." in out
    assert app.heard == []


async def test_a_database_that_does_not_answer_is_told_and_may_be_tried_again(
    keys: PipeInput, tmp_path: Path
) -> None:
    pressed = f"/help{ENTER}/help{ENTER}{CTRL_D}"

    out, app = await talk(keys, tmp_path, pressed, Unavailable("The database does not answer.", 1))

    assert "The database does not answer." in out
    assert app.heard == ["/help"]


async def test_what_was_typed_comes_back_with_the_next_start_and_is_private(
    keys: PipeInput, tmp_path: Path
) -> None:
    await talk(keys, tmp_path, f"/overdue{ENTER}{CTRL_D}")

    _out, app = await talk(keys, tmp_path, f"{UP}{ENTER}{CTRL_D}")

    assert app.heard == ["/overdue"]
    assert stat.S_IMODE((tmp_path / HISTORY).stat().st_mode) == 0o600


async def test_a_database_that_does_not_answer_only_stops_completing(tmp_path: Path) -> None:
    class Silent(Echo):
        async def names(self, sender: object) -> Names:
            raise Unavailable("The database does not answer.", 1)

    completer = completer_for(Silent(Terminal(PlainScreen(io.StringIO()), tmp_path)), "ana")

    assert isinstance(completer, ChatCompleter)
    assert await completer.known_names() == Names()


def test_the_greeting_says_how_to_begin_and_how_to_leave() -> None:
    assert greeting().startswith("Billhook ")
    assert greeting().endswith("/start to set up your business, /help for all commands, Ctrl-D to leave")
