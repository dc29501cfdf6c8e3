"""Text as Telegram counts it, and the entities that it finds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.fakes.telegram_values import Entity

_FOUND = re.compile(
    r"""
    (?P<url>\b(?:https?|tg)://[^\s<>"']*[^\s<>"'.,;:!?)\]])
    | (?P<email>(?<![\w.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})
    | (?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@]))
    | (?P<mention>(?<![\w@/])@[A-Za-z0-9_]{3,32}(?!\w))
    | (?P<hashtag>(?<![\w#])\#(?=\w*[^\W\d])\w{1,255})
    """,
    re.VERBOSE,
)
_WORTH_A_LOOK = re.compile(r"[/@#]")
_BLANK = " \n\t\r\v\f\0"


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity names."""
    if text.isascii():
        return text[offset : offset + length]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def find_entities(text: str) -> tuple[Entity, ...]:
    """What a server marks in a text without being told: commands, mentions, addresses, hashtags."""
    if not _WORTH_A_LOOK.search(text):
        return ()
    return tuple(
        Entity(str(found.lastgroup), utf16_length(text[: found.start()]), utf16_length(found.group()))
        for found in _FOUND.finditer(text)
    )


def merge(given: Iterable[Entity], found: Iterable[Entity]) -> tuple[Entity, ...]:
    """Found entities stand where no given one does, for a link inside `code` is no link."""
    kept = list(given)
    taken = [(entity.offset, entity.offset + entity.length) for entity in kept if entity.type in _EXCLUSIVE]
    kept.extend(
        entity
        for entity in found
        if all(entity.offset + entity.length <= start or end <= entity.offset for start, end in taken)
    )
    return tuple(sorted(kept, key=lambda entity: (entity.offset, -entity.length)))


_EXCLUSIVE = {"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}


def trim(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Blanks at both ends are never shown; one inside an entity at the beginning is."""
    entities = list(entities)
    text = text.rstrip(_BLANK)
    end = utf16_length(text)
    first = min((entity.offset for entity in entities), default=end)
    lead = min(len(text) - len(text.lstrip(_BLANK)), first)
    clipped = [(entity, min(entity.offset + entity.length, end) - entity.offset) for entity in entities]
    moved = tuple(
        entity
        if lead == 0 and length == entity.length
        else Entity(
            entity.type, entity.offset - lead, length, entity.url, entity.language, entity.user,
            entity.custom_emoji_id, entity.unix_time, entity.date_time_format,
        )
        for entity, length in clipped
        if length > 0
    )  # fmt: skip
    return text[lead:], moved
