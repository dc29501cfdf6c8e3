"""`make faults`: runs the driver for ten minutes, or the planted bugs, and says what it found.

python -m tests.faults.driver [--seed N] [--minutes M] [--database sqlite|postgresql] [--planted [NAME ...]]
"""

from __future__ import annotations

import argparse
import random
import signal
import sys

from tests.faults.driver import planted
from tests.faults.driver.database import Databases
from tests.faults.driver.run import run
from tests.faults.driver.script import ON_ONE_PROCESS, Script


def main() -> int:
    options = _options()
    # A run that is ended by a time limit takes its database along, as one that is ended by Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    databases = Databases()
    try:
        if options.planted is not None:
            return _planted(options.planted, databases)
        seed = random.randrange(10**6) if options.seed is None else options.seed
        print(f"seed {seed}", flush=True)  # noqa: T201
        one = options.database == "sqlite"
        script = Script(seed=seed, seconds=options.minutes * 60, database=options.database)
        if one:
            script = Script(seed=seed, seconds=options.minutes * 60, database="sqlite", faults=ON_ONE_PROCESS)
        report = run(script, databases)
        print(report.text())  # noqa: T201
        return 1 if report.findings else 0
    finally:
        databases.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--planted", nargs="*", metavar="NAME")
    return parser.parse_args()


def _planted(names: list[str], databases: Databases) -> int:
    missed = 0
    for bug in planted.BUGS:
        if names and bug.name not in names:
            continue
        report = planted.look_for(bug, databases)
        caught = bug.caught_by in report.caught_by
        missed += not caught
        word = "caught" if caught else "MISSED"
        print(f"{word} {bug.name} by {sorted(report.caught_by)} in {report.seconds:.0f} s", flush=True)  # noqa: T201
        if not caught:
            print(report.text(), file=sys.stderr)  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
