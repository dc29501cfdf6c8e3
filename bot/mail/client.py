"""One letter to one mail server over SMTP, and what each way in which that can fail means."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from bot.mail.message import Outgoing
from bot.text import clean_name
from core.errors import N_, BillhookError, Unavailable
from handlers.platform import Lost, Throttled, Undeliverable

_QUIT_SECONDS = 2.0
_RETRY_SECONDS = 60.0
_MOST_WORDS = 200
_CHUNK = 1 << 16
_DOTS = re.compile(rb"(?m)^\.")
_BUSY = frozenset({421, 452})
"""Too many letters, or too many at once (RFC 5321 4.2.2)."""
_OK = range(200, 300)
_LATER = range(400, 500)
_NEVER = range(500, 600)
TROUBLE = (SMTPException, OSError, TimeoutError, ValueError)
"""All that a session ends with other than an answer. ValueError: what aiosmtplib calls a bad setting or address."""


@dataclass(frozen=True, slots=True)
class Server:
    """What SMTP_URL says."""

    host: str
    port: int
    implicit_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """On this machine, so that nobody can read along."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def needs_tls(self) -> bool:
        """A password is only ever said where nobody else hears it."""
        return self.implicit_tls or bool(self.user and not self.is_here)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. All together are less than a delivery may take."""

    step: float = 15.0
    end: float = 25.0
    """Up to the end of the letter."""
    answer: float = 15.0
    """For its answer."""


def server_of(url: str) -> Server:
    """`smtp://` encrypts with STARTTLS where that is offered, `smtps://` from the first byte."""
    parts = urlsplit(url)
    implicit, user = parts.scheme == "smtps", unquote(parts.username or "")
    usual = 465 if implicit else 587 if user else 25
    password = unquote(parts.password or "")
    return Server(parts.hostname or "localhost", parts.port or usual, implicit, user, password)


class Client:
    """A connection for each letter: they are few, and one that failed leaves nothing behind."""

    def __init__(
        self,
        server: Server,
        sender: str,
        trusted: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.server = server
        self.sender = sender
        self._trusted = trusted
        self._patience = patience or Patience()

    async def hand_over(self, mail: Outgoing) -> None:
        """Returns once the server took charge of it. Raises Unavailable or Throttled when it certainly did not,
        Undeliverable when it never will, and Lost when its answer to the whole letter was lost.
        """
        smtp = self._session()
        try:
            answer = await self._up_to_the_end(smtp, mail)
            try:
                async with asyncio.timeout(self._patience.answer):
                    code, words = await answer
            except TROUBLE as error:
                raise Lost(N_("The answer of the mail server was lost.")) from error
            if code in _OK:
                await _leave(smtp)
                return
            raise (
                refused(code, words)
                if code in (*_LATER, *_NEVER)
                else Lost(N_("The answer of the mail server was lost."))
            )
        finally:
            smtp.close()

    async def look(self) -> SMTPResponse | None:
        """Everything but a letter, for the doctor: the answer to EHLO."""
        smtp = self._session()
        try:
            async with asyncio.timeout(self._patience.end):
                await smtp.connect()
                await smtp.noop()
            await _leave(smtp)
            return smtp.last_ehlo_response
        except TROUBLE as error:
            raise translated(error) from error
        finally:
            smtp.close()

    def _session(self) -> SMTP:
        """Encryption that a server merely offers is taken without looking at its certificate: whoever could forge
        that could as well take away the offer.
        """
        server = self.server
        verified = server.needs_tls
        return SMTP(
            hostname=server.host, port=server.port, use_tls=server.implicit_tls,
            start_tls=False if server.implicit_tls else True if verified else None,
            username=server.user or None, password=server.password if server.user else None,
            validate_certs=verified, tls_context=self._trusted if verified else None,
            local_hostname=self.sender.rpartition("@")[2], timeout=self._patience.step,
        )  # fmt: skip

    async def _up_to_the_end(self, smtp: SMTP, mail: Outgoing) -> asyncio.Task[SMTPResponse]:
        """Whatever fails in here, the server did not see the end of the letter and must forget it (RFC 5321, 4.1.4)."""
        answer: asyncio.Task[SMTPResponse] | None = None
        try:
            async with asyncio.timeout(self._patience.end):
                await smtp.connect()
                await self._envelope(smtp, mail)
                response = await smtp.execute_command(b"DATA")
                if response.code != 354:
                    raise SMTPResponseException(response.code, response.message)
                if smtp.protocol is None:
                    raise SMTPServerDisconnected("gone")
                # From here on it listens: a server may say in the middle why it hangs up.
                answer = asyncio.create_task(smtp.protocol.read_response())
                await _write(smtp, mail.content, answer)
                return answer
        except TROUBLE as error:
            said = await _last_words(answer)
            if said is not None and said.code in (*_LATER, *_NEVER):
                raise refused(said.code, said.message) from error
            raise translated(error) from error
        except BaseException:
            await _last_words(answer)
            raise

    async def _envelope(self, smtp: SMTP, mail: Outgoing) -> None:
        encoding, options, wishes = "ascii", list[str](), list[str]()
        if not mail.to.is_ascii:
            if not smtp.supports_extension("smtputf8"):
                raise Undeliverable(N_("The mail server takes no address with letters like those of {address}."),
                                    address=str(mail.to))  # fmt: skip
            encoding = "utf-8"
            options.append("SMTPUTF8")
        if smtp.supports_extension("size"):
            options.append(f"SIZE={_size_within(smtp, mail)}")
        if smtp.supports_extension("dsn"):
            # What comes back then names the letter, and brings only its headers along (RFC 3461).
            options += [f"ENVID={mail.message_id}", "RET=HDRS"]
            wishes = ["NOTIFY=FAILURE"]
        await smtp.mail(self.sender, options=options, encoding=encoding)
        await smtp.rcpt(str(mail.to), options=wishes, encoding=encoding)


def _size_within(smtp: SMTP, mail: Outgoing) -> int:
    """RFC 1870. A server that says no limit takes any size, or tells while it reads."""
    size, most = len(mail.content), smtp.esmtp_extensions.get("size", "")
    if most.isascii() and most.isdigit() and 0 < int(most[:12]) < size:
        raise Undeliverable(N_("The mail server takes {most} MB at most, and this mail is larger."),
                            most=int(most[:12]) // 1_000_000)  # fmt: skip
    return size


async def _write(smtp: SMTP, content: bytes, answer: asyncio.Task[SMTPResponse]) -> None:
    """The letter, and only once all of it is on its way the dot that ends it."""
    stuffed = _DOTS.sub(b"..", content)
    for start in range(0, len(stuffed), _CHUNK):
        await _flowing(smtp, stuffed[start : start + _CHUNK], answer)
    await _flowing(smtp, b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n", answer)


async def _flowing(smtp: SMTP, chunk: bytes, answer: asyncio.Task[SMTPResponse]) -> None:
    """No answer is due before the end: whoever gives one takes the letter no more."""
    transport = smtp.transport
    if not isinstance(transport, asyncio.WriteTransport):
        raise SMTPServerDisconnected("gone")
    # Only the protocol itself is told when there is room again.
    while transport.get_write_buffer_size() > _CHUNK and not answer.done():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    if answer.done() or smtp.protocol is None:
        raise SMTPServerDisconnected("gone")
    smtp.protocol.write(chunk)


async def _last_words(answer: asyncio.Task[SMTPResponse] | None) -> SMTPResponse | None:
    """What the server said before it hung up, if anything."""
    if answer is None:
        return None
    if not answer.done():
        answer.cancel()
    (said,) = await asyncio.gather(answer, return_exceptions=True)
    return said if isinstance(said, SMTPResponse) else None


async def _leave(smtp: SMTP) -> None:
    """Politeness: the letter is the server's already."""
    with contextlib.suppress(*TROUBLE):
        await smtp.quit(timeout=_QUIT_SECONDS)


