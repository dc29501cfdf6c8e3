"""One client at the strict mail server: which command may come when, and what is answered (RFC 5321)."""

from __future__ import annotations

import asyncio
import base64
import email
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from tests.fakes.smtp_letters import wrongs_of

_LINE = 512
_PATH = re.compile(r"(FROM|TO):<([^<>\s]*)>((?: [^ ]+)*)", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """What EHLO says this server can do."""

    size: int = 30_000_000
    eightbit: bool = False
    smtputf8: bool = False
    dsn: bool = False
    pipelining: bool = True


@dataclass(frozen=True)
class Received:
    """One letter this server is answerable for."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    at: float
    options: tuple[str, ...] = ()
    told: bool = True
    """Its sender heard that it was taken."""

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return _unfolded(body.get_content()) if body else ""

    @property
    def page(self) -> str:
        body = self.message.get_body(("html",))
        return _unfolded(body.get_content()) if body else ""

    @property
    def files(self) -> dict[str, bytes]:
        return {
            str(part.get_filename()): bytes(part.get_payload(decode=True))
            for part in self.message.iter_attachments()
        }


def _unfolded(text: object) -> str:
    return str(text).replace("\r\n", "\n")


class _Gone(ConnectionError):
    """We hung up."""


@dataclass
class Session:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    offer: Offer
    users: dict[str, str]
    upgrade: Callable[[], ssl.SSLContext] | None
    planned: Callable[[str, str], Any]
    said: list[str]
    safe: bool
    keep: Callable[[Received], None]
    wrongs: list[str] = field(default_factory=list)
    greeted: bool = False
    user: str = ""
    sender: str | None = None
    options: tuple[str, ...] = ()
    recipients: list[str] = field(default_factory=list)

    async def talk(self) -> None:
        if not await self._trouble("connect"):
            await self._say("220 fake.example ESMTP ready")
        while True:
            line = await self._line()
            if line is None:
                return
            self.said.append(line)
            verb, _blank, rest = line.partition(" ")
            act = getattr(self, f"_on_{verb.lower()}", None)
            if act is None:
                await self._wrong(f"{verb!r} is no command", "500 5.5.2 Unknown command")
            elif await act(rest.strip()):
                return

    async def _line(self) -> str | None:
        raw = await self.reader.readline()
        if not raw:
            return None
        if not raw.endswith(b"\r\n") or len(raw) > _LINE:
            self.wrongs.append(f"a command line ends in CRLF and has {_LINE} octets at most: {raw[:60]!r}")
        return raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")

    async def _say(self, *lines: str) -> None:
        for place, line in enumerate(lines, start=1):
            shown = line if place == len(lines) else f"{line[:3]}-{line[4:]}"
            self.writer.write(f"{shown}\r\n".encode())
        await self.writer.drain()

    async def _wrong(self, what: str, answer: str) -> bool:
        self.wrongs.append(what)
        await self._say(answer)
        return False

    async def _trouble(self, stage: str) -> bool:
        """True when it was answered, which is not what the client hoped for."""
        trouble = self.planned(stage, self.recipients[-1] if self.recipients else "")
        if trouble is None:
            return False
        if trouble.seconds:
            await asyncio.sleep(trouble.seconds)
        if trouble.hangs_up:
            self.writer.transport.abort()
            raise _Gone
        if trouble.answer:
            await self._say(trouble.answer)
        return bool(trouble.answer)

    # -- commands ----------------------------------------------------------------------------------

    async def _on_ehlo(self, name: str) -> bool:
        if not name or " " in name:
            return await self._wrong("EHLO names the client", "501 5.5.4 Who are you")
        if await self._trouble("ehlo"):
            return False
        self.greeted = True
        can = [f"SIZE {self.offer.size}", "ENHANCEDSTATUSCODES"]
        can += ["8BITMIME"] if self.offer.eightbit else []
        can += ["SMTPUTF8"] if self.offer.smtputf8 else []
        can += ["DSN"] if self.offer.dsn else []
        can += ["PIPELINING"] if self.offer.pipelining else []
        can += ["STARTTLS"] if self.upgrade and not self.safe else []
        can += ["AUTH PLAIN LOGIN"] if self.users and (self.safe or not self.upgrade) else []
        await self._say("250 fake.example", *[f"250 {word}" for word in can])
        return False

    async def _on_starttls(self, rest: str) -> bool:
        if self.upgrade is None or self.safe or rest:
            return await self._wrong("STARTTLS is not offered", "502 5.5.1 Not offered")
        if await self._trouble("starttls"):
            return False
        await self._say("220 2.0.0 Go on")
        await self.writer.start_tls(self.upgrade())
        # Whatever was said before counts no more (RFC 3207).
        self.safe, self.greeted, self.sender, self.recipients = True, False, None, []
        return False

    async def _on_auth(self, rest: str) -> bool:
        if not self.users or not self.greeted or (self.upgrade and not self.safe):
            return await self._wrong("AUTH is not offered here", "538 5.7.11 Encryption required")
        if await self._trouble("auth"):
            return False
        kind, _blank, first = rest.partition(" ")
        if kind.upper() == "PLAIN":
            _who, user, word = base64.b64decode(first).decode().split("\0")
        else:
            user = base64.b64decode(first).decode()
            await self._say("334 UGFzc3dvcmQ6")
            word = base64.b64decode(await self._line() or "").decode()
        if self.users.get(user) != word:
            await self._say("535 5.7.8 Authentication credentials invalid")
            return False
        self.user = user
        await self._say("235 2.7.0 Welcome")
        return False

    async def _on_mail(self, rest: str) -> bool:
        found = _PATH.fullmatch(rest)
        if not self.greeted or self.sender is not None or found is None or found[1].upper() != "FROM":
            return await self._wrong(f"MAIL {rest!r} comes at the wrong time or is none", "503 5.5.1 Not now")
        options = tuple(found[3].split())
        if not self._may(options, {"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID"}):
            return await self._wrong(f"MAIL has options that are not offered: {options}", "555 5.5.4 No")
        if await self._trouble("mail"):
            return False
        if self.users and not self.user:
            await self._say("530 5.7.0 Authentication required")
            return False
        if self._size(options) > self.offer.size:
            await self._say("552 5.3.4 Message size exceeds fixed limit")
            return False
        self.sender, self.options = found[2], options
        await self._say("250 2.1.0 Ok")
        return False

    def _may(self, options: tuple[str, ...], known: set[str]) -> bool:
        offered = {"SIZE"}
        offered |= {"BODY"} if self.offer.eightbit else set()
        offered |= {"SMTPUTF8"} if self.offer.smtputf8 else set()
        offered |= {"RET", "ENVID", "NOTIFY", "ORCPT"} if self.offer.dsn else set()
        return all(option.partition("=")[0].upper() in known & offered for option in options)

    def _size(self, options: tuple[str, ...]) -> int:
        sizes = [option[5:] for option in options if option.upper().startswith("SIZE=")]
        return int(sizes[0]) if sizes else 0

    async def _on_rcpt(self, rest: str) -> bool:
        found = _PATH.fullmatch(rest)
        if self.sender is None or found is None or found[1].upper() != "TO":
            return await self._wrong(f"RCPT {rest!r} comes at the wrong time or is none", "503 5.5.1 Not now")
        if not self._may(tuple(found[3].split()), {"NOTIFY", "ORCPT"}):
            return await self._wrong(f"RCPT has options that are not offered: {found[3]}", "555 5.5.4 No")
        if not found[2].isascii() and "SMTPUTF8" not in self.options:
            return await self._wrong("an address in other letters without SMTPUTF8", "553 5.6.7 No")
        self.recipients.append(found[2])
        if await self._trouble("rcpt"):
            self.recipients.pop()
            return False
        await self._say("250 2.1.5 Ok")
        return False

    async def _on_data(self, rest: str) -> bool:
        if not self.recipients or rest:
            return await self._wrong("DATA without a recipient", "503 5.5.1 Not now")
        if await self._trouble("data"):
            return False
        await self._say("354 End data with <CR><LF>.<CR><LF>")
        content = await self._body()
        if content is None:
            return False
        await self._judged(content)
        self.sender, self.recipients = None, []
        return False

    async def _body(self) -> bytes | None:
        """None when something was answered in the middle of it."""
        lines: list[bytes] = []
        while (line := await self.reader.readuntil(b"\n")) != b".\r\n":
            if not lines and await self._trouble("body"):
                # As real servers do: whoever is hung up on while still talking would never hear why.
                while await self.reader.read(1 << 16):
                    pass
                raise _Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    async def _judged(self, content: bytes) -> None:
        declared = self._size(self.options)
        wrongs = wrongs_of(content, utf8="SMTPUTF8" in self.options, eightbit="BODY=8BITMIME" in self.options)
        if declared and declared < len(content):
            wrongs.append(f"declared {declared} octets and sent {len(content)}")
        if wrongs:
            self.wrongs += wrongs
            await self._say(f"554 5.6.0 {wrongs[0][:200]}")
            return
        trouble = self.planned("end", self.recipients[-1])
        if trouble is None or trouble.kept or not (trouble.answer or trouble.hangs_up):
            told = trouble is None or not trouble.hangs_up
            self.keep(
                Received(str(self.sender), tuple(self.recipients), content, time.time(), self.options, told)
            )
        if trouble is not None and trouble.seconds:
            await asyncio.sleep(trouble.seconds)
        if trouble is not None and trouble.hangs_up:
            self.writer.transport.abort()
            raise _Gone
        await self._say(trouble.answer if trouble and trouble.answer else "250 2.0.0 Ok: queued as 4F3A")

    async def _on_rset(self, _rest: str) -> bool:
        self.sender, self.recipients = None, []
        await self._say("250 2.0.0 Ok")
        return False

    async def _on_noop(self, _rest: str) -> bool:
        await self._say("250 2.0.0 Ok")
        return False

    async def _on_quit(self, _rest: str) -> bool:
        await self._say("221 2.0.0 Bye")
        return True
