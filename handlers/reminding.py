"""A reminder as its client reads it, put together from its words, its table, its links and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core.documents.printable import letterhead_fits
from core.invoice import Invoice
from core.ladder import Tone, tone_when_sent
from core.language import client_language
from core.money import Money, total
from core.party import Client
from core.reminder import Reminder, Run
from core.reminder_letter import LetterText
from core.usecases.reminder import Reading, asked
from handlers.cards import pdf_of
from handlers.context import Context
from handlers.kinds import Block, Button, Facts, Lines, ReminderPdf, Reply, Text
from handlers.page_links import pay_address, some_page, stated_link
from handlers.pay_words import payment_facts
from handlers.reminder_words import (
    fee_sentence,
    filled,
    greeting,
    last_words,
    own_text,
    subject,
    usual_statement,
    usual_text,
)
from handlers.words import _, in_language, language, long_date

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """A reminder as its client reads it; `reply` has its files and no envelope yet."""

    subject: str
    reply: Reply
    body: str
    """Its own words, which may be written anew."""
    page: ReminderPdf
    """The same on paper."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """What the sentences are filled with."""

    ctx: Context
    client: Client
    reminder: Reminder
    tone: Tone
    day: date
    """The day on which it is sent."""
    owed: tuple[tuple[Invoice, Run], ...]
    fee: Invoice | None
    pages: Mapping[UUID, str] | None

    @property
    def total(self) -> Money:
        return total((run.balance for _invoice, run in self.owed), self.reminder.currency)

    @property
    def numbers(self) -> str:
        return ", ".join(invoice.issued.number for invoice, _run in self.owed)

    @property
    def due_on(self) -> date:
        return min(invoice.issued.due_on for invoice, _run in self.owed)

    @property
    def early(self) -> bool:
        """Nothing is due yet."""
        return self.due_on > self.day

    def late(self, invoice: Invoice) -> int:
        return max((self.day - invoice.issued.due_on).days, 0)


def worded(
    ctx: Context,
    reading: Reading,
    day: date,
    fee: Invoice | None = None,
    pages: Mapping[UUID, str] | None = None,
) -> Wording:
    """The letter as it reads on the day it is sent. `fee` is the invoice that goes with it; `pages` is where the
    client sees each one online, and None of what does not leave yet.
    """
    runs = {run.invoice_id: run for run in asked(reading.reminder)}
    owed = tuple((invoice, runs[invoice.id]) for invoice in reading.invoices)
    latest = max(((day - invoice.issued.due_on).days for invoice in reading.invoices), default=0)
    asking = _Asking(
        ctx,
        reading.client,
        reading.reminder,
        tone_when_sent(reading.reminder.tone, latest),
        day,
        owed,
        fee,
        pages,
    )
    chosen = client_language(ctx.desk.business, reading.client)
    return in_language(
        chosen,
        lambda: Wording(
            subject(asking.tone, len(owed), asking.numbers, asking.due_on, early=asking.early),
            replace(_reply(asking, chosen), language=chosen),
            _body(asking),
            _page(asking, chosen),
        ),
    )


# -- the letter --------------------------------------------------------------------------------------


def _reply(asking: _Asking, chosen: str) -> Reply:
    blocks: list[Block] = [
        Text(greeting(asking.client)),
        Text(_body(asking)),
        _table(asking),
    ]
    if asking.fee:
        blocks.append(Text(fee_sentence(asking.ctx, asking.fee)))
    if (facts := _payment(asking)).pairs:
        blocks.append(facts)
    invoices = [invoice for invoice, _run in asking.owed]
    files = [one for one in ([asking.fee] if asking.fee else []) + invoices if not one.imported]
    if len(files) > MOST_FILES:
        blocks.append(
            Text(_("The first {count} documents are attached; ask us for the others.", count=MOST_FILES))
        )
    blocks += map(Text, _ending(asking))
    documents = tuple(pdf_of(invoice) for invoice in files[:MOST_FILES])
    return Reply(tuple(blocks), _buttons(asking), (*_on_paper(asking, chosen), *documents))


def _on_paper(asking: _Asking, chosen: str) -> tuple[ReminderPdf, ...]:
    """It goes along once something is late, unless it could not be drawn: a letter waits for all of its files."""
    business, page = asking.ctx.desk.business, _page(asking, chosen)
    others = (business.footer, asking.numbers, *page.text.links)
    fits = letterhead_fits(business.party(), asking.client.party(), *others)
    return (page,) if fits and asking.tone is not Tone.NOTICE else ()


def _page(asking: _Asking, chosen: str) -> ReminderPdf:
    """The letter without its table and account, which are drawn; the fee is one of its rows there."""
    fee, first = asking.fee, asking.owed[0][0].issued.number
    text = LetterText(
        client_id=asking.client.id,
        language=chosen,
        on=asking.day,
        tone=asking.tone,
        opening="\n\n".join((greeting(asking.client), _body(asking))),
        closing="\n\n".join(_ending(asking)),
        currency=asking.reminder.currency,
        owed=tuple((invoice.id, run.balance.minor) for invoice, run in asking.owed),
        fee=fee.total.minor if fee else 0,
        fee_id=fee.id if fee else None,
        links=_links(asking),
    )
    return ReminderPdf(f"reminder-{first.replace('/', '-')}.pdf", text)


def _body(asking: _Asking) -> str:
    own = asking.reminder.text or own_text(asking.ctx.desk.business.reminders.texts, asking.tone, language())
    if own:
        return filled(own, _values(asking))
    if len(asking.owed) > 1:
        return usual_statement(asking.tone, len(asking.owed), asking.ctx.money(asking.total))
    return usual_text(asking.tone, _values(asking), early=asking.early)


def _ending(asking: _Asking) -> list[str]:
    return last_words(asking.tone, asking.ctx.desk.business)


def _values(asking: _Asking) -> dict[str, str]:
    return {
        "client": asking.client.name,
        "number": asking.numbers,
        "amount": asking.ctx.money(asking.total),
        "due": long_date(asking.due_on),
        "days": str(max(asking.late(invoice) for invoice, _run in asking.owed)),
    }


def _table(asking: _Asking) -> Lines:
    """The amounts, which no own words replace."""
    late = any(asking.late(invoice) for invoice, _run in asking.owed)
    header = (_("Invoice"), _("Due"), *((_("Days late"),) if late else ()), _("Open"))
    rows = [
        (
            invoice.issued.number,
            long_date(invoice.issued.due_on),
            *((str(asking.late(invoice)),) if late else ()),
            asking.ctx.money(run.balance),
        )
        for invoice, run in asking.owed
    ]
    if len(rows) > 1:
        rows.append((_("Total"), "", *(("",) if late else ()), asking.ctx.money(asking.total)))
    return Lines(header, tuple(rows), numeric=(2, 3) if late else (2,))


def _payment(asking: _Asking) -> Facts:
    """The account of the newest document."""
    return payment_facts(asking.owed[-1][0].issued, asking.numbers)


def _buttons(asking: _Asking) -> tuple[Button, ...]:
    """To each way to pay online; in a preview, to where a page of ours will be."""
    own, links = bool(stated_link(asking.ctx)), _links(asking, some_page(asking.ctx))
    label = (_("Pay online") if own else _("Pay or see it online")) if len(asking.owed) == 1 else ""
    return tuple(
        Button(label or _link_label(invoice.issued.number, own=own), url=link)
        for (invoice, _run), link in zip(asking.owed, links, strict=True)
        if link
    )


def _link_label(number: str, *, own: bool) -> str:
    return _("Pay {number}", number=number) if own else _("Pay or see {number}", number=number)


def _links(asking: _Asking, unmade: str = "") -> tuple[str, ...]:
    """Where each invoice is paid online: `unmade` where its page gets its address once the letter leaves."""
    own, pages = stated_link(asking.ctx), asking.pages
    if own:
        return tuple(pay_address(own, invoice, run.balance) for invoice, run in asking.owed)
    if pages is None:
        return tuple("" if invoice.imported else unmade for invoice, _run in asking.owed)
    return tuple(pages.get(invoice.id, "") for invoice, _run in asking.owed)
