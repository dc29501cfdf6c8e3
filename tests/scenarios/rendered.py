"""Documents of scenarios, of which most are alike: each is rendered once in a process."""

from __future__ import annotations

from bot.rendering import Renderer
from core.documents.paid import PaidInFull
from core.invoice import Document

_made: dict[tuple[str, bytes | None, bool, str], bytes] = {}
"""By what was asked for, as text: equal decimals are not written alike."""


class OnceRenderer(Renderer):
    """The real one. The same document has the same bytes (tests/documents/test_pdf_file.py)."""

    async def render(
        self,
        document: Document,
        logo: bytes | None = None,
        *,
        void: bool = False,
        paid: PaidInFull | None = None,
    ) -> bytes:
        which = repr(document), logo, void, repr(paid)
        if which not in _made:
            _made[which] = await super().render(document, logo, void=void, paid=paid)
        return _made[which]
