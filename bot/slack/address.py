"""How a place in Slack is written in a ChatRef.

`TEAM/USER` is the direct conversation with somebody, `TEAM/CHANNEL` a channel everybody in it reads,
`TEAM/CHANNEL/USER` the corner of a channel in which only that person sees what is answered, and
`TEAM/USER/home` the tab of the app that belongs to one person.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kinds import ChatRef

PLATFORM = "slack"
_HOME = "home"


@dataclass(frozen=True, slots=True)
class Spot:
    """An address taken apart; what a kind of place has no use for is empty."""

    team: str
    channel: str = ""
    user: str = ""
    home: bool = False

    @property
    def is_direct(self) -> bool:
        return not self.channel and not self.home

    @property
    def is_corner(self) -> bool:
        return bool(self.channel and self.user)

    @property
    def is_open(self) -> bool:
        """Others read along."""
        return bool(self.channel and not self.user)


def direct(team: str, user: str) -> ChatRef:
    """As the sender's identity is written, so that a person's private chat is known from who they are."""
    return ChatRef(PLATFORM, f"{team}/{user}")


def channel(team: str, channel_id: str) -> ChatRef:
    return ChatRef(PLATFORM, f"{team}/{channel_id}")


def corner(team: str, channel_id: str, user: str) -> ChatRef:
    return ChatRef(PLATFORM, f"{team}/{channel_id}/{user}")


def home(team: str, user: str) -> ChatRef:
    return ChatRef(PLATFORM, f"{team}/{user}/{_HOME}")


def spot(chat: ChatRef) -> Spot:
    """Raises ValueError for what is no place in Slack."""
    match chat.address.split("/"):
        case [team, user, last] if last == _HOME and _is_user(user):
            return Spot(team, user=user, home=True)
        case [team, channel_id, user] if _is_user(user):
            return Spot(team, channel_id, user)
        case [team, user] if _is_user(user):
            return Spot(team, user=user)
        case [team, channel_id]:
            return Spot(team, channel_id)
        case _:
            raise ValueError("no place in Slack")


def _is_user(name: str) -> bool:
    return name[:1] in ("U", "W")
