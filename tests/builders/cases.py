"""Many small cases in one test: each of them is tried, and all that fail are told, by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_Case = TypeVar("_Case")


def try_all(cases: Iterable[_Case], attempt: Callable[[_Case], object]) -> None:
    """For cases that take less than pytest needs for a test of its own."""
    failed = []
    for case in cases:
        try:
            attempt(case)
        except Exception as error:
            # Whatever it is, it is raised in the end; the other cases are tried first.
            error.add_note(f"in the case {case!r}")
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} cases failed", failed)
