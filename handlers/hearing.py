"""Which command a text means: by its name, or by what only one command can mean."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import InvalidInput
from handlers.command import Command
from handlers.commands.goods import goods_in
from handlers.context import Context
from handlers.reading.invoice_text import split_invoice
from handlers.reading.lines import has_price, products_in

_WITH_LINES = (
    "invoice",
    "edit",
    "quote",
    "quote edit",
    "recurring",
    "recurring edit",
    "product add",
    "product edit",
)
_CLIENTS = 8
"""Clients among whom the one that was named is looked for."""


def named_command(text: str, commands: Mapping[str, Command]) -> tuple[str, str] | None:
    """The command that the text begins with, and the rest of it."""
    words = text.split(maxsplit=2)
    for count in (2, 1):
        name = " ".join(words[:count]).lower()
        if len(words) >= count and name in commands and commands[name].typed:
            return name, _after(text, count)
    return None


async def meant_command(ctx: Context, text: str, commands: Mapping[str, Command]) -> tuple[str, str] | None:
    """The command of a text without a slash: what has a price, or bills a product, is an invoice."""
    named = named_command(text, commands)
    if named and named[0] in _WITH_LINES:
        return named
    # A client may be called like a command, but not like one that takes lines.
    if has_price(text) or await _bills_products(ctx, text):
        return "invoice", text
    return named


async def _bills_products(ctx: Context, text: str) -> bool:
    """`Acme: 2 x Hosting`, where Hosting is a product of the business, and no chat such as `Meeting: 2 x coffee`.

    To a client each line is a product, or one says how many; to a name that is no client's, both.
    """
    if ctx.seated is None:
        return False
    try:
        raw = split_invoice(text.partition(";")[0])
    except InvalidInput:
        return False
    client, lines = raw.get("client"), raw.get("lines")
    if not client or not lines:
        return False
    each, counted = products_in(lines, ctx.typing, await goods_in(ctx, lines))
    return (each and counted) or ((each or counted) and await _is_client(ctx, client))


async def _is_client(ctx: Context, name: str) -> bool:
    """Whether a client's name begins so, or a word of it: what only holds the text somewhere would be chance."""
    found = await ctx.work.clients.search(name, _CLIENTS)
    return any(f" {name.casefold()}" in f" {client.name.casefold()}" for client in found)


def _after(text: str, count: int) -> str:
    """The text after its first `count` words, line breaks kept."""
    rest = text
    for _word in range(count):
        rest = rest.lstrip()
        rest = rest[len(rest.split(maxsplit=1)[0]) :]
    return rest.strip()
