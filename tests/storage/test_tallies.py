from datetime import date, timedelta

from storage.engine import Storage
from storage.tallies import add, totals

DAY = date(2026, 3, 5)


async def test_what_processes_count_is_added_up_by_day(storage: Storage) -> None:
    async with storage.connection() as connection:
        await add(connection, DAY, {("calls", "a ok"): 3.0, ("calls", "b ok"): 1.0})
        await add(connection, DAY, {("calls", "a ok"): 2.0, ("seconds", ""): 0.75})
        await add(connection, DAY + timedelta(days=1), {("calls", "a ok"): 10.0})

        found = await totals(connection)
        later = await totals(connection, DAY + timedelta(days=1))

    assert found["calls"] == {"a ok": 15.0, "b ok": 1.0}
    assert found["seconds"] == {"": 0.75}
    assert (later["calls"], later.get("seconds")) == ({"a ok": 10.0}, None)
