"""Who speaks, for which business and where: what an exchange needs to know before it answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.chat_ports import Place, Seat
from core.language import spoken
from core.money import Money
from core.plan import Offer
from core.ports import Clock, Ids, Jobs, Work
from core.usecases.desk import Desk
from core.usecases.seats import find_desk
from handlers.command import Command
from handlers.context import Context
from handlers.exchange import Exchange
from handlers.kinds import Attachment, SenderRef
from handlers.platform import Mailing, Manners
from handlers.updates import Typed, Update
from handlers.words import speak

_MOST_HINTS = 10_000


class Opener:
    """Opens exchanges for one process."""

    def __init__(
        self, clock: Clock, ids: Ids, commands: Sequence[Command], jobs: Jobs, mailing: Mailing | None = None,
        *, public_url: str = "", offers: Mapping[Offer, Money | None] | None = None,
    ) -> None:  # fmt: skip
        self.clock = clock
        self.ids = ids
        self.jobs = jobs
        self.mailing = mailing
        self._public_url = public_url
        self._offers = offers or {}
        self._commands = {command.name: command for command in commands}
        # Which business a chat spoke for last: only the place in its queue hangs on it, never a right.
        self._hints: OrderedDict[str, str] = OrderedDict()

    def hint(self, chat: str) -> str:
        return self._hints.get(chat, "")

    async def exchange(self, work: Work, update: Update, manners: Manners, place: Place) -> Exchange:
        """Everything is read in the caller's transaction; `place` is the chat's own."""
        speaker = await work.chats.speaker(update.sender.key)
        speak(speaker.language or spoken(update.sender.language))
        around = update.around
        if around is not None:
            place = await work.chats.place(around.chat.key)
        desk = await self._desk(work, update, speaker.seat, place)
        if around is not None and desk is not None and desk.business.id != place.business_id:
            # A channel tells nothing of itself to somebody who works for another business.
            place = Place()
        files = update.input.files if isinstance(update.input, Typed) else ()
        fetched = tuple(file for file in files if isinstance(file, Attachment))
        ctx = Context(
            work, self.clock, self.ids, update.chat, update.sender, desk, fetched, manners, update.group, place,
            self.jobs, around, manners.sheets and bool(update.occasion.opens or update.occasion.form), self.mailing,
            self._public_url, self._offers,
        )  # fmt: skip
        conversation = await work.chats.conversation(update.chat.key, update.sender.key)
        return Exchange(ctx, self._commands, conversation)

    async def _desk(self, work: Work, update: Update, chosen: Seat | None, place: Place) -> Desk | None:
        """At the seat that the place asks for, else at the one taken last; None where the person has none."""
        if chosen is None:
            return None
        bound = bool(update.group or update.around) and place.business_id is not None
        if bound and chosen.business_id != place.business_id:
            wanted = [seat for seat in await work.chats.seats(update.sender.key)
                      if seat.business_id == place.business_id]  # fmt: skip
            desk = await self._first(work, update, wanted)
            if desk is not None or update.group:
                # What somebody may do for one business is nobody's affair in another one's group.
                return desk
        if update.group and place.business_id is None:
            return None
        return await self._first(work, update, (chosen,)) or await self._first(
            work, update, (await work.chats.seats(update.sender.key))[1:]
        )

    async def _first(self, work: Work, update: Update, seats: Sequence[Seat]) -> Desk | None:
        """At the first of the seats that was not given up."""
        for seat in seats:
            desk = await find_desk(work, self.clock, self.ids, seat)
            if desk is not None:
                self._remember(update.chat.key, seat)
                return await _named(desk, update.sender)
        return None

    async def reseated(self, ctx: Context) -> Context:
        """The same after the command gave its speaker another seat."""
        seat = (await ctx.work.chats.speaker(ctx.sender.key)).seat
        desk = await find_desk(ctx.work, self.clock, self.ids, seat) if seat else None
        return replace(ctx, seated=desk)

    def _remember(self, chat: str, seat: Seat) -> None:
        self._hints[chat] = seat.business_id.hex
        self._hints.move_to_end(chat)
        if len(self._hints) > _MOST_HINTS:
            self._hints.popitem(last=False)


async def _named(desk: Desk, sender: SenderRef) -> Desk:
    """Who was let in by a mention alone is called by an id until they say their first word."""
    if desk.member.name != sender.identity.rpartition("/")[2] or sender.name in ("", "–", desk.member.name):
        return desk
    return replace(desk, member=await desk.work.members.save(replace(desk.member, name=sender.name)))
