"""Adding, changing and archiving clients."""

from __future__ import annotations

from dataclasses import replace

from core.audit import Action, Entry
from core.errors import N_, Conflict
from core.party import Client
from core.usecases.desk import Desk


async def add_client(desk: Desk, client: Client) -> Entry:
    """Raises Conflict when a live client has that name already: two of one name could not be told apart."""
    await must_be_new(desk, client)
    await desk.work.clients.add(client)
    return await desk.record(Action.CLIENT_ADDED, client, client.name)


async def change_client(desk: Desk, before: Client, changed: Client) -> tuple[Client, Entry]:
    """Issued invoices keep the buyer they were issued to; drafts follow."""
    if changed.name.casefold() != before.name.casefold():
        await must_be_new(desk, changed)
    saved = await desk.work.clients.save(changed)
    return saved, await desk.record(Action.CLIENT_CHANGED, saved, saved.name, before=before)


async def archive_client(desk: Desk, client: Client) -> tuple[Client, Entry]:
    if client.archived_at is not None:
        raise Conflict(N_("{name} is archived already."), name=client.name)
    saved = await desk.work.clients.save(replace(client, archived_at=desk.clock.now()))
    return saved, await desk.record(Action.CLIENT_ARCHIVED, saved, saved.name, before=client)


async def restore_client(desk: Desk, client: Client) -> tuple[Client, Entry]:
    await must_be_new(desk, client)
    saved = await desk.work.clients.save(replace(client, archived_at=None))
    return saved, await desk.record(Action.CLIENT_RESTORED, saved, saved.name, before=client)


async def must_be_new(desk: Desk, client: Client) -> None:
    """Raises Conflict when another live client has that name."""
    found = await desk.work.clients.search(client.name, 1)
    if any(other.name.casefold() == client.name.casefold() and other.id != client.id for other in found):
        raise Conflict(
            N_("There is a client named {name} already. Give this one another name."), name=client.name
        )
