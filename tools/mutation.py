"""`make mutation`: plants small mistakes into what money depends on, and counts how many of them the quick tests find.

python -m tools.mutation [MODULE ...]: core.money core.totals ...; without one, all that pyproject.toml names.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from tools.equivalent_mutants import EQUIVALENT

LEAST = 90
"""Percent that have to be found."""
FOUND = {"killed", "timeout"}
"""A mistake that lets a test run without end, or breaks the process, is found as well."""
PLANTED = Path("mutants")
_STRICT = re.compile(r",? ?(strict=\w+)?(?=\))")
"""What is zipped has the same length by how it was made; saying `strict` only guards that."""
_MODULE = re.compile(r"^(?P<module>[\w.]+)\.x\S*__mutmut_\d+$")


def main(modules: list[str]) -> int:
    changes = dict(_changes(name for name in _plant() if not modules or _module(name) in modules))
    tried = [name for name, change in changes.items() if not _is_equivalent(name, change)]
    statuses = _try(tried)
    if not statuses:
        return 1
    alive = {name: status for name, status in statuses.items() if status not in FOUND}
    for name, status in alive.items():
        print(f"\n{name}: {status}\n{changes[name]}")
    whole, left = Counter(map(_module, statuses)), Counter(map(_module, alive))
    for module, count in sorted(whole.items()):
        print(f"{module}: {count - left[module]} of {count}, {100 * (1 - left[module] / count):.1f} %")
    percent = 100 * (1 - len(alive) / len(statuses))
    print(
        f"{len(statuses) - len(alive)} of {len(statuses)} mutants killed: {percent:.1f} %, at least {LEAST} % wanted; "
        f"{len(changes) - len(tried)} more change nothing."
    )
    return 0 if percent >= LEAST else 1


def _plant() -> list[str]:
    """A copy of everything, with the mutants of each function beside it: their names."""
    shutil.rmtree(PLANTED, ignore_errors=True)
    PLANTED.mkdir()
    # It is there for `make bench` and `make mutation` only.
    planting = import_module("mutmut.__main__")
    with redirect_stdout(io.StringIO()):
        planting.copy_src_dir()
        planting.copy_also_copy_files()
        planting.create_mutants(2)
    return [
        name
        for listed in sorted(PLANTED.rglob("*.meta"))
        for name in json.loads(listed.read_text())["exit_code_by_key"]
    ]


def _try(names: list[str]) -> dict[str, str]:
    """What became of each; nothing where the tests fail without any of them."""
    listed = PLANTED.absolute() / "names.json"
    listed.write_text(json.dumps(names))
    found = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]
    tests = [*found["pytest_add_cli_args"], *found["pytest_add_cli_args_test_selection"]]
    trials = [sys.executable, "-m", "pytest", "-q", "-p", "tools.mutant_trials", "--mutants", str(listed)]
    ran = subprocess.run([*trials, *tests], cwd=PLANTED, env=os.environ | {"PYTHONPATH": "."}, check=False)
    statuses = json.loads(listed.read_text())
    return statuses if not ran.returncode and isinstance(statuses, dict) else {}


def _module(name: str) -> str:
    found = _MODULE.match(name)
    return found["module"] if found else name


def _changes(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The lines that go and come with each."""
    difference = import_module("mutmut.mutation.diff_apply").get_diff_for_mutant
    for name in names:
        shown = difference(name, path=_module(name).replace(".", "/") + ".py")
        lines = [line for line in shown.splitlines() if re.match(r"[+-](?![+-]{2} )", line)]
        yield name, "\n".join(lines)


def _is_equivalent(name: str, change: str) -> bool:
    went, come = ([line[1:] for line in change.splitlines() if line[0] == sign] for sign in "-+")
    if [_STRICT.sub("", line) for line in went] == [_STRICT.sub("", line) for line in come]:
        return True
    function = re.sub(r"__mutmut_\d+$", "", name)
    return any((function, line.strip()) in EQUIVALENT for line in come)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
