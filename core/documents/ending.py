"""What follows the lines: the sums, how to pay, and the notes."""

from __future__ import annotations

from core.documents import qr, words
from core.documents.early import early_payment
from core.documents.figures import Figures
from core.documents.flow import Flow
from core.documents.job import Job
from core.documents.paid import PaidInFull
from core.documents.pen import (
    LEFT,
    PAGE_HEIGHT,
    RIGHT,
    WIDTH,
    Block,
    Operators,
    Pen,
    box,
    paragraph,
    rule,
    shrunk,
    stack,
)  # fmt: skip
from core.invoice import Kind, TaxRow
from core.money import Money, total
from core.rates import ExchangeRate

_SUMS = 270.0
_SUMS_LEFT = RIGHT - _SUMS
_BEFORE_SUMS = 10.0
_CODE = 84.0
_QUIET = 9.0
_PAD = 12.0
_LABELS = 110.0
MOST_RECEIPTS = 12


def sums(job: Job) -> list[Block]:
    """The rows below the table, ending with what is due."""
    totals, figures, messages = job.document.totals, job.figures, job.words
    rows: list[tuple[str, str]] = []
    if totals.discount or job.shows_vat:
        rows.append((messages.subtotal, figures.money(totals.line_total)))
    if totals.discount:
        rows.append((_discount_label(job), figures.money(-totals.discount)))
        if job.shows_vat:
            rows.append((messages.net, figures.money(totals.net)))
    if job.shows_vat:
        rows += [(_tax_label(job, row), figures.money(row.amount)) for row in totals.tax_rows]
    if totals.rounding:
        rows.append((messages.rounding, figures.money(totals.rounding)))
    blocks = [_space(_BEFORE_SUMS)]
    blocks += [_sum(label, amount, job.pens.body) for label, amount in rows]
    blocks += _prepaid(job)
    return [*blocks, _due(job, f"{job.document.currency} {figures.money(job.document.owed)}")]


def _prepaid(job: Job) -> list[Block]:
    """What was billed and paid before, each with the VAT in it: the law wants both taken off (§ 14 (5) UStG)."""
    figures, prepaid = job.figures, job.document.prepaid
    if not prepaid:
        return []
    blocks = [_sum(job.words.total, figures.money(job.document.totals.payable), job.pens.strong)]
    for one in prepaid:
        date = words.day(one.issued_on, job.document.language)
        label = job.words.prepaid.format(number=one.number, date=date)
        blocks.append(_sum(label, figures.money(-one.gross), job.pens.body))
        for row in one.tax_rows:
            if row.tax.category.taxed:
                rate, basis, tax = (
                    figures.number(row.tax.rate),
                    figures.money(row.basis),
                    figures.money(row.amount),
                )
                told = job.words.prepaid_tax.format(rate=rate, basis=basis, tax=tax)
                blocks.append(_sum(told, "", job.pens.fine))
    return blocks


def _discount_label(job: Job) -> str:
    discount = job.document.discount
    if discount is None or discount.percent is None:
        return job.words.discount
    return job.words.discount_percent.format(percent=job.figures.number(discount.percent))


def _tax_label(job: Job, row: TaxRow) -> str:
    basis = job.figures.money(row.basis)
    if not row.tax.category.taxed:
        return job.words.untaxed.format(basis=basis)
    return job.words.tax.format(rate=job.figures.number(row.tax.rate), basis=basis)


def _sum(label: str, amount: str, pen: Pen) -> Block:
    def draw(top: float) -> Operators:
        right = pen.fitted(amount, _SUMS / 2)
        room = _SUMS - right.width(amount) - 12
        return [
            pen.fitted(label, room).write(_SUMS_LEFT, top + 2, label),
            right.write_right(RIGHT, top + 2, amount),
        ]

    return Block(pen.line + 4, draw)


def _due(job: Job, payable: str) -> Block:
    pen, label = job.pens.total, job.words.payable

    def draw(top: float) -> Operators:
        amount = pen.fitted(payable, _SUMS * 0.7)
        room = _SUMS - amount.width(payable) - 12
        name = job.pens.heading.sized(11).fitted(label, room)
        return [
            rule(_SUMS_LEFT, RIGHT, top + 5, "0.42 0.45 0.5", 0.7),
            name.write(_SUMS_LEFT, top + 10 + (amount.line - name.line) / 2, label),
            amount.write_right(RIGHT, top + 10, payable),
        ]

    return Block(pen.line + 12, draw)


