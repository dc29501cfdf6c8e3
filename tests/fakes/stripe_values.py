"""What the parts of the fake Stripe hand to one another: calls, refusals, deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Impossible(AssertionError):
    """Nobody can do this at Stripe: pay an expired checkout, refund more than was paid."""


class Refused(Exception):
    """The answer is an error; shaped as https://docs.stripe.com/api/errors has it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        checked: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.checked = checked
        """False: the work began, so an idempotency key keeps this answer."""
        told = {"code": code, "message": message, "param": param, "type": type}
        self.body: Json = {"error": {name: text for name, text in told.items() if text}}


def missing(param: str) -> Refused:
    return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> Refused:
    return Refused(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def wrong(message: str, param: str, code: str = "") -> Refused:
    return Refused(message, code=code, param=param)


def no_such(kind: str, id: str, param: str = "id", *, status: int = 404) -> Refused:
    return Refused(f"No such {kind}: '{id}'", status=status, code="resource_missing", param=param)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came and as it was answered."""

    route: str
    """Such as `POST /v1/checkout/sessions/{id}/expire`."""
    path: str
    parameters: Json
    account: str
    """Empty where the key is unknown."""
    idempotency_key: str
    version: str
    status: int
    """0: the connection was broken instead."""
    response: Json
    replayed: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to bring an event to an endpoint."""

    event_id: str
    type: str
    url: str
    status: int
    """0: nobody answered."""
    attempt: int
    body: bytes = field(repr=False, default=b"")
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    answer: str = ""
