"""Adding, changing and archiving products."""

from __future__ import annotations

from dataclasses import replace

from core.audit import Action, Entry
from core.errors import N_, Conflict
from core.product import Product, key
from core.usecases.desk import Desk


async def add_product(desk: Desk, product: Product) -> Entry:
    """Raises Conflict when a live product is called by that name or code already."""
    await must_be_free(desk, product)
    await desk.work.products.add(product)
    return await desk.record(Action.PRODUCT_ADDED, product, product.name)


async def change_product(desk: Desk, before: Product, changed: Product) -> tuple[Product, Entry]:
    """Invoices and drafts keep what they were written with."""
    if before.archived_at is not None:
        raise Conflict(N_("{name} is archived and cannot be changed."), name=before.name)
    if changed.keys != before.keys:
        await must_be_free(desk, changed)
    saved = await desk.work.products.save(changed)
    return saved, await desk.record(Action.PRODUCT_CHANGED, saved, saved.name, before=before)


async def archive_product(desk: Desk, product: Product) -> tuple[Product, Entry]:
    if product.archived_at is not None:
        raise Conflict(N_("{name} is archived already."), name=product.name)
    saved = await desk.work.products.save(replace(product, archived_at=desk.clock.now()))
    return saved, await desk.record(Action.PRODUCT_ARCHIVED, saved, saved.name, before=product)


async def restore_product(desk: Desk, product: Product) -> tuple[Product, Entry]:
    if product.archived_at is None:
        raise Conflict(N_("{name} is not archived."), name=product.name)
    await must_be_free(desk, product)
    saved = await desk.work.products.save(replace(product, archived_at=None))
    return saved, await desk.record(Action.PRODUCT_RESTORED, saved, saved.name, before=product)


async def must_be_free(desk: Desk, product: Product) -> None:
    """Raises Conflict when a line that says this name or this code would mean another product."""
    for other in await desk.work.products.find_named(product.keys):
        if other.id != product.id:
            raise Conflict(
                N_("There is a product called {name} already. Give this one another name or code."),
                name=product.name if key(product.name) in other.keys else product.code,
            )
