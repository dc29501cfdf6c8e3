"""The words of a reminder to a client, in the client's language and every tone, and of what a fee invoice asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

from core.documents.printable import letterhead_fits
from core.invoice import Document, Invoice
from core.ladder import Tone, tone_when_sent
from core.language import client_language
from core.money import Money, total
from core.party import Client
from core.reminder import Reminder, Run
from core.reminder_letter import LetterText
from core.usecases.late_fee import Charge, Ground
from core.usecases.reminder import Reading, asked
from handlers.cards import pdf_of
from handlers.context import Context
from handlers.kinds import Block, Button, Facts, Lines, ReminderPdf, Reply, Text
from handlers.page_links import some_page, stated_link
from handlers.words import _, language, write

MOST_FILES = 5
MOST_LINKS = 5
_PLACES = re.compile(r"\{(client|number|amount|due|days)\}")
_LINK_PLACES = re.compile(r"\{(number|amount|currency)\}")

Said = TypeVar("Said")


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

    def late(self, invoice: Invoice) -> int:
        return max((self.day - invoice.issued.due_on).days, 0)


def in_language(chosen: str, say: Callable[[], Said]) -> Said:
    """What is said in that language, while everything else goes on in the present one."""
    mine = language()
    write(chosen)
    try:
        return say()
    finally:
        write(mine)


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
            _subject(asking),
            replace(_reply(asking, chosen), language=chosen),
            _body(asking),
            _page(asking, chosen),
        ),
    )


def fee_line(charge: Charge) -> str:
    """What a line of a fee invoice says; spoken in the client's language."""
    number = charge.invoice.issued.number
    match charge.ground:
        case Ground.FEE:
            return _("Late fee for invoice {number}", number=number)
        case Ground.INTEREST:
            return _("Statutory interest on invoice {number} after {since}, up to {until}",
                     number=number, since=charge.since, until=charge.until)  # fmt: skip
        case Ground.FLAT:
            return _("Flat sum for late payment of invoice {number} (Directive 2011/7/EU)", number=number)


# -- the letter --------------------------------------------------------------------------------------


def _subject(asking: _Asking) -> str:
    count = len(asking.owed)
    if count > 1:
        match asking.tone:
            case Tone.FIRM:
                return _("Overdue: {count} invoices", count=count)
            case Tone.FINAL:
                return _("Last reminder: {count} invoices are overdue", count=count)
            case _:
                return _("Reminder: {count} invoices are overdue", count=count)
    number = asking.numbers
    match asking.tone:
        case Tone.NOTICE if asking.due_on > asking.day:
            return _("Invoice {number} is due on {due}", number=number, due=long_date(asking.due_on))
        case Tone.NOTICE:
            return _("Invoice {number} is due today", number=number)
        case Tone.FRIENDLY:
            return _(
                "Reminder: invoice {number} was due on {due}", number=number, due=long_date(asking.due_on)
            )
        case Tone.FIRM:
            return _("Overdue: invoice {number}", number=number)
        case Tone.FINAL:
            return _("Last reminder: invoice {number}", number=number)


def _reply(asking: _Asking, chosen: str) -> Reply:
    blocks: list[Block] = [
        Text(_greeting(asking)),
        Text(_body(asking)),
        _table(asking),
    ]
    if asking.fee:
        blocks.append(Text(_fee_sentence(asking.ctx, asking.fee)))
    if (facts := _payment(asking)).pairs:
        blocks.append(facts)
    invoices = [invoice for invoice, _run in asking.owed]
    files = [one for one in ([asking.fee] if asking.fee else []) + invoices if not one.imported]
    if len(files) > MOST_FILES:
        blocks.append(
            Text(_("The first {count} documents are attached; ask us for the others.", count=MOST_FILES))
        )
    blocks += map(Text, _last_words(asking))
    documents = tuple(pdf_of(invoice) for invoice in files[:MOST_FILES])
    return Reply(tuple(blocks), _links(asking), (*_on_paper(asking, chosen), *documents))


def _on_paper(asking: _Asking, chosen: str) -> tuple[ReminderPdf, ...]:
    """It goes along once something is late, unless it could not be drawn: a letter waits for all of its files."""
    business, page = asking.ctx.desk.business, _page(asking, chosen)
    others = (business.footer, asking.numbers, page.text.link)
    fits = letterhead_fits(business.party(), asking.client.party(), *others)
    return (page,) if fits and asking.tone is not Tone.NOTICE else ()


def _greeting(asking: _Asking) -> str:
    return _("Hello {client},", client=asking.client.name)


def _last_words(asking: _Asking) -> list[str]:
    regards = _("Kind regards\n{name}", name=asking.ctx.desk.business.name)
    if asking.tone is Tone.NOTICE:
        return [regards]
    return [_("If you have paid in the meantime, please take this as settled. Thank you."), regards]


def _page(asking: _Asking, chosen: str) -> ReminderPdf:
    """The letter without its table and account, which are drawn; the fee is one of its rows there."""
    fee, first = asking.fee, asking.owed[0][0].issued.number
    text = LetterText(
        client_id=asking.client.id,
        language=chosen,
        on=asking.day,
        tone=asking.tone,
        opening="\n\n".join((_greeting(asking), _body(asking))),
        closing="\n\n".join(_last_words(asking)),
        currency=asking.reminder.currency,
        owed=tuple((invoice.id, run.balance.minor) for invoice, run in asking.owed),
        fee=fee.total.minor if fee else 0,
        fee_id=fee.id if fee else None,
        link=_only_link(asking),
    )
    return ReminderPdf(f"reminder-{first.replace('/', '-')}.pdf", text)


