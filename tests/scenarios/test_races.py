"""The same update twice, and several at once: everything happens exactly once and in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from handlers.updates import Pressed, Typed
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office, as_seen
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """Two apps with connections of their own, as two processes would have."""
    office = Office(database_url, apps=2)
    yield office
    await office.close()


def numbers_of(office: Office, name: str) -> list[str]:
    """What was issued, in the order it was told."""
    texts = [as_seen(delivered).text for delivered in office.platform.shown_in(office.chat_of(name))]
    return [text.split()[1] for text in texts if text.startswith("Issued ")]


async def test_a_delivery_that_comes_again_is_not_answered_again(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed("/invoice Acme: 3h design @ 120"))
    await office.handle(update)
    before = await office.snapshot("ana")
    shown = len(office.platform.delivered)

    for app in (*office.apps, *office.apps):
        await app.handle(update)

    assert len(office.platform.delivered) == shown
    assert await office.snapshot("ana") == before


async def test_the_same_delivery_to_both_apps_at_once_runs_once(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed("/invoice Acme: 3h design @ 120"))

    await asyncio.gather(*(app.handle(update) for app in office.apps * 3))

    await ana.says("/invoices draft")
    assert ana.seen.buttons == ("Open draft for Acme GmbH",)


async def test_a_double_tap_issues_once(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    token = draft.tokens[draft.buttons.index("Issue")]
    taps = [office.update("ana", Pressed(token)) for _tap in range(4)]

    await asyncio.gather(*(app.handle(tap) for app, tap in zip(office.apps * 2, taps, strict=True)))

    assert numbers_of(office, "ana") == ["2026-0001"]
    assert await bills(ana, "Acme: Logo @ 900") == "2026-0002"


async def test_payments_sent_at_once_are_all_counted(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    paid = [office.update("ana", Typed(f"/paid 2026-0001 {amount}")) for amount in (10, 20, 30, 40, 50, 60)]

    await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps * 3, paid, strict=True)))

    await ana.says("/invoice 2026-0001")
    ana.sees("Paid: EUR 210.00", "Balance: EUR 218.40")


async def test_two_people_who_issue_at_once_get_numbers_without_a_gap(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await invites(ana, office.person("ben"), "member")
    drafts = []
    for name in ("ana", "ben") * 3:
        draft = await office.person(name).says(f"/invoice Acme: Work of {name} @ 100")
        drafts.append(office.update(name, Pressed(draft.tokens[draft.buttons.index("Issue")])))

    await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps * 3, drafts, strict=True)))

    given = sorted(numbers_of(office, "ana") + numbers_of(office, "ben"))
    assert given == [f"2026-000{count}" for count in range(1, 7)]


async def test_payments_that_two_people_record_at_once_are_both_counted(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await invites(ana, office.person("ben"), "member")
    await bills(ana, "Acme: 3h design @ 120")

    for _round in range(4):
        paid = [office.update(name, Typed("/paid 2026-0001 10")) for name in ("ana", "ben")]
        await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps, paid, strict=True)))

    await ana.says("/invoice 2026-0001")
    ana.sees("Paid: EUR 80.00", "Balance: EUR 348.40")


async def test_a_draft_that_two_people_issue_at_once_is_issued_once_and_both_are_told(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    ben = office.person("ben")
    await invites(ana, ben, "member")

    for number in ("2026-0001", "2026-0002", "2026-0003"):
        await ana.says("/invoice Acme: 3h design @ 120")
        taps = []
        for person in (ana, ben):
            await person.says("/invoices draft")
            shown = await person.presses("Open draft for Acme GmbH")
            taps.append(office.update(person.name, Pressed(shown.tokens[0])))
        await asyncio.gather(*(app.handle(tap) for app, tap in zip(office.apps, taps, strict=True)))

        shown_last = [office.platform.shown_in(office.chat_of(name))[-1] for name in ("ana", "ben")]
        texts = sorted(as_seen(delivered).text for delivered in shown_last)
        assert texts[0].startswith(f"{number} is issued already")
        assert texts[1].startswith(f"Issued {number} to Acme GmbH")


async def test_two_answers_to_one_question_take_one_step_each(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add")
    answers = [office.update("ana", Typed(text)) for text in ("Bär", "Bär")]

    await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps, answers, strict=True)))
    await ana.says("/cancel")

    shown = [as_seen(delivered).text for delivered in office.platform.shown_in(office.chat_of("ana"))]
    assert sorted(text.split(")")[0] for text in shown[-3:-1]) == ["(2/5", "(3/5"]


async def test_an_invitation_taken_by_two_at_once_seats_one(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invite member")
    code = ana.seen.text.split("/join ", 1)[1].split()[0]
    guests = [office.update(name, Typed(f"/join {code}")) for name in ("ben", "eve")]

    await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps, guests, strict=True)))

    shown = [as_seen(office.platform.shown_in(office.chat_of(name))[-1]).text for name in ("ben", "eve")]
    assert sorted(text.split()[0] for text in shown) == ["This", "Welcome"]
