"""A scheduler and its worker without a database: what the tick, its job and their tables do to one agenda."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.agenda import Agenda, claim, look_due, planned
from core.moments import local_day

_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Clockwork:
    """`digests` and `looks` are what came of it; `runs` is the table whose key lets no date through twice."""

    agenda: Agenda
    now: datetime
    runs: set[date] = field(default_factory=set)
    digests: list[tuple[date, datetime]] = field(default_factory=list)
    looks: list[tuple[date, datetime]] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        moments = [
            moment for moment in (self.agenda.digest_next, self.agenda.look_next) if moment is not None
        ]
        return min(moments, default=None)

    def is_due(self, within: timedelta = timedelta()) -> bool:
        return self.next_at is not None and self.next_at <= self.now + within

    def tick(self) -> None:
        """One pass of the fleet's tick over this row, and the job it enqueues."""
        if not self.is_due(timedelta(days=2)):
            self.agenda = planned(self.agenda, self.now)
        if not self.is_due():
            return
        self.agenda, due = claim(self.agenda, self.now)
        assert not self.is_due()
        if due is not None and due not in self.runs:
            self.runs.add(due)
            self.digests.append((due, self.now))
        self._job()

    def _job(self) -> None:
        looked_on = look_due(self.agenda, self.now)
        if looked_on is not None:
            self.looks.append((looked_on, self.now))
            self.agenda = planned(replace(self.agenda, looked_on=looked_on, look_next=None), self.now)

    def run(self, until: datetime) -> None:
        """Tick at every full minute at which something may happen; the minutes between would find nothing."""
        while self.now < until:
            self.tick()
            following = self.now + _MINUTE
            if self.next_at is None:
                self.now = until
            else:
                self.now = min(max(following, _full_minute(self.next_at)), until)

    def today(self) -> date:
        return local_day(self.now, self.agenda.zone)


def _full_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE
