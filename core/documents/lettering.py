"""The fonts of one document: here text becomes PDF string operators.

The operators go straight into the page's code, past reportlab's drawString: its per-string work on a
TrueType font costs more than everything else on the page together.
"""

from __future__ import annotations

from itertools import groupby

from core.documents.repertoire import ALPHABETS, FALLBACK, SMALL
from core.documents.typeface import Cut, Weight, alphabet_cut, block_cut, block_of, widths


class Face:
    """One weight in one document. `cuts` collects every font that was used."""

    __slots__ = ("_cut", "_cuts", "_has", "_weight", "escapes", "font", "widths")

    def __init__(self, weight: Weight, alphabet: int, chars: set[str], cuts: dict[str, Cut]) -> None:
        self._weight = weight
        self._has = ALPHABETS[alphabet]
        self._cut = alphabet_cut(weight, alphabet)
        self._cuts = cuts
        cuts[self._cut.name] = self._cut
        self.font = self._cut.name
        """The resource name to select before `show`."""
        # The complete font is read only for a document that needs it.
        self.widths = widths(weight, chars <= SMALL)
        self.escapes = self._cut.escapes if chars <= self._has else None
        """The table that turns any text of this document into a PDF string, or None where it takes `show`."""

    def show(self, text: str, size: str) -> str:
        """The operators that draw `text` while `font` is selected at `size`."""
        if self.escapes or self._has.issuperset(text):
            return f"({text.translate(self._cut.escapes)})Tj"
        parts = []
        for block, run in groupby(text, lambda char: -1 if char in self._has else block_of(char)):
            cut = self._cut if block < 0 else block_cut(self._weight, block)
            self._cuts[cut.name] = cut
            parts.append(f"/{cut.name} {size} Tf({''.join(run).translate(cut.escapes)})Tj")
        return "".join(parts) + f"/{self.font} {size} Tf"


class Lettering:
    """Chooses the smallest alphabet that covers `chars`; what none covers is drawn with further fonts."""

    def __init__(self, chars: set[str]) -> None:
        covering = (index for index, alphabet in enumerate(ALPHABETS) if chars <= alphabet)
        alphabet = next(covering, FALLBACK)
        self._cuts: dict[str, Cut] = {}
        self.regular = Face(Weight.REGULAR, alphabet, chars, self._cuts)
        self.bold = Face(Weight.BOLD, alphabet, chars, self._cuts)

    @property
    def used(self) -> list[Cut]:
        """The fonts to embed, in a stable order."""
        return [self._cuts[name] for name in sorted(self._cuts)]
