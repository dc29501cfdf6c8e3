"""What a run is made of: who there is, what goes wrong, and for how long. A seed makes it the same plan again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORKER_FAULTS = ("kill worker", "end worker", "pause worker", "kill web", "crash database")
WIRE_FAULTS = ("too many", "storm", "unavailable", "hang up", "lost answer", "slow", "twice")
MAIL_FAULTS = ("busy mail", "lost letter", "cut letter", "refused letter")
STRIPE_FAULTS = ("stripe twice", "stripe deaf", "lost checkout", "stripe away")
CALENDAR = "half a day"
"""The clock of all processes jumps on by that, so that digests and reminders come due."""
ALL_FAULTS = (*WORKER_FAULTS, *WIRE_FAULTS, *MAIL_FAULTS, *STRIPE_FAULTS, *[CALENDAR] * 3)
ON_ONE_PROCESS = ("kill both", "end both", *WIRE_FAULTS, *MAIL_FAULTS, *[CALENDAR] * 2)
"""On SQLite one process is all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A plan. `tree` is the code that the processes run; None: this one."""

    seed: int
    seconds: float
    """From the moment at which everybody is at work."""
    least: int = 0
    """Acts that are waited for beyond that, up to four times as long: a busy machine proves nothing in a hurry."""
    database: str = "postgresql"
    faults: tuple[str, ...] = ALL_FAULTS
    gap: tuple[float, float] = (0.5, 2.5)
    """Seconds between the end of one fault and the next."""
    offices: int = 3
    crew: int = 3
    """People of each business."""
    workers: int = 2
    heartbeat: float = 3.0
    speed: float = 20.0
    """How fast the clock of the processes goes. What takes a minute by it is in doubt, so no faster than needed."""
    pace: float = 0.02
    rates: bool = False
    """Whether the fake refuses what exceeds Telegram's rates; the pace is then the real one."""
    patience: float = 20.0
    """Seconds that a person waits for an answer before they give up."""
    focus: tuple[str, ...] = ()
    """The acts that people do (tests/faults/driver/acts.py); empty: all of them."""
    tree: Path | None = None

    @property
    def one_process(self) -> bool:
        return self.database == "sqlite"

    @property
    def blameless(self) -> bool:
        """Nothing happens that could leave anybody in doubt whether a message arrived."""
        harmless = {"end worker", "end both", "too many", "storm", "slow", "twice", "kill web"}
        return set(self.faults) <= harmless

    @property
    def nags(self) -> bool:
        """Whether days pass, so that there are digests and reminders."""
        return CALENDAR in self.faults

    @property
    def online(self) -> bool:
        """Whether clients pay online. On SQLite what Stripe did not tell is asked for too seldom for a run."""
        return bool({*STRIPE_FAULTS} & {*self.faults}) and not self.one_process

    def fault_plan(self) -> Iterator[tuple[float, str]]:
        """Without end: pauses, and what goes wrong after each. Each fault comes before any comes again."""
        dice = random.Random(f"faults {self.seed}")
        while self.faults:
            for fault in dice.sample(self.faults, len(self.faults)):
                yield dice.uniform(*self.gap), fault
