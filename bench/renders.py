"""Goal 15: thousands of documents in all alphabets, rendered at once by threads, each right to the last byte."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bench.bench import Bench
from bench.measure import Row, wall
from core.documents.pdf import render
from core.invoice import Document
from tests.builders.documents import a_document, a_line

_THREADS = 16
_TEXTS = (
    "Entwurf der Größenübersicht, überarbeitet", "Traduction d’un mémoire à l’œuvre", "Żółta łódź, pięć sztuk",
    "Příliš žluťoučký kůň", "Дизайн главной страницы", "Σχεδιασμός αρχικής σελίδας", "Árvíztűrő tükörfúrógép",
    "İstanbul’da çekim günü", "Thiết kế trang chủ", "Plain words only",
)  # fmt: skip


def _documents() -> list[Document]:
    """Each with its own number, alphabet and count of lines, so that no two could be mixed up unseen."""
    return [
        replace(
            a_document([a_line(part, description=f"{text} #{part}") for part in range(1 + place % 4)]),
            number=f"2026-{place:04}",
        )
        for place, text in enumerate(_TEXTS)
    ]


async def rows(bench: Bench) -> list[Row]:
    documents = _documents()
    right = [render(document) for document in documents]
    count = 1_000 if bench.quick else 10_000

    def is_wrong(place: int) -> bool:
        try:
            return render(documents[place % len(documents)]) != right[place % len(documents)]
        except Exception:  # whatever it is, it counts as a failure: that is what this row is about
            return True

    def all_at_once() -> int:
        with ThreadPoolExecutor(_THREADS) as threads:
            return sum(threads.map(is_wrong, range(count)))

    start = wall()
    failures = await asyncio.to_thread(all_at_once)
    each = (wall() - start) * 1000 / count
    name = f"goal 15: {failures} failures in {count:,} renders by {_THREADS} threads, wall"
    return [Row(name, "ms", [each], note="missed" if failures else "aim")]
