"""The processes of a run, the Telegram they speak to, and everything that is done to either."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery import LOST_AFTER
from tests.fakes import stripe as at_stripe
from tests.fakes.smtp import FakeSmtp
from tests.fakes.stripe import FakeStripe
from tests.fakes.telegram import FakeTelegram, HangUp, Rates, ServerError, Slow, TooMany
from tests.faults.driver.clock import Hands
from tests.faults.driver.database import Databases
from tests.faults.driver.online import PUBLIC_URL, SECRET_KEY
from tests.faults.driver.script import CALENDAR, Script
from tests.faults.facts import Facts
from tests.scenarios.house import free_port, is_ready
from tests.scenarios.telegram_house import House, Process

PAYING = "POST /v1/checkout/sessions"
SENDING = ("sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup")
REAL_PACE = 1.1
MOST_HALVES = 48
MORNING = 8
"""The hour (UTC) of the Monday on which a run begins."""
_ON_THE_WAY = "SELECT id FROM outbox WHERE state = 'sending' LIMIT 1"
DRAINED_WITHIN = 25.0
"""Seconds after which a process manager kills what was told to end."""


@dataclass(slots=True, kw_only=True)
class DriverHouse(House):
    """Whose processes are the driver's own kind."""

    stripe: FakeStripe | None = None

    def lead_to(self, process: Process) -> None:
        # Not by super(): a class with slots is made anew, and would not be found.
        House.lead_to(self, process)
        if self.stripe is not None:
            self.stripe.routes[PUBLIC_URL] = f"http://127.0.0.1:{process.port}"

    def role(self, role: str, *told: str) -> Process:
        """Starts one more and waits until it is there; the platform's updates then come to the newest web process."""
        port = 0 if role == "worker" else free_port()
        if port:
            self.before(port)
        command = ("tests.faults.driver.process", role, *told)
        # What runs broken code cannot be started from what has imported the right one.
        broken = "PYTHONPATH" in self.settings
        process = self._start([sys.executable, "-m", *command], port) if broken else self._copy(command, port)
        if port:
            self.wait(process, lambda: is_ready(port), "readiness")
            self.lead_to(process)
        else:
            self.wait(process, lambda: "the worker has started" in process.text, "the worker's start")
        return process


