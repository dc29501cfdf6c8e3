"""What a modal of ours says about itself, and how far it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.address import PLATFORM
from bot.slack.origin import NAMELESS, Json, corner_of, moment, place_of, team_of, user_id, who
from bot.slack.sheet import read_beginning, read_metadata
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Around, Input, Occasion, Update

MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A view on somebody's screen. Its token is empty where there is nothing to send."""

    sender: SenderRef
    chat: ChatRef
    token: str
    group: str = ""
    around: Around | None = None
    message: str = ""
    """The message whose button led to the view, and which its outcome takes the place of."""
    thread: str = ""

    @classmethod
    def read(cls, payload: Json) -> OnScreen:
        """Raises for a view that is not ours, or names a place that is not open to who acts in it."""
        metadata, person = read_metadata(payload["view"]["private_metadata"]), who(payload)
        if metadata is None:
            raise ValueError("no view of ours")
        chat, spot = place_of(metadata[0], team_of(payload), user_id(payload["user"]["id"]))
        token = metadata[1][:MAX_TOKEN]
        message, thread = (
            name and moment(name) for name in read_beginning(payload["view"]["private_metadata"])
        )
        if spot.is_open:
            # What the channel is called, a view does not say.
            return cls(person, chat, token, group=NAMELESS, message=message, thread=thread)
        if spot.is_corner:
            around = corner_of(spot.team, {"id": spot.channel}, spot.user)[1]
            return cls(person, chat, token, around=around, thread=thread)
        return cls(person, chat, token, message=message, thread=thread)

    def update(
        self, update_id: str, given: Input, *, press: str = "", opens: str = "", form: str = ""
    ) -> Update:
        occasion = Occasion(
            press=press,
            who=self.sender.name if form and self.group else "",
            whose=self.sender.identity if form and self.group else "",
            # Closed, the view leaves the message as it was.
            replaces=self.message if form else "",
            opens=opens,
            form=form,
            thread=self.thread,
        )
        return Update(PLATFORM, update_id, self.chat, self.sender, given, occasion, self.group, self.around)
