"""One run from beginning to end: open the stage, let people work while things go wrong, calm down, look closely."""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.faults.driver import checks
from tests.faults.driver.acts import Crew
from tests.faults.driver.case import Finding
from tests.faults.driver.database import Databases
from tests.faults.driver.online import Browsers
from tests.faults.driver.people import Talker, people
from tests.faults.driver.quoter import Quoter
from tests.faults.driver.record import Record
from tests.faults.driver.script import Script
from tests.faults.driver.stage import Stage, opened

OPEN_WITHIN = 180.0
EVENING = 20
"""The hour (UTC) at which a run ends: every digest of the date is due, and the date lasts on."""
HEALTHY = "I13 healthy"
HEALTHY_WITHIN = 30.0
"""Seconds after the last fault in which something gets done, until nothing waits any more (invariant 13)."""
BY_THE_MINUTE = 60.0
"""Seconds more, for what is one process: its scheduler comes by no more often."""


@dataclass(frozen=True, slots=True)
class Report:
    script: Script
    findings: list[Finding]
    acts: dict[str, int]
    faults: list[str]
    seen: dict[str, int]
    """How much there was to look at."""
    seconds: float

    @property
    def caught_by(self) -> set[str]:
        return {finding.invariant for finding in self.findings}

    def text(self) -> str:
        lines = [
            f"seed {self.script.seed} on {self.script.database}: {sum(self.acts.values())} acts, "
            f"{len(self.faults)} faults in {self.seconds:.0f} s",
            ", ".join(f"{count} {name}" for name, count in self.seen.items()),
            ", ".join(f"{name} {count}" for name, count in sorted(self.acts.items())),
        ]
        return "\n".join([*lines, *(f"{finding.invariant}: {finding.what}" for finding in self.findings)])


def run(script: Script, databases: Databases) -> Report:
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="billhook-faults-") as folder,
        opened(script, databases, Path(folder)) as stage,
    ):
        record = _play(stage)
        findings = _settled(stage)
        findings += [Finding(HEALTHY, problem) for problem in stage.problems]
        case = checks.case_of(stage, record)
        findings += checks.all_of(case)
        if findings and (script.tree is None or any(each.invariant == HEALTHY for each in findings)):
            sys.stderr.write(f"--- the end of what was logged\n{stage.house.log[-6000:]}\n")
        seen = checks.seen(case)
    took = time.monotonic() - began
    return Report(script, findings, record.acts, stage.happened, seen, took)


def _play(stage: Stage) -> Record:
    record, over, script = Record(), threading.Event(), stage.script
    companies = _Companies(stage, record, over.is_set)
    with ThreadPoolExecutor(script.offices) as pool:
        busy = [pool.submit(companies.keep_busy, place) for place in range(script.offices)]
        try:
            companies.open(OPEN_WITHIN)
            began = time.monotonic()
            faults = script.fault_plan()

            def is_enough() -> bool:
                passed = time.monotonic() - began
                done = record.number >= script.least or passed >= 4 * script.seconds
                return (passed >= script.seconds and done) or any(one.done() for one in busy)

            while not is_enough():
                pause, fault = next(faults, (0.2, ""))
                time.sleep(pause)
                if fault:
                    stage.strike(fault)
        finally:
            stage.calm()
            over.set()
    for one in busy:
        one.result()
    return record


class _Companies:
    """Keeps so many businesses at work: one that has done its part makes room for a new one."""

    def __init__(self, stage: Stage, record: Record, is_over: Callable[[], bool]) -> None:
        self._stage = stage
        self._record = record
        self._is_over = is_over
        self._crews: dict[int, Crew] = {}
        self._opened = threading.Semaphore(0)

    def open(self, seconds: float) -> None:
        """Waits until everybody is at work. Before that nothing goes wrong."""
        deadline = time.monotonic() + seconds
        for _each in range(self._stage.script.offices):
            if not self._opened.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"not everybody is at work after {seconds} s: {self._record.acts}")

    def keep_busy(self, place: int) -> None:
        generation = 0
        while not self._is_over():
            dice = random.Random(f"{self._stage.script.seed} {place} {generation}")
            self._one(place, dice)
            generation += 1

    def _one(self, place: int, dice: random.Random) -> None:
        telegram, script = self._stage.telegram, self._stage.script
        office = self._record.office()
        talkers = [
            Talker(telegram, person, office, self._record, script.patience, self._is_over, script.focus)
            for person in people(telegram, office, script.crew)
        ]
        stripe = self._stage.stripe
        browsers = Browsers(stripe, lambda: self._stage.public_port) if stripe else None
        crew = Crew(telegram, self._record, office, talkers, dice, script.nags, browsers)
        if not crew.open():
            return
        office.opened_at = self._stage.hands.now()
        self._crews[place] = crew
        self._opened.release()
        actors = [
            Quoter(crew, talker, random.Random(dice.random()), lambda: list(self._crews.values()))
            for talker in talkers
        ]
        with ThreadPoolExecutor(len(actors)) as pool:
            for working in [pool.submit(actor.work) for actor in actors]:
                working.result()


def _settled(stage: Stage) -> list[Finding]:
    """Whatever is left after the last fault has to be done soon, and so has what the next day brings."""
    findings = _quiet(stage)
    if stage.script.nags and not findings:
        # To an evening: just before midnight, the tick might come when the date is over that it shall decide.
        now = stage.hands.now()
        stage.hands.jump((now + timedelta(days=1)).replace(hour=EVENING, minute=0) - now)
        if stage.script.one_process:
            # Its scheduler comes by once a minute, and at the start.
            stage.end(stage.webs[0])
        findings += _quiet(stage)
    return findings


def _quiet(stage: Stage) -> list[Finding]:
    """Nothing waits any more. A busy machine takes longer, but not so long in which nothing at all gets done."""
    moved, before = time.monotonic(), -1
    patience = HEALTHY_WITHIN + (BY_THE_MINUTE if stage.script.one_process else 0.0)
    while True:
        left = [*checks.waiting(stage), *[("an update",)] * stage.telegram.pending]
        if not left:
            return []
        if len(left) < before or before < 0:
            moved, before = time.monotonic(), len(left)
        if time.monotonic() - moved > patience:
            kinds = Counter((str(row[0]).partition(":")[0], *row[1:]) for row in left)
            return [Finding(HEALTHY, f"{len(left)} wait: {kinds.most_common(4)}; {stage.ended()}")]
        time.sleep(0.2)
