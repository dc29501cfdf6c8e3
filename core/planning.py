"""Which reminders a day brings: what is grouped into one message, and at which moment it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.country import country_codes, defaults
from core.ladder import Step, Tone, next_step, tone_of
from core.moments import instant, local_day
from core.money import Money, total
from core.nag_ports import Candidate
from core.notify import Listener
from core.party import Business, Client
from core.quiet import Lull, next_allowed
from core.reminder import ReminderRules, Way

_FIRMNESS = list(Tone)


@dataclass(frozen=True, slots=True)
class Group:
    """What goes into one message: one client, one currency, and either what is late or one notice before that."""

    client: Client
    currency: str
    tone: Tone
    """The firmest of its invoices'."""
    due: tuple[tuple[Candidate, Step], ...]
    """By due date."""
    small: bool
    """The client owes less in this currency than the business asks for, so nothing is sent."""

    @property
    def total(self) -> Money:
        return total((candidate.chased.balance for candidate, _step in self.due), self.currency)

    def way(self, mailing: bool) -> Way:
        """By mail where there is mail, an address, nobody who wants none, and all of it was delivered before."""
        delivered = all(candidate.delivered_on and not candidate.opted_out for candidate, _step in self.due)
        return Way.MAIL if mailing and delivered and self.client.email else Way.CHAT


def groups_on(
    candidates: Iterable[Candidate], rules: ReminderRules, today: date, on: date
) -> tuple[Group, ...]:
    """The messages whose steps are decided on that day, today or later, as things stand.

    Several overdue invoices make one message (DOMAIN rule 32); what is not late yet stands in its own, because
    nobody is asked for it.
    """
    found: dict[tuple[UUID, str, UUID | None], list[tuple[Candidate, Step]]] = {}
    owed: dict[tuple[UUID, str], int] = {}
    for candidate in candidates:
        chased = candidate.chased
        debt = (chased.client_id, chased.balance.currency)
        owed[debt] = owed.get(debt, 0) + chased.balance.minor
        step = next_step(chased, today) if rules.on else None
        if isinstance(step, Step) and step.on == on:
            alone = chased.invoice_id if _tone(candidate, step) is Tone.NOTICE else None
            found.setdefault((*debt, alone), []).append((candidate, step))
    return tuple(
        _group(due, owed[client_id, currency] < rules.minimum)
        for (client_id, currency, _alone), due in found.items()
    )


def _tone(candidate: Candidate, step: Step) -> Tone:
    return tone_of(step.step, candidate.chased.steps)


def _group(due: list[tuple[Candidate, Step]], small: bool) -> Group:
    first = due[0][0]
    return Group(
        client=first.client,
        currency=first.chased.balance.currency,
        tone=max((_tone(*pair) for pair in due), key=_FIRMNESS.index),
        due=tuple(sorted(due, key=lambda pair: (pair[0].chased.due_on, pair[0].chased.invoice_id))),
        small=small,
    )


@dataclass(frozen=True, slots=True)
class Leaving:
    """The moment at which something leaves, and what it waits for until then; None: for nothing."""

    at: datetime
    waits_for: Lull | None = None


def client_zone(business: Business, client: Client) -> str:
    """By whose clock a client is left alone: their own, their country's, or else the business's."""
    country = client.address.country
    return client.zone or (defaults(country).zone if country in country_codes() else business.zone)


def leaves_at(business: Business, client: Client, on: date, earliest: datetime) -> Leaving:
    """At the business's hour on that day, or as soon after `earliest` as the client is not left alone.

    What has to wait for another day leaves at the business's hour there, too.
    """
    rules, zone, country = business.reminders, client_zone(business, client), client.address.country
    wanted = max(instant(on, rules.at, business.zone), earliest)
    allowed = next_allowed(rules.quiet, wanted, zone, country)
    lull = rules.quiet.lull(wanted, zone, country)
    day = local_day(allowed, business.zone)
    if day > local_day(wanted, business.zone):
        at_its_hour = max(allowed, instant(day, rules.at, business.zone))
        allowed = at_its_hour if not rules.quiet.is_quiet(at_its_hour, zone, country) else allowed
    return Leaving(allowed, lull)


def seen_at(business: Business, listeners: Iterable[Listener], now: datetime) -> datetime:
    """When the first of those who hear of it is not left alone; at once where nobody wants to hear of it."""
    country = business.address.country
    return min(
        (
            next_allowed(one.preference.quiet, now, one.preference.zone or business.zone, country)
            for one in listeners
        ),
        default=now,
    )


def is_quiet(business: Business, client: Client, now: datetime) -> bool:
    return business.reminders.quiet.is_quiet(now, client_zone(business, client), client.address.country)
