"""Products as lines name them: looked up before the lines are read, found by a part of a name, and offered."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InvalidInput, NotFound
from core.product import Goods, Product, by_key, key
from core.units import LABELS
from handlers.choices import MOST, Search, matching
from handlers.context import Context, as_id
from handlers.kinds import Ask, Notice, Option
from handlers.reading.lines import names_in
from handlers.reading.text import clean
from handlers.words import _

OFFERED = 6
"""Products that are buttons below the question for lines."""
_MATCHES = 8
_MOST_TYPED = 200


async def goods_in(ctx: Context, *texts: str | None) -> Goods:
    """The products that these lines may name."""
    names = {name for text in texts if text for name in names_in(text, ctx.typing)}
    return by_key(await ctx.work.products.find_named(sorted(names))) if names else {}


async def offered_products(ctx: Context, typed: str | None) -> tuple[Option, ...]:
    """The first products by name, as lines of their own, where no line was typed yet."""
    if typed:
        return ()
    page = await ctx.work.products.list_page(None, OFFERED)
    return tuple(Option(product.name, product.name) for product in page.rows)


def product_option(ctx: Context, product: Product) -> Option:
    return Option(f"{product.name}, {price_of(ctx, product)}", product.id.hex)


def price_of(ctx: Context, product: Product) -> str:
    """`EUR 49.90 / mo`."""
    unit = LABELS.get(product.unit, product.unit)
    price = f"{product.currency} {ctx.price(product.price, product.currency)}"
    return f"{price} / {unit}" if unit else price


def product_search(ctx: Context) -> Search:
    """Of few products all are looked through, accents or not; of many, those whose name or code holds the text."""

    async def search(text: str) -> Sequence[Option]:
        try:
            typed = clean(text, "product", _MOST_TYPED)
        except InvalidInput:
            return ()
        if product_id := as_id(typed):
            try:
                return (product_option(ctx, await ctx.work.products.get(product_id)),)
            except NotFound:
                return ()
        page = await ctx.work.products.list_page(None, MOST)
        by_code = await ctx.work.products.search(typed, MOST) if typed else ()
        options = [product_option(ctx, product) for product in page.rows]
        coded = [product_option(ctx, product) for product in by_code]
        return tuple(dict.fromkeys((*matching(options, typed), *coded)))[:MOST]

    return search


async def find_product(ctx: Context, text: str, *, live: bool = True) -> Product | Ask:
    """By a button's id, by name or code, or by a part of one; otherwise the question that finds out."""
    product_id = as_id(text)
    if product_id is not None:
        return await ctx.work.products.get(product_id)
    exact = await ctx.work.products.find_named((key(text),)) if live else ()
    found = exact or await ctx.work.products.search(text, _MATCHES, live)
    if len(found) == 1:
        return found[0]
    if found:
        notice = Notice(_("Several products match “{text}”.", text=text))
        options = tuple(product_option(ctx, product) for product in found)
        return Ask("product", _("Which one do you mean?"), options, notice)
    notice = Notice(_("There is no product called “{text}”.", text=text), "warning")
    return Ask("product", _("Write another name."), (), notice)
