"""What the fake Stripe knows: accounts with their keys, objects and events, and a clock that can be moved."""

from __future__ import annotations

import copy
import json
import random
import string
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from stripe._api_version import _ApiVersion

from tests.fakes.stripe_values import Call, Delivery, Json, Refused, no_such

KEPT_DAYS = 30
"""How long List Events remembers."""
MOST_ENDPOINTS = 16
_LETTERS = string.ascii_letters + string.digits


@cache
def _samples() -> dict[str, Json]:
    read: dict[str, Json] = json.loads(Path(__file__).with_name("stripe_objects.json").read_text())
    return read


@dataclass(frozen=True, slots=True)
class Key:
    """A secret key may do everything; a restricted one what its permissions say, such as `charge_read`."""

    secret: str
    permissions: frozenset[str] | None = None
    revoked: bool = False

    def may(self, permission: str) -> bool:
        if self.permissions is None:
            return True
        writing = permission.replace("_read", "_write")
        return bool({permission, writing} & self.permissions)


@dataclass(slots=True)
class Kept:
    """The answer to an idempotency key."""

    route: str
    path: str
    parameters: Json
    until: float
    status: int = 0
    """0 while the call is still under way."""
    response: Json = field(default_factory=dict)
    request_id: str = ""


@dataclass(slots=True)
class Account:
    """One account in one mode: what is made with its test keys is not there for its live keys."""

    world: World
    id: str
    name: str
    country: str = "DE"
    currency: str = "eur"
    live: bool = False
    keys: dict[str, Key] = field(default_factory=dict)
    objects: dict[str, Json] = field(default_factory=dict)
    lines: dict[str, list[Json]] = field(default_factory=dict)
    """The line items of a checkout session, which are no part of it unless they are asked for."""
    asked: dict[str, Json] = field(default_factory=dict)
    """The parameters that a checkout session was opened with."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Those of the webhook endpoints."""
    events: list[Json] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    minimum: int | None = None
    """The least that a checkout takes, where it is another than Stripe's own."""

    @property
    def key(self) -> str:
        """One that may do everything."""
        return next(key.secret for key in self.keys.values() if key.permissions is None and not key.revoked)

    def restricted(self, *permissions: str) -> str:
        """A new key that may do this and no more, such as `checkout_session_write`."""
        return self._add("rk", frozenset(permissions))

    def add_key(self) -> str:
        return self._add("sk", None)

    def _add(self, kind: str, permissions: frozenset[str] | None) -> str:
        with self.world.changed:
            secret = f"{kind}_{'live' if self.live else 'test'}_{self.world.letters(40)}"
            self.keys[secret] = Key(secret, permissions)
            return secret

    def revoke(self, secret: str) -> None:
        """As when the key is rolled or deleted in the dashboard."""
        with self.world.changed:
            self.keys[secret] = Key(secret, self.keys[secret].permissions, revoked=True)

    # Objects.

    def make(self, kind: str, prefix: str, /, **values: object) -> Json:
        """A new object of that kind, shaped as Stripe's own samples."""
        made = copy.deepcopy(_samples()[kind])
        made["created"] = self.world.now()
        if "livemode" in made:
            made["livemode"] = self.live
        made.update(values)
        made["id"] = made.get("id") if "id" in values else self.world.id(prefix, live=self.live)
        self.objects[made["id"]] = made
        return made

    def find(self, kind: str, id: str) -> Json | None:
        found = self.objects.get(id)
        return found if found is not None and found["object"] == kind else None

    def get(self, kind: str, id: str, param: str = "") -> Json:
        """Raises Refused: 404 where it stands in the path, 400 where it is a parameter."""
        found = self.find(kind, id)
        if found is None:
            word = kind.rpartition(".")[2]
            raise no_such(word, id, param or word, status=400 if param else 404)
        return found

    def all(self, kind: str) -> Iterator[Json]:
        """Newest first."""
        return (one for one in reversed([*self.objects.values()]) if one["object"] == kind)

    # Events.

    def emit(self, type: str, about: Json, before: Json | None = None) -> Json:
        """Something happened: it is kept and brought to every endpoint that wants to hear of it."""
        data: Json = {"object": copy.deepcopy(about)}
        if before:
            data["previous_attributes"] = before
        event = copy.deepcopy(_samples()["event"])
        listening = [one for one in self.all("webhook_endpoint") if _wants(one, type)]
        event.update(
            id=self.world.id("evt"), type=type, data=data, created=self.world.now(), livemode=self.live,
            pending_webhooks=len(listening), api_version=self.world.version, request=dict(self.world.request),
        )  # fmt: skip
        self.events.append(event)
        for endpoint in reversed(listening):
            self.world.tell(self, endpoint, event)
        return event

    def recent(self) -> list[Json]:
        """What List Events still knows, newest first."""
        since = self.world.now() - KEPT_DAYS * 86400
        return [event for event in reversed(self.events) if event["created"] >= since]

    def listen(self, url: str, *types: str, secret: str = "") -> str:
        """An endpoint as the dashboard makes it, for all events or for these; its signing secret."""
        with self.world.changed:
            endpoint = self.make(
                "webhook_endpoint", "we", url=url, enabled_events=[*types] or ["*"], metadata={}
            )
            self.secrets[endpoint["id"]] = secret or f"whsec_{self.world.letters(32)}"
            return self.secrets[endpoint["id"]]

    @property
    def endpoints(self) -> list[Json]:
        with self.world.changed:
            return [copy.deepcopy(one) for one in self.all("webhook_endpoint")]


def _wants(endpoint: Json, type: str) -> bool:
    return endpoint["status"] == "enabled" and bool({"*", type} & {*endpoint["enabled_events"]})


class World:
    """Everything in it is looked at and changed under its lock, `changed`."""

    def __init__(self, seed: int, clock: Callable[[], datetime] | None) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.accounts: list[Account] = []
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.troubled: list[str] = []
        """What no careful app sends, and where the fake itself failed."""
        self.version = _ApiVersion.CURRENT
        self.request: Json = {"id": None, "idempotency_key": None}
        """The call that is being answered: events tell of it."""
        self.origin = ""
        self.plain_http = True
        self.tell: Callable[[Account, Json, Json], None] = lambda _account, _endpoint, _event: None
        self._clock = clock
        self._ahead = 0.0
        self._random = random.Random(seed)

    def now(self) -> int:
        return int(self.exactly())

    def exactly(self) -> float:
        return (self._clock().timestamp() if self._clock else time.time()) + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def letters(self, count: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=count))

    def id(self, prefix: str, *, live: bool = False) -> str:
        if prefix == "cs":
            return f"cs_{'live' if live else 'test'}_{self.letters(58)}"
        return f"{prefix}_1{self.letters(23)}"

    def owner(self, id: str) -> tuple[Account, Json]:
        """Whose object that is."""
        for account in self.accounts:
            if id in account.objects:
                return account, account.objects[id]
        raise KeyError(id)

    def caller(self, secret: str) -> tuple[Account, Key]:
        for account in self.accounts:
            key = account.keys.get(secret)
            if key is not None:
                if key.revoked:
                    raise Refused(
                        f"Expired API Key provided: {_masked(secret)}", status=401, code="api_key_expired"
                    )
                return account, key
        raise Refused(f"Invalid API Key provided: {_masked(secret)}", status=401)


def _masked(secret: str) -> str:
    return f"{secret[:8]}{'*' * 12}{secret[-4:]}"
