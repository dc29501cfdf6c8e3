"""One time for all processes of a run: a file that says when it began, how fast it goes, and by how much it jumped."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(slots=True)
class Hands:
    """The side that sets the clock."""

    path: Path
    began: float
    """Unix time at which both clocks showed the same."""
    speed: float
    jumped: float = 0.0

    def write(self) -> None:
        """At once and whole, for others read it at any moment."""
        new = self.path.with_suffix(".new")
        new.write_text(f"{self.began} {self.speed} {self.jumped}")
        new.replace(self.path)

    def jump(self, by: timedelta) -> None:
        self.jumped += by.total_seconds()
        self.write()

    def now(self) -> datetime:
        return _told(self.began, self.speed, self.jumped)


class ToldClock:
    """core.ports.Clock: the side that reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = -1
        self._hands = (0.0, 1.0, 0.0)

    @property
    def speed(self) -> float:
        """Of each second, how many pass here."""
        self.now()
        return self._hands[1]

    def now(self) -> datetime:
        changed = os.stat(self._path).st_mtime_ns
        if changed != self._seen:
            began, speed, jumped = map(float, self._path.read_text().split())
            self._hands, self._seen = (began, speed, jumped), changed
        return _told(*self._hands)


def _told(began: float, speed: float, jumped: float) -> datetime:
    passed = (time.time() - began) * speed + jumped
    return datetime.fromtimestamp(began, UTC) + timedelta(seconds=passed)
