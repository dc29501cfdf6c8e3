"""What an e-invoice costs on top of the plain PDF, and what it takes to write and to validate its XML alone."""

from __future__ import annotations

from collections.abc import Callable

from bench.bench import Bench
from bench.measure import Contender, Row, Timed, blocking, cpu, in_turns
from core.documents.issued import render_issued
from core.documents.pdf import render
from core.einvoice.export import terms_for, to_xml
from core.einvoice.profiles import Profile
from core.einvoice.rules import faults, missing
from core.einvoice.schema import schema_faults
from core.invoice import Document
from tests.builders.documents import a_document

_FIVE, _LONG = a_document(5), a_document(200)
_MOST_ON_TOP = 15.0
"""Milliseconds that the data may cost on a page of five lines."""


async def rows(bench: Bench) -> list[Row]:
    rounds = bench.rounds(40, 12)
    plain, both = await in_turns(rounds, _timed(lambda: render(_FIVE)), _timed(lambda: render_issued(_FIVE)))
    on_top = [whole - part for whole, part in zip(both, plain, strict=True)]
    aim = f"at most {_MOST_ON_TOP:g} ms"
    note = f"{aim}: {'yes' if sorted(on_top)[len(on_top) // 2] <= _MOST_ON_TOP else 'no'}"
    found = [
        Row("PDF with data inside, 5 lines, CPU", "ms", both, "plain PDF", plain),
        Row("Factur-X on top of the plain PDF, 5 lines, CPU", "ms", on_top, note=note),
    ]
    for name, document in (("5 lines", _FIVE), ("200 lines", _LONG)):
        for what, act in _parts(document).items():
            (taken,) = await in_turns(rounds, _timed(act))
            found.append(Row(f"{what}, {name}, CPU", "ms", taken))
    return found


def _parts(document: Document) -> dict[str, Callable[[], object]]:
    cii, ubl = (to_xml(document, one) for one in (Profile.FACTUR_X, Profile.PEPPOL))
    terms = terms_for(document, Profile.FACTUR_X)
    return {
        "CII written and checked": lambda: to_xml(document, Profile.FACTUR_X),
        "rules of our own": lambda: (missing(terms), faults(terms)),
        "validation of CII by its schema": lambda: schema_faults(cii),
        "validation of UBL by its schema": lambda: schema_faults(ubl),
    }


def _timed(act: Callable[[], object]) -> Contender:
    return Timed(blocking(act), cpu, 4)
