"""A pytest plugin for `make mutation`: collects once, sees which test reaches which function, then tries each mutant.

A mutant is tried in a fork of the process that has collected, by the tests that reach its function, the quickest first,
until one fails: starting pytest anew for each would take a hundred times as long.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from storage.migrate import upgrade
from tests import warm

USE_CASES = "core/usecases/"
"""What is pure has to be held by pure tests: only these have a database behind them."""
EXAMPLES = 12
_SETTINGS = "_hypothesis_internal_use_settings"
QUICK = 2
"""Seconds, of the quickest tests, in which a mutant has to be found: then nobody waits an hour for a figure."""
_KILLED, _SURVIVED = 1, 0
_SECONDS = 10
"""A mutant may run that long, and ten times as long as its tests take without it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", help="a JSON list of names; what became of each replaces it")
    parser.addoption("--at-once", type=int, default=2, help="how many mutants are tried at the same time")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Trials(Path(config.getoption("--mutants")), config.getoption("--at-once")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same few examples each time, and no search for the smallest one: that one is wrong is all that is asked."""
    for item in items:
        function = getattr(item, "obj", None)
        if hasattr(function, _SETTINGS):
            few = settings(
                getattr(function, _SETTINGS), max_examples=EXAMPLES, derandomize=True, database=None,
                phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            setattr(function, _SETTINGS, few)


class Trials:
    """The loop over mutants in place of the one over tests."""

    def __init__(self, listed: Path, at_once: int) -> None:
        self._listed, self._at_once = listed, at_once
        self._seconds: dict[pytest.Item, float] = {}
        self._reached: dict[str, list[pytest.Item]] = defaultdict(list)
        self._folder = tempfile.mkdtemp(prefix="mutants-")
        self._migrated = Path(self._folder, "migrated.db")
        self._running: dict[int, str] = {}
        self._found: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        warm.begin()
        upgrade(f"sqlite:///{self._migrated}")
        self._watch(session.items)
        self._begin("nothing", session.items)
        self._reap()
        if self._found.pop("nothing") != "survived":
            pytest.exit("the tests fail in a fork without any mutant", returncode=1)
        # A fork that looked for garbage would copy every page of what has been collected.
        gc.collect()
        gc.freeze()
        gc.disable()
        names: list[str] = json.loads(self._listed.read_text())
        for place, name in enumerate(names):
            if place % 100 == 0:
                print(
                    f"{place} of {len(names)} tried",
                    file=sys.__stderr__,
                    flush=True,
                )
            tests = self._tests_of(name)
            if not tests:
                self._found[name] = "no tests"
                continue
            if len(self._running) == self._at_once:
                self._reap()
            self._begin(name, tests)
        while self._running:
            self._reap()
        self._listed.write_text(json.dumps(self._found))
        shutil.rmtree(self._folder)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: Any) -> Path | None:
        """A database is migrated once, and copied for each trial."""
        if fixturedef.argname != "sqlite_template":
            return None
        copied = Path(self._folder, "template.db")
        shutil.copyfile(self._migrated, copied)
        fixturedef.cached_result = (copied, fixturedef.cache_key(request), None)
        return copied

    def _watch(self, items: Sequence[pytest.Item]) -> None:
        """A round without any mutant; raises pytest's Exit where that fails already."""
        reached = set[str]()
        trampoline: Any = import_module("mutmut.mutation.trampoline")
        trampoline.record_trampoline_hit = lambda name, caller: reached.add(name)
        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for item, following in zip(items, [*items[1:], None], strict=True):
            reached.clear()
            begun = time.process_time()
            if not _passes(item, following):
                pytest.exit(f"{item.nodeid} fails without any mutant", returncode=1)
            self._seconds[item] = time.process_time() - begun
            for function in reached:
                self._reached[function].append(item)

    def _tests_of(self, name: str) -> list[pytest.Item]:
        function = name.rpartition("__mutmut_")[0]
        reached: Iterable[pytest.Item] = self._reached.get(function, ())
        if not function.startswith("core.usecases."):
            reached = [item for item in reached if USE_CASES not in item.nodeid]
        tests = sorted(reached, key=self._seconds.__getitem__)
        ends = accumulate(self._seconds[item] for item in tests)
        return [item for item, end in zip(tests, ends, strict=True) if end < QUICK or item is tests[0]]

    def _begin(self, name: str, tests: Sequence[pytest.Item]) -> None:
        pid = os.fork()
        if not pid:
            self._try(name, tests)
        self._running[pid] = name

    def _try(self, name: str, tests: Sequence[pytest.Item]) -> None:
        """In the child, and its end."""
        code = _KILLED
        self._folder = tempfile.mkdtemp(dir=self._folder)
        try:
            limit = _SECONDS + int(10 * sum(self._seconds[item] for item in tests))
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            signal.alarm(20 * limit)
            os.environ["MUTANT_UNDER_TEST"] = name
            if all(map(_passes, tests, [*tests[1:], None])):
                code = _SURVIVED
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            os._exit(code)

    def _reap(self) -> None:
        pid, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        name = self._running.pop(pid)
        self._found[name] = {_KILLED: "killed", _SURVIVED: "survived"}.get(code, "timeout")
        if code == _SURVIVED and name != "nothing":
            print(f"{name} survived", file=sys.__stderr__, flush=True)


def _passes(item: Any, following: pytest.Item | None) -> bool:
    """Without a report: to show where a mutant failed takes longer than to find it."""
    item._initrequest()
    try:
        item.ihook.pytest_runtest_setup(item=item)
        item.ihook.pytest_runtest_call(item=item)
        item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
    except pytest.skip.Exception:
        item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
    except BaseException:
        # Whatever it is, also an Exit or an assertion of a fixture: the mutant was noticed.
        return False
    return True
