"""What people do in Slack in these tests, and what they must find in their chats afterwards."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.delivery import LOST_AFTER
from bot.jobs import PostgresJobs
from bot.system import SystemIds
from core.chat_ports import OutboxRow
from core.party import Role
from core.ports import CHAT_JOB
from core.usecases.seats import find_desk, let_in
from handlers.kinds import Reply, Text
from handlers.wire import reply_to_json
from storage.engine import Storage
from tests.fakes.clock import FixedClock
from tests.fakes.slack import Ack, Channel, FakeSlack, Person, Shown, Team
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.slack_house import SECRET_KEY, House

BILL = "Acme: 3h design @ 120"
CLIENT, WORK = "Who is it for?", "What do you bill for?"
"""The questions of /invoice that have no answer yet."""


def let_in_by(house: House, *teams: Team) -> None:
    asyncio.run(house.let_in_by(teams))


@contextmanager
def taking_turns(house: House) -> Iterator[None]:
    """Two processes behind a load balancer that leads each request, and its repetition, to either of them."""
    processes, over = [house.serve(), house.serve()], threading.Event()

    def turn() -> None:
        chosen = random.Random(4711)
        while not over.wait(0.003):
            house.lead_to(chosen.choice(processes))

    turning = threading.Thread(target=turn)
    turning.start()
    try:
        yield
    finally:
        over.set()
        turning.join()
    assert [process.popen.poll() for process in processes] == [None, None]


def people(team: Team, count: int) -> list[Person]:
    return [team.person(f"Person {number}") for number in range(1, count + 1)]


def at_once(acts: Iterable[Callable[[], Ack]]) -> list[Ack]:
    """Everybody acts at the same moment; gives how each was acknowledged."""
    waiting = list(acts)
    with ThreadPoolExecutor(len(waiting)) as crowd:
        return [act.result() for act in [crowd.submit(act) for act in waiting]]


def asks(person: Person, text: str) -> Shown:
    """Says something in the direct conversation and waits for the answer."""
    before = {shown.ts for shown in person.sees(person.dm)}
    assert person.say(text).ok
    return person.wait_for(lambda shown: shown.from_bot and shown.ts not in before, person.dm, 15)


def opens_a_studio(person: Person) -> Ack:
    """With a client."""
    for text in (STUDIO, ACME):
        asks(person, text)
    return Ack(200, "", 0.0)


def open_studios(crowd: Iterable[Person]) -> None:
    at_once(partial(opens_a_studio, person) for person in crowd)


def share(house: House, owner: Person, others: Iterable[Person]) -> None:
    """They work for the owner's business from now on, and may do there what the owner may."""
    asyncio.run(_share(house, owner, list(others)))


async def _share(house: House, owner: Person, others: list[Person]) -> None:
    clock, ids = FixedClock(datetime.now(UTC)), SystemIds()
    storage = Storage(house.url, clock, keys=[SECRET_KEY])
    try:
        async with storage.work() as work:
            seat = (await work.chats.speaker(key_of(owner))).seat
            desk = await find_desk(work, clock, ids, seat) if seat is not None else None
            assert desk is not None, f"{owner.name} has no business"
            for person in others:
                await let_in(desk, key_of(person), person.name, Role.ADMIN)
    finally:
        await storage.close()


def key_of(person: Person) -> str:
    """As the database names who they are, and their direct conversation."""
    return f"slack:{person.workspace.id}/{person.id}"


def tell(house: House, chats: Iterable[str]) -> None:
    """Messages nobody asked for, such as digests: `Digest N`, in order, one for each of these chats."""
    asyncio.run(_tell(house.url, list(chats)))


async def _tell(url: str, chats: list[str]) -> None:
    storage, ids, jobs = Storage(url, FixedClock(datetime.now(UTC))), SystemIds(), PostgresJobs(url)
    try:
        async with storage.work() as work:
            for number, chat in enumerate(chats):
                payload = reply_to_json(Reply((Text(f"Digest {number}"),)), ())
                await work.outbox.add(OutboxRow(ids.new(), chat, payload, None), [])
            # On SQLite the owner of the file looks for itself.
            for chat in set() if storage.is_sqlite else set(chats):
                await jobs.enqueue(work, CHAT_JOB, chat, urgent=False)
    finally:
        await storage.close()


def fills_in(person: Person, where: Channel) -> None:
    """The whole form of an invoice stands on their screen, and only has to be sent."""
    assert person.slash("/invoice", where=where).ok
    person.wait_modal(lambda screen: screen.fields)
    person.choose(CLIENT, "Acme GmbH, Hamburg", typed="Ac")
    person.fill(WORK, "3h design @ 120")


def heard(person: Person, *places: Channel) -> list[str]:
    """What the bot has said that they see, in their direct conversation and in those places."""
    return [shown.text for place in (person.dm, *places) for shown in person.sees(place) if shown.from_bot]


def repeated(person: Person, *places: Channel) -> list[str]:
    """What the bot said more than once. An outcome stands in the place of its buttons and again with the file."""
    said = [shown.text for place in (person.dm, *places) for shown in person.sees(place)
            if shown.from_bot and not shown.files and shown.text]  # fmt: skip
    return [text for text, count in Counter(said).items() if count > 1]


def files_of(person: Person, *places: Channel) -> list[str]:
    return [
        file.name for place in (person.dm, *places) for shown in person.sees(place) for file in shown.files
    ]


def all_is_done(slack: FakeSlack, facts: Facts, seconds: float = 30.0) -> None:
    """Waits until everything that people did has come in, was answered, and the answers are delivered."""
    slack.drained(seconds)
    facts.settles(seconds)


def later_than_lost() -> str:
    """A process that begins then knows of everything that is on its way that it never came back."""
    return (datetime.now(UTC) + LOST_AFTER + timedelta(seconds=1)).isoformat()
