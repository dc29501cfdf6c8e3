"""The invariants by their names, and when a run has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.faults.driver import (
    books,
    chat_checks,
    deed_checks,
    money_checks,
    nag_checks,
    online,
    quote_checks,
    series_checks,
)
from tests.faults.driver.case import Case, Finding
from tests.faults.driver.record import Record
from tests.faults.driver.stage import Stage

INVARIANTS = {
    "I1 numbers": money_checks.numbers,
    "I2 acknowledged": deed_checks.acknowledged,
    "I2 accepted": deed_checks.accepted,
    "I3 totals": money_checks.totals,
    "I4 sums": money_checks.sums,
    "I5 series": series_checks.series,
    "I6 events": online.events,
    "I7 checkouts": online.checkouts,
    "I8 said once": chat_checks.said_once,
    "I8 sent was seen": chat_checks.sent_was_seen,
    "I8 doubts": chat_checks.doubts,
    "I8 digests": nag_checks.digests,
    "I8 letters": nag_checks.letters,
    "I8 reminders": nag_checks.reminders,
    "I9 strangers": chat_checks.strangers,
    "I12 audited": money_checks.audited,
    "I14 quotes": quote_checks.quotes,
    "manners": chat_checks.manners,
}


def case_of(stage: Stage, record: Record) -> Case:
    now = stage.hands.now()
    return Case(stage.script, record, stage.telegram, stage.smtp, books.read(stage.facts), now, stage.stripe)


def seen(case: Case) -> dict[str, int]:
    """How much of each there is: a run in which little happened proves little."""
    outbox = Counter(row["state"] for row in case.books["outbox"])
    return {
        "invoices": len(case.books["invoice"]), "payments": len(case.books["payment"]),
        "digests": sum(row["kind"] == "digest" for row in case.books["outbox"]),
        "reminders": sum(row["state"] == "sent" for row in case.books["reminder"]),
        "letters": len(case.smtp.letters),
        "credit notes": len(case.books["credit_note"]),
        "given back": sum(row["refunds_id"] is not None for row in case.books["payment"]),
        "quotes": len(case.books["quote"]),
        "billed quotes": sum(row["quote_id"] is not None for row in case.books["invoice"]),
        "recurring": len(case.books["recurrence_run"]),
        "paid online": sum(bool(row["provider_id"]) for row in case.books["payment"]),
        **{f"messages {state}": count for state, count in sorted(outbox.items())},
    }  # fmt: skip


def all_of(case: Case) -> list[Finding]:
    return [Finding(invariant, what) for invariant, look in INVARIANTS.items() for what in look(case)]


def waiting(stage: Stage) -> list[tuple[str, ...]]:
    """What waits for something to be done by now; nothing once everything is done."""
    left = [row for query in _waiting(stage) for row in stage.facts.rows(query)]
    if stage.stripe is not None:
        booked = {*stage.facts.column("SELECT provider_id FROM payment WHERE provider_id <> ''")}
        left += online.missing(stage.stripe, booked)
        left += [("an event", "on its way")] * stage.stripe.pending
    return left


def _waiting(stage: Stage) -> Iterator[str]:
    now = f"{stage.hands.now():%Y-%m-%d %H:%M:%S.%f}" + ("" if stage.facts.is_sqlite else "+00")
    yield "SELECT chat, state FROM inbox WHERE state = 'new'"
    yield "SELECT type, 'not applied' FROM stripe_event WHERE applied_at IS NULL AND failed_at IS NULL"
    yield (
        "SELECT 'a checkout', 'to be ended' FROM pay_session s JOIN invoice i "
        "ON i.business_id = s.business_id AND i.id = s.invoice_id WHERE s.to_end OR "
        "(s.state = 'open' AND s.amount_minor <> i.total_minor - i.paid_minor - i.credited_minor)"
    )
    if stage.script.nags:
        yield (
            "SELECT business_id, next_at, woken_at FROM agenda "
            f"WHERE woken_at IS NOT NULL OR next_at <= '{now}' ORDER BY next_at"
        )
    # A letter may have to wait for another day's second try.
    yield (
        "SELECT chat, state, error FROM outbox "
        f"WHERE state = 'sending' OR (state = 'pending' AND (next_at IS NULL OR next_at <= '{now}'))"
    )