def draw_ending(job: Job, flow: Flow) -> None:
    """Sums, payment, notes; each starts a new page only where it does not fit."""
    flow.together(sums(job))
    document = job.document
    if document.inclusive:
        flow.add(stack(4.0, _fine_right(job, job.words.inclusive)))
    if document.home_tax and document.rate:
        flow.add(stack(4.0, _fine_right(job, _home_vat(job, document.home_tax, document.rate))))
    # The law wants the reason for charging no VAT with the sums, so it stands right below them.
    if document.tax_note:
        flow.add(_space(14))
        flow.prose(document.tax_note)
    if document.early and not job.void and not job.paid:
        flow.add(_space(14))
        flow.prose(early_payment(document))
    if job.paid:
        flow.add(stack(20.0, _receipts(job, job.paid)))
    elif document.iban and document.kind is Kind.INVOICE and document.owed and not job.void:
        flow.add(stack(20.0, _payment(job)))
    if document.note:
        flow.add(_space(16))
        flow.prose(document.note, job.words.note)


def _home_vat(job: Job, tax: Money, rate: ExchangeRate) -> str:
    language = job.document.language
    return job.words.home_vat.format(
        home=tax.currency,
        amount=Figures(language, tax.currency).money(tax),
        base=rate.base,
        rate=job.figures.number(rate.rate),
        quote=rate.quote,
        day=words.day(rate.on, language),
    )


def _space(height: float) -> Block:
    return Block(height, lambda top: [])


def _fine_right(job: Job, text: str) -> Block:
    pen = job.pens.fine.fitted(text, WIDTH)
    return Block(pen.line, lambda top: [pen.write_right(RIGHT, top, text)])


def _payment(job: Job) -> Block:
    """The account on a light ground, with a code to scan at its right where the scheme allows one."""
    document, messages = job.document, job.words
    code = qr.payload(document)
    room = WIDTH - 2 * _PAD - (_CODE + 3 * _QUIET if code else 0)
    facts = [(messages.holder, document.seller.name), (messages.iban, _grouped(document.iban))]
    if document.bic:
        facts.append((messages.bic, document.bic))
    facts += [
        (messages.remittance, document.number),
        (messages.due, words.day(document.due_on, document.language)),
    ]
    rows = [_fact(job, label, value, room) for label, value in facts]
    content = stack(paragraph(messages.pay, job.pens.heading, LEFT + _PAD, room), 5.0, *rows)
    height = max(content.height, _CODE + 2 * _QUIET + job.pens.fine.line - 8 if code else 0) + 2 * _PAD - 2

    def draw(top: float) -> Operators:
        operators = [box(LEFT, top, WIDTH, height, job.tint), *content.draw(top + _PAD - 1)]
        return operators + (_scan(job, code, top, height) if code else [])

    return Block(height, draw)


def _receipts(job: Job, paid: PaidInFull) -> Block:
    """Where a bill says how to pay: what was paid."""
    messages, figures, currency = job.words, job.figures, job.document.currency
    shown = paid.receipts[-MOST_RECEIPTS:]
    rows = [
        (messages.received.format(date=words.day(day, job.document.language)), amount)
        for day, amount in shown
    ]
    if len(shown) < len(paid.receipts):
        earlier = total((amount for _day, amount in paid.receipts[:-MOST_RECEIPTS]), currency)
        rows.insert(0, ("…", earlier))
    if paid.discount:
        rows.append((messages.early_discount, paid.discount))
    if paid.credited:
        rows.append((messages.credited, paid.credited))
    body, room = job.pens.body, WIDTH - 2 * _PAD

    def row(label: str, amount: str) -> Block:
        return Block(
            body.line + 1.5,
            lambda top: [
                body.fitted(label, room * 0.65).write(LEFT + _PAD, top, label),
                body.fitted(amount, room * 0.3).write_right(RIGHT - _PAD, top, amount),
            ],
        )

    lines = [row(label, f"{currency} {figures.money(amount)}") for label, amount in rows]
    content = stack(paragraph(messages.receipts, job.pens.heading, LEFT + _PAD, room), 5.0, *lines)
    height = content.height + 2 * _PAD - 2
    return Block(height, lambda top: [box(LEFT, top, WIDTH, height, job.tint), *content.draw(top + _PAD - 1)])


def _fact(job: Job, label: str, value: str, room: float) -> Block:
    left = LEFT + _PAD
    text = shrunk(value, job.pens.body, left + _LABELS, room - _LABELS, 60)
    name = job.pens.body.coloured(job.pens.label.colour).fitted(label, _LABELS - 8)
    return Block(text.height + 1.5, lambda top: [name.write(left, top, label), *text.draw(top)])


def _scan(job: Job, code: str, top: float, height: float) -> Operators:
    """The code on a white card, wide enough for the quiet zone of four modules."""
    side = _CODE + 2 * _QUIET
    pen = job.pens.fine.fitted(job.words.scan, side)
    left = RIGHT - side - _PAD / 2
    card = height - _PAD
    room = (card - side - pen.line + 6) / 2
    upper = top + _PAD / 2 + max(0.0, room)
    middle = left + side / 2
    return [
        box(left, top + _PAD / 2, side, card, "1 1 1"),
        qr.path(code, left + _QUIET, PAGE_HEIGHT - upper - _QUIET - _CODE, _CODE),
        pen.write(middle - pen.width(job.words.scan) / 2, upper + side - 6, job.words.scan),
    ]


def _grouped(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
