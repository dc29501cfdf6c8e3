"""What comes by itself: digests, letters and reminders, against what was decided and what the fakes saw."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from tests.fakes.smtp_session import Received
from tests.faults.driver.books import Row
from tests.faults.driver.case import Case
from tests.faults.driver.record import Office, Told

SOON = timedelta(days=7)
ON_THE_WAY = 5.0
"""Seconds for which a letter may be on its way, which was taken before somebody was told that all is paid."""
_NUMBER = re.compile(r"\b\d{4}-\d{4}\b")


# -- digests ----------------------------------------------------------------------------------------


def digests(case: Case) -> Iterator[str]:
    """I8: of each local date one is decided, and nobody sees two of a day."""
    if not case.script.nags:
        return
    runs = {(row["business_id"], row["local_on"]): row["made_at"] for row in case.books["digest_run"]}
    written = {row["dedupe_key"] for row in case.books["outbox"] if row["kind"] == "digest"}
    names = {row["name"]: row["id"] for row in case.books["business"]}
    for office in case.record.offices:
        if office.opened_at is None:
            continue
        yield from _shown(case, office, sum(key == names[office.name] for key, _on in runs))
        on = _due_on(case, office, names[office.name])
        if on is None:
            continue
        if runs.get((names[office.name], str(on))) is None:
            yield f"the digest of {on} of {office.name} was not made"
        key = f"digest:{names[office.name]}:{on}:telegram:{office.chats[0]}"
        if key not in written and _has_something_due(case, names[office.name], on):
            yield f"the digest of {on} of {office.name} was not written to its owner"


def _shown(case: Case, office: Office, decided: int) -> Iterator[str]:
    """A digest is headed by the day on which it was written, which is not always the one it was decided for."""
    written = case.books.by("outbox", "chat")
    for chat in office.chats:
        rows = [row for row in written[f"telegram:{chat}"] if row["kind"] == "digest"]
        if len(rows) > decided:
            yield f"{len(rows)} digests were written to {chat}, and {decided} were decided"
        heads = Counter(
            shown.text.split("\n")[0]
            for shown in case.telegram.history(chat)
            if shown.from_bot and not shown.version and shown.text.startswith(f"{office.name}, ")
        )
        known = Counter(row["payload"]["blocks"][0]["title"] for row in rows)
        for head in heads:
            if heads[head] > known[head]:
                yield f"{chat} shows {heads[head]} digests {head!r}, and {known[head]} were written"


def _due_on(case: Case, office: Office, business_id: str) -> date | None:
    """The newest local date whose digest must be there; None where the business is too young for any."""
    row = next(row for row in case.books["agenda"] if row["business_id"] == business_id)
    zone = ZoneInfo(row["zone"])
    local = case.now.astimezone(zone)
    passed = local.time() >= time.fromisoformat(row["digest_at"])
    on = local.date() if passed else local.date() - timedelta(days=1)
    opened = office.opened_at.astimezone(zone).date() if office.opened_at else on
    return on if on > opened else None


def _has_something_due(case: Case, business_id: str, on: date) -> bool:
    return any(
        row["state"] == "issued" and row["paid_minor"] + row["credited_minor"] < row["total_minor"]
        and date.fromisoformat(row["due_on"]) <= on + SOON
        for row in case.books["invoice"] if row["business_id"] == business_id
    )  # fmt: skip


# -- letters ----------------------------------------------------------------------------------------


def letters(case: Case) -> Iterator[str]:
    """I8: each letter arrived as often as its row says, under one Message-ID, and nobody else's words in it."""
    yield from case.smtp.wrongs
    came = _by_message_id(case)
    rows = {row["payload"]["letter"]["message_id"]: row for row in _mail(case)}
    for message_id in came.keys() - rows.keys():
        yield f"nobody wrote the letter {message_id}"
    for message_id, row in rows.items():
        times, most = len(came[message_id]), 1 + row["repeats"]
        if row["state"] == "cancelled" and not row["repeats"]:
            most = 0
        if times > most or (row["state"] == "sent" and not times):
            yield f"a letter ({row['kind']}, {row['state']}, {row['repeats']} repeats) came {times} times"
    marks = re.compile("|".join(office.mark for office in case.record.offices), re.IGNORECASE)
    for letter in case.smtp.letters:
        text = f"{letter.message['subject']} {letter.message['from']} {letter.text} {letter.recipients}"
        if len({mark.upper() for mark in marks.findall(text)}) > 1:
            yield f"a letter to {letter.recipients} speaks of others: {letter.text[:200]!r}"
    yield from _asked_for(case)


def _asked_for(case: Case) -> Iterator[str]:
    about = Counter(row["about"] for row in _mail(case) if row["kind"] == "invoice")
    for office in case.record.offices:
        ids = {row["draft"]["reference"]: row["id"] for row in case.rows_of(office, "invoice")}
        for bill in office.bills:
            allowed = {Told.DONE: (1,), Told.UNKNOWN: (0, 1)}.get(bill.mailed or Told.REFUSED, (0,))
            if bill.ref in ids and about[ids[bill.ref]] not in allowed:
                yield f"{bill.number} was mailed {about[ids[bill.ref]]} times; it was tried: {bill.mailed}"


def _mail(case: Case) -> list[Row]:
    return [row for row in case.books["outbox"] if row["payload"].get("letter")]


def _by_message_id(case: Case) -> dict[str, list[Received]]:
    came: dict[str, list[Received]] = defaultdict(list)
    for letter in case.smtp.letters:
        came[str(letter.message["message-id"]).strip("<>")].append(letter)
    return came


# -- reminders --------------------------------------------------------------------------------------


def reminders(case: Case) -> Iterator[str]:
    """I8: each step of an invoice reaches its client once, and none does after somebody was told that all is paid."""
    came = _by_message_id(case)
    sent: dict[str, list[Row]] = defaultdict(list)
    for row in _mail(case):
        if row["kind"] == "reminder" and came[row["payload"]["letter"]["message_id"]]:
            sent[row["about"]].append(row)
    for reminder_id, rows in sent.items():
        if len(rows) > 1:
            yield f"the reminder {reminder_id} left as {len(rows)} letters"
    steps = Counter(
        (run["invoice_id"], run["step"]) for run in case.books["reminder_run"] if run["reminder_id"] in sent
    )
    for step, times in steps.items():
        if times > 1:
            yield f"{step} was asked for {times} times"
    for office in case.record.offices:
        closed = {bill.number: bill.closed_at for bill in office.bills if bill.closed_at is not None}
        for rows in sent.values():
            for row in rows:
                yield from _too_late(office, closed, came[row["payload"]["letter"]["message_id"]])


def _too_late(office: Office, closed: dict[str, float], copies: list[Received]) -> Iterator[str]:
    """Only the first copy: what nobody knows the fate of is repeated as it was."""
    first = min(copies, key=lambda letter: letter.at)
    if not first.recipients[0].endswith(f"@{office.mark.lower()}.example"):
        return
    for number in set(_NUMBER.findall(first.text)) & closed.keys():
        late = first.at - closed[number]
        if late > ON_THE_WAY:
            yield f"{first.recipients} is reminded of {number} {late:.1f} s after it was settled"
