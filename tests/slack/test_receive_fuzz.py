"""Damaged payloads: whatever arrives, reading it ends with an update or with nothing."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.slack.address import spot
from bot.slack.origin import HOOKS, MAX_NAME
from bot.slack.receive import command, event, interaction, removal, suggestion, team
from bot.slack.text_in import MAX_TEXT
from handlers.updates import Kept, Looked, Pressed, Submitted, Typed, Update
from handlers.wire import update_from_json, update_to_json
from tests.slack import payloads as told
from tests.slack.payloads import ANA, AT, DIRECT, LATER, Json

Reading = Callable[[Any], Update | None]


def commanded(body: Any) -> Update | None:
    return command(body, AT)


def acted(payload: Any) -> Update | None:
    return interaction(payload, AT)


SOUND: tuple[tuple[Reading, Json], ...] = (
    (commanded, told.command("/billhook", "settings vat-id ATU12345678")),
    (acted, told.pressed(thread=LATER)),
    (acted, told.pressed(DIRECT, "directmessage")),
    (acted, told.pressed_alone()),
    (acted, told.acted_in_view(told.button(), told.home_view())),
    (acted, told.acted_in_view(told.chosen())),
    (acted, told.submitted()),
    (acted, told.closed()),
    (acted, told.message_shortcut("Acme: 3h <https://acme.at|acme.at>")),
    (acted, told.global_shortcut()),
    (event, told.event(told.said("R&amp;D", thread_ts=LATER))),
    (event, told.event(told.said("", files=[told.file()]))),
    (event, told.event(told.mentioned())),
    (event, told.event(told.home_opened())),
)
ADDRESS = re.compile("[TE][A-Z0-9]+/([UW][A-Z0-9]+(/home)?|[CDG][A-Z0-9]+(/[UW][A-Z0-9]+)?)")
IDENTITY = re.compile("[TE][A-Z0-9]+/[UW][A-Z0-9]+")
UNFIT = re.compile("[\x00\ud800-\udfff]")
MUTANTS = 2_000
"""Of each sound payload."""


def deep(levels: int) -> object:
    nest: object = []
    for _ in range(levels):
        nest = [nest]
    return nest


GARBAGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**4301, 1.5, float("inf"), float("nan"), "", " ", "7", "x" * 70_001, "\x00",
    "\ud800", "\u202e", "/", "<", "<@", "T1/U1", "T061EG9R6/C2147483705/U2147483697/home", "https://[", "im", "home",
    "form", "button", ANA, [], [[]], [None], {}, {"id": 7}, {"id": None}, [{}], {"": ""},
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
    """What the database, the log and Slack's API are given has the form that they count on."""
    names = [found.sender.name, *([found.group] if found.group else [])]
    if found.around is not None:
        names.append(found.around.title)
    occasion = found.occasion
    return (
        ADDRESS.fullmatch(found.chat.address) is not None
        and (found.around is None or ADDRESS.fullmatch(found.around.chat.address) is not None)
        and IDENTITY.fullmatch(found.sender.identity) is not None
        and found.sender.workspace in {"", f"slack:{found.sender.identity.partition('/')[0]}"}
        and all(0 < len(name) <= MAX_NAME and name.isprintable() for name in names)
        and re.fullmatch("[!-~]{1,600}", found.id) is not None
        and all(
            re.fullmatch("[ -~]{0,600}", told_) for told_ in (occasion.opens, occasion.form, occasion.thread)
        )
        and (not occasion.way or occasion.way.startswith(f"{HOOKS}/"))
        and sound_input(found)
    )


def sound_input(found: Update) -> bool:
    match found.input:
        case Typed(text, files):
            named = all(0 < len(file.filename) <= MAX_NAME and file.filename.isprintable() for file in files)
            return named and len(text) <= MAX_TEXT + len("/invoice ") and UNFIT.search(text) is None
        case Looked():
            return spot(found.chat).home
        case Pressed(token):
            return 0 < len(token) <= 64
        case Submitted(token, values) | Kept(token, values):
            texts = [*values, *values.values()]
            return 0 < len(token) <= 64 and all(isinstance(text, str) for text in texts)
        case _:
            return False


def own(found: Update) -> bool:
    """Whoever it was, the chat is open to them: it is a channel's, or their own."""
    place = spot(found.chat)
    return place.is_open or place.user == found.sender.identity.partition("/")[2]


def through_the_inbox(found: Update) -> Update:
    payload = json.loads(json.dumps(update_to_json(found)))
    return update_from_json(found.platform, found.id, payload)


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_a_sound_payload_is_read_and_kept_as_it_is(place: int) -> None:
    read, sound = SOUND[place]

    found = read(sound)

    assert found is not None
    assert through_the_inbox(found) == found


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_a_damaged_payload_is_read_or_left_alone_and_kept_as_it_was_read(place: int) -> None:
    read, sound = SOUND[place]
    chance = random.Random(1009 + place)

    found = [read(mutant) for mutant in mutants(sound, chance)]

    assert len(found) == MUTANTS
    assert all(one is None or through_the_inbox(one) == one for one in found)
    assert [one for one in found if one is not None and not (clean(one) and own(one))] == []
    assert sum(one is None for one in found) > MUTANTS // 10
    assert sum(one is not None for one in found) > MUTANTS // 10


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_of_a_damaged_payload_the_installation_is_named_or_not(place: int) -> None:
    chance = random.Random(2003 + place)

    found = [team(mutant) for mutant in mutants(SOUND[place][1], chance)]

    assert all(re.fullmatch("([TE][A-Z0-9]+)?", part) for part in found)


def test_damaged_searches_and_removals_are_left_alone() -> None:
    chance = random.Random(3001)

    searched = [suggestion(mutant) for mutant in mutants(told.asked(), chance)]
    removed = [removal(mutant) for mutant in mutants(told.event({"type": "app_uninstalled"}), chance)]

    assert all(one is None or ADDRESS.fullmatch(one[0].chat.address) for one in searched)
    assert all(one is None or re.fullmatch("[TE][A-Z0-9]+", one) for one in removed)
    assert None in searched
    assert None in removed


@pytest.mark.parametrize("read", [commanded, acted, event, suggestion, removal])
def test_what_is_no_payload_at_all_is_left_alone(read: Callable[[Any], object]) -> None:
    given: list[Any] = [*GARBAGE, *map(deep, DEEP)]

    assert [read(one) for one in given] == [None] * len(given)
    assert [team(one) for one in given] == [""] * len(given)
