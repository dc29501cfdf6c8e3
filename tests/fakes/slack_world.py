"""All that the fake Slack remembers: teams, people, channels, messages, views, and the keys to each."""

from __future__ import annotations

import itertools
import random
import string
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.fakes.slack_values import Call, Delivery, Impossible, Json, Refused

_CHARACTERS = string.digits + string.ascii_uppercase
BOT_SCOPES = frozenset(
    "commands chat:write files:write im:write im:history app_mentions:read users:read".split()
)


@dataclass(eq=False)
class Workspace:
    id: str
    name: str
    domain: str
    enterprise_id: str | None
    bot_user_id: str
    bot_id: str
    installed: bool = False
    bot_token: str = field(default="", repr=False)
    scopes: frozenset[str] = field(default=BOT_SCOPES, repr=False)


@dataclass(eq=False)
class Account:
    id: str
    name: str
    workspace: Workspace = field(repr=False)
    locale: str
    tz: str

    @property
    def user_name(self) -> str:
        return self.name.lower().replace(" ", ".")


@dataclass(eq=False)
class Channel:
    """A conversation: a channel, or a person's direct messages with the bot."""

    id: str
    name: str
    team_id: str
    members: set[str]
    """Ids of people."""
    bot: bool = True
    """Whether the bot is a member."""
    private: bool = False
    is_im: bool = False

    @property
    def told_name(self) -> str:
        """As payloads name it."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.private else self.name


@dataclass(slots=True)
class Message:
    channel_id: str
    ts: str
    sender: str
    """The id of a person or of a bot user; empty for Slack itself."""
    from_bot: bool
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    only_for: str | None = None
    """The one person who sees it: it is ephemeral."""
    files: list[str] = field(default_factory=list)
    edited_ts: str | None = None
    deleted: bool = False
    unfurls: dict[str, bool | None] = field(default_factory=dict)


@dataclass(slots=True)
class OpenView:
    """A view on somebody's screen, and what was typed into it."""

    id: str
    team_id: str
    user_id: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    suggested: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    problem: str = ""

    @property
    def external_id(self) -> str:
        return str(self.payload.get("external_id", ""))


@dataclass(slots=True)
class Trigger:
    team_id: str
    user_id: str
    at: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    team_id: str
    user_id: str
    channel_id: str
    message_ts: str | None
    thread_ts: str | None
    at: float
    uses: int = 0


@dataclass(slots=True)
class Grant:
    """What a token opens."""

    workspace: Workspace | None
    """None for the app's own token."""
    scopes: frozenset[str]
    ended: str = ""
    """The error that a call with it gets now."""


@dataclass(slots=True)
class Settings:
    trigger_seconds: float
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    closed_views_tell_state: bool = True
    echo: bool = True
    """The app is told of its own messages in direct messages, as Slack does."""


class World:
    """All of it is read and changed only by who holds `changed`, whose waiters wake at every change."""

    def __init__(self, app_id: str, settings: Settings, seed: int) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.app_id = app_id
        self.settings = settings
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Account] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.stacks: dict[str, list[OpenView]] = {}
        """The modals on each person's screen, the top one last."""
        self.homes: dict[str, OpenView] = {}
        self.grants: dict[str, Grant] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.violations: list[str] = []
        self.pings: list[str] = []
        self.tell: Callable[[Workspace, Json], None] = lambda workspace, event: None
        """Brings an event to the app without waiting for it."""
        self.later: Callable[[float, Callable[[], None]], None] = lambda seconds, act: act()
        """Lets something happen after so many seconds, under the lock."""
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def violate(self, problem: str) -> None:
        self.violations.append(problem)

    # Names that nobody has yet.

    def id(self, prefix: str) -> str:
        return f"{prefix}0{self.letters(9)}"

    def letters(self, count: int) -> str:
        return "".join(self._random.choices(_CHARACTERS, k=count))

    def ts(self) -> str:
        """A message's time and its name: later ones are larger, also within a second."""
        return f"{int(self.now())}.{next(self._numbers):06d}"

    def new_hash(self) -> str:
        return f"{int(self.now())}.{self.letters(8)}"

    def new_trigger(self, user: Account, view_id: str | None = None) -> str:
        name = f"{self._random.randrange(10**12)}.{self._random.randrange(10**12)}.{self.letters(24).lower()}"
        self.triggers[name] = Trigger(user.workspace.id, user.id, self.now(), view_id)
        return name

    def new_response_url(self, user: Account, channel: Channel, message: Message | None = None) -> str:
        """The path of it."""
        number = self._random.randrange(10**12)
        path = f"/commands/{user.workspace.id}/{number}/{self.letters(24)}"
        self.response_urls[path] = ResponseUrl(
            user.workspace.id,
            user.id,
            channel.id,
            message.ts if message else None,
            message.thread_ts if message else None,
            self.now(),
        )
        return path

    def new_token(self, workspace: Workspace) -> str:
        token = f"xoxb-{self._random.randrange(10**12)}-{self._random.randrange(10**12)}-{self.letters(24)}"
        self.grants[token] = Grant(workspace, workspace.scopes)
        return token

    # What is there.

    def person(self, user_id: str, workspace: Workspace) -> Account:
        person = self.people.get(user_id)
        if person is None or person.workspace is not workspace:
            raise Refused("user_not_found")
        return person

    def dm_of(self, person: Account) -> Channel:
        for channel in self.channels.values():
            if channel.is_im and person.id in channel.members:
                return channel
        channel = Channel(self.id("D"), "", person.workspace.id, {person.id}, is_im=True)
        self.channels[channel.id] = channel
        return channel

    def add(self, message: Message) -> Message:
        self.messages.setdefault(message.channel_id, []).append(message)
        self.changed.notify_all()
        return message

    def open_thread(self, reply: Message) -> None:
        """Slack names a thread in its first message, too, once there is a reply."""
        parent = self.message(reply.channel_id, reply.thread_ts) if reply.thread_ts else None
        if parent is not None:
            parent.thread_ts = parent.ts

    def message(self, channel_id: str, ts: str) -> Message | None:
        for message in self.messages.get(channel_id, []):
            if message.ts == ts and not message.deleted:
                return message
        return None

    def visible(self, channel: Channel, person: Account) -> Iterator[Message]:
        """What this person sees there, in order."""
        if person.id not in channel.members:
            raise Impossible(f"{person.name} is not in {channel.name or channel.id!r}")
        for message in self.messages.get(channel.id, []):
            if not message.deleted and message.only_for in {None, person.id}:
                yield message

    def view(self, view_id: str) -> OpenView | None:
        """A view that is open somewhere, or a Home."""
        open_views = itertools.chain(self.homes.values(), *self.stacks.values())
        return next((view for view in open_views if view.id == view_id), None)

    def note(self, channel: Channel, person: Account, text: str) -> None:
        """Slack's own word, for this person only."""
        self.add(Message(channel.id, self.ts(), "", False, text, only_for=person.id))
