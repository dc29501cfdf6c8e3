"""One thing that `billhook doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`off` is a choice, `FAIL` keeps Billhook from working."""

    state: Literal["ok", "off", "FAIL"]
    about: str
    text: str
