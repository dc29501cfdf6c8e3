"""What goes wrong on demand, and how often an app may write to a channel."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from tests.fakes.slack_values import Impatient, Overrun, Sent


@dataclass(frozen=True, slots=True)
class TooMany:
    """429 "ratelimited", and how many seconds to wait."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class ServerError:
    """500 or 503. With `after_work` the call has had its effect all the same."""

    status: int = 500
    after_work: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection breaks without an answer. With `after_work` the call has had its effect all the same."""

    after_work: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """The work is done at once; its answer comes late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of its own, such as "fatal_error" or "is_archived"."""

    error: str


Fault = TooMany | ServerError | HangUp | Slow | Refusal


@dataclass(slots=True)
class Trouble:
    """A fault and the calls that it meets: of this method, or of all."""

    fault: Fault
    method: str
    times: int | None
    """How many calls more; None until it is lifted."""

    def meets(self, method: str) -> bool:
        return self.times != 0 and self.method in {"*", method}

    def lift(self) -> None:
        self.times = 0


class Troubles:
    """Whoever holds the world's lock may use it."""

    def __init__(self) -> None:
        self.impatient: list[Impatient] = []
        self.grace = 0.05
        """Calls that were on their way while an answer was: within so many seconds they are not blamed."""
        self._troubles: list[Trouble] = []
        self._embargoes: list[tuple[str, float, float]] = []

    def add(self, trouble: Trouble) -> Trouble:
        self._troubles = [known for known in self._troubles if known.times != 0]
        self._troubles.append(trouble)
        return trouble

    def clear(self) -> None:
        for trouble in self._troubles:
            trouble.lift()

    def meet(self, method: str) -> tuple[Fault | None, float]:
        """What happens to this call, and by how much its answer is late."""
        fault: Fault | None = None
        late = 0.0
        for trouble in self._troubles:
            slow = isinstance(trouble.fault, Slow)
            if not trouble.meets(method) or (fault is not None and not slow):
                continue
            if trouble.times is not None:
                trouble.times -= 1
            if isinstance(trouble.fault, Slow):
                late += trouble.fault.seconds
                continue
            fault = trouble.fault
            if isinstance(fault, TooMany):
                self.forbid(trouble.method, fault.retry_after)
        return fault, late

    def forbid(self, method: str, seconds: float) -> None:
        now = time.monotonic()
        self._embargoes.append((method, now + self.grace, now + seconds))

    def watch(self, method: str) -> None:
        """Remembers a call that should have waited."""
        now = time.monotonic()
        self._embargoes = [one for one in self._embargoes if one[2] > now]
        for forbidden, since, until in self._embargoes:
            if forbidden in {"*", method} and now > since:
                self.impatient.append(Impatient(method, until - now))
                return


@dataclass(frozen=True, slots=True)
class Rates:
    """How many messages a channel takes: one each so many seconds, `burst` of them at once."""

    per_channel_seconds: float = 1.0
    burst: int = 1
    refuse: bool = True
    """False only counts."""


class Pacer:
    """Remembers what was sent where, and what came too soon if there are rates."""

    def __init__(self, rates: Rates | None) -> None:
        self.rates = rates
        self.sent: list[Sent] = []
        self.over_the_limit: list[Overrun] = []

    def wait(self, method: str, channel_id: str) -> int:
        """Whole seconds to wait before this channel may be written to; 0 if it may now."""
        if self.rates is None:
            return 0
        times = [sent.at for sent in self.sent if sent.channel_id == channel_id]
        burst = self.rates.burst
        if len(times) < burst:
            return 0
        now = time.monotonic()
        left = burst * self.rates.per_channel_seconds - (now - times[-burst])
        if left <= 0:
            return 0
        self.over_the_limit.append(Overrun(channel_id, method, now - times[-1]))
        return max(1, math.ceil(left)) if self.rates.refuse else 0

    def count(self, method: str, channel_id: str, at: float) -> None:
        self.sent.append(Sent(at, channel_id, method))
