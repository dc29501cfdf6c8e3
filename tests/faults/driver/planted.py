"""Bugs that are planted into a copy of the code, so that what the driver claims to find is found."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.bot.program import ROOT
from tests.faults.driver.database import Databases
from tests.faults.driver.run import Report, run
from tests.faults.driver.script import Script

PACKAGES = ("bot", "core", "handlers", "storage")


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of a file and what stands there instead; it must occur exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    """What is broken, under which circumstances it shows, and the invariant that catches it."""

    name: str
    caught_by: str
    edits: tuple[Edit, ...]
    script: Script
    cheap: bool = field(default=False)
    """Looked for in every run of the tests."""


def _on_sqlite(
    *faults: str, focus: str, seconds: float = 4.0, least: int = 50, rates: bool = False
) -> Script:
    return Script(
        seed=7, seconds=seconds, least=least, database="sqlite", faults=faults, gap=(0.3, 1.0), offices=2, crew=2,
        speed=1.0, patience=6.0, focus=tuple(focus.split()), rates=rates,
    )  # fmt: skip


def _on_postgresql(*faults: str, focus: str, least: int = 100, crew: int = 4, days: bool = False) -> Script:
    """`days`: so that there is time for something to happen between one half day and the next."""
    return Script(
        seed=7, seconds=20.0 if days else 6.0, least=least, faults=faults,
        gap=(5.0, 7.0) if days else (0.2, 0.8), offices=1 if days else 2,
        crew=crew, speed=1.0, patience=10.0, focus=tuple(focus.split()),
    )  # fmt: skip


BUGS = (
    Bug(
        "no dedupe key",
        "I2 acknowledged",
        (Edit("storage/mailbox.py", "update_id=row.id, chat", "update_id=f'{row.id}~{received_at}', chat"),),
        _on_sqlite("twice", focus="bills"),
        cheap=True,
    ),
    Bug(
        "mark before send",
        "I8 sent was seen",
        (
            Edit(
                "bot/delivery.py",
                "turn, ref = await self._send(errand)",
                'await self._settle(errand, "0", None); turn, ref = await self._send(errand)',
            ),
        ),
        _on_sqlite("hang up", focus="bills pays"),
    ),
    Bug(
        "MAX()+1 numbering",
        "I2 acknowledged",
        (
            Edit(
                "storage/invoices.py",
                "        statement = _COUNT[self._scope.postgresql]\n",
                "        numbered = sa.select(sa.func.count(invoice.c.number))\n"
                '        mine = numbered.where(invoice.c.business_id == sa.bindparam("tenant"))\n'
                "        return int((await self._scope.mine(mine)).scalar_one()) + 1\n"
                "        statement = _COUNT[self._scope.postgresql]\n",
            ),
        ),
        _on_postgresql(focus="bills bills_much", crew=6),
    ),
    Bug(
        "no tenant filter",
        "I9 strangers",
        (
            Edit(
                "storage/invoice_pages.py",
                'query.where(invoice.c.business_id == sa.bindparam("tenant"), _WHERE[which])',
                "query.where(_WHERE[which])",
            ),
        ),
        _on_sqlite(focus="bills lists"),
        cheap=True,
    ),
    Bug(
        "acknowledged before it is stored",
        "I2 accepted",
        (
            Edit(
                "bot/telegram/webhook.py",
                "await store(update)",
                "__import__('asyncio').ensure_future(store(update))",
            ),
        ),
        _on_postgresql("crash database", focus="bills pays"),
    ),
    Bug(
        "claim without a lock",
        "I2 acknowledged",
        (Edit("storage/mailbox.py", '.where(_IS_ROW, inbox.c.state == "new")', ".where(_IS_ROW)"),),
        _on_postgresql(focus="bills_much"),
    ),
    Bug(
        "the answer outside of the transaction",
        "I2 accepted",
        (
            Edit(
                "handlers/dispatch.py",
                "        await post(ctx.work, self._ids, ctx.chat, shown, Posting(business_id",
                '        async with self._open_work("") as apart:\n'
                "            await post(apart, self._ids, ctx.chat, shown, Posting(business_id",
            ),
        ),
        _on_postgresql("crash database", focus="bills pays", crew=6, least=150),
    ),
    Bug(
        "a button that works twice",
        "I2 acknowledged",
        (
            Edit(
                "handlers/commands/already.py",
                "if invoice.state is not State.ISSUED or invoice.balance or not invoice.paid:",
                "if invoice.state:",
            ),
            Edit(
                "handlers/commands/payments.py",
                "if typed else invoice.balance\n",
                "if typed else invoice.total\n",
            ),
            Edit("core/usecases/payment.py", "if not invoice.balance:", "if invoice.balance is None:"),
        ),
        _on_sqlite(focus="bills pays_twice"),
    ),
    Bug(
        "a press by another person",
        "I2 acknowledged",
        (
            Edit(
                "storage/chats.py",
                'bindparam("key"),\n        button.c.chat == sa.bindparam("chat_key"),\n',
                'bindparam("key"),\n',
            ),
        ),
        _on_sqlite(focus="leaves_a_draft presses_what_is_not_theirs"),
    ),
    Bug(
        "a rate without a slot",
        "manners",
        (
            Edit(
                "storage/slots.py",
                "        taken = await self._run(_RESERVE",
                "        return True, 0.0\n        taken = await self._run(_RESERVE",
            ),
        ),
        _on_sqlite(focus="bills_much", rates=True),
    ),
    Bug(
        "SIGTERM does not drain",
        "I8 doubts",
        (
            Edit(
                "bot/worker.py",
                "loop.call_soon_threadsafe(stop.set)",
                '__import__("os")._exit(0)',
            ),
        ),
        _on_sqlite("slow", "end both", focus="bills_much"),
    ),
    Bug(
        "what is uncertain is sent again",
        "I8 said once",
        (Edit("bot/settling.py", 'settled(row, "uncertain", error', 'settled(row, "pending", error'),),
        _on_sqlite("lost answer", focus="bills pays"),
    ),
    Bug(
        "halves are rounded down",
        "I3 totals",
        (Edit("core/money.py", "quantize(_ONE, ROUND_HALF_UP)", 'quantize(_ONE, "ROUND_HALF_DOWN")'),),
        _on_sqlite(focus="bills_much"),
    ),
    Bug(
        "a change without an entry",
        "I12 audited",
        (
            Edit(
                "core/usecases/desk.py",
                "        await self.work.audit.add(entry)\n",
                "        if action is not Action.PAYMENT_RECORDED:\n            await self.work.audit.add(entry)\n",
            ),
        ),
        _on_sqlite(focus="bills pays"),
    ),
    Bug(
        "the last one to write wins",
        "I4 sums",
        (
            Edit(
                "handlers/commands/payments.py",
                "ctx.work.invoices.lock(found.id)",
                "ctx.work.invoices.get(found.id)",
            ),
            Edit(
                "storage/scope.py",
                '        .where(by_id(table), table.c.version == sa.bindparam("seen"))',
                '        .where(by_id(table), table.c.version >= sa.bindparam("seen"))',
            ),
        ),
        _on_postgresql(focus="bills pays_together pays_together"),
    ),
    Bug(
        "a digest without its guards",
        "I8 digests",
        (
            # Two schedulers claim the same business, and nobody looks whether the digest was made.
            Edit(
                "storage/ticking.py",
                "    .where(agenda.c.next_at <= _MOMENT)\n    .order_by(agenda.c.next_at)\n    .limit(_MOST)\n"
                "    .with_for_update(skip_locked=True)\n",
                "    .where(agenda.c.next_at <= _MOMENT)\n    .order_by(agenda.c.next_at)\n    .limit(_MOST)\n",
            ),
            Edit("handlers/background/digest.py", "        await ctx.work.agendas.digest_made(on)\n", ""),
            Edit("handlers/background/digest.py", 'key = f"digest:', 'key = f"{ctx.ids.new()}:'),
        ),
        _on_postgresql("half a day", focus="bills", crew=2, days=True),
    ),
    Bug(
        "a reminder without a second look",
        "I8 reminders",
        (
            Edit(
                "core/usecases/reminder.py",
                "if not invoice.balance or invoice.state is not State.ISSUED or chase.stopped",
                "if chase.stopped",
            ),
            Edit(
                "core/usecases/reminder.py",
                "replace(run, balance=invoice.balance)",
                "run",
            ),
        ),
        _on_postgresql("half a day", focus="bills pays_twice", least=200, days=True),
    ),
    Bug(
        "another Message-ID for each try",
        "I8 letters",
        (
            Edit(
                "bot/mail/message.py",
                'f"<{letter.message_id}>"',
                'f"<{now:%H%M%S%f}@x.example>"',
            ),
        ),
        _on_sqlite(focus="bills mails"),
    ),
    Bug(
        "an outdated checkout stays open",
        "I7 checkouts",
        (Edit("bot/stripe/checkouts.py", "await self._provider.end_payment(account, session)", "None"),),
        _on_postgresql("stripe twice", focus="bills pays_online pays_online", least=60),
    ),
    Bug(
        "what comes twice is paid twice",
        "I6 events",
        (
            Edit(
                "core/usecases/online_payment.py",
                "provider_id=received.payment_id,",
                "provider_id=desk.ids.new().hex,",
            ),
        ),
        _on_postgresql("stripe twice", focus="bills pays_online pays_online", least=60),
    ),
    Bug(
        "a day that brings its invoice again and again",
        "I5 series",
        (
            Edit(
                "core/usecases/series.py",
                "if await desk.work.series.invoice_of(series.id, day) is not None:",
                "if day is None:",
            ),
            Edit(
                "core/usecases/series.py",
                "if not await desk.work.series.decide(series.id, day, invoice.id, desk.clock.now()):",
                "if await desk.work.series.decide(series.id, day, invoice.id, desk.clock.now()) is None:",
            ),
            Edit("core/usecases/series.py", "_saved(desk, went_on(series, made=1))", "_saved(desk, series)"),
        ),
        _on_postgresql("half a day", focus="repeats bills", least=40, crew=2, days=True),
    ),
    Bug(
        "a cent less is taken off than the credit note says",
        "I4 sums",
        (
            Edit(
                "core/usecases/credit_note.py",
                "lowered.credited_minor + credit_note.total.minor)",
                "lowered.credited_minor + credit_note.total.minor - 1)",
            ),
        ),
        _on_sqlite(focus="bills credits credits"),
    ),
    Bug(
        "a quote that nobody locks",
        "I14 quotes",
        (Edit("storage/quotes.py", "_LOCK = _GET.with_for_update()", "_LOCK = _GET"),),
        _on_postgresql(focus="quotes"),
    ),
    Bug(
        "a rest without its deposits",
        "I14 quotes",
        (
            Edit(
                "core/usecases/deposits.py",
                "return tuple(_prepaid(deposit) for deposit in deposits)",
                "return tuple(_prepaid(deposit) for deposit in deposits[:0])",
            ),
        ),
        _on_sqlite(focus="quotes", least=40),
    ),
    Bug(
        "a refund that is booked twice",
        "I2 acknowledged",
        (
            Edit(
                "core/usecases/client_credit.py",
                "        await desk.work.payments.add(entry)\n        done.append(",
                "        await desk.work.payments.add(entry)\n"
                "        await desk.work.payments.add(replace(entry, id=desk.ids.new()))\n        done.append(",
            ),
        ),
        _on_sqlite(focus="bills credits credits"),
    ),
)


def look_for(bug: Bug, databases: Databases) -> Report:
    """The report of a run against the broken code."""
    with broken(bug.edits) as tree:
        return run(replace(bug.script, tree=tree), databases)


@contextmanager
def broken(edits: tuple[Edit, ...]) -> Iterator[Path]:
    """A copy of the code in which the edits are made."""
    with tempfile.TemporaryDirectory(prefix="billhook-broken-") as folder:
        tree = Path(folder)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, tree / package)
        for kept in ("migrations", "tests"):
            (tree / kept).symlink_to(ROOT / kept)
        for edit in edits:
            path = tree / edit.path
            text = path.read_text()
            if text.count(edit.old) != 1:
                raise ValueError(f"{edit.path} holds {text.count(edit.old)} of {edit.old!r}, not one")
            path.write_text(text.replace(edit.old, edit.new))
        yield tree
