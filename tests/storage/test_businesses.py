import json
from dataclasses import fields, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.digest import Days, DigestRules
from core.early import EarlyTerms
from core.errors import Conflict, NotFound
from core.ladder import LateFee
from core.money import Money
from core.numbering import NumberPattern
from core.party import Address, Business, Role
from core.quiet import Quiet
from core.reminder import Interest, ReminderRules, Silence
from core.tax import NO_TAX
from core.terms import Terms
from storage.codec import decode, encode
from storage.engine import Storage
from tests.builders.core import a_business, a_client, a_member
from tests.storage.shop import Shop, open_shop

RULES = ReminderRules(
    on=False, steps=(-5, 2), at=time(16, 45), preview_hours=0, silence=Silence.HOLD, minimum=731,
    quiet=Quiet(time(21, 15), time(6, 30), weekends=False, holidays=False),
    fee=LateFee((2,), percent=Decimal("1.25")), interest=Interest.STATUTORY, interest_rate=Decimal("11.27"),
    texts=(("firm/de", "Bitte zahlen Sie {amount}."),), pay_link="https://pay.example/{number}",
)  # fmt: skip
CHOSEN: dict[str, Any] = {
    "approval_limit": Money(123457, "EUR"), "approver": UUID(int=0xA99), "reminders": RULES,
    "digest": DigestRules(time(7, 45), Days.MONDAY), "contact": "Ånna Krüger", "phone": "+49 341 901820",
    "register": "HRB 21436, Amtsgericht Leipzig", "credit_pattern": NumberPattern("K{YY}-{NNN}"),
    "quote_pattern": NumberPattern("A{YY}-{NNN}"), "cash_rounding": Money(5, "EUR"),
    "early": EarlyTerms(Decimal("1.5"), 8),
}  # fmt: skip


async def load(shop: Shop) -> Business:
    async with shop.work() as work:
        return await work.businesses.get()


async def test_a_business_comes_back_as_it_was_stored(storage: Storage) -> None:
    shop = await open_shop(storage, **CHOSEN)

    stored = await load(shop)

    assert stored == shop.business


def test_the_business_that_is_stored_has_no_field_at_its_default() -> None:
    business = a_business(version=3, **CHOSEN)

    assert [field.name for field in fields(business) if getattr(business, field.name) == field.default] == []
    assert business.number_pattern != NumberPattern()
    for chosen in (business.digest, business.reminders):
        usual = type(chosen)()
        assert [
            name for name in chosen.__dataclass_fields__ if getattr(chosen, name) == getattr(usual, name)
        ] == []


async def test_every_setting_of_a_business_can_be_changed(shop: Shop) -> None:
    changed = a_business(
        id=shop.id,
        name="Neu & Söhne",
        address=Address("AT", "Ring 1", "Top 7", "1010", "Wien"),
        currency="USD",
        language="fr",
        zone="Asia/Tokyo",
        terms=Terms(days=3),
        vat_id="ATU12345675",
        tax_number="",
        iban="",
        bic="",
        email="neu@krueger.example",
        default_tax=NO_TAX,
        number_pattern=NumberPattern("N{NN}"),
        accent="#112233",
        footer="",
        logo=None,
        approval_limit=Money(30007, "USD"),
        approver=shop.owner.id,
    )

    async with shop.work() as work:
        saved = await work.businesses.save(changed)

    assert saved == replace(changed, version=1)
    assert await load(shop) == saved


def test_a_business_stored_before_there_were_approvals_asks_nobody() -> None:
    stored = json.loads(encode(a_business()))
    for name in CHOSEN:
        del stored[name]

    business = decode(Business, json.dumps(stored))

    assert (business.approval_limit, business.approver) == (None, None)


async def test_a_business_changed_since_it_was_loaded_is_not_overwritten(shop: Shop) -> None:
    seen = await load(shop)
    async with shop.work() as work:
        await work.businesses.save(replace(seen, footer="first"))

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.businesses.save(replace(seen, footer="second"))

    assert (await load(shop)).footer == "first"


async def test_a_business_that_does_not_exist_is_not_found(storage: Storage) -> None:
    never_opened = Shop(storage, a_business(), a_member(), a_client())

    with pytest.raises(NotFound):
        await load(never_opened)


async def test_nothing_of_a_business_is_reached_before_one_was_entered(storage: Storage) -> None:
    with pytest.raises(RuntimeError, match="no business was entered"):
        async with storage.work() as work:
            await work.businesses.get()


async def test_a_member_comes_back_as_stored_and_saved(shop: Shop) -> None:
    member = a_member(role=Role.ACCOUNTANT, left_at=datetime(2026, 2, 11, 10, 9, 8, 765432, tzinfo=UTC))
    async with shop.work() as work:
        await work.members.add(member)
        stored = await work.members.get(member.id)

    changed = replace(stored, name="Béla", role=Role.ADMIN, left_at=None)
    async with shop.work() as work:
        saved = await work.members.save(changed)
        found = await work.members.get(member.id)

    assert stored == member
    assert saved == found == replace(changed, version=1)


async def test_a_member_changed_since_is_not_overwritten(shop: Shop) -> None:
    async with shop.work() as work:
        await work.members.save(replace(shop.owner, name="Erste"))

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.members.save(replace(shop.owner, name="Zweite"))


async def test_members_are_listed_in_the_order_they_came(shop: Shop) -> None:
    hired = [await shop.hire(Role.MEMBER, name) for name in ("Zoë", "adam", "Émile")]

    async with shop.work() as work:
        listed = await work.members.list()

    assert listed == [shop.owner, *hired]


async def test_a_neighbours_member_is_neither_found_nor_saved_nor_listed(shop: Shop, neighbour: Shop) -> None:
    async with shop.work() as work:
        listed = await work.members.list()

    assert listed == [shop.owner]
    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.members.get(neighbour.owner.id)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.members.save(replace(neighbour.owner, name="taken over"))
