"""The text in which Prometheus reads numbers, version 0.0.4.

Written here in forty lines: its client library takes longer to import than the whole chat, keeps one registry for
the process, and has no way to tell sums that come from a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]
NONE: Labels = {}


@dataclass(frozen=True, slots=True)
class Family:
    """A metric with all its samples. A histogram's names end in `_bucket`, `_sum` or `_count`, others' in nothing."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    samples: Sequence[tuple[str, Labels, float]]


def gauge(name: str, text: str, value: float) -> Family:
    return Family(name, "gauge", text, [("", NONE, value)])


def counter(name: str, text: str, value: float) -> Family:
    return Family(name, "counter", text, [("", NONE, value)])


def histogram(
    labels: Labels, bounds: Sequence[float], counts: Sequence[float], total: float
) -> Iterator[tuple[str, Labels, float]]:
    """The samples of one histogram; `counts` has one more than `bounds`, and none of them is cumulative."""
    reached = 0.0
    for bound, count in zip((*(f"{bound:g}" for bound in bounds), "+Inf"), counts, strict=True):
        reached += count
        yield "_bucket", {**labels, "le": bound}, reached
    yield "_sum", labels, total
    yield "_count", labels, reached


def text_of(families: Iterable[Family]) -> str:
    """Families without samples are left out."""
    return "".join(f"{line}\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help, quotes=False)}"
    yield f"# TYPE {family.name} {family.kind}"
    for ending, labels, value in family.samples:
        inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield (
            f"{family.name}{ending}{{{inside}}} {_number(value)}"
            if inside
            else (f"{family.name}{ending} {_number(value)}")
        )


def _escaped(text: str, quotes: bool = True) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
