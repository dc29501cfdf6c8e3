"""Products: kept whole, found by what a line calls them, searched and listed by name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import Conflict, NotFound
from core.product import Product
from core.views import Cursor
from tests.builders.core import IDS
from tests.builders.products import a_product
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop


async def keep(shop: Shop, *products: Product) -> None:
    async with shop.work() as work:
        for product in products:
            await work.products.add(product)


async def test_a_product_is_kept_as_it_is_and_as_it_is_changed(shop: Shop) -> None:
    product = a_product(archived_at=MORNING)
    changed = replace(
        product, name="Ümzug", code="", price=Decimal("0.0125"), currency="JPY", unit="KMT", tax=None,
        archived_at=None,
    )  # fmt: skip
    await keep(shop, product)

    async with shop.work() as work:
        first = await work.products.get(product.id)
        saved = await work.products.save(changed)
        second = await work.products.get(product.id)

    assert first == product
    assert saved == second == replace(changed, version=1)


async def test_only_the_first_of_two_who_change_one_is_heard(shop: Shop) -> None:
    product = a_product()
    await keep(shop, product)

    async with shop.work() as work:
        await work.products.save(product)
        with pytest.raises(Conflict):
            await work.products.remove(product)
        await work.products.remove(replace(product, version=1))
        with pytest.raises(NotFound, match="no such product"):
            await work.products.get(product.id)


async def test_lines_find_live_products_by_name_or_code(shop: Shop) -> None:
    hosting, logo = a_product("Hosting"), a_product("Logo  Größe", code="")
    await keep(shop, hosting, logo, a_product("Gone", code="OLD", archived_at=MORNING))

    async with shop.work() as work:
        both = await work.products.find_named(["host-1", "logo grösse", "hosting", "gone", "old", ""])
        none = await work.products.find_named(["host", "HOSTING", IDS.token()])

    assert {product.id for product in both} == {hosting.id, logo.id}
    assert len(both) == 2
    assert none == []


async def test_a_part_of_a_name_or_code_is_enough_to_search(shop: Shop) -> None:
    hosting, percent = a_product("Hosting"), a_product("100% Bio", code="B_1")
    gone = a_product("Host of yore", code="", archived_at=MORNING)
    await keep(shop, hosting, percent, gone)

    async with shop.work() as work:
        found = [
            [product.name for product in await work.products.search(text, 9, live)]
            for text, live in (("HOST", True), ("%", True), ("b_", True), ("host", False), ("", True))
        ]

    assert found == [["Hosting"], ["100% Bio"], ["100% Bio"], ["Host of yore"], ["100% Bio", "Hosting"]]


async def test_pages_go_by_name_and_leave_archived_ones_out(shop: Shop) -> None:
    names = ["a", "B", "ç", "d", "É"]
    await keep(shop, *(a_product(name, code="") for name in names), a_product("c", archived_at=MORNING))

    async with shop.work() as work:
        first = await work.products.list_page(None, 2)
        second = await work.products.list_page(Cursor.read(first.after or ""), 2)
        back = await work.products.list_page(Cursor.read(second.before or ""), 2)

    assert [product.name for product in first.rows] == ["a", "B"]
    assert [product.name for product in second.rows] == ["d", "ç"]
    assert back.rows == first.rows
    assert (first.before, back.before) == (None, None)
