"""The business of Ana, whose clients pay online: one for each file of tests, in which every test has an invoice."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.clock import FixedClock
from tests.fakes.stripe import Account, FakeStripe
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.stripe.paying_office import PayingOffice

__all__ = ["ONLINE", "PART", "WHOLE", "account", "ana", "number", "office", "page", "said"]

WHOLE, PART = 428_40, 100_00
"""Of an invoice over EUR 428.40 with VAT, and a part of it."""
ONLINE = (WHOLE, WHOLE, "online")


@pytest.fixture(scope="module")
async def office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PayingOffice]:
    """For the whole file: each test has an invoice of its own."""
    clock, file = FixedClock(), tmp_path_factory.mktemp("paying") / "paying.db"
    shutil.copyfile(sqlite_template, file)
    with FakeStripe(clock=clock.now) as stripe:
        office = PayingOffice(f"sqlite:///{file}", stripe, clock)
        yield office
        await office.close()
    assert stripe.troubled == []


@pytest.fixture(scope="module")
async def ana(office: PayingOffice) -> Chat:
    """She runs a business with one client, whose account is connected."""
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    assert (await office.connects(ana, office.stripe.account("acct_1Ana"))).status == 200
    return ana


@pytest.fixture
def account(office: PayingOffice, ana: Chat) -> Account:
    return office.stripe.account("acct_1Ana")


@pytest.fixture
async def number(ana: Chat) -> str:
    """Of an invoice over EUR 428.40."""
    return await bills(ana, "Acme: 3h design @ 120; vat 19%")


@pytest.fixture
async def page(office: PayingOffice, ana: Chat, number: str) -> str:
    return await office.page_of(ana, number)


async def said(office: PayingOffice, account: Account, kind: str = "") -> str:
    """What Ana is told without asking about what happened in her account."""
    before = office.count("ana")
    await office.hears(account, kind)
    return "\n".join(seen.text for seen in office.unasked("ana", before))
