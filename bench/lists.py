"""Goal 9: a page of a list costs the same whether the business has a hundred invoices or a million."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from bench.bench import Bench
from bench.bulk import fill, todays
from bench.ledger import CLOCK, TODAY, Ledger, open_ledger, store
from bench.measure import Goal, Row, Timed, in_turns, wall
from core.ports import Work
from core.views import InvoiceFilter
from storage.engine import Storage

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
_QUICK_SIZES = (100, 1_000, 10_000, 100_000)
_PAGE = 8

Query = Callable[[Work], Awaitable[object]]


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        storage = Storage(url, CLOCK)
        try:
            sizes = _QUICK_SIZES if bench.quick else SIZES
            ledgers = {size: await open_ledger(storage) for size in sizes}
            await fill(url, ledgers)
            for what, query, goal in _QUERIES:
                found += await _listed(bench, storage, ledgers, f"{what}, {name}", (query, goal))
            found.append(await _issued(bench, storage, ledgers, name))
        finally:
            await storage.close()
    return found


def _list(which: InvoiceFilter) -> Callable[[int], Query]:
    def of(_size: int) -> Query:
        return lambda work: work.invoices.list_page(which, TODAY, None, None, _PAGE)

    return of


def _overdue(share: str) -> Callable[[int], Query]:
    def of(size: int) -> Query:
        today: date = todays(size)[share]
        return lambda work: work.invoices.list_page(InvoiceFilter.OVERDUE, today, None, None, _PAGE)

    return of


def _sums(share: str) -> Callable[[int], Query]:
    def of(size: int) -> Query:
        today: date = todays(size)[share]
        return lambda work: work.invoices.overdue_totals(today)

    return of


_GOAL = Goal(9, 2, 1.5)
# The sums read every overdue invoice, so they are flat only where the number of those is.
_QUERIES = (
    ("/invoices", _list(InvoiceFilter.ALL), _GOAL),
    ("/invoices open", _list(InvoiceFilter.OPEN), _GOAL),
    ("/overdue list, 50 overdue", _overdue("50 overdue"), _GOAL),
    ("/overdue sums, 50 overdue", _sums("50 overdue"), _GOAL),
    ("/overdue list, 1 % overdue", _overdue("1 % overdue"), _GOAL),
    ("/overdue sums, 1 % overdue", _sums("1 % overdue"), None),
)


async def _listed(
    bench: Bench,
    storage: Storage,
    ledgers: dict[int, Ledger],
    name: str,
    what: tuple[Callable[[int], Query], Goal | None],
) -> list[Row]:
    """Within an open transaction, so that its begin and commit do not hide what a list costs."""

    async def once(ledger: Ledger, query: Query) -> None:
        async with storage.work() as work:
            await work.enter(ledger.business.id)
            start = wall()
            await query(work)
            taken[ledger.business.id].append((wall() - start) * 1000)

    of, goal = what
    taken: dict[object, list[float]] = {ledger.business.id: [] for ledger in ledgers.values()}
    for _ in range(bench.rounds(80, 20) + 1):
        for size, ledger in ledgers.items():
            await once(ledger, of(size))
    samples = {size: taken[ledger.business.id][1:] for size, ledger in ledgers.items()}
    smallest, largest = min(samples), max(samples)
    found = [
        Row(
            f"{name}, 10^{len(str(size)) - 1}",
            "ms",
            samples[size],
            f"10^{len(str(smallest)) - 1}",
            samples[smallest],
        )
        for size in samples
        if size not in (smallest, largest)
    ]
    found.append(
        Row(f"{name}, 10^{len(str(largest)) - 1}", "ms", samples[largest], "10^4", samples[10_000], goal)
    )
    return found


async def _issued(bench: Bench, storage: Storage, ledgers: dict[int, Ledger], name: str) -> Row:
    def storing(size: int) -> Timed:
        async def act() -> None:
            await store(storage, ledgers[size])

        return Timed(act, wall, 5)

    many, few = await in_turns(bench.rounds(40, 10), storing(100_000), storing(100))
    return Row(f"issuing among 10^5, {name}", "ms", many, "among 10^2", few)
