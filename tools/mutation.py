"""`make mutation`: plants small mistakes into what money depends on, and counts how many of them the quick tests find.

python -m tools.mutation [MODULE ...]: core.money core.totals ...; without one, all that pyproject.toml names.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable

from tools.equivalent_mutants import EQUIVALENT

LEAST = 90
"""Percent that have to be found."""
FOUND = {"killed", "timeout", "suspicious", "segfault", "caught by type check"}
"""A mistake that lets a test run without end, or breaks the process, is found as well."""
_STRICT = re.compile(r",? ?(strict=\w+)?(?=\))")
"""What is zipped has the same length by how it was made; saying `strict` only guards that."""
_LISTED = re.compile(r"^\s+(?P<name>\S+): (?P<status>.+)$", re.M)
_MODULE = re.compile(r"^(?P<module>[\w.]+)\.x\S*__mutmut_\d+$")


def main(modules: list[str]) -> int:
    wanted = [f"{module}.x*" for module in modules]
    ran = subprocess.run(_mutmut("run", "--max-children", "2", *wanted), check=False)
    if ran.returncode:
        return ran.returncode
    statuses = {name: status for name, status in _results() if not modules or _module(name) in modules}
    left = {name: status for name, status in statuses.items() if status not in FOUND}
    alive = {name: change for name, change in _changes(left) if not _is_equivalent(name, change)}
    for name, change in alive.items():
        print(f"\n{name}: {left[name]}\n{change}")
    equal = len(left) - len(alive)
    counted = len(statuses) - equal
    for module, (found, whole) in _by_module(statuses, alive, left).items():
        print(f"{module}: {found} of {whole}")
    percent = 100 * (counted - len(alive)) / counted if counted else 0.0
    print(
        f"{counted - len(alive)} of {counted} mutants killed: {percent:.1f} %, at least {LEAST} % wanted; "
        f"{equal} more change nothing."
    )
    return 0 if percent >= LEAST else 1


def _mutmut(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mutmut", *arguments]


def _results() -> Iterable[tuple[str, str]]:
    listed = subprocess.run(
        _mutmut("results", "--all", "true"), check=True, capture_output=True, text=True
    ).stdout
    return ((found["name"], found["status"].strip()) for found in _LISTED.finditer(listed))


def _module(name: str) -> str:
    found = _MODULE.match(name)
    return found["module"] if found else name


def _changes(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The lines that go and come with each."""
    for name in names:
        shown = subprocess.run(_mutmut("show", name), check=True, capture_output=True, text=True).stdout
        lines = [line for line in shown.splitlines() if re.match(r"[+-](?![+-]{2} )", line)]
        yield name, "\n".join(lines)


def _is_equivalent(name: str, change: str) -> bool:
    went, come = ([line[1:] for line in change.splitlines() if line[0] == sign] for sign in "-+")
    if [_STRICT.sub("", line) for line in went] == [_STRICT.sub("", line) for line in come]:
        return True
    function = re.sub(r"__mutmut_\d+$", "", name)
    return any((function, line.strip()) in EQUIVALENT for line in come)


def _by_module(
    statuses: dict[str, str], alive: dict[str, str], left: dict[str, str]
) -> dict[str, tuple[int, int]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name in statuses:
        if name in left and name not in alive:
            continue
        counts[_module(name)][0] += name not in alive
        counts[_module(name)][1] += 1
    return {module: (found, whole) for module, (found, whole) in sorted(counts.items())}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
