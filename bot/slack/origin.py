"""Whom and where a payload of Slack comes from: teams, people, and the names that are fit for an address.

All of it raises for what has another shape than Slack's own, and `total` makes None of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from bot.slack.address import PLATFORM, Spot, channel, corner, spot
from bot.text import clean_name
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Around

MAX_NAME = 60
NAMELESS = "–"
HOOKS = "https://hooks.slack.com"
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, RecursionError)

_TEAM = re.compile("[TE][A-Z0-9]{1,30}")
_USER = re.compile("[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile("[CDG][A-Z0-9]{1,30}")
_MOMENT = re.compile(r"[0-9]{1,15}\.[0-9]{1,9}")
_WORD = re.compile("[!-~]{1,255}")
_HOOK = re.compile(r"([a-z]+://[!-.0-\[\]-~]+)/[!-~]{1,500}")
_UNTOLD = frozenset({"directmessage", "privategroup"})
"""What Slack writes in the place of a name that it keeps to itself."""
Json = Mapping[str, Any]
_P = ParamSpec("_P")
_T = TypeVar("_T")


def total(read: Callable[_P, _T | None]) -> Callable[_P, _T | None]:
    """Whatever is given, the answer is what was read, or None."""

    @wraps(read)
    def reading(*args: _P.args, **named: _P.kwargs) -> _T | None:
        try:
            return read(*args, **named)
        except _MALFORMED:
            return None

    return reading


# -- ways to answer ---------------------------------------------------------------------------------


def origins(api_url: str) -> frozenset[str]:
    """Where a response_url may lead: to Slack itself, and to the server that stands in for it."""
    address = urlsplit(api_url)
    return frozenset({HOOKS, f"{address.scheme}://{address.netloc}"})


def way(payload: Json, allowed: frozenset[str]) -> str:
    """The response_url, or nothing: posting to an address of somebody else's choice would be forgery."""
    url = payload.get("response_url")
    hook = _HOOK.fullmatch(url) if isinstance(url, str) else None
    return hook[0] if hook and hook[1] in allowed else ""


# -- names ------------------------------------------------------------------------------------------


def team_id(value: object) -> str:
    return _matched(_TEAM, value)


def user_id(value: object) -> str:
    return _matched(_USER, value)


def channel_id(value: object) -> str:
    return _matched(_CHANNEL, value)


def moment(value: object) -> str:
    """A message's `ts`, which is its name."""
    return _matched(_MOMENT, value)


def word(value: object) -> str:
    """An identifier of a kind that only Slack reads: visible, and without spaces."""
    return _matched(_WORD, value)


def _matched(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("no identifier")
    return value


def name_of(value: object) -> str:
    return (clean_name(value, MAX_NAME) if isinstance(value, str) else "") or NAMELESS


def title(value: object) -> str:
    """A channel's name."""
    return NAMELESS if isinstance(value, str) and value in _UNTOLD else name_of(value)


# -- teams and people -------------------------------------------------------------------------------


def team_of(body: Json) -> str:
    """The team that the payload was received for; its organisation, where it stands for all of its teams."""
    told = told_team(body)
    return team_id(enterprise_of(body) if told is None else told)


def told_team(body: Json) -> object:
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("app_installed_team_id") is not None:
        # In a shared channel the modal may stand on the screen of somebody of another team.
        return view["app_installed_team_id"]
    if body.get("authorizations"):
        # An event in a shared channel names the sender's team outside.
        told = body["authorizations"][0].get("team_id")
        return body.get("team_id") if told is None else told
    team = body.get("team")
    told = team.get("id") if isinstance(team, Mapping) else team
    return body.get("team_id") if told is None else told


def enterprise_of(body: Json) -> object:
    if body.get("authorizations"):
        return body["authorizations"][0].get("enterprise_id")
    enterprise = body.get("enterprise")
    if isinstance(enterprise, Mapping):
        return enterprise.get("id")
    return body.get("enterprise_id")


def sender(body: Json, user: object, name: object, own: object) -> SenderRef:
    """By the ids alone: names are chosen freely, and handed on.

    `own` is the team that the person belongs to, as far as the payload says. In a shared channel that may be
    another one than ours, and whoever comes from there is no neighbour of our people.
    """
    team = team_of(body)
    theirs = team if own is None else team_id(own)
    at_home = theirs == team
    if theirs == enterprise_of(body):
        # Somebody of the same organisation is known by the team; Slack's ids are unique in an organisation.
        theirs = team
    identity = f"{theirs}/{user_id(user)}"
    return SenderRef(PLATFORM, identity, name_of(name), workspace=f"{PLATFORM}:{team}" if at_home else "")


def who(payload: Json) -> SenderRef:
    """Who did something in a message, in a view, or with a shortcut."""
    user = payload["user"]
    return sender(payload, user["id"], user.get("name") or user.get("username"), user.get("team_id"))


# -- places -----------------------------------------------------------------------------------------


def corner_of(team: str, place: Json, user: object) -> tuple[ChatRef, Around | None]:
    """The person's corner of a channel, and the channel around it; direct messages are nobody's group."""
    where = channel_id(place["id"])
    around = None if where[0] == "D" else Around(channel(team, where), title(place.get("name")))
    return corner(team, where, user_id(user)), around


def place_of(address: str, team: str, user: str) -> tuple[ChatRef, Spot]:
    """The chat that a view was opened for; nobody gets into another's chat by naming it."""
    chat = ChatRef(PLATFORM, address)
    found = spot(chat)
    if "" in address.split("/"):
        raise ValueError("two spellings of one place")
    team_id(found.team)
    if found.channel:
        channel_id(found.channel)
    if found.team != team or found.user != ("" if found.is_open else user):
        raise ValueError("somebody else's place")
    return chat, found
