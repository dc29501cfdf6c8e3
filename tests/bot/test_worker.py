"""The worker's loop: at once, again and again, and over as soon as it is told."""

import asyncio

from bot.worker import work
from core.errors import Unavailable


class House:
    """Counts how often it was tidied; stops the loop after a number of turns."""

    def __init__(self, stop: asyncio.Event, turns: int) -> None:
        self._stop = stop
        self._turns = turns
        self.tidied = 0
        self.begun = asyncio.Event()

    async def tidy(self) -> None:
        self.tidied += 1
        self.begun.set()
        if self.tidied == self._turns:
            self._stop.set()
        if self.tidied == 1:
            raise Unavailable("The database does not answer.", 1)


async def test_it_goes_on_after_a_database_that_did_not_answer() -> None:
    stop = asyncio.Event()
    house = House(stop, turns=3)

    await asyncio.wait_for(work(house, stop, every=0.001), 5)

    assert house.tidied == 3


async def test_it_does_not_wait_out_its_minute_when_it_is_stopped() -> None:
    stop = asyncio.Event()
    house = House(stop, turns=7)
    working = asyncio.create_task(work(house, stop))
    await house.begun.wait()

    stop.set()
    await asyncio.wait_for(working, 5)

    assert house.tidied == 1


async def test_a_stopped_worker_does_not_begin() -> None:
    stop = asyncio.Event()
    stop.set()
    house = House(stop, turns=7)

    await work(house, stop)

    assert house.tidied == 0
