"""What goes wrong on demand, and how often a bot may send."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_values import Impatient, Sent


@dataclass(frozen=True, slots=True)
class TooMany:
    """429, and how many seconds to wait."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class ServerError:
    """500, or 502 as a proxy writes it. With `after_work` the call has had its effect all the same."""

    status: int = 500
    after_work: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection closes without an answer. With `after_work` the call has had its effect all the same."""

    after_work: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """The work is done at once; its answer comes late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of its own, such as 403 "Forbidden: user is deactivated"."""

    status: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)


Fault = TooMany | ServerError | HangUp | Slow | Refusal


@dataclass(slots=True)
class Trouble:
    """A fault and the calls that it meets: of these methods (or all), in this chat (or any)."""

    fault: Fault
    methods: frozenset[str] | None
    chat_id: int | None
    times: int | None
    """How many calls more; None until it is lifted."""
    until: float | None = None

    def meets(self, method: str, chat_id: int | None) -> bool:
        if self.times == 0 or (self.until is not None and time.monotonic() >= self.until):
            return False
        if self.methods is not None and method not in self.methods:
            return False
        return self.chat_id is None or self.chat_id == chat_id

    def lift(self) -> None:
        self.times = 0


@dataclass(frozen=True, slots=True)
class _Embargo:
    methods: frozenset[str] | None
    chat_id: int | None
    since: float
    until: float


class Troubles:
    """Whoever holds the world's lock may use it."""

    def __init__(self) -> None:
        self.impatient: list[Impatient] = []
        self.grace = 0.05
        """Calls that were on their way while an answer was: within so many seconds they are not blamed."""
        self._troubles: list[Trouble] = []
        self._embargoes: list[_Embargo] = []

    def add(self, trouble: Trouble) -> Trouble:
        self._troubles = [known for known in self._troubles if known.times != 0]
        self._troubles.append(trouble)
        return trouble

    def clear(self) -> None:
        for trouble in self._troubles:
            trouble.lift()

    def meet(self, method: str, chat_id: int | None) -> tuple[Fault | None, float]:
        """What happens to this call, and by how much its answer is late."""
        fault: Fault | None = None
        late = 0.0
        for trouble in self._troubles:
            if not trouble.meets(method, chat_id) or (
                fault is not None and not isinstance(trouble.fault, Slow)
            ):
                continue
            if trouble.times is not None:
                trouble.times -= 1
            if isinstance(trouble.fault, Slow):
                late += trouble.fault.seconds
                continue
            fault = trouble.fault
            if isinstance(fault, TooMany):
                if trouble.until is not None:
                    fault = TooMany(max(1, math.ceil(trouble.until - time.monotonic())))
                self.forbid(trouble.methods, trouble.chat_id, fault.retry_after)
        return fault, late

    def forbid(self, methods: frozenset[str] | None, chat_id: int | None, seconds: int) -> None:
        now = time.monotonic()
        self._embargoes.append(_Embargo(methods, chat_id, now + self.grace, now + seconds))

    def watch(self, method: str, chat_id: int | None) -> None:
        """Remembers a call that should have waited."""
        now = time.monotonic()
        self._embargoes = [one for one in self._embargoes if one.until > now]
        for one in self._embargoes:
            concerned = one.methods is None or method in one.methods
            if concerned and one.chat_id in {None, chat_id} and now > one.since:
                self.impatient.append(Impatient(method, chat_id, one.until - now))
                return


@dataclass(frozen=True, slots=True)
class Rates:
    """How many messages and edits are taken; `chat_burst` of them may follow one another at once in a chat."""

    per_second: int = 30
    per_chat_seconds: float = 1.0
    group_per_minute: int = 20
    chat_burst: int = 1


_REMEMBERED = 100
"""Sends of a chat; the limits look no further back."""


class Pacer:
    """Counts what was sent, and refuses what is above the rates if there are any."""

    def __init__(self, rates: Rates | None) -> None:
        self.rates = rates
        self.sent: list[Sent] = []
        self.over_the_limit = 0
        self._chats: dict[int, deque[float]] = {}

    def wait(self, chat_id: int) -> tuple[int, int | None] | None:
        """Seconds to wait before this chat may be sent to, and whose limit it is; None if it may now."""
        if self.rates is None:
            return None
        now = time.monotonic()
        everywhere = self.rates.per_second
        if len(self.sent) >= everywhere and now - self.sent[-everywhere].at < 1.0:
            return 1, None
        times = self._chats.get(chat_id, deque())
        burst = self.rates.chat_burst
        window = burst * self.rates.per_chat_seconds
        left = 0.0
        if len(times) >= burst:
            left = window - (now - times[-burst])
        if chat_id < 0 and len(times) >= self.rates.group_per_minute:
            left = max(left, 60.0 - (now - times[-self.rates.group_per_minute]))
        return (max(1, math.ceil(left)), chat_id) if left > 0 else None

    def count(self, method: str, chat_id: int, at: float) -> None:
        self.sent.append(Sent(at, chat_id, method))
        self._chats.setdefault(chat_id, deque(maxlen=_REMEMBERED)).append(at)

    def busiest(self, seconds: float = 1.0) -> int:
        """The largest number of sends within any window of that length."""
        most = first = 0
        for last, sent in enumerate(self.sent):
            while sent.at - self.sent[first].at >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


def failure(
    status: int, description: str, parameters: dict[str, int] | None = None
) -> tuple[int, dict[str, Any]]:
    """An error as the Bot API writes it."""
    told: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        told["parameters"] = parameters
    return status, told


def too_many(seconds: int) -> tuple[int, dict[str, Any]]:
    return failure(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
