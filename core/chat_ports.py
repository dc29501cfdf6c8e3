"""What a conversation asks of the outside: who speaks, what was begun, what came in and what goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seat:
    """Who a sender is: a member of a business."""

    business_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Speaker:
    """What is known of a sender: the seat, and the language chosen with /language, empty for none."""

    seat: Seat | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a chat. A group works for the business it was bound to; `business_id` None: for none."""

    business_id: UUID | None = None
    shows_data: bool = False
    """Its owner allowed client data to be shown where others read along."""
    reachable: bool = True
    """Nobody blocked or removed the bot there."""
    client_id: UUID | None = None
    """The client that a group is about."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A form in progress: its frames (command, raw answers) as JSON, the innermost last."""

    frames: tuple[dict[str, Any], ...] = ()
    parked: tuple[dict[str, Any], ...] = ()
    """What a new command interrupted; offered again as Resume."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does, kept behind its token."""

    token: str
    label: str
    command: str
    argument: str
    kind: str = ""
    """What the message is that it belongs to, where nobody asked for that; only known once it is pressed."""


@dataclass(frozen=True, slots=True)
class Link:
    """What opening a one-time link does: the command runs for that sender, in a private chat."""

    sender: str
    command: str
    argument: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One inbound update as stored; `payload` is plain JSON."""

    id: str
    chat: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One reply on its way; `payload` is plain JSON."""

    id: UUID
    chat: str
    payload: dict[str, Any]
    business_id: UUID | None
    sender: str = ""
    """Whom it answers."""
    attempts: int = 0
    """How often sending it failed for certain."""
    done: int = 0
    """How many of its parts have arrived."""
    ref: str = ""
    """The platform's name of the last of them."""
    kind: str = ""
    """What it is where nobody asked for it: a core.notify.Kind, or `reminder`, `invoice` for mail to a client."""
    about: UUID | None = None
    """The reminder that it carries, or the invoice."""
    repeats: int = 0
    """How often it was sent once more after nobody knew whether it had arrived, or had failed."""


LETTERS = frozenset({"reminder", "invoice", "credit-note", "quote-letter", "statement-letter"})
"""The kinds that go to a client by mail. A mailbox knows a letter again by its Message-ID, so the second one of two
does no harm.
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an attempt to send ended. `ref` is the platform's name of the message; `error` is for people."""

    state: str
    done: int = 0
    ref: str = ""
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery as people are told about it, most of all one that has not arrived, or of which nobody knows."""

    id: UUID
    chat: str
    state: str
    created_at: datetime
    next_at: datetime | None
    error: str
    payload: dict[str, Any]
    kind: str = ""
    about: UUID | None = None
    taken_at: datetime | None = None
    """When it was tried last."""
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class OutboxFile:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A seat that waits for whoever brings the code; only the code's hash is stored."""

    business_id: UUID
    role: str
    expires_at: datetime
    invited_by: UUID
    member_id: UUID | None = None
    """Somebody who is a member already and comes in from another platform; None: whoever brings the code."""


@dataclass(frozen=True, slots=True)
class Board:
    """A standing overview on somebody's screen, shown anew after every change of their business."""

    chat: str
    sender: str
    name: str
    language: str


class Chats(Protocol):
    """What belongs to a chat and not to a business: who speaks, what was begun, what buttons mean.

    `chat` is `platform:address`, `sender` is `platform:identity`.
    """

    async def lock(self, chat: str) -> Place:
        """Serialise the updates of one chat until the transaction ends."""

    async def bind(self, chat: str, title: str, place: Place) -> None:
        """Let a group work for a business, or for none."""

    async def set_reachable(self, chat: str, reachable: bool) -> None:
        """Whether the bot is still let in: nothing goes to a chat that blocked it by itself."""

    async def move(self, chat: str, new: str) -> None:
        """Everything stored for a chat follows it to its new address."""

    async def place(self, chat: str) -> Place:
        """What is known of a chat, without locking it."""

    async def speaker(self, sender: str) -> Speaker:
        """With the seat that was taken last."""

    async def seats(self, sender: str) -> Sequence[Seat]:
        """All of them, the one that was taken last first."""

    async def senders_of(self, seat: Seat) -> Sequence[str]:
        """Every platform identity of a member, the one that was used last first."""

    async def neighbours(self, workspace: str) -> Sequence[Seat]:
        """The seats of everybody in a workspace (`platform:tenant`), at most 200."""

    async def choose_language(self, sender: str, language: str) -> None: ...
    @property
    def sat(self) -> frozenset[str]:
        """The senders who took a seat in this transaction."""

    async def sit(self, sender: str, seat: Seat) -> None:
        """Take a seat, or change to one; a sender has at most one in each business."""

    async def show_board(self, business_id: UUID | None, board: Board, looked: bool = True) -> None:
        """Remember that it is on somebody's screen, for 30 days from when they `looked`."""

    async def boards(self, business_id: UUID, sender: str) -> Sequence[Board]:
        """The business's and the sender's own: at most 50, those that were looked at last."""

    async def conversation(self, chat: str, sender: str) -> Conversation: ...
    async def keep(self, chat: str, sender: str, conversation: Conversation) -> None:
        """Store it for a day; an empty one is deleted."""

    async def add_presses(
        self, chat: str, sender: str, outbox_id: UUID, presses: Sequence[Press]
    ) -> None: ...
    async def find_press(self, chat: str, token: str) -> Press | None:
        """None for a token that is unknown, expired, or belongs to another chat."""

    async def last_presses(self, chat: str) -> Sequence[Press]:
        """The buttons of the chat's newest reply, in order."""

    async def invite(self, code_hash: str, new: Invitation) -> None: ...
    async def accept(self, code_hash: str, now: datetime) -> Invitation | None:
        """Take an invitation: it is gone afterwards. None when it does not exist or has expired."""

    async def is_invitation(self, code_hash: str, now: datetime) -> bool: ...
    async def add_link(self, code_hash: str, link: Link) -> None: ...
    async def follow(self, code_hash: str, sender: str, now: datetime) -> Link | None:
        """Take a link: it is gone afterwards. None when it is unknown, expired or somebody else's."""

    async def is_link(self, code_hash: str, now: datetime) -> bool:
        """Whether it opens something for anybody."""

    async def wrong_codes(self, sender: str, since: datetime) -> int:
        """How many codes the sender has guessed wrong since then."""

    async def count_wrong_code(self, sender: str, now: datetime) -> None: ...


