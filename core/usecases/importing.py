"""Importing a file of another program: first what it would do, then all of it in one step, which can be taken back."""

from __future__ import annotations

from dataclasses import replace

from core.audit import Action, Entry
from core.errors import N_, Conflict
from core.importing import LIFE, ClientRow, Import, Plan, Sheet, Step
from core.party import Client
from core.usecases.desk import Desk


async def keep_sheet(desk: Desk, filename: str, content: bytes) -> Import:
    """Until somebody says that it shall be imported. An earlier one of the business that waits is forgotten."""
    shown = Import(desk.ids.new(), desk.member.id, filename, desk.clock.now())
    await desk.work.imports.forget()
    await desk.work.imports.add(shown, content)
    return shown


async def plan_import(desk: Desk, sheet: Sheet) -> Plan:
    """Who is new, by name and by e-mail address; whoever is there already stays as they are."""
    known = await desk.work.imports.known_clients()
    names = {one.name.casefold() for one in known}
    emails = {one.email.casefold() for one in known if one.email}
    new: list[ClientRow] = []
    for row in sheet.clients:
        name, email = row.name.casefold(), row.email.casefold()
        if name in names or (email and email in emails):
            continue
        names.add(name)
        emails |= {email} if email else set()
        new.append(row)
    return Plan(tuple(new), len(sheet.clients) - len(new))


async def waiting_file(desk: Desk, shown: Import) -> bytes:
    """Its content; `shown` must be locked, or two could import it.

    Raises Conflict when it was imported, or waited too long.
    """
    if shown.step is not Step.SHOWN:
        raise Conflict(N_("This file was imported already. Taking it back is done with /undo."))
    if desk.clock.now() - shown.created_at > LIFE:
        raise Conflict(N_("This file waited for more than an hour. Please send it again."))
    return await desk.work.imports.content(shown.id)


async def carry_out(desk: Desk, shown: Import, plan: Plan) -> tuple[Import, Entry]:
    """Everything of the plan, in one change."""
    added = [_client(desk, row) for row in plan.new]
    for client in added:
        await desk.work.clients.add(client)
    done = replace(shown, step=Step.DONE, clients=tuple(client.id for client in added))
    saved = await desk.work.imports.save(done)
    return saved, await desk.record(Action.FILE_IMPORTED, saved, saved.filename)


def _client(desk: Desk, row: ClientRow) -> Client:
    return Client(
        desk.ids.new(), row.name, desk.clock.now(), row.address, vat_id=row.vat_id, email=row.email
    )  # fmt: skip


async def take_back_import(desk: Desk, done: Import) -> Import:
    """Raises Conflict when something of it was changed or used since."""
    if done.step is not Step.DONE:
        raise Conflict(N_("This was taken back already."))
    for client_id in done.clients:
        client = await desk.work.clients.get(client_id)
        if client.version:
            raise Conflict(
                N_("{name} was changed or used since, so the import cannot be taken back as a whole."),
                name=client.name,
            )
        await desk.work.clients.remove(client)
    return await desk.work.imports.save(replace(done, step=Step.TAKEN_BACK))
