"""The fonts of one document: here text becomes PDF string operators.

The operators go straight into the page's code, past reportlab's drawString: its per-string work on a
TrueType font costs more than everything else on the page together.
"""

from __future__ import annotations

from itertools import groupby

from core.documents.repertoire import ALPHABETS, FALLBACK, SMALL
from core.documents.typeface import Cut, Weight, alphabet_cut, block_cut, block_of, widths


class Lettering:
    """Chooses the smallest alphabet that covers `chars`; what none covers is drawn with further fonts."""

    def __init__(self, chars: set[str]) -> None:
        covering = (index for index, alphabet in enumerate(ALPHABETS) if chars <= alphabet)
        index = next(covering, FALLBACK)
        self._has = ALPHABETS[index]
        self._plain = chars <= self._has
        self._cuts = {weight: alphabet_cut(weight, index) for weight in Weight}
        self._used: dict[str, Cut] = {}
        # The complete font is read only for a document that needs it.
        small = chars <= SMALL
        self.widths = {weight: widths(weight, small) for weight in Weight}

    def font(self, weight: Weight) -> str:
        """The resource name to select before `show`."""
        cut = self._cuts[weight]
        self._used[cut.name] = cut
        return cut.name

    def escapes(self, weight: Weight) -> dict[int, str] | None:
        """The table that turns any text of this document into a PDF string, or None where it takes `show`."""
        return self._cuts[weight].escapes if self._plain else None

    def show(self, text: str, weight: Weight, size: float) -> str:
        """The operators that draw `text` with the font of `font(weight)` selected at `size`."""
        cut = self._cuts[weight]
        if self._plain or self._has.issuperset(text):
            return f"({text.translate(cut.escapes)})Tj"
        parts = []
        for block, run in groupby(text, lambda char: -1 if char in self._has else block_of(char)):
            other = cut if block < 0 else block_cut(weight, block)
            self._used[other.name] = other
            parts.append(f"/{other.name} {size:g} Tf({''.join(run).translate(other.escapes)})Tj")
        return "".join(parts) + f"/{cut.name} {size:g} Tf"

    @property
    def used(self) -> list[Cut]:
        """The fonts to embed, in a stable order."""
        return [self._used[name] for name in sorted(self._used)]