def _only_link(asking: _Asking) -> str:
    """Where one payment online settles all of it; empty in a preview, where a page of ours has no address yet."""
    if len(asking.owed) > 1:
        return ""
    link, (invoice, run) = stated_link(asking.ctx), asking.owed[0]
    return pay_address(link, invoice, run.balance) if link else (asking.pages or {}).get(invoice.id, "")


def _body(asking: _Asking) -> str:
    own = asking.reminder.text or own_text(asking.ctx.desk.business.reminders.texts, asking.tone, language())
    if own:
        return filled(own, _values(asking))
    if len(asking.owed) > 1:
        return _usual_statement(asking)
    return usual_text(asking.tone, _values(asking), early=asking.due_on > asking.day)


def usual_text(tone: Tone, values: Mapping[str, str], *, early: bool = True) -> str:
    """The words about one invoice where the business has none of its own. `early`: it is not due yet."""
    match tone:
        case Tone.NOTICE if early:
            return _(
                "A short note ahead: invoice {number} is due on {due}, and {amount} is to be paid by then.",
                **values,
            )
        case Tone.NOTICE:
            return _("Invoice {number} is due today, and {amount} is to be paid.", **values)
        case Tone.FRIENDLY:
            return _(
                "Invoice {number} was due on {due}, and {amount} is still open. It may simply have slipped through: "
                "could you please see to it in the next few days?",
                **values,
            )  # fmt: skip
        case Tone.FIRM:
            return _(
                "Invoice {number} was due on {due}, and {amount} is still open. Please pay it within the next few "
                "days, or tell us what keeps you from it.",
                **values,
            )  # fmt: skip
        case Tone.FINAL:
            return _(
                "This is our last reminder: invoice {number} was due on {due}, and {amount} is still open. Please pay "
                "it within seven days; after that we will have to take further steps.",
                **values,
            )  # fmt: skip


def _usual_statement(asking: _Asking) -> str:
    values = {"count": str(len(asking.owed)), "amount": asking.ctx.money(asking.total)}
    match asking.tone:
        case Tone.FIRM:
            return _(
                "{count} invoices are past their due dates, and {amount} in total is still open. Please pay it within "
                "the next few days, or tell us what keeps you from it.",
                **values,
            )  # fmt: skip
        case Tone.FINAL:
            return _(
                "This is our last reminder: {count} invoices are past their due dates, and {amount} in total is still "
                "open. Please pay it within seven days; after that we will have to take further steps.",
                **values,
            )  # fmt: skip
        case _:
            return _(
                "{count} invoices are past their due dates, and {amount} in total is still open. They may simply have "
                "slipped through: could you please see to them in the next few days?",
                **values,
            )  # fmt: skip


def own_text(texts: Sequence[tuple[str, str]], tone: Tone, spoken_there: str) -> str:
    """The business's own words for a tone in a language; empty where it has none."""
    return dict(texts).get(f"{tone.value}/{spoken_there}", "")


def filled(text: str, values: Mapping[str, str]) -> str:
    """A person's own words with the known places filled. Braces that mean nothing stay as they are."""
    return _PLACES.sub(lambda found: values[found[1]], text)


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


def _fee_sentence(ctx: Context, fee: Invoice) -> str:
    return _(
        "For being paid late we charge {amount}: see invoice {number}, due on {due}.",
        amount=ctx.money(fee.total), number=fee.issued.number, due=long_date(fee.issued.due_on),
    )  # fmt: skip


def _payment(asking: _Asking) -> Facts:
    """The account of the newest document."""
    return payment_facts(asking.owed[-1][0].issued, asking.numbers)


def payment_facts(document: Document, numbers: str) -> Facts:
    """The account as the document prints it, and what to write along; without pairs where it prints none."""
    pairs = []
    if document.iban:
        pairs.append((_("Account holder"), document.seller.name))
        pairs.append((_("IBAN"), " ".join(re.findall(".{1,4}", document.iban))))
        if document.bic:
            pairs.append((_("BIC"), document.bic))
        pairs.append((_("Reference"), numbers))
    return Facts(tuple(pairs))


def _links(asking: _Asking) -> tuple[Button, ...]:
    link = stated_link(asking.ctx)
    owed = asking.owed[:MOST_LINKS]
    if not link:
        return _page_buttons(asking, [invoice for invoice, _run in owed])
    return tuple(
        Button(
            _("Pay online") if len(owed) == 1 else _("Pay {number}", number=invoice.issued.number),
            url=pay_address(link, invoice, run.balance),
        )
        for invoice, run in owed
    )


def _page_buttons(asking: _Asking, invoices: Sequence[Invoice]) -> tuple[Button, ...]:
    """To the pages of those invoices, where they have one."""
    pages = asking.pages
    if pages is None:
        pages = dict.fromkeys((invoice.id for invoice in invoices), some_page(asking.ctx))
    label = _("Pay or see it online") if len(invoices) == 1 else ""
    return tuple(
        Button(label or _("Pay or see {number}", number=invoice.issued.number), url=pages[invoice.id])
        for invoice in invoices
        if pages.get(invoice.id) and not invoice.imported
    )


def pay_address(link: str, invoice: Invoice, owed: Money) -> str:
    """The business's pay link for that invoice."""
    values = {
        "number": quote(invoice.issued.number, safe=""),
        "amount": f"{owed.amount:f}",
        "currency": owed.currency,
    }
    return _LINK_PLACES.sub(lambda found: values[found[1]], link)


def long_date(day: date) -> str:
    """As people write it in the language spoken now: no two countries read 3/4/2026 alike."""
    # Importing Babel takes about 25 ms, which not every command needs to pay.
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(day, "long", locale=language())
