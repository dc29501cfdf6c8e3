"""What the invariants are looked up in: what people were told, what the database holds, what the fakes saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.fakes.smtp import FakeSmtp
from tests.fakes.stripe import FakeStripe
from tests.fakes.telegram import FakeTelegram
from tests.faults.driver.books import Books, Row
from tests.faults.driver.record import Office, Record
from tests.faults.driver.script import Script


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, and what shows it."""

    invariant: str
    what: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything there is to look at."""

    script: Script
    record: Record
    telegram: FakeTelegram
    smtp: FakeSmtp
    books: Books
    now: datetime
    stripe: FakeStripe | None
    """None where nobody pays online."""

    def rows_of(self, office: Office, table: str) -> list[Row]:
        own = {row["id"] for row in self.books["business"] if row["name"] == office.name}
        return [row for row in self.books[table] if row["business_id"] in own]
