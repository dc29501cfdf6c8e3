"""`billhook export` and `billhook import`: one business as a file, and back into another install."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from bot.cli_database import current_revision, loaded, reaching, say, total_of
from bot.exports import Exported, export_to
from bot.rendering import Renderer
from bot.settings import Settings
from bot.system import SystemClock, SystemIds
from core.chat_ports import Invitation
from core.codes import code_hash
from core.errors import N_, Conflict, InvalidInput
from core.party import Member, Role
from handlers.words import _
from storage import migrate as schema
from storage.archive import writing
from storage.backup import AS_KEEPER, schema_of, snapshot
from storage.business_import import load
from storage.business_reader import list_businesses
from storage.engine import create_engine, translated
from storage.parcel import Parcel
from storage.vault import Vault
from storage.work import SqlWork

CODE_LIFE = timedelta(days=7)


def export(business: str | None, folder: str) -> int:
    settings = loaded()
    target = Path(folder).absolute()
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
    with reaching(settings):
        made = asyncio.run(_export(settings, business, target))
    say(
        _("Saved {rows} rows and {documents} documents to {file}.", rows=total_of(made.rows),
          documents=f"{made.documents:,}", file=made.path)
    )  # fmt: skip
    return 0


async def _export(settings: Settings, business: str | None, folder: Path) -> Exported:
    renderer = Renderer()
    try:
        async with snapshot(settings.database_url) as connection:
            revision = await schema_of(connection)
            if revision != schema.HEAD:
                raise Conflict(
                    N_(
                        "The database is at schema {revision} and this release needs {head}. Run: billhook migrate"
                    ),
                    revision=revision or "0",
                    head=schema.HEAD,
                )
            chosen = _chosen(business, await list_businesses(connection))
            return await export_to(connection, renderer, chosen, folder, SystemClock().now())
    finally:
        await renderer.close()


def _chosen(given: str | None, found: Sequence[tuple[UUID, str]]) -> UUID:
    """Where there is only one, nobody has to name it."""
    if given is None and len(found) == 1:
        return found[0][0]
    try:
        return UUID(given or "")
    except ValueError as error:
        names = "\n".join(f"{business_id}  {name}" for business_id, name in found)
        raise InvalidInput(
            "business",
            N_("Say which business by its id: billhook export --business ID DIR\n{names}")
            if found
            else N_("There is no business in this database."),
            names=names,
        ) from error


def import_from(file: str) -> int:
    """As the chat does, an SQLite database is first brought to this release's schema."""
    settings = loaded()
    with Parcel(Path(file).absolute()) as parcel:
        parcel.prove()
        with reaching(settings):
            if settings.is_sqlite and current_revision(settings) != schema.HEAD:
                schema.upgrade(settings.database_url)
            rows, codes = asyncio.run(bring_in(settings.database_url, parcel))
    name = parcel.manifest.business
    say(_("Imported {name}: {rows} rows.", name=name, rows=f"{rows:,}"))
    say(_("Whoever writes one of these lines to the bot within 7 days works there as that person:"))
    for member, code in codes:
        say(f"  link {code}  ({member.name}, {member.role.value})")
    say(
        _("Nothing is sent before somebody has. Then digests, recurring invoices and reminders go on from here: switch "
          "the old install off first, or clients hear from both.")
    )  # fmt: skip
    return 0


async def bring_in(url: str, parcel: Parcel) -> tuple[int, list[tuple[Member, str]]]:
    """How many rows, and a one-time code for each person who works there, owners first."""
    engine = create_engine(url, pool_size=1, as_app=False)
    clock, ids = SystemClock(), SystemIds()
    try:
        with translated():
            async with engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    await connection.execute(AS_KEEPER)
                counts = await load(connection, parcel)
                work = SqlWork(connection, clock, Vault(()))
                await work.enter(parcel.manifest.business_id)
                if (await work.businesses.get()).id != parcel.manifest.business_id:
                    raise parcel.altered()
                people = [member for member in await work.members.list() if member.left_at is None]
                people.sort(key=lambda member: list(Role).index(member.role), reverse=True)
                codes = [(member, ids.code()) for member in people]
                for member, code in codes:
                    offer = Invitation(
                        parcel.manifest.business_id,
                        member.role.value,
                        clock.now() + CODE_LIFE,
                        member.id,
                        member.id,
                    )
                    await work.chats.invite(code_hash(code), offer)
        return counts.total(), codes
    finally:
        await engine.dispose()
