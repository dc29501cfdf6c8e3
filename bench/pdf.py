"""PDF speed: ours against the yardstick and against HTML printers, as CPU medians of one interleaved run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench import minimal_pdf
from bench.pdf_rivals import Chromium, html, weasyprint
from core.documents.pdf import render
from tests.builders.documents import a_document

_ONE = a_document(3)
_PLAIN = a_document(3, iban="", bic="")
_LONG = a_document(500)
_ONE_HTML, _LONG_HTML = html(_ONE), html(_LONG)


def one_page() -> bytes:
    return render(_ONE)


def one_page_plain() -> bytes:
    """Without the payment code, whose making costs more than the rest of the page and is the same for all."""
    return render(_PLAIN)


def lines_500() -> bytes:
    return render(_LONG)


def minimal_one_page() -> bytes:
    return minimal_pdf.draw(_ONE)


def minimal_one_page_plain() -> bytes:
    return minimal_pdf.draw(_PLAIN)


def minimal_500() -> bytes:
    return minimal_pdf.draw(_LONG)


def weasyprint_one_page() -> bytes:
    return weasyprint(_ONE_HTML)


def chromium_one_page(browser: Chromium) -> bytes:
    return browser.print(_ONE_HTML)


def chromium_500(browser: Chromium) -> bytes:
    return browser.print(_LONG_HTML)


def _measure(rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each; the slow ones take part in fewer rounds."""
    own: list[tuple[Callable[[], bytes], int]] = [
        (one_page, 1), (one_page_plain, 1), (minimal_one_page, 1), (minimal_one_page_plain, 1),
        (lines_500, 4), (minimal_500, 4), (weasyprint_one_page, 12),
    ]  # fmt: skip
    taken: dict[str, list[float]] = {}
    with Chromium() as browser:
        printed = [(chromium_one_page, 6), (chromium_500, 12)]
        for make, _ in own:
            make()
        for show, _ in printed:
            show(browser)
        for turn in range(rounds):
            for make, every in own:
                if turn % every == 0:
                    start = time.process_time()
                    make()
                    taken.setdefault(make.__name__, []).append(time.process_time() - start)
            for show, every in printed:
                if turn % every == 0:
                    start = browser.cpu_seconds()
                    show(browser)
                    taken.setdefault(show.__name__, []).append(browser.cpu_seconds() - start)
    return {name: statistics.median(times) * 1000 for name, times in taken.items()}


def main() -> None:
    """Print the table of `docs/`: what each takes, and how many times the yardstick that is."""
    medians = _measure(120)
    for name, milliseconds in medians.items():
        yardstick = "minimal_500" if "500" in name else "minimal_one_page_plain"
        if name in {"one_page", "minimal_one_page"}:
            yardstick = "minimal_one_page"
        print(f"{name:24} {milliseconds:9.2f} ms {milliseconds / medians[yardstick]:8.1f}x {yardstick}")


if __name__ == "__main__":
    main()
