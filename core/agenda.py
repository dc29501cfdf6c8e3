"""When the clock next has to look at a business: for its digest, and for its reminders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from core.digest import DigestRules, believed, first_undone, next_digest
from core.moments import instant, local_day
from core.party import Business
from core.reminder import ReminderRules

FARTHEST = timedelta(hours=36)
"""No digest is planned further ahead: then the tick just comes by. Later moments betray a clock that had jumped."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """One row per business, the only thing that the tick reads. It follows the business's settings."""

    business_id: UUID
    zone: str
    digest: DigestRules
    look_at: time | None
    """The local time of the daily look at its reminders; None: they are switched off."""
    since: date
    """When reminders were switched on: older steps are never made up for."""
    digest_on: date | None = None
    """The newest local date whose digest was decided."""
    looked_on: date | None = None
    """The newest local date on which the reminders were looked at."""
    digest_next: datetime | None = None
    look_next: datetime | None = None
    """The daily look, or an earlier moment at which something is to be sent."""


def look_time(rules: ReminderRules) -> time | None:
    """So long before reminders leave that the owner has the hours of the preview, but on the same day."""
    if not rules.on:
        return None
    minutes = rules.at.hour * 60 + rules.at.minute - rules.preview_hours * 60
    return time(*divmod(max(minutes, 0), 60))


def planned(agenda: Agenda, now: datetime) -> Agenda:
    """The same with its next moments by its rules; what was to be looked at earlier than that stays so."""
    digest = next_digest(agenda.digest, agenda.zone, agenda.digest_on, now)
    moments = [m for m in (agenda.look_next, _next_look(agenda, now)) if m is not None]
    return replace(agenda, digest_next=_no_further(digest, now), look_next=min(moments, default=None))


def claim(agenda: Agenda, now: datetime) -> tuple[Agenda, date | None]:
    """The row after the tick took it, and the local date of a digest that is due now.

    That date counts as decided from here on. The look does not: the job does it and says so, and until then the
    row only waits for the next one. Claiming a row that is not due changes nothing but plans it again.
    """
    digest = next_digest(agenda.digest, agenda.zone, agenda.digest_on, now)
    due = digest[0] if digest and digest[1] <= now else None
    if due is not None:
        agenda = replace(agenda, digest_on=due)
        digest = next_digest(agenda.digest, agenda.zone, due, now)
    look_next = _next_look(agenda, now)
    if agenda.look_next is not None and agenda.look_next > now:
        look_next = min(agenda.look_next, look_next or agenda.look_next)
    elif look_next is not None and look_next <= now:
        look_next = _look(agenda, local_day(now, agenda.zone) + _DAY)
    return replace(agenda, digest_next=_no_further(digest, now), look_next=look_next), due


def look_due(agenda: Agenda, now: datetime) -> date | None:
    """The local date whose daily look has come and is not done yet."""
    moment = _next_look(agenda, now)
    return local_day(now, agenda.zone) if moment is not None and moment <= now else None


def new_agenda(business: Business, now: datetime) -> Agenda:
    """Of a business that begins now: what would have come earlier today comes tomorrow for the first time."""
    today = local_day(now, business.zone)
    agenda = _of(business, since=today)
    agenda = replace(agenda, digest_on=today if _passed(business.digest.at, business.zone, now) else None)
    return planned(_unlooked(agenda, now), now)


def followed(agenda: Agenda, business: Business, now: datetime) -> Agenda:
    """The row after the business's settings changed.

    A digest whose new time has passed today comes tomorrow, unless today's was still to come by the old settings:
    then it comes now, for each date has one. Reminders that were off and are on again make up for nothing.
    """
    today = local_day(now, business.zone)
    changed = replace(
        _of(business, since=agenda.since),
        digest_on=agenda.digest_on,
        looked_on=agenda.looked_on,
        look_next=agenda.look_next,
    )
    before = next_digest(agenda.digest, agenda.zone, agenda.digest_on, now)
    owed = before is not None and before[0] <= today
    if not owed and _passed(business.digest.at, business.zone, now):
        done = believed(changed.digest_on, today)
        changed = replace(changed, digest_on=today if done is None else max(done, today))
    if agenda.look_at is None and changed.look_at is not None:
        changed = _unlooked(replace(changed, since=today), now)
    return planned(changed, now)


def _of(business: Business, since: date) -> Agenda:
    look_at = look_time(business.reminders)
    return Agenda(business.id, business.zone, business.digest, look_at, since)


def _unlooked(agenda: Agenda, now: datetime) -> Agenda:
    """Reminders begin today, or tomorrow if today's look would have been earlier."""
    if agenda.look_at is None or not _passed(agenda.look_at, agenda.zone, now):
        return replace(agenda, looked_on=None)
    return replace(agenda, looked_on=local_day(now, agenda.zone))


def _passed(at: time, zone: str, now: datetime) -> bool:
    return instant(local_day(now, zone), at, zone) <= now


def _no_further(digest: tuple[date, datetime] | None, now: datetime) -> datetime | None:
    return digest and min(digest[1], now + FARTHEST)


def _next_look(agenda: Agenda, now: datetime) -> datetime | None:
    return _look(agenda, first_undone(agenda.looked_on, local_day(now, agenda.zone)))


def _look(agenda: Agenda, day: date) -> datetime | None:
    return None if agenda.look_at is None else instant(day, agenda.look_at, agenda.zone)
