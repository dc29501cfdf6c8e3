"""The statements about files that were read in, as tests/storage/test_statements.py executes them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from core.importing import Step
from storage.work import SqlWork
from tests.builders.core import IDS, a_draft, a_member, an_invoice
from tests.storage.shop import a_file

_FILE = a_file(a_member())
_IMPORTED = an_invoice(a_draft(IDS.new()), imported=True)

IMPORT_CALLS: dict[str, Callable[[SqlWork], Awaitable[Any]]] = {
    "imports.add": lambda work: work.imports.add(_FILE, b"Name"),
    "imports.lock": lambda work: work.imports.lock(IDS.new()),
    "imports.content": lambda work: work.imports.content(IDS.new()),
    "imports.save": lambda work: work.imports.save(replace(_FILE, step=Step.DONE)),
    "imports.forget": lambda work: work.imports.forget(),
    "imports.taken_numbers": lambda work: work.imports.taken_numbers(["2026-001", "7"]),
    "imports.counted": lambda work: work.imports.counted("invoice"),
    "imports.remove_invoice": lambda work: work.imports.remove_invoice(_IMPORTED),
    "imports.known_clients": lambda work: work.imports.known_clients(),
}
