"""The upper part of the first page, and the line that heads every further page."""

from __future__ import annotations

from collections.abc import Iterator

from core.documents import words
from core.documents.job import Job
from core.documents.paid import PaidInFull
from core.documents.pen import (
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    WIDTH,
    Block,
    Operators,
    Pen,
    beside,
    box,
    paragraph,
    shrunk,
    stack,
)  # fmt: skip
from core.documents.picture import Picture
from core.invoice import Kind, Part, Preceding
from core.party import Party

TOP = 44.0
_LOGO = (190.0, 58.0)
_TITLE = 190.0
_GUTTER = 24.0
_PARTY_HEIGHT = 190.0
_FACT_HEIGHT = 80.0
_PAD = 10.0
MOST_FACTS = 5
_WARNING = "0.72 0.11 0.11"
_WARNING_TINT = "0.992 0.945 0.945"
_CALM = "0.10 0.42 0.26"
_CALM_TINT = "0.937 0.973 0.949"


def first_head(job: Job) -> Block:
    """Brand, title, parties and facts."""
    parts: list[Block | float] = [beside(_brand(job), _title(job)), 24.0]
    if job.void:
        parts += [_void_statement(job), 18.0]
    if job.paid:
        parts += [_paid_statement(job, job.paid), 18.0]
    return stack(*parts, _parties(job), 18.0, _facts(job), 16.0)


def next_head(job: Job) -> Block:
    """Whose invoice this is and which, for a page that lost its first one."""
    pen = job.pens.fine
    number = job.words.named.format(number=job.document.number)
    half = WIDTH / 2 - _GUTTER
    seller = pen.clipped(job.document.seller.name, half)

    def draw(top: float) -> Operators:
        return [pen.write(LEFT, top, seller), pen.fitted(number, half).write_right(RIGHT, top, number)]

    return Block(pen.line + 14, draw)


def ribbon(job: Job) -> str:
    return ribbon_in(job.accent)


def ribbon_in(accent: str) -> str:
    """A band in the business's colour along the upper edge."""
    return box(0, 0, PAGE_WIDTH, 5, accent)


def _brand(job: Job) -> Block:
    return brand(job.document.seller.name, job.pens.name, job.logo, WIDTH - _TITLE - _GUTTER)


def brand(name: str, pen: Pen, logo: Picture | None, width: float) -> Block:
    """The logo, or the name where there is none."""
    if logo is None:
        return shrunk(name, pen, LEFT, width, 64)
    scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
    wide, high = logo.width * scale, logo.height * scale
    return Block(
        high,
        lambda top: [
            f"q {wide:.2f} 0 0 {high:.2f} {LEFT:.2f} {PAGE_HEIGHT - top - high:.2f} cm /FormXob.Logo Do Q"
        ],
    )


def _title(job: Job) -> Block:
    title, number = _title_of(job), job.document.number
    pen, below = job.pens.title.fitted(title, _TITLE), job.pens.body.sized(11).fitted(number, _TITLE)
    return Block(
        pen.line + below.line,
        lambda top: [pen.write_right(RIGHT, top, title), below.write_right(RIGHT, top + pen.line, number)],
    )


def _title_of(job: Job) -> str:
    """Some countries have words of their own for a deposit's invoice, and for the one that takes it off."""
    part = job.document.quoted and job.document.quoted.part
    if job.document.kind is Kind.INVOICE and part is Part.DEPOSIT:
        return job.words.deposit_title
    if job.document.kind is Kind.INVOICE and part is Part.REST:
        return job.words.rest_title
    return job.words.title


def _void_statement(job: Job) -> Block:
    pen = job.pens.strong.coloured(_WARNING)
    text = paragraph(job.words.void_statement, pen, LEFT + _PAD, WIDTH - 2 * _PAD)
    height = text.height + 2 * _PAD
    return Block(height, lambda top: [box(LEFT, top, WIDTH, height, _WARNING_TINT), *text.draw(top + _PAD)])


def _paid_statement(job: Job, paid: PaidInFull) -> Block:
    """The mark, and beside it when and how much; it is a copy, lest two invoices seem to have been written."""
    pen, document = job.pens.strong.coloured(_CALM), job.document
    mark = job.pens.heading.sized(13).coloured(_CALM).fitted(job.words.paid, WIDTH / 3)
    left = LEFT + 2 * _PAD + mark.width(job.words.paid) + _PAD
    amount = f"{document.currency} {job.figures.money(paid.paid)}"
    said = job.words.paid_on.format(date=words.day(paid.on, document.language), amount=amount)
    text = paragraph(said, pen, left, RIGHT - _PAD - left)
    height = max(text.height, mark.line) + 2 * _PAD - 4

    def draw(top: float) -> Operators:
        return [
            box(LEFT, top, WIDTH, height, _CALM_TINT),
            box(LEFT, top, 3, height, _CALM),
            mark.write(LEFT + 2 * _PAD - 4, top + (height - mark.line) / 2, job.words.paid),
            *text.draw(top + (height - text.height) / 2),
        ]

    return Block(height, draw)


