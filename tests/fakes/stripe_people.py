"""What people do at Stripe: pay, refund, dispute, cancel, and let a card fail. Each act tells its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.fakes import stripe_billing as billing
from tests.fakes import stripe_checkout as sessions
from tests.fakes import stripe_refunds as back
from tests.fakes.stripe_checkout import PAULA, Payer
from tests.fakes.stripe_values import Impossible, Json
from tests.fakes.stripe_world import Account, World

T = TypeVar("T")


class People:
    """Everything is named by its id, in whichever account it is. Raises Impossible for what nobody can do."""

    world: World

    # At a checkout.

    def pays(
        self,
        session: str,
        *,
        name: str = PAULA.name,
        email: str = PAULA.email,
        amount: int | None = None,
        currency: str = "",
    ) -> str:
        """The id of the payment intent, or of the subscription.

        With an amount or a currency the provider takes another one than was asked for, as it never should.
        """
        return self._at(
            session, "checkout.session",
            lambda account, one: sessions.pay(account, one, Payer(name, email), amount, currency),
        )  # fmt: skip

    def promises(self, session: str) -> str:
        """Paid by direct debit: the session is complete, and the money comes in some days or not at all."""
        return self._at(session, "checkout.session", lambda a, one: sessions.promise(a, one, PAULA))

    def pays_late(self, session: str) -> str:
        """The money of a direct debit has come; it is promised first where it was not."""

        def act(account: Account, one: Json) -> str:
            if one["status"] == "open":
                sessions.promise(account, one, PAULA)
            sessions.keep_promise(account, one, PAULA)
            return str(one["payment_intent"])

        return self._at(session, "checkout.session", act)

    def fails_late(self, session: str) -> None:
        """The direct debit came back unpaid."""
        self._at(session, "checkout.session", sessions.break_promise)

    def lets_expire(self, session: str) -> None:
        """Its time is over, without anybody having paid."""
        self._at(session, "checkout.session", sessions.expire)

    # Money that goes back; a payment is named by its payment intent.

    def refunds(self, payment: str, amount: int | None = None, *, pending: bool = False) -> str:
        """All that is left, or so much; the id of the refund."""
        return self._at(
            payment, "payment_intent", lambda a, one: back.refund(a, one, amount, pending=pending)
        )

    def refund_arrives(self, refund: str) -> None:
        """One that was pending."""
        self._at(refund, "refund", lambda a, one: back.settle(a, one, failed=False))

    def refund_fails(self, refund: str) -> None:
        """The client's bank gave the money back to the seller."""
        self._at(refund, "refund", lambda a, one: back.settle(a, one, failed=True))

    def disputes(self, payment: str, amount: int | None = None, *, inquiry: bool = False) -> str:
        """The id of the dispute, which has taken the money already unless it is but an inquiry."""
        return self._at(
            payment, "payment_intent", lambda a, one: back.dispute(a, one, amount, inquiry=inquiry)
        )

    def wins(self, dispute: str) -> None:
        """The seller does, and gets the money back."""
        self._at(dispute, "dispute", lambda a, one: back.close(a, one, won=True))

    def loses(self, dispute: str) -> None:
        self._at(dispute, "dispute", lambda a, one: back.close(a, one, won=False))

    # Subscriptions.

    def renews(self, subscription: str) -> None:
        """The next period begins and is paid for; what was past due is paid."""
        self._at(subscription, "subscription", lambda a, one: billing.renew(a, one, paid=True))

    def fails_to_renew(self, subscription: str) -> None:
        """The next period begins and the card is declined, or it is declined once more."""
        self._at(subscription, "subscription", lambda a, one: billing.renew(a, one, paid=False))

    def trial_will_end(self, subscription: str) -> None:
        """Three days before."""

        def act(account: Account, one: Json) -> None:
            if one["status"] != "trialing":
                raise Impossible(f"this subscription is {one['status']}")
            account.emit("customer.subscription.trial_will_end", one)

        self._at(subscription, "subscription", act)

    def cancels_in_portal(self, subscription: str, *, flexible: bool = False) -> None:
        """At the end of the period. `flexible` billing says so by a day instead of by the flag."""
        self._at(subscription, "subscription", lambda a, one: billing.cancel(a, one, flexible=flexible))

    def resumes_in_portal(self, subscription: str) -> None:
        self._at(subscription, "subscription", billing.resume)

    def changes_price(self, subscription: str, price: str) -> None:
        """To another plan, in the portal."""
        self._at(
            subscription, "subscription",
            lambda a, one: billing.change_price(a, one, a.get("price", price, "price")),
        )  # fmt: skip

    def leaves_unpaid(self, subscription: str) -> None:
        """Every retry has failed, and Stripe stops trying."""
        self._at(subscription, "subscription", billing.give_up)

    def ends(self, subscription: str) -> None:
        """At once."""
        self._at(subscription, "subscription", billing.end)

    def _at(self, id: str, kind: str, act: Callable[[Account, Json], T]) -> T:
        with self.world.changed:
            account, found = self.world.owner(id)
            if found["object"] != kind:
                raise Impossible(f"{id} is a {found['object']}, not a {kind}")
            done = act(account, found)
            self.world.changed.notify_all()
            return done
