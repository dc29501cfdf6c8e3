"""The import of a file as a change that can be undone (tests/core/usecases/changes.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.audit import Entry
from core.importing import ClientRow, Plan
from core.party import Address
from core.usecases.client import change_client
from core.usecases.desk import Desk
from core.usecases.importing import carry_out, keep_sheet


async def a_shown_file(desk: Desk, _given: Any) -> Any:
    return await keep_sheet(desk, "clients.csv", b"Name\nGlobex\n")


async def import_it(desk: Desk, shown: Any) -> Entry:
    return (await carry_out(desk, shown, Plan((ClientRow(2, "Globex", Address("DE")),), 0)))[1]


async def change_the_imported_client(desk: Desk, _shown: Any) -> None:
    stored = (await desk.work.clients.search("Globex", 1))[0]
    await change_client(desk, stored, replace(stored, email="again@globex.example"))