def _parties(job: Job) -> Block:
    width = (WIDTH - _GUTTER) / 2
    abroad = job.document.seller.address.country != job.document.buyer.address.country
    return beside(
        _party(job, job.words.sender, job.document.seller, LEFT, width, abroad),
        _party(job, job.words.recipient, job.document.buyer, LEFT + width + _GUTTER, width, abroad),
    )


def _party(job: Job, label: str, party: Party, left: float, width: float, abroad: bool) -> Block:
    details = list(party.address.lines())
    if abroad and party.address.country:
        details.append(words.country(party.address.country, job.document.language))
    if party.vat_id:
        details.append(job.words.vat_id.format(value=party.vat_id))
    if party.tax_number:
        details.append(job.words.tax_number.format(value=party.tax_number))
    if party.register:
        details.append(job.words.register.format(value=party.register))
    if party.contact:
        details.append(job.words.contact.format(value=party.contact))
    if party.phone:
        details.append(job.words.phone.format(value=party.phone))
    if party.email:
        details.append(party.email)
    return stack(
        paragraph(label, job.pens.label, left, width),
        2.0,
        shrunk(party.name, job.pens.heading, left, width, _PARTY_HEIGHT / 2),
        shrunk("\n".join(details), job.pens.body, left, width, _PARTY_HEIGHT),
    )


def _facts(job: Job) -> Block:
    """Dates and references side by side on a light ground."""
    document, messages = job.document, job.words
    issued, due = (words.day(on, document.language) for on in (document.issued_on, document.due_on))
    facts = [(messages.issued, issued)]
    if document.kind is Kind.INVOICE:
        facts.append((messages.due, due))
    if document.preceding:
        facts.append((messages.corrects, _named(job, document.preceding)))
    if document.valid_until:
        facts.append((messages.valid_until, words.day(document.valid_until, document.language)))
    if document.period:
        start, end = (words.day(on, document.language) for on in (document.period.start, document.period.end))
        facts.append((messages.period, messages.days.format(start=start, end=end)))
    if document.delivered_on:
        facts.append((messages.delivered, words.day(document.delivered_on, document.language)))
    if document.terms:
        facts.append((messages.terms, words.terms(document.terms, document.language)))
    if document.reference:
        facts.append((messages.reference, document.reference))
    if document.quoted:
        facts.append((messages.quoted, document.quoted.number))
    if document.order:
        facts.append((messages.order, document.order))
    content = stack(*_fact_rows(job, facts))
    height = content.height + 2 * _PAD - 2
    return Block(height, lambda top: [box(LEFT, top, WIDTH, height, job.tint), *content.draw(top + _PAD - 2)])


def _fact_rows(job: Job, facts: list[tuple[str, str]]) -> Iterator[Block | float]:
    """In one row, or in rows with columns in common where one would be too narrow for so many."""
    count = -(-len(facts) // MOST_FACTS)
    across = -(-len(facts) // count)
    rows = [facts[start : start + across] for start in range(0, len(facts), across)]
    wanted = [0.0] * across
    for row in rows:
        for place, (label, value) in enumerate(row):
            wide = max(job.pens.label.width(label), job.pens.strong.width(value))
            wanted[place] = max(wanted[place], wide)
    # Columns share the width evenly, but none is wider than it needs while another one wraps.
    columns = _share(wanted, WIDTH - 2 * _PAD - _GUTTER * (across - 1))
    for place, row in enumerate(rows):
        if place:
            yield 6.0
        yield _fact_row(job, row, columns)


def _fact_row(job: Job, row: list[tuple[str, str]], columns: list[float]) -> Block:
    blocks, left = [], LEFT + _PAD
    for (label, value), width in zip(row, columns, strict=False):
        blocks.append(
            stack(
                shrunk(label, job.pens.label, left, width, job.pens.label.line),
                shrunk(value, job.pens.strong, left, width, _FACT_HEIGHT),
            )
        )
        left += width + _GUTTER
    return beside(*blocks)


def _named(job: Job, preceding: Preceding) -> str:
    if preceding.issued_on is None:
        return preceding.number
    date = words.day(preceding.issued_on, job.document.language)
    return job.words.of_day.format(number=preceding.number, date=date)


def _share(wanted: list[float], room: float) -> list[float]:
    """Widths that add up to at most `room`: even ones, with what narrow columns leave given to wide ones."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    widths = [0.0] * len(wanted)
    for place, index in enumerate(order):
        fair = room / (len(order) - place)
        widths[index] = min(wanted[index] + 0.1, fair)
        room -= widths[index]
    spare = room / len(wanted)
    return [width + spare for width in widths]
