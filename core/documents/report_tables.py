"""Reports as tables for sheets: one row per fact, so that they can be filtered, and each amount beside its currency."""

from __future__ import annotations

from collections.abc import Iterator

from core.documents.report_words import ReportWords, report_words
from core.documents.sheets import Cell, Table
from core.report import Age, Aging, Revenue, Statement, Step, Summary


def aging_table(aging: Aging, language: str) -> Table:
    words = report_words(language)
    header = (words.client, words.currency, *(words.age(age) for age in Age), words.total)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.client, table.currency, *(money.amount for money in row.owed), row.total.amount)
        for table in aging.tables
        for row in table.rows
    )
    for number, amount in aging.left_out:
        named = words.left_out.format(number=number)
        rows = (*rows, (named, amount.currency, *(None for _age in Age), amount.amount))
    return Table(words.aging, header, rows)


def statement_table(statement: Statement, language: str) -> Table:
    """An opening balance first where there is one; the last balance of a currency is what is due."""
    words = report_words(language)
    header = (words.currency, words.day, words.entry, words.number, words.due, words.amount, words.balance)
    rows: list[tuple[Cell, ...]] = []
    for account in statement.accounts:
        start, opening = statement.period.start, account.opening.amount
        rows.append((account.currency, start, words.opening, None, None, None, opening))
        for posting in account.postings:
            entry = posting.entry
            said = words.movement(entry.kind, entry.number)
            rows.append(
                (account.currency, entry.on, said, entry.number, entry.due_on, entry.amount.amount,
                 posting.balance.amount)
            )  # fmt: skip
    return Table(words.statement, header, tuple(rows))


def summary_table(summary: Summary, language: str) -> Table:
    """Each step by what was invoiced under each tax, what was rounded, and what came in."""
    words = report_words(language)
    header = (
        words.first, words.last, words.currency, words.kind, words.category, words.rate, words.net, words.vat,
        words.total,
    )  # fmt: skip
    rows = [row for revenue in summary.currencies for row in _revenue(revenue, words)]
    for number, amount in summary.left_out:
        named = words.left_out.format(number=number)
        start, end = summary.period.start, summary.period.end
        rows.append((start, end, amount.currency, named, None, None, None, None, amount.amount))
    return Table(words.revenue, header, tuple(rows))


def _revenue(revenue: Revenue, words: ReportWords) -> Iterator[tuple[Cell, ...]]:
    for step in revenue.steps:
        yield from _step(step, (step.period.start, step.period.end, revenue.currency), words)


def _step(step: Step, head: tuple[Cell, ...], words: ReportWords) -> Iterator[tuple[Cell, ...]]:
    for tax in step.taxes:
        yield (
            *head, words.invoiced, tax.category.value, tax.rate, tax.net.amount, tax.tax.amount, tax.total.amount,
        )  # fmt: skip
    if step.rounding:
        yield (*head, words.rounding, None, None, None, None, step.rounding.amount)
    if step.received:
        yield (*head, words.received, None, None, None, None, step.received.amount)