class Inbox(Protocol):
    """Updates, unique per platform and delivery id."""

    async def store(self, platform: str, row: InboxRow, received_at: datetime) -> bool:
        """False when that delivery is stored already."""

    async def claim(self, platform: str, update_id: str) -> bool:
        """Mark it handled in this transaction; False when it was handled before."""

    async def fail(self, platform: str, update_id: str, reference: str) -> None:
        """A bug stopped it: kept with the reference a person was told, and not tried again."""

    async def list_unhandled(self, platform: str, chat: str, limit: int) -> Sequence[InboxRow]: ...


class Outbox(Protocol):
    """Replies: pending -> sending -> sent, failed or uncertain; or cancelled before that."""

    async def add(self, row: OutboxRow, files: Sequence[OutboxFile], dedupe_key: str | None = None) -> bool:
        """False when a reply with that key was written before."""

    async def list_pending(self, chat: str, limit: int) -> Sequence[OutboxRow]:
        """Oldest first. None while an older one is being sent or waits: replies do not overtake each other."""

    async def files_of(self, outbox_id: UUID) -> Sequence[OutboxFile]: ...
    async def open_question(self, chat: str, sender: str) -> str:
        """The platform's name of the chat's newest message to the sender if that is a question, else empty."""

    async def take(self, row: OutboxRow) -> bool:
        """From pending to sending; False when another process did it first."""

    async def settle(self, outbox_id: UUID, settled: Settled) -> bool:
        """From sending to what came of it, or from pending to failed."""

    async def give_up_lost(
        self, chat: str, before: datetime, again: datetime
    ) -> Sequence[tuple[str, OutboxRow]]:
        """What a dead process left in `sending` becomes `uncertain`: nobody knows whether it arrived. Of LETTERS, what
        is so for the first time is `pending` until `again` and goes out once more. Gives the states with the rows.
        """

    async def list_recent(self, business_id: UUID, states: Sequence[str], limit: int) -> Sequence[Trouble]:
        """What nobody asked for, and what is no success, in one of these states; newest first."""

    async def send_again(self, business_id: UUID, outbox_id: UUID) -> str | None:
        """Back to pending, because a person decided so; gives the chat. None unless it failed or is uncertain.

        It stays the same row, so a letter keeps its Message-ID.
        """

    async def supersede(self, chat: str, kind: str) -> int:
        """Cancel what is pending of that kind and of which nothing was sent yet: something newer takes its place."""

    async def language_of(self, chat: str) -> str:
        """In which the newest message to the chat was written, empty where it does not say so."""

    async def find_sent(self, ref: str) -> OutboxRow | None:
        """What its platform called so, of any business, unless it has failed or was cancelled."""

    async def letter_before(self, business_id: UUID, newer: int) -> datetime | None:
        """When the letter with an invoice was written that has so many newer ones; None where there is none."""

    async def bounce(self, outbox_id: UUID, error: str) -> bool:
        """It came back: failed after all. False when that was known before."""


class Slots(Protocol):
    """Rates that hold across all processes, by the database's clock."""

    async def reserve(self, key: str, seconds: float, patience: float) -> tuple[bool, float]:
        """Take the key's next moment, `seconds` before the one after it, and how long to wait for it.

        (False, wait) when that is more than `patience` away: then nothing was taken.
        """

    async def hold(self, key: str, seconds: float) -> None:
        """Nobody gets a moment of this key for so long."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that let us in. Its token is stored encrypted, and a repr does not show it."""

    platform: str
    tenant: str
    """What updates call the workspace by; for a whole organisation, its own id."""
    name: str
    token: str = field(repr=False)
    bot_user: str
    scopes: tuple[str, ...]
    installed_by: str
    installed_at: datetime


class Installations(Protocol):
    async def save(self, installation: Installation) -> None:
        """A workspace that installs again gets a new token and is reachable again."""

    async def find(self, platform: str, tenant: str) -> Installation | None:
        """None also for one that took its permission back. Raises Unavailable when no key opens its token."""

    async def revoke(self, platform: str, tenant: str, at: datetime | None = None) -> None:
        """Forget its token; what waits for its chats fails, and nothing is sent there by itself any more.

        Whoever let us in again after `at` is left alone: the news was long on its way.
        """

    async def welcome(self, platform: str, tenant: str) -> None:
        """A workspace whose token is not ours to keep lets us in: its chats are reachable again."""

    async def refresh_keys(self, limit: int) -> int:
        """Encrypt with the newest key what an older one holds; gives how many there were."""

    async def add_state(self, state_hash: str, expires_at: datetime) -> None:
        """Remember what a browser was sent away with, so that only it can come back."""

    async def take_state(self, state_hash: str, now: datetime) -> bool:
        """Once; False when it is unknown, used up or expired."""
