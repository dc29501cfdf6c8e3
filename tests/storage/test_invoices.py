from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from core.early import EarlyTerms, offered
from core.errors import Conflict, NotFound
from core.invoice import Discount, Document, Invoice, Part, Prepaid, Quoted, State, TaxRow
from core.money import Money
from core.rates import ExchangeRate, RateSource
from tests.builders.core import VAT_19, a_client, a_draft, a_full_draft, a_line, an_invoice, an_issued_invoice
from tests.storage.shop import Shop

VOIDED_AT = datetime(2026, 3, 9, 15, 14, 13, 121110, tzinfo=UTC)


async def keep(shop: Shop, invoice: Invoice) -> Invoice:
    async with shop.work() as work:
        await work.invoices.add(invoice)
    return invoice


async def test_a_draft_comes_back_with_everything_that_was_typed(shop: Shop) -> None:
    euro = Money(11900, "EUR")
    deposit = TaxRow(VAT_19, Money(10000, "EUR"), Money(1900, "EUR"), Money(31, "EUR"), "§ 7")
    draft = a_full_draft(
        shop.client.id,
        quoted=Quoted(UUID(int=0x900E), "Q2026-0007", Part.REST),
        prepaid=(Prepaid("2026-0003", date(2026, 2, 9), euro, (deposit,)),),
    )
    invoice = await keep(shop, an_invoice(draft))

    stored = await shop.invoice(invoice.id)

    assert stored == invoice
    assert [field.name for field in fields(draft) if getattr(draft, field.name) == field.default] == []


async def test_an_issued_invoice_comes_back_with_its_whole_document(shop: Shop) -> None:
    invoice = an_issued_invoice(
        shop.business,
        shop.client,
        "2026-017",
        a_full_draft(shop.client.id, discount=Discount(amount=Decimal("3.01"))),
        paid=Money(4711, "EUR"),
        state=State.VOID,
        voided_at=VOIDED_AT,
        void_reason="falscher Betrag „7“",
        version=5,
        credited_minor=173,
        imported=True,
    )

    stored = await shop.invoice((await keep(shop, invoice)).id)

    assert stored == invoice
    assert [field.name for field in fields(invoice) if getattr(invoice, field.name) == field.default] == []


async def test_a_document_keeps_fields_that_this_business_leaves_empty(shop: Shop) -> None:
    invoice = an_issued_invoice(shop.business, shop.client, "2026-018")
    document = replace(
        invoice.issued,
        terms="30d eom",
        language="de",
        tax_note="Keine USt.",
        bic="X",
        reference="Y",
        branded=True,
        rate=ExchangeRate("EUR", "USD", date(2026, 3, 4), Decimal("1.08320"), RateSource.ECB),
        home_tax=Money(17_31, "EUR"),
        early=offered(EarlyTerms(Decimal("2.50"), 7), invoice.total, date(2026, 3, 5)),
    )

    await keep(shop, replace(invoice, document=document))

    assert (await shop.invoice(invoice.id)).document == document


@pytest.mark.parametrize("price", ["0.0001", "12345678901.2345", "1E+3", "100.00"])
async def test_a_price_keeps_its_digits(shop: Shop, price: str) -> None:
    invoice = await keep(shop, an_invoice(a_draft(shop.client.id, lines=(a_line(price, "1"),))))

    stored = await shop.invoice(invoice.id)

    assert str(stored.draft.lines[0].price) == price


async def test_a_changed_draft_keeps_its_identity_and_counts_its_version_up(shop: Shop) -> None:
    invoice = await keep(shop, an_invoice(a_draft(shop.client.id)))
    other = a_client("Globex")
    draft = a_full_draft(other.id, currency="KWD")
    changed = replace(an_invoice(draft), id=invoice.id, created_at=invoice.created_at)

    async with shop.work() as work:
        await work.clients.add(other)
        saved = await work.invoices.save(changed)

    assert saved == await shop.invoice(invoice.id) == replace(changed, version=1)


async def test_issuing_is_stored_once(shop: Shop) -> None:
    draft = await keep(shop, an_invoice(a_draft(shop.client.id)))
    issued = replace(
        an_issued_invoice(shop.business, shop.client, "2026-019"), id=draft.id, created_at=draft.created_at
    )
    issued = replace(issued, draft=draft.draft)

    async with shop.work() as work:
        saved = await work.invoices.save_issued(issued)

    assert saved == await shop.invoice(draft.id) == replace(issued, version=1)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.invoices.save_issued(saved)


async def test_a_frozen_document_is_never_written_again(shop: Shop) -> None:
    invoice = await keep(shop, an_issued_invoice(shop.business, shop.client, "2026-020"))
    forged = replace(
        invoice,
        document=replace(invoice.issued, number="2026-999", note="forged"),
        draft=replace(invoice.draft, note="forged"),
        total=Money(1, "EUR"),
        paid=Money(300, "EUR"),
        voided_at=VOIDED_AT,
        void_reason="kept",
    )

    async with shop.work() as work:
        await work.invoices.save(forged)

    expected = replace(invoice, paid=Money(300, "EUR"), voided_at=VOIDED_AT, void_reason="kept", version=1)
    assert await shop.invoice(invoice.id) == expected


async def test_an_issued_invoice_is_neither_saved_nor_removed_as_a_draft(shop: Shop) -> None:
    invoice = await keep(shop, an_issued_invoice(shop.business, shop.client, "2026-021"))
    as_draft = replace(invoice, state=State.DRAFT, document=None)

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.invoices.save(as_draft)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.invoices.remove_draft(as_draft)
    assert await shop.invoice(invoice.id) == invoice


