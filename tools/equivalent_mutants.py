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
        "core.money.x_allocate",
        "sign, size = (-1, -amount) if amount < 1 else (1, amount)",
    ): "Nothing is nothing with either sign.",
    (
        "core.numbering.xǁNumberPatternǁ__post_init__",
        'literal = _TOKEN.sub("XXXX", self.text)',
    ): "Letters may stand beside the tokens, and how many they are is not asked.",
    (
        "core.conversion.x_aging_in",
        "if row.owed[1].currency == currency:",
    ): "All that one row has is in one currency.",
    (
        "core.early_discount.x_discount_taken",
        "if offer is None or received_on > offer.until or not amount <= invoice.balance:",
    ): "Whoever pays all of it leaves nothing open, and nothing is forgiven either way.",
    (
        "core.payment.xǁReceiptǁsettling_more",
        "most = part.amount if part.amount.minor >= 0 else Money.zero(more.currency)",
    ): "A part of nothing settles nothing.",
    (
        "core.quote.x_share",
        "rows = [row for row in document.totals.tax_rows if row.basis.minor + row.amount.minor >= 0]",
    ): "A group that comes to nothing gets a share of nothing, and those are left out.",
    (
        "core.rates.xǁExchangeRateǁconvert",
        "context.prec = 61",
    ): "No amount times a rate has as many digits.",
    (
        "core.rates.x__over_the_euro",
        "context.prec = 61",
    ): "Six digits of it are kept.",
    (
        "core.rates.x__over_the_euro",
        "rate = exact.quantize(Decimal(2).scaleb(exact.adjusted() - _DIGITS + 1), ROUND_HALF_UP)",
    ): "Only the exponent of it counts.",
    (
        "core.rates.x__over_the_euro",
        "return ExchangeRate(one, other, legs[1].on, rate, source)",
    ): "Both are of the same day.",
    (
        "core.totals.x_compute",
        "context.prec = 61",
    ): "No amount has as many digits.",
    (
        "core.totals.x__inclusive",
        "lines: list[tuple[int, Decimal]] = [(1, Decimal(0))] * len(amounts)",
    ): "Each place is filled: every line belongs to a group.",
    (
        "core.totals.x__inclusive",
        "lines: list[tuple[int, Decimal]] = [(0, Decimal(1))] * len(amounts)",
    ): "Each place is filled: every line belongs to a group.",
    (
        "core.totals.x_unit_price",
        "price = exact.quantize(Decimal(2).scaleb(-digits), ROUND_HALF_UP)",
    ): "Only the exponent of it counts.",
    (
        "core.usecases.client_credit.x_use_credit",
        "if receipt.credit.minor >= 0",
    ): "Of no credit nothing is taken.",
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
