"""Clients who pay online: the pages they press on, the Stripe they pay at, and what both know of it in the end."""

from __future__ import annotations

import http.client
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.fakes.stripe import PAYING, Account, FakeStripe
from tests.fakes.stripe_values import Impossible, Json
from tests.faults.driver.books import Books
from tests.faults.driver.case import Case
from tests.faults.driver.people import Talker
from tests.faults.driver.record import Office

PUBLIC_URL = "https://bot.example"
SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # scan: allow
_KEY_PAGE = re.compile(re.escape(PUBLIC_URL) + r"(/stripe/key/[\w-]+)")
PAGE = re.escape(PUBLIC_URL) + r"(/i/[\w-]+)"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
_SECONDS = 20.0


@dataclass(slots=True)
class Checkout:
    """As the browser of a client was led there."""

    id: str
    amount: int


@dataclass(slots=True)
class Browsers:
    """Those of all clients; `port` is where the public address leads to at the moment."""

    stripe: FakeStripe
    port: Callable[[], int]

    def connect(self, office: Office, owner: Talker) -> bool:
        """The owner enters a key of their own account; False where something went wrong on the way."""
        key = self.stripe.account(f"acct_1{office.mark}", office.name).restricted(*PAYING)
        link = owner.says("/payments connect", _KEY_PAGE.pattern)
        if link.found is None:
            return False
        status, _place = self._post(link.found[1], urlencode({"key": key}))
        return status == 200

    def press_pay(self, page: str) -> Checkout | None:
        status, place = self._post(f"{page}/pay", "")
        session = place.rpartition("/")[2].partition("#")[0]
        if status != 303 or not session.startswith("cs_"):
            return None
        return Checkout(session, int(self.stripe.see(session)["amount_total"]))

    def pay(self, checkout: Checkout) -> bool:
        """False where the checkout was ended meanwhile, as it should be once it is for another balance."""
        try:
            self.stripe.pays(checkout.id)
        except Impossible:
            return False
        return True

    def _post(self, path: str, body: str) -> tuple[int, str]:
        """Status and where it leads to; 0 when nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=_SECONDS)
        try:
            connection.request("POST", path, body, _FORM)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


def _checkouts(stripe: FakeStripe) -> list[tuple[Account, Json]]:
    with stripe.world.changed:
        return [
            (account, dict(one))
            for account in stripe.world.accounts
            for one in account.all("checkout.session")
        ]


def missing(stripe: FakeStripe, booked: set[str]) -> list[tuple[str, ...]]:
    """What was paid there and is not booked here yet."""
    paid = [one for _account, one in _checkouts(stripe) if one["payment_status"] == "paid"]
    return [("a payment", "not booked") for one in paid if one["payment_intent"] not in booked]


# -- the invariants --------------------------------------------------------------------------------


def events(case: Case) -> Iterator[str]:
    """I6: what was paid at Stripe is booked once with its own amount, and nothing else is."""
    if case.stripe is None:
        return
    paid = {
        one["payment_intent"]: one["amount_total"]
        for _account, one in _checkouts(case.stripe)
        if one["payment_status"] == "paid"
    }
    rows = [row for row in case.books["payment"] if row["provider_id"]]
    booked = Counter(row["provider_id"] for row in rows)
    for payment, amount in paid.items():
        sums = [row["amount_minor"] for row in rows if row["provider_id"] == payment]
        if sums != [amount]:
            yield f"{payment} brought {amount} at Stripe, and {sums} is booked"
    for payment in booked.keys() - paid.keys():
        yield f"{payment} is booked, and nobody paid it at Stripe"
    for row in case.books["stripe_event"]:
        if row["applied_at"] is None or row["failed_at"] is not None:
            yield f"the event {row['id']} of type {row['type']} was not applied: {row['error']!r}"
    yield from case.stripe.troubled


def checkouts(case: Case) -> Iterator[str]:
    """I7: at most one checkout of an invoice is open, and it is for what is owed."""
    if case.stripe is None:
        return
    known = _known(case.books)
    balances = {
        row["id"]: row["total_minor"] - row["paid_minor"] - row["credited_minor"]
        for row in case.books["invoice"]
    }
    live: Counter[str] = Counter()
    for _account, one in _checkouts(case.stripe):
        # What our process died over before it knew the name was never shown to anybody.
        invoice = known.get(one["id"])
        if invoice is None or one["status"] != "open" or one["expires_at"] <= case.now.timestamp():
            continue
        live[invoice] += 1
        if one["amount_total"] != balances[invoice]:
            yield f"{one['id']} is open for {one['amount_total']}, and {balances[invoice]} is owed"
    for invoice, count in live.items():
        if count > 1:
            yield f"{count} checkouts of the invoice {invoice} are open"


def _known(books: Books) -> dict[str, str]:
    return {row["provider_id"]: row["invoice_id"] for row in books["pay_session"] if row["provider_id"]}
