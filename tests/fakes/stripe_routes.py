"""The endpoints of the fake Stripe: what each takes, which permission it asks for, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe.params as shapes
from stripe.params import billing_portal, checkout

from tests.fakes import stripe_billing as billing
from tests.fakes import stripe_checkout as sessions
from tests.fakes.stripe_values import Json, no_such, wrong
from tests.fakes.stripe_world import MOST_ENDPOINTS, Account

Work = Callable[[Account, str, Json], Json]
"""The account, the id in the path or nothing, and the parameters."""


@dataclass(frozen=True, slots=True)
class Route:
    """`permission` is what a restricted key needs."""

    shape: Any
    permission: str
    work: Work


def _retrieve(kind: str) -> Work:
    def work(account: Account, id: str, _given: Json) -> Json:
        sessions.lapse(account)
        return account.get(kind, id)

    return work


def _list(kind: str, *filters: str) -> Work:
    """Newest first; each filter is a field that must be equal."""

    def work(account: Account, _id: str, given: Json) -> Json:
        sessions.lapse(account)
        known = {*filters, *_PAGING}
        strange = {*given} - known
        if strange:
            raise wrong("This fake does not filter by it", min(strange))
        if "customer" in given:
            account.get("customer", given["customer"], "customer")
        found = [
            one for one in account.all(kind)
            if all(one[name] == given[name] for name in filters if name in given) and _created(one, given)
        ]  # fmt: skip
        return page(found, given, _path(kind))

    return work


_PAGING = ("limit", "starting_after", "ending_before", "expand", "created")
_PATHS = {"checkout.session": "checkout/sessions", "dispute": "disputes"}


def _path(kind: str) -> str:
    return f"/v1/{_PATHS.get(kind, f'{kind}s')}"


def page(found: Iterable[Json], given: Json, url: str) -> Json:
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise wrong("This value must be between 1 and 100.", "limit", "parameter_invalid_integer")
    if "starting_after" in given and "ending_before" in given:
        raise wrong("You cannot parameterize both starting_after and ending_before.", "starting_after")
    left = list(found)
    ids = [one["id"] for one in left]
    if "starting_after" in given:
        left = left[_place(ids, given, "starting_after") + 1 :]
    elif "ending_before" in given:
        left = left[: _place(ids, given, "ending_before")]
        return {
            "object": "list", "url": url, "has_more": len(left) > limit, "data": left[-limit:],
        }  # fmt: skip
    return {"object": "list", "url": url, "has_more": len(left) > limit, "data": left[:limit]}


def _place(ids: list[str], given: Json, name: str) -> int:
    if given[name] not in ids:
        raise no_such("object", given[name], name, status=400)
    return ids.index(given[name])


def _created(one: Json, given: Json) -> bool:
    asked = given.get("created")
    if asked is None:
        return True
    at = one["created"]
    if isinstance(asked, int):
        return bool(at == asked)
    checks = {
        "gt": lambda than: at > than, "gte": lambda than: at >= than,
        "lt": lambda than: at < than, "lte": lambda than: at <= than,
    }  # fmt: skip
    return all(checks[name](than) for name, than in asked.items())


def _events(account: Account, _id: str, given: Json) -> Json:
    if "type" in given and "types" in given:
        raise wrong("You may pass either `type` or `types`, but not both.", "types")
    types = given.get("types") or ([given["type"]] if "type" in given else [])
    if len(types) > 20:
        raise wrong("You may pass up to 20 types", "types")
    if "delivery_success" in given:
        raise wrong("This fake does not filter by it", "delivery_success")
    found = [
        one for one in account.recent()
        if (not types or any(_matches(one["type"], type) for type in types)) and _created(one, given)
    ]  # fmt: skip
    return page(found, given, "/v1/events")


def _matches(type: str, asked: str) -> bool:
    return type.startswith(asked[:-1]) if asked.endswith("*") else type == asked


def _event(account: Account, id: str, _given: Json) -> Json:
    for one in account.recent():
        if one["id"] == id:
            return one
    raise no_such("event", id)


def _account(account: Account, _id: str, _given: Json) -> Json:
    return account.get("account", account.id)


def _expire(account: Account, id: str, _given: Json) -> Json:
    sessions.lapse(account)
    return sessions.expire(account, account.get("checkout.session", id, "session"))


def _create_session(account: Account, _id: str, given: Json) -> Json:
    return sessions.create(account, given)


def _portal(account: Account, _id: str, given: Json) -> Json:
    if "customer" not in given:
        raise wrong("You must specify a customer", "customer", "parameter_missing")
    account.get("customer", given["customer"], "customer")
    if "flow_data" in given or "on_behalf_of" in given:
        raise wrong("This fake has the portal's front page only", "flow_data")
    if "return_url" in given:
        sessions.check_url(given["return_url"], "return_url")
    made = account.make(
        "billing_portal.session", "bps", customer=given["customer"], return_url=given.get("return_url"),
        locale=given.get("locale"),
    )  # fmt: skip
    made["url"] = f"{account.world.origin}/p/session/{made['id']}"
    return made


def _create_customer(account: Account, _id: str, given: Json) -> Json:
    unknown = {*given} - {"email", "name", "metadata", "preferred_locales", "expand", "description"}
    if unknown:
        raise wrong("This fake keeps no such thing", min(unknown))
    given.pop("expand", None)
    customer = account.make("customer", "cus", **{"metadata": {}, **given})
    account.emit("customer.created", customer)
    return customer


def _subscriptions(account: Account, _id: str, given: Json) -> Json:
    """Without a status, those that have not ended."""
    status = given.pop("status", "")
    found = _list("subscription", "customer")(account, "", {**given, "limit": 100})["data"]
    if status != "all":
        found = [one for one in found if (one["status"] == status if status else one["status"] != "canceled")]
    return page(found, given, "/v1/subscriptions")


def _update_subscription(account: Account, id: str, given: Json) -> Json:
    return billing.update(account, account.get("subscription", id, ""), given)


def _create_endpoint(account: Account, _id: str, given: Json) -> Json:
    parts = urlsplit(given["url"])
    loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")
    if loopback and not account.world.plain_http:
        raise wrong("Invalid URL: URL must be publicly accessible.", "url", "url_invalid")
    if account.live and parts.scheme != "https":
        raise wrong("Invalid URL: The URL must be HTTPS.", "url", "url_invalid")
    if not given["enabled_events"]:
        raise wrong("You must enable at least one event", "enabled_events")
    if len([*account.all("webhook_endpoint")]) >= MOST_ENDPOINTS:
        raise wrong(f"You have reached the maximum of {MOST_ENDPOINTS} test webhook endpoints.", "url")
    if given.get("connect"):
        raise wrong("This fake has no Connect", "connect")
    made = account.make(
        "webhook_endpoint", "we", url=given["url"], enabled_events=given["enabled_events"],
        description=given.get("description"), metadata=given.get("metadata", {}),
        api_version=given.get("api_version"),
    )  # fmt: skip
    secret = account.secrets[made["id"]] = f"whsec_{account.world.letters(32)}"
    # It is told once, here, and never again.
    return {**made, "secret": secret}


def _delete_endpoint(account: Account, id: str, _given: Json) -> Json:
    account.get("webhook_endpoint", id)
    del account.objects[id], account.secrets[id]
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


ROUTES: dict[str, Route] = {
    "POST /v1/checkout/sessions": Route(checkout.SessionCreateParams, "checkout_session_write", _create_session),
    "GET /v1/checkout/sessions": Route(
        checkout.SessionListParams, "checkout_session_read",
        _list("checkout.session", "payment_intent", "subscription", "customer", "status"),
    ),
    "GET /v1/checkout/sessions/{id}": Route(
        checkout.SessionRetrieveParams, "checkout_session_read", _retrieve("checkout.session")
    ),
    "POST /v1/checkout/sessions/{id}/expire": Route(
        checkout.SessionExpireParams, "checkout_session_write", _expire
    ),
    "POST /v1/billing_portal/sessions": Route(
        billing_portal.SessionCreateParams, "customer_portal_write", _portal
    ),
    "GET /v1/subscriptions": Route(shapes.SubscriptionListParams, "subscription_read", _subscriptions),
    "GET /v1/subscriptions/{id}": Route(
        shapes.SubscriptionRetrieveParams, "subscription_read", _retrieve("subscription")
    ),
    "POST /v1/subscriptions/{id}": Route(
        shapes.SubscriptionUpdateParams, "subscription_write", _update_subscription
    ),
    "POST /v1/customers": Route(shapes.CustomerCreateParams, "customer_write", _create_customer),
    "GET /v1/customers/{id}": Route(shapes.CustomerRetrieveParams, "customer_read", _retrieve("customer")),
    "GET /v1/events": Route(shapes.EventListParams, "event_read", _events),
    "GET /v1/events/{id}": Route(shapes.EventRetrieveParams, "event_read", _event),
    "GET /v1/payment_intents": Route(
        shapes.PaymentIntentListParams, "payment_intent_read", _list("payment_intent", "customer")
    ),
    "GET /v1/payment_intents/{id}": Route(
        shapes.PaymentIntentRetrieveParams, "payment_intent_read", _retrieve("payment_intent")
    ),
    "GET /v1/charges/{id}": Route(shapes.ChargeRetrieveParams, "charge_read", _retrieve("charge")),
    "GET /v1/refunds": Route(
        shapes.RefundListParams, "charge_read", _list("refund", "payment_intent", "charge")
    ),
    "GET /v1/refunds/{id}": Route(shapes.RefundRetrieveParams, "charge_read", _retrieve("refund")),
    "GET /v1/disputes": Route(
        shapes.DisputeListParams, "dispute_read", _list("dispute", "payment_intent", "charge")
    ),
    "GET /v1/disputes/{id}": Route(shapes.DisputeRetrieveParams, "dispute_read", _retrieve("dispute")),
    "GET /v1/invoices/{id}": Route(shapes.InvoiceRetrieveParams, "invoice_read", _retrieve("invoice")),
    "GET /v1/account": Route(shapes.AccountRetrieveCurrentParams, "accounts_kyc_basic_read", _account),
    "GET /v1/prices/{id}": Route(shapes.PriceRetrieveParams, "plan_read", _retrieve("price")),
    "GET /v1/products/{id}": Route(shapes.ProductRetrieveParams, "product_read", _retrieve("product")),
    "GET /v1/webhook_endpoints": Route(
        shapes.WebhookEndpointListParams, "webhook_read", _list("webhook_endpoint")
    ),
    "GET /v1/webhook_endpoints/{id}": Route(
        shapes.WebhookEndpointRetrieveParams, "webhook_read", _retrieve("webhook_endpoint")
    ),
    "POST /v1/webhook_endpoints": Route(
        shapes.WebhookEndpointCreateParams, "webhook_write", _create_endpoint
    ),
    "DELETE /v1/webhook_endpoints/{id}": Route(
        shapes.WebhookEndpointDeleteParams, "webhook_write", _delete_endpoint
    ),
}  # fmt: skip
