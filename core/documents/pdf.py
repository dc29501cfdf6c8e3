"""Documents as PDF: pure functions, so that the same document always gives the same bytes."""

from __future__ import annotations

from core.documents.paid import PaidInFull
from core.documents.printable import check_printable, missing_glyphs
from core.invoice import Document
from core.reminder_letter import ReminderLetter
from core.report import Statement

__all__ = ["check_printable", "missing_glyphs", "render", "render_account", "render_letter"]


def render(
    document: Document, *, logo: bytes | None = None, void: bool = False, paid: PaidInFull | None = None
) -> bytes:
    """The pages of a document; `logo` is what `normalise_logo` made. A void one says so on every page; `paid` makes
    the copy that is marked as paid.

    Raises InvalidInput, naming the field, for a character that no vendored font has.
    """
    # Importing reportlab and segno takes 0.15 s, which a process that only checks texts need not pay.
    from core.documents.composition import compose  # noqa: PLC0415

    return compose(document, logo, void, paid)


def render_account(statement: Statement, logo: bytes | None = None) -> bytes:
    """The pages of a statement of account. Raises InvalidInput likewise."""
    from core.documents.statement import render_statement  # noqa: PLC0415

    return render_statement(statement, logo)


def render_letter(letter: ReminderLetter, logo: bytes | None = None) -> bytes:
    """The pages of a reminder. Raises InvalidInput likewise, but not for what its own words hold."""
    from core.documents.reminder_letter import render_reminder  # noqa: PLC0415

    return render_reminder(letter, logo)
