"""Every error a use case or a parser may raise; what to do about it follows from its family.

BillhookError
├── InvalidInput   ask again: names the field, what is wrong and a good example
├── NotAllowed     the member's role does not reach
├── PlanLimit      the plan is full: offer the upgrade
├── NotFound       also the answer for another business's object
├── Conflict       the object moved on: reload and say so
└── Unavailable    something outside is down: the worker retries
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def N_(message: str) -> str:
    """Mark a gettext message that is translated later, where the reader's language is known."""
    return message


class BillhookError(Exception):
    """An outcome that callers expect and people are told about."""

    code = "error"

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


class InvalidInput(BillhookError):
    """A field holds something that cannot be used; nothing was changed."""

    code = "invalid_input"

    def __init__(self, field: str, message: str, example: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field
        self.example = example


class NotAllowed(BillhookError):
    """The member's role does not reach for this."""

    code = "not_allowed"


class PlanLimit(BillhookError):
    """The business's plan does not include more of this."""

    code = "plan_limit"

    def __init__(
        self, feature: str, message: str, most: int = 0, resets_on: date | None = None, offer: str = "",
        **values: object,
    ) -> None:  # fmt: skip
        """`feature` and `offer`, the first plan with more of it, are values of core/plan.py; no offer: none has."""
        super().__init__(message, most=most, resets_on=resets_on, **values)
        self.feature = feature
        self.most = most
        self.resets_on = resets_on
        self.offer = offer


class NotFound(BillhookError):
    """There is no such object in this business."""

    code = "not_found"


class Conflict(BillhookError):
    """The object is not, or no longer, in a state that allows this."""

    code = "conflict"


class Unavailable(BillhookError):
    """Something outside this process does not answer now."""

    code = "unavailable"

    def __init__(self, message: str, retry_after: float, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after
