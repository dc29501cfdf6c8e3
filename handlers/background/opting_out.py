"""Who follows the link in a letter gets no more of them from that business, and the business is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.codes import code_hash
from core.language import WRITTEN
from core.nag_ports import Unsubscribing
from core.notify import Kind
from core.ports import BUSINESS_JOB, Clock, Ids, Jobs, Work
from handlers.background.desks import at_desk
from handlers.background.notices import tell
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, chosen_of, write

_MOST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Page:
    """What whoever follows the link is shown; without a `button` there is nothing left to press."""

    title: str
    text: str
    button: str = ""


class OptingOut:
    """Answers the link for one process."""

    def __init__(self, clock: Clock, ids: Ids, jobs: Jobs) -> None:
        self._clock = clock
        self._ids = ids
        self._jobs = jobs

    async def ask(self, work: Work, token: str, languages: Iterable[str]) -> Page | None:
        """Changes nothing: mail programs and virus scanners open every link. None for what names nothing."""
        found = await _found(work, token)
        if found is None:
            return None
        await work.enter(found.business_id)
        business = await work.businesses.get()
        write(chosen_of(languages, business.language, WRITTEN))
        if await work.opt_outs.has(found.email):
            return _done(business.name, found.email)
        return Page(
            _("No more mail from {business}?", business=business.name),
            _("{email} then gets no more invoices and reminders by mail from {business}. What is owed stays owed.",
              email=found.email, business=business.name),
            _("No more mail"),
        )  # fmt: skip

    async def stop(self, work: Work, token: str, languages: Iterable[str]) -> Page | None:
        """Pressed twice, it is done and told once."""
        found = await _found(work, token)
        if found is None:
            return None
        ctx = await at_desk(work, self._clock, self._ids, self._jobs, found.business_id)
        if not await work.opt_outs.has(found.email):
            await work.opt_outs.add(found.email)
            await tell(ctx, Kind.DELIVERY, lambda: _told(found.email))
            await self._jobs.enqueue(work, BUSINESS_JOB, found.business_id.hex)
        write(chosen_of(languages, ctx.desk.business.language, WRITTEN))
        return _done(ctx.desk.business.name, found.email)


async def _found(work: Work, token: str) -> Unsubscribing | None:
    return await work.opt_outs.find_token(code_hash(token)) if 0 < len(token) <= _MOST_TOKEN else None


def _done(business: str, email: str) -> Page:
    text = _("{email} gets no more mail from {business}.", email=email, business=business)
    return Page(_("Done"), text)


def _told(email: str) -> Reply:
    text = _("{email} asked not to get mail from you any more. Reminders to this address come to you now, to pass on "
             "another way.", email=email)  # fmt: skip
    return Reply((Notice(text, "warning"),), (Button(_("Clients"), "clients"),))