@dataclass(slots=True)
class Stage:
    """Everything that is there while a run lasts."""

    script: Script
    house: DriverHouse
    facts: Facts
    hands: Hands
    databases: Databases
    dice: random.Random
    smtp: FakeSmtp
    stripe: FakeStripe | None = None
    """None where nobody pays online."""
    webs: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    halves: int = 0

    @property
    def telegram(self) -> FakeTelegram:
        return self.house.telegram

    @property
    def public_port(self) -> int:
        """Where the public address leads to."""
        return int(self.telegram.routes[PUBLIC_URL].rpartition(":")[2])

    # -- processes ---------------------------------------------------------------------------------

    def open(self) -> None:
        if self.script.one_process:
            self.webs.append(self.start("both"))
            return
        self.webs += [self.start("web") for _each in range(2 if "kill web" in self.script.faults else 1)]
        self.workers += [self.start("worker") for _each in range(self.script.workers)]

    def start(self, role: str) -> Process:
        pace = REAL_PACE if self.script.rates else self.script.pace
        return self.house.role(role, str(self.hands.path), str(self.script.heartbeat), str(pace))

    def _role(self, process: Process) -> tuple[list[Process], str]:
        if process in self.workers:
            return self.workers, "worker"
        return self.webs, "both" if self.script.one_process else "web"

    def _replace(self, process: Process) -> None:
        """A platform starts what has ended once more. Meanwhile the others are there."""
        those, role = self._role(process)
        those.remove(process)
        if role == "web":
            self.house.lead_to(those[0])
        those.append(self.start(role))

    def _busy(self) -> None:
        """Whoever ends with nothing on its way proves little, so that is waited for, if not for long."""
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline and not self.facts.rows(_ON_THE_WAY):
            time.sleep(0.01)

    def kill(self, process: Process) -> None:
        self._busy()
        process.kill()
        if process in self.workers or self.script.one_process:
            self._wait_a_minute()
        self._replace(process)

    def _wait_a_minute(self) -> None:
        """What a process had on its way is in doubt after that, and only then does anything behind it go."""
        self.hands.jump(LOST_AFTER + timedelta(seconds=1))

    def end(self, process: Process) -> None:
        self._busy()
        began = time.monotonic()
        code = process.stop()
        took = time.monotonic() - began
        if code != 0 or took > DRAINED_WITHIN:
            self.problems.append(f"a process that was told to end did so after {took:.1f} s with {code}")
        if self.script.one_process:
            # One that ends as it should has left nothing on its way.
            self._wait_a_minute()
        self._replace(process)

    def pause(self, process: Process) -> None:
        process.popen.send_signal(signal.SIGSTOP)
        time.sleep(self.dice.uniform(0.5, 1.5))
        process.popen.send_signal(signal.SIGCONT)

    def ended(self) -> str:
        """Which of the processes that should be there are not: nobody but this stage ends them."""
        gone = [
            process.log.name for process in (*self.webs, *self.workers) if process.popen.poll() is not None
        ]
        return f"ended by themselves: {', '.join(gone)}" if gone else "all processes are there"

    def crash_database(self) -> None:
        self.databases.server.crash()
        time.sleep(self.dice.uniform(0.0, 0.5))
        self.databases.server.start()

    # -- faults ------------------------------------------------------------------------------------

    def strike(self, fault: str) -> None:
        self.happened.append(fault)
        acts: dict[str, Callable[[], object]] = {
            "kill worker": lambda: self.kill(self.dice.choice(self.workers)),
            "end worker": lambda: self.end(self.dice.choice(self.workers)),
            "pause worker": lambda: self.pause(self.dice.choice(self.workers)),
            "kill web": lambda: self.kill(self.webs[-1]),
            "kill both": lambda: self.kill(self.webs[0]),
            "end both": lambda: self.end(self.webs[0]),
            "crash database": self.crash_database,
            "too many": lambda: self.telegram.trouble(TooMany(1), SENDING, times=1),
            "storm": lambda: self.telegram.storm(1.0),
            "unavailable": lambda: self.telegram.trouble(ServerError(500), SENDING, times=2),
            "hang up": lambda: self.telegram.trouble(HangUp(), SENDING, times=2),
            "lost answer": lambda: self.telegram.trouble(HangUp(after_work=True), SENDING, times=2),
            "slow": lambda: self.telegram.trouble(Slow(0.3), SENDING, times=20),
            "twice": self._twice,
            "busy mail": lambda: self.smtp.fails("mail", "451 4.3.2 Please come later"),
            "lost letter": lambda: self.smtp.fails("end", hangs_up=True, kept=True),
            "cut letter": lambda: self.smtp.fails("body", hangs_up=True),
            "refused letter": lambda: self.smtp.fails("rcpt", "550 5.1.1 No such user"),
            CALENDAR: self.half_a_day,
            **self._at_stripe(),
        }
        acts[fault]()

    def _at_stripe(self) -> dict[str, Callable[[], object]]:
        stripe = self.stripe
        if stripe is None:
            return {}
        habits = stripe.deliver
        return {
            "stripe twice": lambda: setattr(habits, "twice", not habits.twice),
            "stripe deaf": lambda: setattr(habits, "off", not habits.off),
            "lost checkout": lambda: stripe.trouble(at_stripe.HangUp(after_work=True), PAYING, times=1),
            "stripe away": lambda: stripe.trouble(at_stripe.ServerError(500), times=4),
        }

    def half_a_day(self) -> None:
        """Not for ever: after a month, what happened in the beginning is tidied away."""
        if self.halves < MOST_HALVES:
            self.halves += 1
            self.hands.jump(timedelta(hours=12))

    def _twice(self) -> None:
        self.telegram.deliver.twice = not self.telegram.deliver.twice

    def calm(self) -> None:
        self.telegram.calm()
        self.smtp.well()
        self.telegram.deliver.twice = False
        if self.stripe is not None:
            self.stripe.calm()
            self.stripe.deliver.twice = self.stripe.deliver.off = False


def _monday_morning(now: datetime) -> datetime:
    """The next one after today: the processes' clock must never be behind that of what they speak to."""
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=7 - now.weekday())


@contextmanager
def opened(script: Script, databases: Databases, folder: Path) -> Iterator[Stage]:
    """With all processes running; in the end they are killed."""
    folder.mkdir(parents=True, exist_ok=True)
    rates = Rates() if script.rates else None
    hands = Hands(folder / "clock", time.time(), script.speed)
    with (
        databases.fresh(script.database) as url,
        FakeTelegram(rates=rates, seed=script.seed) as telegram,
        FakeSmtp() as smtp,
        FakeStripe(clock=hands.now, seed=script.seed) if script.online else nullcontext() as stripe,
    ):
        telegram.deliver.pace = 0.1
        # Which digests and reminders come due must not depend on the hour at which somebody starts a run.
        hands.jump(_monday_morning(hands.now()) - hands.now())
        settings = {"SMTP_URL": smtp.url, "MAIL_FROM": "billing@billhook.example"}
        if stripe is not None:
            settings |= {"STRIPE_API_URL": stripe.url, "BILLHOOK_SECRET_KEYS": SECRET_KEY}
        if script.tree:
            settings["PYTHONPATH"] = str(script.tree)
        house = DriverHouse(
            telegram=telegram, url=url, folder=folder, webhook=True, settings=settings, stripe=stripe
        )
        dice = random.Random(f"stage {script.seed}")
        stage = Stage(script, house, Facts(url), hands, databases, dice, smtp, stripe)
        try:
            stage.open()
            yield stage
        finally:
            house.close()
