"""What a person types, as Slack tells an app of it: escaped, with links, addresses and mentions marked up."""

from __future__ import annotations

import re

from tests.fakes.slack_world import Workspace, World

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<domain>\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|example|eu|de|at|ch|fr|uk)\b(?:/[^\s<>|]*)?)"
    r"|(?P<mention>@[\w.]*\w)"
    r"|(?P<channel>#[\w-]+)",
    re.IGNORECASE,
)
BOT_NAME = "billhook"


def encode(world: World, workspace: Workspace, text: str, *, named: bool) -> str:
    """`named` as in slash commands, where a mention carries its name behind the id."""
    parts: list[str] = []
    at = 0
    for found in _FOUND.finditer(text):
        parts += [escape(text[at : found.start()]), _marked(world, workspace, found, named)]
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentions_bot(text: str) -> bool:
    return any((found["mention"] or "").lower() == f"@{BOT_NAME}" for found in _FOUND.finditer(text))


def _marked(world: World, workspace: Workspace, found: re.Match[str], named: bool) -> str:
    typed = escape(found[0])
    if found["url"]:
        return f"<{typed}>"
    if found["email"]:
        return f"<mailto:{typed}|{typed}>"
    if found["domain"]:
        return f"<http://{typed}|{typed}>"
    if found["mention"]:
        name = found[0][1:].lower()
        ids = {BOT_NAME: workspace.bot_user_id}
        ids |= {
            person.user_name: person.id for person in world.people.values() if person.workspace is workspace
        }
        return f"<@{ids[name]}{f'|{name}' if named else ''}>" if name in ids else typed
    for channel in world.channels.values():
        if channel.team_id == workspace.id and channel.name and channel.name == found[0][1:]:
            return f"<#{channel.id}|{'' if channel.private else channel.name}>"
    return typed
