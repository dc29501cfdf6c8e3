"""Damaged updates: whatever arrives, reading it ends with an update or with nothing."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.telegram.receive import MAX_NAME, read
from handlers.updates import Pressed, Typed, Update
from handlers.wire import update_from_json, update_to_json
from tests.telegram.shapes import (
    ANA,
    CODE,
    GROUP,
    OUR_USER,
    PRIVATE,
    SUPERGROUP,
    US,
    Json,
    document,
    membership,
    message,
    photo,
    query,
    shown,
    update,
)

SOUND = (
    update("message", message("/client_add Acme")),
    update("message", message(f"/start go_{CODE}")),
    update("message", message("Acme: 3h", GROUP, reply_to_message=message("Which name?", GROUP, OUR_USER))),
    update("message", message(None, photo=photo(), caption="/receipt 2026-0007", media_group_id="61")),
    update("message", message(None, document=document())),
    update(
        "message", message("@billhook_test_bot 7", SUPERGROUP, message_thread_id=67, is_topic_message=True)
    ),
    update("message", message(None, GROUP, migrate_to_chat_id=-1_002_000_000_089)),
    update("callback_query", query(shown())),
    update("callback_query", query(shown(SUPERGROUP, message_thread_id=67, is_topic_message=True))),
    update("callback_query", query({"message_id": 37, "chat": PRIVATE, "date": 0})),
    update("my_chat_member", membership(PRIVATE, "kicked", until_date=0)),
    update("my_chat_member", membership(SUPERGROUP, "restricted", is_member=True)),
)
ADDRESS = re.compile(r"-?\d{1,19}(/-?\d{1,19})?")
NUMBER = re.compile(r"-?\d{1,19}")
MUTANTS = 4_000
"""Of each sound update."""


def deep(levels: int) -> object:
    nest: object = []
    for _ in range(levels):
        nest = [nest]
    return nest


GARBAGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1 << 31, 1 << 63, -(1 << 63), 10**4301, 1.5, float("inf"), float("nan"), "", " ",
    "7", "x" * 70_001, "\x00", "\ud800", "\u202e", "/", "/@", "@", "/start", "private", "group", "channel",
    "member", [], [[]], [None], {}, {"id": 7}, {"id": None}, [{}], {"": ""},
)  # fmt: skip
DEEP = (50, 5_003)
"""Levels of lists in lists; more than a thousand cannot even be written down."""


def garbage(chance: random.Random) -> object:
    """Fresh each time, for what is put into a mutant may be damaged there."""
    place = chance.randrange(len(GARBAGE) + len(DEEP))
    return copy.deepcopy(GARBAGE[place]) if place < len(GARBAGE) else deep(DEEP[place - len(GARBAGE)])


def places(value: object, levels: int = 7) -> list[tuple[Any, Any]]:
    """Every container inside the value, with a key of it."""
    found: list[tuple[Any, Any]] = []
    _find(value, levels, found)
    return found


def _find(value: Any, levels: int, found: list[tuple[Any, Any]]) -> None:
    keys = value if isinstance(value, dict) else range(len(value))
    found += [(value, key) for key in keys]
    if levels > 1:
        for key in keys:
            if isinstance(value[key], (dict, list)):
                _find(value[key], levels - 1, found)


def mutants(sound: Json, chance: random.Random) -> Iterator[Json]:
    """One to three things are missing, wrong, or in another's place."""
    values = [container[key] for container, key in places(sound)]
    # Read anew each time, which takes a tenth of the time.
    kept = json.dumps(sound)
    for _ in range(MUTANTS):
        mutant = json.loads(kept)
        for _ in range(chance.choice((1, 1, 2, 3))):
            # A message without anything in it is damaged enough.
            container, key = chance.choice(places(mutant) or [([None], 0)])
            match chance.randrange(4):
                case 0:
                    del container[key]
                case 1:
                    container[key] = copy.deepcopy(chance.choice(values))
                case _:
                    container[key] = garbage(chance)
        yield mutant


def clean(found: Update) -> bool:
    """What the database and the log are given has the form that they count on, whoever made it up."""
    names = [found.sender.name, *([found.group] if found.group else [])]
    files = found.input.files if isinstance(found.input, Typed) else ()
    return (
        ADDRESS.fullmatch(found.chat.address) is not None
        and NUMBER.fullmatch(found.sender.identity) is not None
        and all(0 < len(name) <= MAX_NAME and name.isprintable() for name in names)
        and all(0 < len(file.filename) <= MAX_NAME and file.filename.isprintable() for file in files)
        and not (isinstance(found.input, Pressed) and len(found.input.token) > 64)
    )


def through_the_inbox(found: Update) -> Update:
    payload = json.loads(json.dumps(update_to_json(found)))
    return update_from_json(found.platform, found.id, payload)


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_a_sound_update_is_read_and_kept_as_it_is(place: int) -> None:
    found = read(SOUND[place], US)

    assert found is not None
    assert through_the_inbox(found) == found


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_a_damaged_update_is_read_or_left_alone_and_kept_as_it_was_read(place: int) -> None:
    chance = random.Random(1009 + place)

    found = [read(mutant, US) for mutant in mutants(SOUND[place], chance)]

    assert len(found) == MUTANTS
    assert all(one is None or through_the_inbox(one) == one for one in found)
    assert all(one is None or clean(one) for one in found)
    assert sum(one is None for one in found) > MUTANTS // 10
    assert sum(one is not None for one in found) > MUTANTS // 10


def test_what_is_no_update_at_all_is_left_alone() -> None:
    given: list[Any] = [*GARBAGE, *map(deep, DEEP)]

    found: list[object] = [read(one, US) for one in given]

    assert found == [None] * len(given)


@pytest.mark.parametrize(
    "raw",
    [
        update("message", message("/help", sender=ANA | {"first_name": deep(5_003)})),
        update("message", message("/help", GROUP | {"title": deep(5_003)})),
        update("message", message(None, document=document() | {"file_name": deep(5_003)})),
        update("message", message(None, photo=[photo()[0] | {"file_id": deep(5_003)}])),
        update("callback_query", query(shown(), sender=ANA | {"last_name": deep(5_003)})),
        update("callback_query", query(shown()) | {"id": deep(5_003)}),
    ],
    ids=["name", "title", "file", "photo", "presser", "press"],
)
def test_what_is_nested_too_deep_to_be_written_down_is_left_alone(raw: Json) -> None:
    assert read(raw, US) is None
