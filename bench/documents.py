"""Goals 1 to 3: the PDF of one page and of 500 lines against the least possible writer and against HTML printers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec

from bench import pdf
from bench.bench import Bench
from bench.measure import Contender, Goal, Row, Timed, blocking, cpu, in_turns
from bench.pdf_rivals import Chromium

_MINIMAL = "minimal own writer"


async def rows(bench: Bench) -> list[Row]:
    found = [
        await _row(bench, "one page", pdf.one_page, _MINIMAL, _own(pdf.minimal_one_page), Goal(1, 12, 2.5)),
        await _row(
            bench, "one page without payment code", pdf.one_page_plain, _MINIMAL,
            _own(pdf.minimal_one_page_plain), Goal(1, 12, 2.5),
        ),
        await _row(bench, "500 lines", pdf.lines_500, _MINIMAL, _own(pdf.minimal_500), Goal(3, 5, 2)),
    ]  # fmt: skip
    return [*found, await _weasyprint(bench), *await _chromium(bench)]


async def _row(
    bench: Bench, name: str, ours: Callable[[], bytes], rival: str, theirs: Contender, goal: Goal
) -> Row:
    long = "500" in name
    rounds = bench.rounds(12, 4) if long or rival != _MINIMAL else bench.rounds(80, 20)
    mine, other = await in_turns(rounds, Timed(blocking(ours), cpu, 1 if long else 4), theirs)
    return Row(f"PDF, {name}, CPU", "ms", mine, rival, other, goal)


def _own(act: Callable[[], bytes]) -> Contender:
    return Timed(blocking(act), cpu, 4)


async def _weasyprint(bench: Bench) -> Row:
    if find_spec("weasyprint") is None:
        return Row("PDF, one page, CPU", yardstick="WeasyPrint", note="not installed")
    rival = Timed(blocking(pdf.weasyprint_one_page), cpu)
    return await _row(bench, "one page", pdf.one_page, "WeasyPrint", rival, Goal(2, 1 / 15, 1 / 80))


async def _chromium(bench: Bench) -> list[Row]:
    if find_spec("websockets") is None or not any(
        map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    ):
        return [Row("PDF, CPU", yardstick="warm Chromium", note="not installed")]
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(Chromium())
        except (OSError, TimeoutError) as error:
            return [Row("PDF, CPU", yardstick="warm Chromium", note=f"did not start: {type(error).__name__}")]

        def printed(act: Callable[[Chromium], bytes]) -> Contender:
            """The processor time is that of the browser's own processes."""

            async def once() -> float:
                start = browser.cpu_seconds()
                act(browser)
                return (browser.cpu_seconds() - start) * 1000

            return once

        return [
            await _row(bench, name, ours, "warm Chromium", printed(theirs), goal)
            for name, ours, theirs, goal in (
                ("one page", pdf.one_page, pdf.chromium_one_page, Goal(2, 1 / 7, 1 / 35)),
                ("500 lines", pdf.lines_500, pdf.chromium_500, Goal(3, 1 / 6, 1 / 15)),
            )
        ]
