"""A client opens the page of an invoice: what they see, and that the business hears of it once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from core.language import WRITTEN, client_language
from core.moments import local_day
from core.notify import Kind
from core.ports import Clock, Ids, Jobs, Work
from core.usecases.hosted import Shown, takes_payments
from handlers.background.desks import at_desk
from handlers.background.notices import tell
from handlers.context import Context
from handlers.hosted_page import Page, page_of
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, chosen_of, write


class Viewing:
    """Answers the pages for one process. `reports_to` is the mail address of whoever runs this install, or empty."""

    def __init__(self, clock: Clock, ids: Ids, jobs: Jobs, reports_to: str = "") -> None:
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self.reports_to = reports_to

    async def page(self, work: Work, shown: Shown) -> Page:
        """Changes nothing. From here on, the client's language is spoken."""
        pays = shown.has_account and bool(shown.invoice.balance) and await takes_payments(work)
        write(client_language(shown.business, shown.client))
        today = local_day(self._clock.now(), shown.business.zone)
        return page_of(shown, today, pays=pays, reports_to=self.reports_to)

    async def at(self, work: Work, business_id: UUID) -> Context:
        """Where somebody from outside changes something of the business."""
        return await at_desk(work, self._clock, self._ids, self._jobs, business_id)

    async def note(self, work: Work, shown: Shown) -> None:
        """Somebody has looked at it. The first time the business is told, with the next look at it: several invoices
        that are opened at once are told at once.
        """
        ctx = await at_desk(work, self._clock, self._ids, self._jobs, shown.business.id)
        if await work.invoice_links.see(shown.invoice.id, self._clock.now()):
            await tell(ctx, Kind.VIEWED, partial(_opened, shown))


def _opened(shown: Shown) -> Reply:
    text = _("{number} has been opened online by {client}.",
             number=shown.invoice.issued.number, client=shown.invoice.issued.buyer.name)  # fmt: skip
    return Reply((Notice(text),), (Button(_("Show"), "invoice show", shown.invoice.id.hex),))


def nothing_there(languages: Iterable[str]) -> tuple[str, str]:
    """Title and text of the page for every link that names nothing, in the reader's language."""
    write(chosen_of(languages, among=WRITTEN))
    return (
        _("Not found"),
        _("There is nothing behind this link, or not any more. Ask whoever gave it to you for a new one."),
    )


def later(languages: Iterable[str]) -> tuple[str, str]:
    """Title and text of the page while we cannot look anything up."""
    write(chosen_of(languages, among=WRITTEN))
    return _("Not now"), _("This does not work at the moment. Please try again in some minutes.")
