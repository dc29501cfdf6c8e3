"""What a command is given: the desk it works at, the chat it speaks in, and how amounts and days are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.audit import Entry
from core.chat_ports import Place
from core.errors import N_, NotFound
from core.locale import NumberStyle, format_decimal, format_money, number_style
from core.moments import zone_info
from core.money import Money, exponent
from core.plan import Offer
from core.ports import Clock, Ids, Jobs, NoJobs, Work
from core.usecases.desk import Desk
from core.views import Page
from handlers.kinds import Attachment, Button, ChatRef, SenderRef
from handlers.platform import Mailing, Manners
from handlers.updates import Around
from handlers.words import _, language


@dataclass(frozen=True, slots=True)
class Context:
    """One update being answered."""

    work: Work
    clock: Clock
    ids: Ids
    chat: ChatRef
    sender: SenderRef
    seated: Desk | None = None
    """None for somebody who belongs to no business yet."""
    files: tuple[Attachment, ...] = field(default=())
    manners: Manners = field(default=Manners())
    group: str = ""
    """The title of the group this is said in; empty in a private chat."""
    place: Place = field(default=Place())
    jobs: Jobs = field(default=NoJobs())
    around: Around | None = None
    """The channel around the corner this is said in; `place` then is what is known of the channel."""
    on_screen: bool = False
    """A form can be put on the person's screen now, or is there already."""
    mailing: Mailing | None = None
    """None where mail to clients is switched off."""
    public_url: str = ""
    """Where the web app is reached from outside, without a slash at its end; empty where nobody can."""
    offers: Mapping[Offer, Money | None] = field(default_factory=dict)
    """The plans that can be bought here, and what each costs as far as that is known."""

    @property
    def desk(self) -> Desk:
        """Raises NotFound before a business was set up."""
        if self.seated is None:
            raise NotFound(N_("You have no business here yet. Set one up first: /start"))
        return self.seated

    @property
    def today(self) -> date:
        return self.desk.today if self.seated else self.clock.now().date()

    @property
    def typing(self) -> NumberStyle:
        """How this business's people write numbers; it decides what `1,200` means."""
        business = self.desk.business
        return number_style(f"{business.language}_{business.address.country}")

    def time(self, at: datetime) -> str:
        """The time of day where the business is, with the day unless that is today."""
        local = at.astimezone(zone_info(self.desk.business.zone))
        return f"{local:%H:%M}" if local.date() == self.today else f"{local:%Y-%m-%d %H:%M}"

    def money(self, amount: Money) -> str:
        return format_money(amount, number_style(language()))

    def number(self, value: Decimal) -> str:
        return format_decimal(value, number_style(language()))

    def price(self, value: Decimal, currency: str) -> str:
        """A unit price: the currency's places, or more where it has more."""
        shown = -int(value.normalize().as_tuple().exponent)
        return format_decimal(value, number_style(language()), max(shown, exponent(currency)))

    def day(self, day: date) -> str:
        """A calendar day with its distance, as people ask for it."""
        days = (day - self.today).days
        if days == 0:
            return _("{date} (today)", date=day)
        if days == 1:
            return _("{date} (tomorrow)", date=day)
        if days == -1:
            return _("{date} (yesterday)", date=day)
        if days < 0:
            return _("{date} ({days} days ago)", date=day, days=-days)
        return _("{date} (in {days} days)", date=day, days=days)


Opened = Callable[[], AbstractAsyncContextManager[Context]]
"""Each time a transaction of its own, committed when its block ends: for what the clock does."""


def undo_button(entry: Entry) -> Button:
    return Button(_("Undo"), "undo", entry.id.hex)


def page_buttons(page: Page[Any], command: str, before: str = "") -> tuple[Button, ...]:
    """To its neighbours, where there are any. `before` stands in front of the cursor."""
    ways = ((_("‹ Back"), page.before), (_("More ›"), page.after))
    return tuple(Button(label, command, f"{before}{cursor}") for label, cursor in ways if cursor)


def as_id(text: object) -> UUID | None:
    """The id that we handed out in hex, in a button or to somebody else; None for anything else: what comes back is
    untrusted.
    """
    try:
        return UUID(hex=text) if isinstance(text, str) and len(text) == 32 else None
    except ValueError:
        return None
