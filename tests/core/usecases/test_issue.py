import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.audit import Action
from core.documents.exemption import exemption
from core.errors import BillhookError, Conflict, InvalidInput, NotFound
from core.invoice import Discount, Invoice, Period, State
from core.money import Money
from core.numbering import NumberPattern
from core.party import Address
from core.tax import NO_TAX
from core.terms import Terms
from core.usecases.business import change_settings, continue_numbering
from core.usecases.client import archive_client, change_client
from core.usecases.desk import Desk
from core.usecases.invoice import change_draft, create_draft, discard_draft, issue
from storage.engine import Storage
from tests.builders.core import IDS, VAT_7, VAT_19, ZERO, a_draft, a_full_draft, a_line
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, open_shop

TODAY = date(2026, 3, 5)


async def issue_again(shop: Shop, invoice: Invoice) -> Invoice:
    async with shop.desk() as desk:
        return (await issue(desk, await desk.work.invoices.lock(invoice.id)))[0]


async def test_a_draft_has_no_number_and_takes_none(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    issued, _entry = await shop.issue()

    assert (draft.state, draft.document) == (State.DRAFT, None)
    assert issued.issued.number == "2026-001"


async def test_numbers_follow_each_other_without_a_gap(shop: Shop, neighbour: Shop) -> None:
    numbers = [(await each.issue())[0].issued.number for each in (shop, neighbour, shop, shop, neighbour)]

    assert numbers == ["2026-001", "2026-001", "2026-002", "2026-003", "2026-002"]


async def test_an_issued_invoice_holds_everything_its_document_prints(shop: Shop, clock: FixedClock) -> None:
    draft = a_full_draft(shop.client.id, issue_on=date(2026, 3, 4), due=date(2026, 4, 13))

    issued, entry = await shop.issue(draft)

    document = issued.issued
    assert (document.number, document.issued_on, document.due_on, document.terms) == (
        "2026-001", date(2026, 3, 4), date(2026, 4, 13), "",
    )  # fmt: skip
    assert (document.seller, document.buyer) == (shop.business.party(), shop.client.party())
    assert (document.iban, document.bic, document.footer, document.accent, document.logo) == (
        shop.business.iban, shop.business.bic, shop.business.footer, shop.business.accent, shop.business.logo,
    )  # fmt: skip
    assert (document.period, document.discount) == (
        Period(date(2026, 2, 3), date(2026, 2, 27)), Discount(percent=Decimal("3.5")),
    )  # fmt: skip
    assert (document.reference, document.note, document.inclusive) == (draft.reference, draft.note, True)
    assert [row.tax for row in document.totals.tax_rows] == [VAT_19, VAT_7, ZERO]
    assert (issued.total, issued.issued_at, issued.state) == (document.totals.payable, clock.at, State.ISSUED)
    assert (entry.action, entry.label, entry.version) == (Action.INVOICE_ISSUED, "2026-001", issued.version)
    assert await shop.invoice(issued.id) == issued


async def test_terms_are_printed_as_typed_and_counted_from_the_issue(shop: Shop) -> None:
    issued, _entry = await shop.issue(a_draft(shop.client.id, due=Terms(days=3, months=1, end_of_month=True)))

    assert (issued.issued.terms, issued.issued.due_on) == ("1m 3d eom", date(2026, 4, 30))


async def test_later_changes_of_client_and_business_do_not_touch_an_issued_invoice(shop: Shop) -> None:
    issued, _entry = await shop.issue()
    moved = Address("AT", "Ring 1", "", "1010", "Wien")

    async with shop.desk() as desk:
        client = replace(shop.client, name="Renamed Ltd", address=moved, vat_id="ATU12345675")
        await change_client(desk, shop.client, client)
        await change_settings(
            desk,
            replace(
                desk.business, name="Umfirmiert", address=moved, iban="", footer="new", accent="#112233",
                logo=None, default_tax=VAT_7, language="fr", number_pattern=NumberPattern("X{NN}"),
            ),
        )  # fmt: skip

    assert await shop.invoice(issued.id) == issued


async def test_a_draft_follows_its_client_until_it_is_issued(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    async with shop.desk() as desk:
        await change_client(desk, shop.client, replace(shop.client, name="Renamed Ltd"))

    issued = await issue_again(shop, draft)

    assert issued.issued.buyer.name == "Renamed Ltd"


@pytest.mark.parametrize(
    ("zone", "number", "issued_on"),
    [
        ("Pacific/Auckland", "2027-001", date(2027, 1, 1)),
        ("America/Los_Angeles", "2026-001", date(2026, 12, 31)),
        ("UTC", "2026-001", date(2026, 12, 31)),
    ],
)
async def test_at_the_turn_of_the_year_the_businesss_own_calendar_counts(
    storage: Storage, clock: FixedClock, zone: str, number: str, issued_on: date
) -> None:
    clock.at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    shop = await open_shop(storage, zone=zone)

    issued, _entry = await shop.issue()

    assert (issued.issued.number, issued.issued.issued_on) == (number, issued_on)


async def test_each_year_counts_from_one_and_an_invoice_dated_back_joins_its_own_year(
    shop: Shop, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    numbers = [(await shop.issue())[0].issued.number]
    clock.at = datetime(2027, 1, 2, 12, 0, tzinfo=UTC)

    for issue_on in (None, date(2026, 12, 30), None):
        numbers.append((await shop.issue(a_draft(shop.client.id, issue_on=issue_on)))[0].issued.number)

    assert numbers == ["2026-001", "2027-001", "2026-002", "2027-002"]


async def test_numbering_goes_on_from_another_tool_once_and_before_the_first(shop: Shop) -> None:
    async with shop.desk() as desk:
        await continue_numbering(desk, 420)
    async with shop.desk() as desk:
        entry = await continue_numbering(desk, 42)

    issued, _entry = await shop.issue()

    assert (entry.label, issued.issued.number) == ("2026-042", "2026-042")
    with pytest.raises(Conflict, match="Numbers have been given already"):
        async with shop.desk() as desk:
            await continue_numbering(desk, 97)


async def test_a_number_given_under_an_earlier_pattern_is_not_given_again(storage: Storage) -> None:
    shop = await open_shop(storage, number_pattern=NumberPattern("{YYYY}{NNN}"))
    await shop.issue()
    async with shop.desk() as desk:
        await change_settings(desk, replace(desk.business, number_pattern=NumberPattern("2026{NNN}")))

    with pytest.raises(Conflict, match="2026001 was given under an earlier pattern"):
        await shop.issue()


async def test_a_draft_that_two_tasks_issue_at_once_gets_one_number(shop: Shop) -> None:
    draft, _entry = await shop.draft()

    ends = await asyncio.gather(issue_again(shop, draft), issue_again(shop, draft), return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "Invoice"]
    assert (await shop.issue())[0].issued.number == "2026-002"


async def test_of_two_that_issue_what_they_saw_before_the_second_gives_its_number_back(shop: Shop) -> None:
    seen, _entry = await shop.draft()

    async def stale() -> str:
        async with shop.desk() as desk:
            return (await issue(desk, seen))[0].issued.number

    ends = await asyncio.gather(stale(), stale(), return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "str"]
    assert (await shop.invoice(seen.id)).issued.number == "2026-001"
    assert (await shop.issue())[0].issued.number == "2026-002"


@pytest.mark.parametrize("queued", [True, False])
async def test_twenty_tasks_issue_twenty_numbers_without_a_gap(shop: Shop, queued: bool) -> None:
    """Not queued, they meet at the counter's row lock, as tasks of several processes do."""

    async def one() -> str:
        async with shop.storage.work(shop.id.hex if queued else "") as work:
            await work.enter(shop.id)
            desk = Desk(work, shop.storage.clock, IDS, shop.business, shop.owner)
            invoice, _entry = await create_draft(desk, a_draft(shop.client.id))
            return (await issue(desk, invoice))[0].issued.number

    numbers = await asyncio.gather(*[one() for _number in range(20)])

    assert sorted(numbers) == [f"2026-{number:03}" for number in range(1, 21)]


async def test_a_refused_issue_takes_no_number(shop: Shop) -> None:
    draft, _entry = await shop.draft(a_draft(shop.client.id))
    async with shop.desk() as desk:
        unprintable = await desk.work.clients.get(shop.client.id)
        renamed, _entry = await change_client(desk, unprintable, replace(unprintable, name="漢字"))

    with pytest.raises(InvalidInput):
        await issue_again(shop, draft)

    async with shop.desk() as desk:
        await change_client(desk, renamed, replace(renamed, name="Kanji"))
    assert (await shop.issue())[0].issued.number == "2026-001"


async def test_a_draft_that_could_not_be_printed_is_refused_at_once(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="cannot be printed on an invoice") as refused:
        await shop.draft(a_draft(shop.client.id, lines=(a_line(description="漢"),)))

    assert refused.value.field == "lines"


@pytest.mark.parametrize("days", [-367, 367])
async def test_a_date_more_than_a_year_away_is_refused(shop: Shop, days: int) -> None:
    with pytest.raises(InvalidInput, match="more than a year away") as refused:
        await shop.draft(a_draft(shop.client.id, issue_on=TODAY + timedelta(days=days)))

    assert refused.value.field == "on"


async def test_an_invoice_is_not_due_before_its_date(shop: Shop, clock: FixedClock) -> None:
    draft, _entry = await shop.draft(a_draft(shop.client.id, due=date(2026, 3, 5)))
    clock.advance(timedelta(days=1))

    with pytest.raises(InvalidInput, match="due on 2026-03-05, before its date 2026-03-06") as refused:
        await issue_again(shop, draft)

    assert refused.value.field == "due"


async def test_who_is_not_registered_must_not_charge_vat(storage: Storage) -> None:
    shop = await open_shop(storage, vat_id="", tax_number="", default_tax=NO_TAX)

    with pytest.raises(InvalidInput, match="must not charge VAT") as refused:
        await shop.draft(a_draft(shop.client.id, lines=(a_line(tax=VAT_7),), tax=NO_TAX))
    issued, _entry = await shop.issue(a_draft(shop.client.id, tax=NO_TAX))

    assert refused.value.field == "vat"
    assert issued.issued.tax_note == exemption(NO_TAX, "DE", issued.issued.language, registered=False)


async def test_an_archived_client_is_not_invoiced(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    async with shop.desk() as desk:
        await archive_client(desk, shop.client)

    with pytest.raises(Conflict, match="is archived"):
        await shop.draft()
    with pytest.raises(Conflict, match="is archived"):
        await issue_again(shop, draft)


async def test_a_neighbours_client_is_not_invoiced(shop: Shop, neighbour: Shop) -> None:
    with pytest.raises(NotFound):
        await shop.draft(a_draft(neighbour.client.id))


async def test_a_changed_draft_shows_its_new_total_and_currency(shop: Shop) -> None:
    draft, _entry = await shop.draft()

    async with shop.desk() as desk:
        changed = a_draft(shop.client.id, currency="JPY", lines=(a_line("1234.5", "3"),))
        saved, entry = await change_draft(desk, draft, changed)

    assert saved.total == Money(4408, "JPY")
    assert (entry.action, entry.before) == (Action.DRAFT_CHANGED, draft)
    assert await shop.invoice(draft.id) == saved


async def test_an_issued_invoice_is_neither_changed_discarded_nor_issued_again(shop: Shop) -> None:
    issued, _entry = await shop.issue()

    for attempt in (
        lambda desk: change_draft(desk, issued, issued.draft),
        lambda desk: discard_draft(desk, issued),
        lambda desk: issue(desk, issued),
    ):
        with pytest.raises(Conflict, match="2026-001 is issued already"):
            async with shop.desk() as desk:
                await attempt(desk)
    assert await shop.invoice(issued.id) == issued


async def test_a_discarded_draft_is_gone_and_took_no_number(shop: Shop) -> None:
    draft, _entry = await shop.draft()

    async with shop.desk() as desk:
        entry = await discard_draft(desk, draft)

    assert (entry.before, entry.label) == (draft, "Acme Fabrication Ltd")
    with pytest.raises(NotFound):
        await shop.invoice(draft.id)
    assert (await shop.issue())[0].issued.number == "2026-001"


async def test_a_draft_that_could_not_be_issued_is_refused_at_once(shop: Shop) -> None:
    with pytest.raises(BillhookError):
        async with shop.desk() as desk:
            await create_draft(desk, a_draft(shop.client.id, lines=()))
