"""The statements about files that were read in, as tests/storage/test_statements.py executes them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from core.importing import Step
from storage.work import SqlWork
from tests.builders.core import IDS, a_member
from tests.storage.shop import a_file

_FILE = a_file(a_member())

IMPORT_CALLS: dict[str, Callable[[SqlWork], Awaitable[Any]]] = {
    "imports.add": lambda work: work.imports.add(_FILE, b"Name"),
    "imports.lock": lambda work: work.imports.lock(IDS.new()),
    "imports.content": lambda work: work.imports.content(IDS.new()),
    "imports.save": lambda work: work.imports.save(replace(_FILE, step=Step.DONE)),
    "imports.forget": lambda work: work.imports.forget(),
    "imports.known_clients": lambda work: work.imports.known_clients(),
}
