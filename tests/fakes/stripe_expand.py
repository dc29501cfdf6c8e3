"""`expand[]`: an id in an answer gives way to the object itself."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tests.fakes.stripe_values import Json, Refused, wrong
from tests.fakes.stripe_world import Account, Key

_DEEPEST = 4
PERMISSIONS = {
    "payment_intent": "payment_intent_read", "charge": "charge_read", "refund": "charge_read",
    "dispute": "dispute_read", "subscription": "subscription_read", "customer": "customer_read",
    "invoice": "invoice_read", "price": "plan_read", "product": "product_read",
    "balance_transaction": "balance_transaction_read", "checkout.session": "checkout_session_read",
}  # fmt: skip


def expanded(account: Account, key: Key, answer: Json, paths: list[str]) -> Json:
    """A copy, in which the named properties are objects. Raises Refused for what is none."""
    answer = copy.deepcopy(answer)
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise wrong(
                f"You cannot expand more than {_DEEPEST} levels of a property. Property: {path}", "expand"
            )
        _walk(account, answer, steps, path, lambda permission: require(account, key, permission))
    return answer


def require(account: Account, key: Key, permission: str) -> None:
    if key.may(permission):
        return
    raise Refused(
        f"The provided key '{key.secret[:8]}***{key.secret[-4:]}' does not have the required permissions for this"
        f" endpoint on account '{account.id}'. Having the 'rak_{permission}' permission would allow this request to"
        " continue.",
        status=403,
    )


def _walk(account: Account, at: Json, steps: list[str], path: str, allow: Callable[[str], None]) -> None:
    name, rest = steps[0], steps[1:]
    if name == "line_items" and at.get("object") == "checkout.session":
        lines = account.lines[at["id"]]
        at[name] = {
            "object": "list", "data": copy.deepcopy(lines), "has_more": False,
            "url": f"/v1/checkout/sessions/{at['id']}/line_items",
        }  # fmt: skip
    if name not in at:
        raise wrong(
            f"This property cannot be expanded ({path}). You may want to try expanding another property.",
            "expand",
        )
    value = at[name]
    if isinstance(value, str):
        found = account.objects.get(value)
        if found is None or found["object"] not in PERMISSIONS:
            raise wrong(f"This property cannot be expanded ({path}).", "expand")
        allow(PERMISSIONS[found["object"]])
        value = at[name] = copy.deepcopy(found)
    for one in value if isinstance(value, list) else [value]:
        if rest and isinstance(one, dict):
            _walk(account, one, rest, path, allow)
