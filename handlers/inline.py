"""What a platform wants to know at once: what is wrong with a form that is being sent, and what to offer in it.

Nothing here is kept. A form is sent once for a look, in a transaction that is always rolled back, and then for good
through the inbox like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from core.errors import BillhookError, InvalidInput, Unavailable
from core.ports import Work
from handlers.exchange import Exchange
from handlers.kinds import Option, Question
from handlers.opening import Opener
from handlers.platform import Manners
from handlers.replies import explain_beside
from handlers.updates import Offer, Submitted, Update

MOST_OFFERED = 100
_OpenWork = Callable[[str], AbstractAsyncContextManager[Work]]


@dataclass(frozen=True, slots=True)
class Look:
    """What would come of a form. `errors` by field, or under no name: then it is not to be sent. `goes_on`: another
    form follows.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    goes_on: bool = False


class _Over(Exception):
    """Ends the transaction of a look; never leaves this module."""


class Inline:
    """Answers beside the inbox, for one process."""

    def __init__(self, open_work: _OpenWork, opener: Opener) -> None:
        self._open_work = open_work
        self._opener = opener

    async def look(self, update: Update, given: Submitted, manners: Manners) -> Look:
        """Raises Unavailable when the database does not answer."""
        found = Look()
        try:
            async with self._open_work("") as work:
                exchange = await self._exchange(work, update, manners)
                found = await self._outcome(exchange, given)
                raise _Over
        except _Over:
            return found

    async def _outcome(self, exchange: Exchange, given: Submitted) -> Look:
        try:
            shown = await exchange.respond(given)
        except Unavailable:
            raise
        except InvalidInput as error:
            return Look({error.field: explain_beside(error)})
        except BillhookError as error:
            return Look({"": explain_beside(error)})
        if isinstance(shown, Question) and shown.sheet is not None:
            errors = {entry.name: entry.error for entry in shown.sheet.entries
                      if entry.error and entry.name in given.values}  # fmt: skip
            return Look(errors, goes_on=not errors)
        return Look()

    async def offer(self, update: Update, asked: Offer, manners: Manners) -> Sequence[Option]:
        """Ready answers for a field of the open form that begin with, or hold, what was typed so far."""
        async with self._open_work("") as work:
            exchange = await self._exchange(work, update, manners)
            found = await exchange.offered(asked)
        return found[:MOST_OFFERED]

    async def _exchange(self, work: Work, update: Update, manners: Manners) -> Exchange:
        place = await work.chats.place(update.chat.key)
        return await self._opener.exchange(work, update, manners, place)
