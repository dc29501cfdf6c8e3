"""The names of clients and products that a person may type, for whoever completes them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kinds import SenderRef
from storage.engine import Storage

_MOST = 200


@dataclass(frozen=True, slots=True)
class Names:
    clients: tuple[str, ...] = ()
    products: tuple[tuple[str, str], ...] = ()
    """Name and code, which is empty where there is none."""


async def list_names(storage: Storage, sender: SenderRef) -> Names:
    """Of the business that the person speaks for; of a stranger's there are none."""
    async with storage.work() as work:
        seat = (await work.chats.speaker(sender.key)).seat
        if seat is None:
            return Names()
        await work.enter(seat.business_id)
        clients = await work.clients.list_page(None, _MOST)
        products = await work.products.list_page(None, _MOST)
        return Names(
            tuple(client.name for client in clients.rows),
            tuple((product.name, product.code) for product in products.rows),
        )
