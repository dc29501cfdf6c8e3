"""kill -9 at the worst moments: the next process finishes what was begun, and nothing happens twice."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from handlers.platform import Manners
from handlers.registry import COMMANDS
from handlers.updates import Typed
from tests.bot.program import environment
from tests.bot.started import Started, billhook, started
from tests.fakes.platform import FakePlatform, Killed
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import PLATFORM, Office, as_seen, dispatcher_of
from tests.scenarios.scenes import ACME, STUDIO, opens_a_studio_with_acme

ISSUED = "SELECT number FROM invoice WHERE state = 'issued' ORDER BY number"


async def next_process(office: Office, name: str) -> FakePlatform:
    """What the process that is started after the killed one shows before anybody says anything."""
    platform = FakePlatform(PLATFORM)
    app = office.new_app(platform)
    await app.catch_up(office.chat_of(name))
    await app.close()
    return platform


async def test_killed_before_it_was_answered_the_next_process_answers(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await office.app.receive(office.update("ana", Typed("/invoice Acme: 3h design @ 120")))
    await office.app.receive(office.update("ana", Typed("/issue")))

    shown = (await next_process(office, "ana")).delivered

    assert [as_seen(answer).text.split()[0] for answer in shown] == ["Draft", "Issued"]
    assert as_seen(shown[1]).files.keys() == {"2026-0001.pdf"}


async def test_killed_between_commit_and_delivery_the_next_process_delivers(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    update = office.update("ana", Typed("/issue"))
    await office.app.receive(update)
    await dispatcher_of(office, COMMANDS).handle(update, Manners())

    shown = (await next_process(office, "ana")).delivered

    assert [as_seen(answer).text.split(":")[0] for answer in shown] == ["Issued 2026-0001 to Acme GmbH"]
    assert as_seen(shown[0]).files.keys() == {"2026-0001.pdf"}
    assert await office.outbox("ana") == ["sent"] * 4


async def test_killed_while_it_was_shown_it_is_uncertain_and_not_repeated(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    office.platform.failing = Killed()
    with pytest.raises(Killed):
        await office.app.handle(office.update("ana", Typed("/issue")))

    shown = (await next_process(office, "ana")).delivered

    assert shown == []
    assert await office.outbox("ana") == ["sent", "sent", "sent", "uncertain"]
    await ana.says("/pdf 2026-0001")
    assert "EUR 428,40" in ana.reads_pdf("2026-0001.pdf")


class Terminal:
    """`billhook chat` as a process that can be killed, on a database of its own."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._folder = folder
        self._database = folder / "killed.db"
        self._settings = {"DATABASE_URL": f"sqlite:///{self._database}"}
        shutil.copyfile(template, self._database)

    def says(self, *lines: str) -> str:
        given = "".join(f"{line}\n" for line in lines).encode()
        done = billhook(self._folder, "chat", "--files", "received", given=given, settings=self._settings)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def start(self, out: int, *lines: str) -> Started:
        """A process that has been told these lines, and waits for more."""
        reader, self._open = os.pipe()
        settings = environment(self._folder, self._settings)
        with Path(os.devnull).open("wb") as nothing:
            files = (reader, out, nothing.fileno())
            process = started("bot", ["chat", "--files", "received"], self._folder, settings, files)
        os.close(reader)
        os.write(self._open, "".join(f"{line}\n" for line in lines).encode())
        return process

    def kill(self, process: Started) -> None:
        process.kill()
        process.wait()
        os.close(self._open)

    def rows(self, query: str) -> list[str]:
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        try:
            return [row[0] for row in connection.execute(query)]
        finally:
            connection.close()

    def waits_for_more(self, query: str, than: int = 0) -> None:
        deadline = time.monotonic() + 30
        while len(self.rows(query)) <= than:
            assert time.monotonic() < deadline, self.rows("SELECT state FROM outbox")
            time.sleep(0.02)


def a_pipe_nobody_reads() -> tuple[int, int]:
    """Full to the brim, so that whoever writes to it stands still in the middle of writing."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, b"x" * 4096):
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    return reader, writer


def test_a_real_process_killed_while_it_prints_loses_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    terminal = Terminal(sqlite_template, tmp_path)
    terminal.says(STUDIO, ACME, "/invoice Acme: 3h design @ 120")
    reader, writer = a_pipe_nobody_reads()
    process = terminal.start(writer, "/issue")
    os.close(writer)
    terminal.waits_for_more("SELECT state FROM outbox WHERE state = 'sending'")

    terminal.kill(process)
    os.close(reader)
    said = terminal.says("/invoices")

    assert "0001" in said
    assert "EUR 428.40" in said
    assert terminal.rows("SELECT state FROM outbox ORDER BY id") == [
        "sent",
        "sent",
        "sent",
        "uncertain",
        "sent",
    ]
    assert len(terminal.rows(ISSUED)) == 1


def test_processes_killed_at_any_moment_leave_no_gap_and_nothing_undone(
    sqlite_template: Path, tmp_path: Path
) -> None:
    terminal = Terminal(sqlite_template, tmp_path)
    terminal.says(STUDIO, ACME)
    moments = random.Random(4711)
    for _kill in range(3):
        given = len(terminal.rows(ISSUED))
        with Path(os.devnull).open("wb") as nothing:
            process = terminal.start(nothing.fileno(), *("/invoice Acme: Work @ 7", "/issue") * 100)
        terminal.waits_for_more(ISSUED, given)
        time.sleep(moments.uniform(0, 0.3))
        terminal.kill(process)

    terminal.says("/invoices")

    numbers = terminal.rows(ISSUED)
    assert [int(number[-4:]) for number in numbers] == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 3
    assert set(terminal.rows("SELECT state FROM inbox")) == {"done"}
    assert set(terminal.rows("SELECT state FROM outbox")) <= {"sent", "uncertain"}
    assert len(terminal.rows("SELECT id FROM outbox")) == len(terminal.rows("SELECT update_id FROM inbox"))