def translated(error: Exception) -> BillhookError:
    """What one of TROUBLE means before the end of the letter was sent."""
    match error:
        case SMTPAuthenticationError() | SMTPConnectError():
            return Unavailable(_unwell(error), _RETRY_SECONDS, reason=_words(error))
        case SMTPResponseException(code=code, message=message):
            return refused(code, message)
        case _:
            return Unavailable(_unwell(error), _RETRY_SECONDS, reason=_words(error))


def _unwell(error: Exception) -> str:
    if isinstance(error, SMTPAuthenticationError):
        return N_("The mail server does not accept the user and password of SMTP_URL: {reason}")
    return N_("The mail server cannot be reached: {reason}")


def refused(code: int, message: str) -> BillhookError:
    """The meaning of an answer that is not yes."""
    said = clean_name(f"{code} {message}", _MOST_WORDS)
    if code in _NEVER:
        return Undeliverable("{reason}", reason=said)
    if code in _BUSY:
        return Throttled("{reason}", _RETRY_SECONDS, reason=said)
    return Unavailable("{reason}", _RETRY_SECONDS, reason=said)


def _words(error: Exception) -> str:
    match error:
        case SMTPResponseException(code=code, message=message):
            return clean_name(f"{code} {message}", _MOST_WORDS)
        case TimeoutError():
            return "timeout"
        case _:
            return clean_name(str(error) or type(error).__name__, _MOST_WORDS)
