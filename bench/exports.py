"""A whole business handed over in one zip: 10^4 invoices beside 10^3, by `billhook export` in a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.bench import Bench
from bench.ledger import CLOCK, IDS, NOW, Ledger, open_ledger
from bench.measure import Row, in_turns, wall
from core.documents.pdf import render
from core.invoice import Invoice, Kind, State
from core.money import Money
from storage.engine import Storage

_OURS = str(Path(sys.executable).with_name("billhook"))
_LOOK_EVERY = 0.05


@dataclass(slots=True)
class _Export:
    """A contender: invoices a second."""

    url: str
    ledger: Ledger
    count: int
    folder: Path
    megabytes: list[float] = field(default_factory=list)
    """The largest memory of each process."""

    async def __call__(self) -> float:
        target = self.folder / IDS.new().hex
        target.mkdir()
        environment = {
            "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "DATABASE_URL": self.url,
            "BILLHOOK_DATA_DIR": str(self.folder), "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }  # fmt: skip
        start = wall()
        process = await asyncio.create_subprocess_exec(
            _OURS, "export", "--business", str(self.ledger.business.id), str(target), cwd=self.folder, env=environment,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        ended, largest = asyncio.ensure_future(process.wait()), 0.0
        while not ended.done():
            largest = max(largest, _largest(process.pid))
            await asyncio.wait([ended], timeout=_LOOK_EVERY)
        taken = wall() - start
        if ended.result():
            raise RuntimeError(f"the export ended with {ended.result()}")
        (made,) = target.iterdir()
        assert made.stat().st_size > self.count
        shutil.rmtree(target)
        self.megabytes.append(largest)
        return self.count / taken


def _largest(process: int) -> float:
    """The kernel forgets it with the process."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


async def rows(bench: Bench) -> list[Row]:
    many, few = bench.rounds(10_000, 400), bench.rounds(1_000, 100)
    found = []
    for name, url in (await bench.databases()).items():
        storage = Storage(url, CLOCK)
        try:
            large = _Export(url, await _filled(storage, many), many, bench.folder)
            small = _Export(url, await _filled(storage, few), few, bench.folder)
        finally:
            await storage.close()
        ours, theirs = await in_turns(1, large, small)
        found += [
            Row(f"export of {many} invoices, {name}", "1/s", ours, f"of {few}", theirs),
            Row(f"its largest memory, {name}", "MB", large.megabytes[1:], f"of {few}", small.megabytes[1:]),
        ]
    return found


async def _filled(storage: Storage, count: int) -> Ledger:
    """Each with the PDF that its client was sent."""
    ledger = await open_ledger(storage)
    total = ledger.document.totals.payable
    pdf = render(replace(ledger.document, number="2026-0001"))
    async with storage.work(ledger.turn) as work:
        await work.enter(ledger.business.id)
        for number in range(1, count + 1):
            document = replace(ledger.document, number=f"2026-{number:06}")
            issued = Invoice(
                IDS.new(), ledger.draft, total, Money.zero("EUR"), NOW, State.ISSUED, document, issued_at=NOW
            )
            await work.invoices.add(issued)
            await work.files.keep_document(issued.id, Kind.INVOICE, pdf)
    return ledger
