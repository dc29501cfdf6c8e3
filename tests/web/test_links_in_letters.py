"""The link to an invoice's page in letters: made when they leave, and one that works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from bot.rendering import Renderer
from bot.wiring import App
from handlers.kinds import Attachment, Reply
from storage.engine import Storage
from tests.documents.reading import text
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat
from tests.scenarios.postal import BEGIN, PostalOffice, berlin, delivers, opens
from tests.scenarios.scenes import bills
from tests.web.office import PUBLIC_URL, browser_of

ACME = "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE; email books@acme.example; language en"


class Office(PostalOffice):
    """With a public address."""

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4)
        platforms = [platform or self.platform, *self.others]
        return App(
            storage, self.clock, self.ids, Renderer(), platforms, self.errands, mailing=self.mailing,
            public_url=PUBLIC_URL,
        )  # fmt: skip

    def enclosed(self, name: str) -> bytes:
        """A file that went along with the only letter."""
        (delivered,) = self.post.delivered
        assert isinstance(delivered.shown, Reply)
        files = [item for item in delivered.shown.attachments if isinstance(item, Attachment)]
        return next(file.content for file in files if file.filename == name)

    async def shows(self, link: str, said: str) -> bool:
        """Whether that link leads to a page on which this stands."""
        answer = await browser_of(self.app)(link.removeprefix(PUBLIC_URL))
        return answer.status == 200 and said in answer.page.text


@pytest.fixture
async def office(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Office]:
    copyfile(sqlite_template, tmp_path / "own.db")
    office = Office(f"sqlite:///{tmp_path / 'own.db'}", BEGIN)
    yield office
    await office.close()


@pytest.fixture
async def ana(office: Office) -> Chat:
    ana = office.person("ana")
    await opens(ana, ACME)
    return ana


async def test_a_mailed_invoice_can_be_seen_and_paid_online(office: Office, ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100; due 7d")

    await ana.says(f"/send {number}")
    ana.sees(f"Pay or see it online: {PUBLIC_URL}/i/…")
    await ana.presses("Send")
    await office.work_off()

    (letter,) = office.letters
    (link,) = letter.links
    assert await office.shows(link, f"Invoice {number}")


async def test_of_a_paid_one_it_can_only_be_seen(office: Office, ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100; due 7d")
    await ana.says(f"/paid {number}")

    await ana.says(f"/send {number}")

    ana.sees(f"See it online: {PUBLIC_URL}/i/…")


async def test_a_way_to_pay_of_one_s_own_comes_first(office: Office, ana: Chat) -> None:
    await ana.says("/reminders pay-link https://pay.example/{number}")
    number = await bills(ana, "Acme: Work @ 100; due 7d")

    await ana.says(f"/send {number} now")
    await office.work_off()

    assert office.letters[0].links == (f"https://pay.example/{number}",)


async def test_a_reminder_leads_to_each_invoice_that_it_is_about(office: Office, ana: Chat) -> None:
    await ana.says("/reminders steps 3")
    numbers = [
        await delivers(office, ana, f"Acme: Work @ {price}; due 7d") for price in (70, 60, 50, 40, 30, 20)
    ]

    await office.until(berlin(3, 12, 9))
    ana_was_shown = office.last("ana").text
    await office.until(berlin(3, 12, 13))

    (letter,) = office.letters
    assert f"Pay or see {numbers[0]}: {PUBLIC_URL}/i/…" in ana_was_shown
    assert len(set(letter.links)) == len(numbers)
    for link, number in zip(letter.links, numbers, strict=True):
        assert await office.shows(link, f"Invoice {number}")
    printed = " ".join(text(office.enclosed(f"reminder-{numbers[0]}.pdf")).split())
    assert [f"Pay online {link}" in printed for link in letter.links] == [True] * len(numbers)


async def test_a_reminder_that_the_owner_forwards_has_a_link_that_works(office: Office, ana: Chat) -> None:
    await ana.says("/client edit Acme; email -")
    await ana.says("/reminders steps 3")
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 13))

    said = next(seen.text for seen in office.unasked("ana") if "Pay or see it online: " in seen.text)
    link = said.split("Pay or see it online: ", 1)[1].split()[0]
    assert await office.shows(link, f"Invoice {number}")
