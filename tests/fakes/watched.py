"""What a test does with a fake whichever platform it is of: wait for something, lift troubles, move the clock."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol, TypeVar

from tests.fakes.slack_faults import Troubles

T = TypeVar("T")
LAST = 5
"""So many calls are told of where somebody waited in vain."""


class World(Protocol):
    @property
    def changed(self) -> threading.Condition: ...
    def advance(self, seconds: float) -> None: ...


class Courier(Protocol):
    @property
    def pending(self) -> int: ...


class Watched(ABC):
    """May be asked from any thread. A wait blocks its thread: inside an event loop, give it one of its own."""

    world: World
    _courier: Courier
    _troubles: Troubles

    @abstractmethod
    def _lately(self) -> str:
        """What happened last, for whoever waited in vain."""

    @property
    def pending(self) -> int:
        """Events that were neither accepted nor given up yet."""
        return self._courier.pending

    def calm(self) -> None:
        """Lifts every trouble."""
        with self.world.changed:
            self._troubles.clear()

    def advance(self, seconds: float) -> None:
        """Moves the clock on: whatever is good for a while grows old."""
        with self.world.changed:
            self.world.advance(seconds)

    def wait_until(self, look: Callable[[], T | None], seconds: float = 10.0, what: str = "it") -> T:
        """What `look` finds, as soon as it finds something that counts as true."""
        deadline = time.monotonic() + seconds
        with self.world.changed:
            while not (found := look()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{what} did not come in {seconds} s; {self._lately()}")
                self.world.changed.wait(left)
            return found

    def drained(self, seconds: float = 10.0) -> None:
        """Waits until the app has accepted every event, or all retries are spent."""
        self.wait_until(lambda: self.pending == 0, seconds, "the acceptance of every event")
