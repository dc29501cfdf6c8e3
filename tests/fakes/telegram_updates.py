"""Updates on their way to the bot: kept in order until it has accepted each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DAY = 24 * 3600.0
QUERY_LIFE = 150.0


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    queue: str
    body: Mapping[str, Any]
    expires: float


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str
    max_connections: int


class Mailbox:
    """Whoever holds the world's lock may use it."""

    def __init__(self, first_id: int, now: Callable[[], float]) -> None:
        self.allowed: frozenset[str] | None = None
        """None is the default: all but three kinds."""
        self.webhook: Webhook | None = None
        self.last_error: tuple[float, str] | None = None
        self.on_update: Callable[[str], None] = lambda queue: None
        self._next_id = first_id
        self._now = now
        self._pending: dict[int, Update] = {}
        self._queues: dict[str, deque[int]] = {}

    def allow(self, kinds: Iterable[str]) -> None:
        self.allowed = frozenset(kinds) or None

    def put(self, kind: str, queue: str, body: Mapping[str, Any]) -> None:
        """Texts of a chat follow one another; taps of a person are a queue of their own."""
        wanted = kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted:
            return
        number, self._next_id = self._next_id, self._next_id + 1
        life = QUERY_LIFE if kind == "callback_query" else DAY
        update = Update(number, queue, {"update_id": number, kind: body}, self._now() + life)
        self._pending[number] = update
        self._queues.setdefault(queue, deque()).append(number)
        self.on_update(queue)

    @property
    def queues(self) -> list[str]:
        return list(self._queues)

    def __len__(self) -> int:
        return len(self._pending)

    def head(self, queue: str) -> Update | None:
        """The first update of a queue that nobody has accepted and that is still worth telling."""
        numbers = self._queues.get(queue, deque())
        while numbers:
            update = self._pending.get(numbers[0])
            if update is not None and update.expires >= self._now():
                return update
            self.accept(numbers.popleft())
        self._queues.pop(queue, None)
        return None

    def accept(self, number: int) -> None:
        self._pending.pop(number, None)

    def poll(self, offset: int, limit: int) -> list[Update]:
        """What getUpdates answers; everything below the offset is confirmed and forgotten."""
        if offset < 0:
            offset = min(list(self._pending)[offset:], default=0)
        now = self._now()
        gone = [n for n, update in self._pending.items() if n < offset or update.expires < now]
        for number in gone:
            self.accept(number)
        return list(self._pending.values())[:limit]

    def clear(self) -> None:
        self._pending.clear()
        self._queues.clear()
