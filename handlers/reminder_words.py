"""The sentences of reminders to clients by their tone, and of what a fee invoice asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from core.invoice import Invoice
from core.ladder import Tone
from core.party import Business, Client
from core.usecases.late_fee import Charge, Ground
from handlers.context import Context
from handlers.words import _, long_date

_PLACES = re.compile(r"\{(client|number|amount|due|days)\}")


def subject(tone: Tone, count: int, number: str, due_on: date, *, early: bool) -> str:
    """`number` and `due_on` are of the only one; `early`: it is not due yet."""
    if count > 1:
        match tone:
            case Tone.FIRM:
                return _("Overdue: {count} invoices", count=count)
            case Tone.FINAL:
                return _("Last reminder: {count} invoices are overdue", count=count)
            case _:
                return _("Reminder: {count} invoices are overdue", count=count)
    match tone:
        case Tone.NOTICE if early:
            return _("Invoice {number} is due on {due}", number=number, due=long_date(due_on))
        case Tone.NOTICE:
            return _("Invoice {number} is due today", number=number)
        case Tone.FRIENDLY:
            return _("Reminder: invoice {number} was due on {due}", number=number, due=long_date(due_on))
        case Tone.FIRM:
            return _("Overdue: invoice {number}", number=number)
        case Tone.FINAL:
            return _("Last reminder: invoice {number}", number=number)


def greeting(client: Client) -> str:
    return _("Hello {client},", client=client.name)


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


def usual_statement(tone: Tone, count: int, amount: str) -> str:
    """The same about several, of which one was due at the least."""
    values = {"count": str(count), "amount": amount}
    match tone:
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


def fee_sentence(ctx: Context, fee: Invoice) -> str:
    return _(
        "For being paid late we charge {amount}: see invoice {number}, due on {due}.",
        amount=ctx.money(fee.total), number=fee.issued.number, due=long_date(fee.issued.due_on),
    )  # fmt: skip


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


def last_words(tone: Tone, business: Business) -> list[str]:
    regards = _("Kind regards\n{name}", name=business.name)
    if tone is Tone.NOTICE:
        return [regards]
    return [_("If you have paid in the meantime, please take this as settled. Thank you."), regards]
