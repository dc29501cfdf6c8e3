"""Mutants that no test can find, for they do what the code does: by function and by the line that they make."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "core.credit_note.x_part",
        "rows = [row for row in left.rows if _gross(row) >= 0]",
    ): "A group of which nothing is left gets a share of nothing, and those are left out.",
    (
        "core.money.x_round_half_up",
        "context.prec = 61",
    ): "No amount has as many digits.",
    (
        "core.money.x_allocate",
        "sign, size = (-1, -amount) if amount <= 0 else (1, amount)",
    ): "Nothing is nothing with either sign.",
    (
        "core.usecases.payment.x_settled_by_credit",
        "if more.minor >= 0:",
    ): "Settling nothing more changes no part.",
    (
        "core.usecases.payment.x_freed",
        "if less.minor >= 0:",
    ): "Settling nothing less changes no part.",
}
"""With why."""
