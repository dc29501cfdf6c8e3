"""`python -m bench [--quick] [ROW ...]`: measure, then print one table. `docs/performance.md` explains it."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import platform
import sys
import time
from importlib.metadata import version

from bench.bench import Bench
from bench.measure import Row
from bench.table import table

# Each name is a module of this folder with `async def rows(bench) -> list[Row]`, and what it is about.
# What starts many threads or a browser comes late, for it would slow down whatever is measured after it.
ROWS = {
    "statements": "storing an invoice against bare drivers",
    "entry": "from the bytes of an update to its handler",
    "dispatch": "from a stored update to its written answer",
    "writers": "32 writers in one business and in many",
    "lists": "lists and issuing among 10^2 to 10^6 invoices",
    "books": "reports of a business with 10^5 invoices",
    "recurring": "recurring invoices of one business in one run",
    "exports": "a business of 10^4 invoices in one zip",
    "journey": "typed line to PDF through the whole app",
    "lag": "the event loop while a long document renders",
    "webhooks": "updates stored and acknowledged by a serving process",
    "hooks": "events of Stripe stored and acknowledged by a serving process",
    "replies": "updates answered by a serving process",
    "pages": "the page of an invoice beside a constant one",
    "slack": "signed commands of Slack, through the door and to a serving process",
    "documents": "one page and 500 lines against other ways to make a PDF",
    "einvoices": "the data inside a PDF, and their validation",
    "renders": "many renders at once from threads",
    "starts": "--help, and the first reply of a chat",
    "ticks": "the tick of a fleet, idle and with everybody due",
    "mornings": "digests from the tick to the chat, and one message from its commit",
    "digests": "thousands of messages that wait, at the rate that is permitted",
}
_VERSIONS = ("sqlalchemy", "asyncpg", "aiosqlite", "reportlab", "pydantic")


async def measured(bench: Bench, name: str) -> list[Row]:
    """A row that fails says so in the table, and the others still run."""
    try:
        rows: list[Row] = await importlib.import_module(f"bench.{name}").rows(bench)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        rows = [Row(name, note=f"failed: {type(error).__name__}")]
    finally:
        await bench.drop()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds: rougher, in three to four minutes"
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(ROWS)}; all without any")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    found: list[Row] = []
    begun = time.perf_counter()
    with Bench(options.quick) as bench:
        for name in options.rows or ROWS:
            start = time.perf_counter()
            found += asyncio.run(measured(bench, name))
            print(f"{name}: {ROWS[name]}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    print(f"Python {platform.python_version()}, {versions}; {time.perf_counter() - begun:.0f} s\n")
    print(table(found))
    return int(any(row.note.startswith("failed") for row in found))


if __name__ == "__main__":
    sys.exit(main())
