"""Products: add, show, list, edit, archive, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.errors import N_, NotFound
from core.locale import format_decimal
from core.party import Role
from core.product import Product
from core.tax import Tax
from core.units import PIECE, UNITS
from core.usecases.product import add_product, archive_product, change_product, restore_product
from core.views import Cursor
from handlers.choices import MOST, search_in
from handlers.command import Command, Form, optional
from handlers.commands.goods import find_product, price_of, product_option, product_search
from handlers.context import Context, page_buttons, undo_button
from handlers.forms import split_form, whole
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Button,
    Facts,
    Field,
    Lines,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
    Text,
)
from handlers.reading.amounts import MAX_PLACES, Amount, read_amount
from handlers.reading.products import (
    NAMES_OF_FIELDS,
    NOTHING,
    read_code,
    read_product_name,
    read_product_vat,
    read_unit,
    split_product,
)
from handlers.reading.text import required
from handlers.reading.vat import ByRule
from handlers.starting import unchanged
from handlers.vat_words import vat_label, vat_text
from handlers.words import _

PAGE = 8
_UNITS = ("h", "day", "month")


# -- fields ----------------------------------------------------------------------------------------


def _fields(ctx: Context, asked: Asked, product: Product | None = None) -> tuple[Field, ...]:
    """`product`: whose fields they are; a whole form begins with what is known."""
    required_or = Asked.SILENT if asked is Asked.SILENT else Asked.REQUIRED
    known = _known(ctx, product) if product else {}
    hint = product.currency if product else ctx.desk.business.currency

    def one(name: str, prompt: str, parse: Callable[[str], Any], how: Asked, **more: Any) -> Field:
        text, value = known.get(name, ("", None))
        return Field(name, prompt, parse, how, start=unchanged(text, parse, value), **more)

    def price(text: str) -> Amount:
        return read_amount(text, "price", ctx.typing, currency_hint=hint, places=MAX_PLACES, allow_zero=True)

    return (
        one("name", _("What is the product called, as it stands on invoices?"), read_product_name, required_or),
        one("price", _("What does one of it cost? For example 49.90"), price, required_or),
        one("unit", _("What is the price for, such as h, day, month or kg? - for a single piece."), read_unit, asked,
            options=tuple(Option(unit, unit) for unit in _UNITS)),
        one("vat", _("Which VAT rate does it always have? - to follow the invoice."), read_product_vat, Asked.SILENT),
        one("code", _("Which short code shall mean it in a line, such as HOST-1?"),
            lambda text: "" if text.strip() == NOTHING else read_code(text), asked),
    )  # fmt: skip


def _known(ctx: Context, product: Product) -> dict[str, tuple[str, Any]]:
    """What would have been typed for each field, and what that must read as."""
    price = f"{format_decimal(product.price, ctx.typing)} {product.currency}"
    unit = NOTHING if product.unit == PIECE else next(word for word in UNITS if UNITS[word] == product.unit)
    return {
        "name": (product.name, product.name),
        "price": (price, Amount(product.price, product.currency)),
        "unit": (unit, product.unit),
        "vat": (vat_text(product.tax) if product.tax else NOTHING, product.tax or ByRule.USUAL),
        "code": (product.code, product.code),
    }


async def _add_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return _fields(ctx, Asked.OPTIONAL)


def _read_add(text: str) -> Raw:
    """`Hosting @ 49.90 / month vat 19%; code HOST`."""
    if not text.strip():
        return {}
    fields = split_form(text, NAMES_OF_FIELDS, "name")
    return {**split_product(fields.pop("name", None) or "", "name"), **fields}


def _read_edit(text: str) -> Raw:
    """`Hosting @ 55`, `Hosting; price 55; unit month`, or one change as `Hosting price 55`."""
    if not text.strip():
        return {}
    fields = split_form(text, ("product", *NAMES_OF_FIELDS), "product")
    head = split_product(fields.pop("product", None) or "", "product")
    words = head.get("product", "").split(" ")
    for place, word in enumerate(words):
        # In capitals it is part of the product's own name.
        if place and word in NAMES_OF_FIELDS and word not in fields:
            return {**fields, "product": " ".join(words[:place]), word: " ".join(words[place + 1 :])}
    return {**head, **fields}


def _read_show(text: str) -> Raw:
    """`/product Hosting`, and `/product show Hosting`."""
    word, _blank, rest = text.strip().partition(" ")
    return whole("product")(rest if word.lower() == "show" and rest.strip() else text)


def _which(prompt: str) -> Form:
    """A form that only asks for one product; `prompt` is translated when it is asked."""

    async def form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
        page = await ctx.work.products.list_page(None, PAGE)
        if not page.rows and not raw:
            raise NotFound(N_("There are no products yet. Add one: /product add Hosting @ 49.90 / month"))
        return (
            Field("product", _(prompt), lambda text: required(text, "product", 200, "Hosting"),
                  options=tuple(product_option(ctx, product) for product in page.rows), search=product_search(ctx)),
        )  # fmt: skip

    return form


async def _edit_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    reference = raw.get("product")
    found = await find_product(ctx, reference) if reference else None
    known = found if isinstance(found, Product) else None
    which = await _which(N_("Which product do you want to change?"))(ctx, raw)
    return (*which, *_fields(ctx, Asked.SILENT, known))


async def _restore_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    archived = await ctx.work.products.search("", MOST, live=False)
    if not archived:
        raise NotFound(N_("No product is archived."))
    options = tuple(product_option(ctx, product) for product in archived)
    return (
        Field("product", _("Which product do you want back?"),
              lambda text: required(text, "product", 200, "Hosting"), options=options, search=search_in(options)),
    )  # fmt: skip


# -- commands --------------------------------------------------------------------------------------


def _facts(ctx: Context, product: Product) -> Facts:
    pairs = [(_("Name"), product.name), (_("Price"), price_of(ctx, product))]
    if product.code:
        pairs.append((_("Short code"), product.code))
    vat = vat_label(ctx, product.tax) if product.tax else _("as the invoice says")
    return Facts((*pairs, (_("VAT"), vat)))


def _tax(vat: Tax | ByRule | None) -> Tax | None:
    return vat if isinstance(vat, Tax) else None


async def add(ctx: Context, answers: Answers) -> Outcome:
    price: Amount = answers["price"]
    product = Product(
        id=ctx.ids.new(),
        name=answers["name"],
        price=price.value,
        currency=price.currency or ctx.desk.business.currency,
        created_at=ctx.clock.now(),
        code=answers["code"] or "",
        unit=answers["unit"] or PIECE,
        tax=_tax(answers["vat"]),
    )
    entry = await add_product(ctx.desk, product)
    notice = Notice(
        _("{name} is now a product. In an invoice its name is a whole line.", name=product.name), "success"
    )
    buttons = (
        Button(_("New invoice"), "invoice"),
        Button(_("Edit"), "product edit", product.id.hex),
        undo_button(entry),
    )
    return Reply((notice, _facts(ctx, product)), buttons, answer=product.id.hex)


async def list_products(ctx: Context, answers: Answers) -> Outcome:
    cursor = Cursor.read(answers["page"] or "")
    page = await ctx.work.products.list_page(cursor, PAGE)
    add_one = Button(_("Add a product"), "product add")
    if not page.rows and cursor is None:
        return Reply((Notice(_("There are no products yet.")),), (add_one,))
    rows = tuple((product.name, product.code, price_of(ctx, product)) for product in page.rows)
    opening = [Button(product.name, "product", product.id.hex) for product in page.rows]
    buttons = (*opening, *page_buttons(page, "products"), add_one)
    titles = (_("Product"), _("Short code"), _("Price"))
    return Reply((Lines(titles, rows, (2,), _("Products")),), buttons)


async def show(ctx: Context, answers: Answers) -> Outcome:
    found = await find_product(ctx, answers["product"])
    if isinstance(found, Ask):
        return found
    if found.archived_at is not None:
        return Reply((_facts(ctx, found),), (Button(_("Bring back"), "product restore", found.id.hex),))
    buttons = (
        Button(_("Edit"), "product edit", found.id.hex),
        Button(
            _("Archive"),
            "product archive",
            found.id.hex,
            tone="danger",
            confirm=_("Archive {name}? Invoices with it stay as they are.", name=found.name),
        ),
        Button(_("Products"), "products"),
    )
    return Reply((_facts(ctx, found),), buttons)


async def edit(ctx: Context, answers: Answers) -> Outcome:
    found = await find_product(ctx, answers["product"])
    if isinstance(found, Ask):
        return found
    price: Amount | None = answers["price"]
    changed = replace(
        found,
        name=answers["name"] or found.name,
        price=price.value if price else found.price,
        currency=(price and price.currency) or found.currency,
        code=found.code if answers["code"] is None else answers["code"],
        unit=answers["unit"] or found.unit,
        tax=found.tax if answers["vat"] is None else _tax(answers["vat"]),
    )
    if changed == found:
        buttons = tuple(
            Button(label, "product edit", f"{found.id.hex}; {name}") for name, label in _labels().items()
        )
        return Reply((_facts(ctx, found), Text(_("What do you want to change?"))), buttons)
    saved, entry = await change_product(ctx.desk, found, changed)
    notice = Notice(_("{name} is changed; drafts and invoices stay as they are.", name=saved.name), "success")
    buttons = (Button(_("Edit"), "product edit", saved.id.hex), undo_button(entry))
    return Reply((notice, _facts(ctx, saved)), buttons)


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "price": _("Price"),
        "unit": _("Unit"),
        "vat": _("VAT"),
        "code": _("Short code"),
    }


async def archive(ctx: Context, answers: Answers) -> Outcome:
    found = await find_product(ctx, answers["product"])
    if isinstance(found, Ask):
        return found
    saved, entry = await archive_product(ctx.desk, found)
    text = _("{name} is archived: invoices with it stay, and no line means it any more.", name=saved.name)
    return Reply((Notice(text, "success"),), (undo_button(entry),))


async def restore(ctx: Context, answers: Answers) -> Outcome:
    found = await find_product(ctx, answers["product"], live=False)
    if isinstance(found, Ask):
        return found
    saved, entry = await restore_product(ctx.desk, found)
    notice = Notice(_("{name} is back.", name=saved.name), "success")
    return Reply((notice, _facts(ctx, saved)), (undo_button(entry),), answer=saved.id.hex)


COMMANDS = (
    Command(
        name="product add",
        menu=True,
        help=N_("Add a product with its price"),
        run=add,
        group="invoices",
        example="/product add Hosting @ 49.90 / month vat 19%",
        form=_add_form,
        read=_read_add,
        review=True,
        asks=True,
    ),
    Command(
        name="products",
        help=N_("List your products"),
        run=list_products,
        group="invoices",
        example="/products",
        form=optional("page"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="product",
        help=N_("Show a product"),
        run=show,
        group="invoices",
        example="/product Hosting",
        form=_which(N_("Which product?")),
        read=_read_show,
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="product edit",
        help=N_("Change a product"),
        run=edit,
        group="invoices",
        example="/product edit Hosting @ 55",
        form=_edit_form,
        read=_read_edit,
        whole=True,
    ),
    Command(
        name="product archive",
        help=N_("Archive a product"),
        run=archive,
        group="invoices",
        example="/product archive Hosting",
        form=_which(N_("Which product do you want to archive?")),
        read=whole("product"),
    ),
    Command(
        name="product restore",
        help=N_("Bring an archived product back"),
        run=restore,
        group="invoices",
        example="/product restore Hosting",
        form=_restore_form,
        read=whole("product"),
    ),
)
