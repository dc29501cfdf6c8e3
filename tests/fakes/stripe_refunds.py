"""Money that goes back: refunds, and disputes with their outcome."""

from __future__ import annotations

from tests.fakes.stripe_values import Impossible, Json
from tests.fakes.stripe_world import Account


def refund(account: Account, intent: Json, amount: int | None, *, pending: bool) -> str:
    charge = account.get("charge", intent["latest_charge"] or "")
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise Impossible(f"of {charge['amount']} there are {left} left to refund, not {amount}")
    made = account.make(
        "refund", "re", amount=amount, charge=charge["id"], payment_intent=intent["id"], metadata={},
        currency=charge["currency"], status="pending" if pending else "succeeded",
        payment_method=charge["payment_method"],
    )  # fmt: skip
    made["balance_transaction"] = _moved(account, -amount, charge["currency"], made["id"], "refund")
    charge.update(
        amount_refunded=charge["amount_refunded"] + amount,
        refunded=charge["amount_refunded"] + amount == charge["amount"],
    )
    account.emit("refund.created", made)
    account.emit("charge.refunded", charge)
    return str(made["id"])


def settle(account: Account, made: Json, *, failed: bool) -> None:
    """What was pending has arrived; or any refund has failed, and the money is back with the seller."""
    if made["status"] not in {"pending", "succeeded"} or (made["status"] == "succeeded" and not failed):
        raise Impossible(f"this refund has {made['status']}")
    before = {"status": made["status"]}
    made["status"] = "failed" if failed else "succeeded"
    if failed:
        made["failure_reason"] = "unknown"
        charge = account.get("charge", made["charge"])
        charge.update(amount_refunded=charge["amount_refunded"] - made["amount"], refunded=False)
        made["failure_balance_transaction"] = _moved(
            account, made["amount"], made["currency"], made["id"], "refund_failure"
        )
    account.emit("refund.updated", made, before)
    account.emit("charge.refund.updated", made, before)
    if failed:
        account.emit("refund.failed", made)


def _moved(account: Account, amount: int, currency: str, source: str, type: str) -> str:
    made = account.make(
        "balance_transaction", "txn", amount=amount, net=amount, currency=currency, source=source, type=type,
        reporting_category=type,
    )  # fmt: skip
    return str(made["id"])


def dispute(account: Account, intent: Json, amount: int | None, *, inquiry: bool) -> str:
    """An inquiry takes no money yet."""
    charge = account.get("charge", intent["latest_charge"] or "")
    if charge["disputed"]:
        raise Impossible("it is disputed already")
    amount = charge["amount"] if amount is None else amount
    if not 0 < amount <= charge["amount"]:
        raise Impossible(f"{amount} is not a part of {charge['amount']}")
    made = account.make(
        "dispute", "dp", amount=amount, charge=charge["id"], payment_intent=intent["id"], reason="fraudulent",
        currency=charge["currency"], metadata={},
        status="warning_needs_response" if inquiry else "needs_response",
    )  # fmt: skip
    charge["disputed"] = True
    account.emit("charge.dispute.created", made)
    if not inquiry:
        _withdraw(account, made)
    return str(made["id"])


def _withdraw(account: Account, made: Json) -> None:
    _book(account, made, -made["amount"])
    account.emit("charge.dispute.funds_withdrawn", made)


def _book(account: Account, made: Json, amount: int) -> None:
    id = _moved(account, amount, made["currency"], made["id"], "adjustment")
    made["balance_transactions"] = [*made["balance_transactions"], account.objects[id]]


def close(account: Account, made: Json, *, won: bool) -> None:
    inquiry = made["status"].startswith("warning")
    if made["status"] in {"won", "lost", "warning_closed"}:
        raise Impossible(f"this dispute is {made['status']}")
    if inquiry and not won:
        # The bank has made a dispute of it, which takes the money, before that can be lost.
        made["status"] = "needs_response"
        _withdraw(account, made)
        account.emit("charge.dispute.updated", made)
    made["status"] = "warning_closed" if inquiry and won else "won" if won else "lost"
    if won and not inquiry:
        _book(account, made, made["amount"])
    account.emit("charge.dispute.closed", made)
    if won and not inquiry:
        account.emit("charge.dispute.funds_reinstated", made)
