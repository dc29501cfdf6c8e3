"""A strict mail server of one's own on loopback: it takes only what real ones take, and fails as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

from tests.fakes.smtp_certificate import Certificate
from tests.fakes.smtp_session import Offer, Received, Session

Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "end"]
"""Where something goes wrong: `body` is in the middle of a letter, `end` once its final dot has come."""


@dataclass
class Trouble:
    """What happens at a stage, so many times: an answer, a wait before it, or hanging up."""

    stage: Stage
    answer: str = ""
    seconds: float = 0.0
    hangs_up: bool = False
    kept: bool = False
    """At `end`: the letter is taken although nobody is told."""
    times: int = 1
    only_for: str = ""
    """A recipient; empty: everybody."""


class FakeSmtp:
    """The server runs in a thread of its own; every method here is plain and may be called from any other.

    `with FakeSmtp() as smtp:`, or `start()` and `stop()`. Stopped and started again it is on the same port and has
    the same letters, as after an outage.
    """

    def __init__(
        self,
        offer: Offer | None = None,
        tls: Literal["", "starttls", "implicit"] = "",
        users: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._offer = offer or Offer()
        self._tls = tls
        self._users = users or {}
        self.certificate = Certificate.made(folder) if tls and folder else None
        self.port = 0
        self.letters: list[Received] = []
        """What this server took charge of, oldest first."""
        self.sessions: list[list[str]] = []
        """What each client said, without the letters themselves."""
        self.wrongs: list[str] = []
        """What no real server would have let pass; a test that ends with any has found a bug."""
        self._troubles: list[Trouble] = []
        self._news = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """For SMTP_URL, with the first user and password if it knows any."""
        scheme = "smtps" if self._tls == "implicit" else "smtp"
        who = "".join(f"{quote(user, '')}:{quote(word, '')}@" for user, word in [*self._users.items()][:1])
        return f"{scheme}://{who}127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    # -- what a test does --------------------------------------------------------------------------

    def fails(self, stage: Stage, answer: str = "", *, times: int = 1, **more: Any) -> None:
        """`fails("rcpt", "550 5.1.1 No such user")`, `fails("end", hangs_up=True, kept=True)`."""
        with self._news:
            self._troubles.append(Trouble(stage, answer, times=times, **more))

    def well(self) -> None:
        """Whatever was still to go wrong does not."""
        with self._news:
            self._troubles.clear()

    def letters_to(self, address: str) -> list[Received]:
        with self._news:
            return [letter for letter in self.letters if address in letter.recipients]

    def wait_for(self, count: int, seconds: float = 20.0, to: str = "") -> list[Received]:
        """Until so many letters came (to that address)."""

        def found() -> list[Received]:
            return [letter for letter in self.letters if not to or to in letter.recipients]

        with self._news:
            self._news.wait_for(lambda: len(found()) >= count, seconds)
            assert len(found()) >= count, f"{len(found())} letters came, not {count}"
            return found()

    # -- the server --------------------------------------------------------------------------------

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Nobody is let in any more, and whoever is in is thrown out."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join(10)
        self._loop = self._thread = None

    def _run(self, ready: threading.Event) -> None:
        async def serve() -> None:
            context = self.certificate.server if self.certificate and self._tls == "implicit" else None
            self._server = await asyncio.start_server(
                self._talk, "127.0.0.1", self.port, ssl=context, limit=1 << 20
            )
            self.port = self._server.sockets[0].getsockname()[1]
            self._loop = asyncio.get_running_loop()
            ready.set()
            with contextlib.suppress(asyncio.CancelledError):
                await self._server.serve_forever()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

        asyncio.run(serve())

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        said: list[str] = []
        self.sessions.append(said)
        upgrade: Callable[[], ssl.SSLContext] | None = None
        if self.certificate is not None and self._tls == "starttls":
            upgrade = self._server_context
        session = Session(
            reader, writer, self._offer, self._users, upgrade, self._next, said, self._is_safe, self._keep
        )
        try:
            await session.talk()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            with self._news:
                self.wrongs += session.wrongs
            self._open.discard(task)
            writer.transport.abort()

    def _server_context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        return self.certificate.server

    @property
    def _is_safe(self) -> bool:
        """From the first byte."""
        return self._tls == "implicit"

    def _keep(self, letter: Received) -> None:
        with self._news:
            self.letters.append(letter)
            self._news.notify_all()

    def _next(self, stage: str, recipient: str) -> Trouble | None:
        with self._news:
            for trouble in self._troubles:
                if trouble.stage == stage and trouble.only_for in ("", recipient) and trouble.times > 0:
                    trouble.times -= 1
                    return trouble
        return None
