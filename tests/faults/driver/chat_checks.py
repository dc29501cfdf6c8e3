"""What stands in the chats, against what was to be said there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests.faults.driver.books import Row
from tests.faults.driver.case import Case

_ONCE = re.compile(r"^(?:Draft for |✅ Issued |✅ \S+ paid |✅ \S+ to \S+ over )")
"""What begins like this is about one act, so that it is never rightly said twice in a chat."""


def strangers(case: Case) -> Iterator[str]:
    """I9: no word of a business in the chats of another."""
    marks = re.compile("|".join(office.mark for office in case.record.offices), re.IGNORECASE)
    for office in case.record.offices:
        for chat in office.chats:
            for shown in case.telegram.history(chat):
                text = " ".join(
                    (shown.text, shown.document.name if shown.document else "", *map(str, shown.labels))
                )
                foreign = {mark.upper() for mark in marks.findall(text)} - {office.mark}
                if foreign and shown.from_bot:
                    yield f"a chat of {office.mark} shows {foreign}: {shown.text[:200]!r}"


def said_once(case: Case) -> Iterator[str]:
    """I8: nothing is said twice by decision."""
    for office in case.record.offices:
        for chat in office.chats:
            said = Counter(
                shown.text for shown in case.telegram.history(chat)
                if shown.from_bot and not shown.version and _ONCE.match(shown.text)
            )  # fmt: skip
            for text, times in said.items():
                if times > 1:
                    yield f"said {times} times in {chat}: {text[:120]!r}"


def sent_was_seen(case: Case) -> Iterator[str]:
    """I8: what counts as sent stands in the chat, or came as a note over it."""
    seen: dict[str, str] = {}
    for row in case.books["outbox"]:
        words = _words(row["payload"], row["kind"])
        chat = row["chat"]
        if row["state"] != "sent" or not words or not chat.startswith("telegram:"):
            continue
        if chat not in seen:
            number = int(chat.rpartition(":")[2])
            texts = [shown.text for shown in case.telegram.history(number) if shown.from_bot]
            texts += [toast.text for toast in case.telegram.toasts if toast.chat_id == number]
            seen[chat] = "\n".join(texts)
        if words not in seen[chat]:
            yield f"sent to {chat}, and never seen there: {words!r}"


def _words(payload: Row, row_kind: str) -> str:
    """What tells this reply from others."""
    for block in payload.get("blocks", ()):
        if block["kind"] == "notice":
            return str(block["text"])
        if row_kind == "digest":
            return str(block["title"])
        for name, value in block.get("pairs", ()):
            if name == "Reference":
                return str(value)
    return ""


def doubts(case: Case) -> Iterator[str]:
    """I8: nobody is left in doubt where nothing happened that could explain it."""
    states = Counter(row["state"] for row in case.books["outbox"])
    if case.script.blameless and (states["uncertain"] or states["failed"]):
        yield f"without a cause the outbox holds {dict(states)}"
    if any(row["state"] == "failed" for row in case.books["inbox"]):
        yield "updates could not be handled"


def manners(case: Case) -> Iterator[str]:
    """Telegram was asked nothing that it would have refused, and no more often than it permits."""
    yield from case.telegram.violations
    if case.script.rates and case.telegram.over_the_limit:
        yield f"{case.telegram.over_the_limit} messages came too soon"