@pytest.mark.parametrize("state", [State.DRAFT, State.ISSUED])
async def test_an_invoice_changed_since_is_not_overwritten(shop: Shop, state: State) -> None:
    draft, issued = (
        an_invoice(a_draft(shop.client.id)),
        an_issued_invoice(shop.business, shop.client, "2026-022"),
    )
    seen = await keep(shop, draft if state is State.DRAFT else issued)
    async with shop.work() as work:
        first = await work.invoices.save(seen)

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.invoices.save(replace(seen, void_reason="second"))

    assert await shop.invoice(seen.id) == first


async def test_a_removed_draft_is_gone(shop: Shop) -> None:
    draft = await keep(shop, an_invoice(a_draft(shop.client.id)))

    async with shop.work() as work:
        await work.invoices.remove_draft(draft)

    with pytest.raises(NotFound):
        await shop.invoice(draft.id)


async def test_a_draft_changed_since_is_not_removed(shop: Shop) -> None:
    seen = await keep(shop, an_invoice(a_draft(shop.client.id)))
    async with shop.work() as work:
        changed = await work.invoices.save(seen)

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.invoices.remove_draft(seen)

    assert await shop.invoice(seen.id) == changed


async def test_a_locked_invoice_is_the_one_that_get_finds(shop: Shop) -> None:
    invoice = await keep(shop, an_issued_invoice(shop.business, shop.client, "2026-023"))

    async with shop.work() as work:
        assert await work.invoices.lock(invoice.id) == invoice


async def test_an_invoice_is_found_by_its_exact_number(shop: Shop, neighbour: Shop) -> None:
    mine = await keep(shop, an_issued_invoice(shop.business, shop.client, "RE-024/a"))
    await keep(neighbour, an_issued_invoice(neighbour.business, neighbour.client, "RE-025"))

    async with shop.work() as work:
        found = [
            await work.invoices.find_number(text) for text in ("RE-024/a", "RE-024/A", "RE-02%", "RE-025")
        ]

    assert found == [mine, None, None, None]


async def test_a_number_is_given_to_one_invoice_only(shop: Shop) -> None:
    await keep(shop, an_issued_invoice(shop.business, shop.client, "2026-026"))

    with pytest.raises(Conflict):
        await keep(shop, an_issued_invoice(shop.business, shop.client, "2026-026"))


async def test_two_businesses_may_use_the_same_number(shop: Shop, neighbour: Shop) -> None:
    for each in (shop, neighbour):
        await keep(each, an_issued_invoice(each.business, each.client, "2026-027"))

    async with neighbour.work() as work:
        found = await work.invoices.find_number("2026-027")

    assert found is not None
    assert found.issued.seller.name == "Nachbar & Söhne"


async def test_a_neighbours_invoice_is_not_found_locked_or_changed(shop: Shop, neighbour: Shop) -> None:
    theirs = await keep(neighbour, an_issued_invoice(neighbour.business, neighbour.client, "2026-028"))
    draft = await keep(neighbour, an_invoice(a_draft(neighbour.client.id)))

    for method in ("get", "lock"):
        with pytest.raises(NotFound):
            async with shop.work() as work:
                await getattr(work.invoices, method)(theirs.id)
    for method, invoice in (
        ("save", theirs),
        ("save", draft),
        ("save_issued", draft),
        ("remove_draft", draft),
    ):
        with pytest.raises(Conflict):
            async with shop.work() as work:
                await getattr(work.invoices, method)(invoice)
    assert await neighbour.invoice(theirs.id) == theirs
    assert await neighbour.invoice(draft.id) == draft


async def test_a_counter_counts_from_one_per_series_and_period(shop: Shop, neighbour: Shop) -> None:
    async with shop.work() as work:
        counts = [
            await work.invoices.next_count(series, period)
            for series, period in [("invoice", "2026")] * 3
            + [("invoice", "2027"), ("note", "2026"), ("invoice", "")]
        ]
    async with neighbour.work() as work:
        other = await work.invoices.next_count("invoice", "2026")

    assert (counts, other) == ([1, 2, 3, 1, 1, 1], 1)


async def test_a_count_that_is_rolled_back_is_given_again(shop: Shop) -> None:
    with suppress(KeyError):
        async with shop.work() as work:
            await work.invoices.next_count("invoice", "2026")
            raise KeyError

    async with shop.work() as work:
        assert await work.invoices.next_count("invoice", "2026") == 1


async def test_a_counter_goes_on_from_where_it_was_begun_unless_it_counted_already(shop: Shop) -> None:
    async with shop.work() as work:
        begun = await work.invoices.begin_count("invoice", "2026", 41)
        count = await work.invoices.next_count("invoice", "2026")
        again = await work.invoices.begin_count("invoice", "2026", 97)

    assert (begun, count, again) == (True, 42, False)


def test_the_tests_know_every_field_of_a_document() -> None:
    known = {
        "number", "issued_on", "due_on", "terms", "seller", "buyer", "totals", "period", "discount", "inclusive",
        "reference", "note", "iban", "bic", "footer", "accent", "logo", "language", "tax_note", "branded",
        "order", "delivered_on", "kind", "preceding", "rate", "home_tax", "early", "quoted", "prepaid", "valid_until",
    }  # fmt: skip

    assert {field.name for field in fields(Document)} == known
