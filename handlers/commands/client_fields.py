"""The fields of a client that several commands share, and how a client's own facts are shown."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.country import country_name, defaults
from core.early import NOT_EARLY, EarlyTerms
from core.errors import N_, InvalidInput, NotFound
from core.invoice import MAX_REFERENCE
from core.language import NAMES, WRITTEN
from core.party import Client
from core.tax import Supply
from handlers.choices import search_countries, search_currencies, zone_option, zone_search
from handlers.command import Form
from handlers.commands.offering import client_search
from handlers.context import Context
from handlers.kinds import Asked, Box, Facts, Field, Option, Raw
from handlers.reading.identifiers import read_email, read_vat_id
from handlers.reading.languages import read_language
from handlers.reading.parties import read_currency, read_name
from handlers.reading.places import read_address, read_country, read_zone
from handlers.reading.terms import read_early
from handlers.reading.text import required, shown
from handlers.reading.vat import read_supply
from handlers.starting import unchanged
from handlers.words import _, language

PAGE = 8
NAMES_OF_FIELDS = ("name", "address", "country", "vat-id", "email", "reference", "sold", "currency",
                   "early", "language", "zone")  # fmt: skip
_NOTHING = "-"


def clearable(parse: Callable[[str], str]) -> Callable[[str], str]:
    """Reads `-` and `none` as nothing, so that what was set can be taken out again."""
    return lambda text: "" if text.strip().lower() in (_NOTHING, "none") else parse(text)


def _country(raw: Raw, otherwise: str) -> str:
    """The country the other fields are read for."""
    try:
        return read_country(raw.get("country") or "")
    except InvalidInput:
        return otherwise


def client_fields(ctx: Context, raw: Raw, asked: Asked, client: Client | None = None) -> tuple[Field, ...]:
    """`client`: whose fields they are; a whole form begins with what is known."""
    home = ctx.desk.business.address.country
    country = _country(raw, client.address.country if client else home)
    required_or = Asked.REQUIRED if asked is not Asked.SILENT else Asked.SILENT
    known = _known(client) if client else {}

    def one(name: str, prompt: str, parse: Callable[[str], Any], how: Asked, **more: Any) -> Field:
        text, value = known.get(name, ("", None))
        return Field(name, prompt, parse, how, start=unchanged(text, parse, value), **more)

    return (
        one("name", _("What is the client's name, as it stands on invoices?"), read_name, required_or),
        one("address", _("What is the address? For example: Hauptstr. 1, 10115 Berlin"),
            lambda text: read_address(text, country), required_or),
        one("country", _("Which country is that in?"), read_country, required_or,
            options=(Option(country_name(home, language()), home),), search=search_countries, guides=True),
        one("vat-id", _("What is the client's VAT id?"), lambda text: read_vat_id(text, country), asked),
        # To take an address out again, a line is needed that takes a dash.
        one("email", _("Which e-mail address do invoices go to?"), clearable(read_email), asked,
            box=Box.LINE if client else Box.MAIL),
        one("reference", _("Which reference do they want on each invoice, such as a Leitweg-ID? - for none."),
            clearable(_read_reference), Asked.SILENT),
        one("sold", _("What are they usually sold, goods or services? It decides about VAT abroad."), read_supply,
            Asked.SILENT, box=Box.CHOICE,
            options=(Option(_("Services"), Supply.SERVICES.value), Option(_("Goods"), Supply.GOODS.value))),
        one("currency", _("In which currency do you invoice them? - for the usual one."), clearable(read_currency),
            Asked.SILENT, search=search_currencies),
        one("early", _("How much is off for them where they pay early? For example 2% 10d, none, or - as usual."),
            _read_early, Asked.SILENT),
        language_field(client),
        zone_field(client, country),
    )  # fmt: skip


def _known(client: Client) -> dict[str, tuple[str, Any]]:
    """What would have been typed for each field, and what that must read as."""
    address = client.address
    return {
        "name": (client.name, client.name),
        "address": (", ".join(address.lines()), address),
        "country": (address.country, address.country),
        "vat-id": (client.vat_id, client.vat_id),
        "email": (client.email, client.email),
        "reference": (client.reference, client.reference),
        "sold": (client.supply.value, client.supply),
        "currency": (client.currency, client.currency),
        "early": ("" if client.early is None else str(client.early or "none"), client.early),
    }


USUAL = EarlyTerms(Decimal(-1), 0)
"""What `-` reads as: neither terms nor none of them."""


def _read_early(text: str) -> EarlyTerms:
    word = text.strip().lower()
    return USUAL if word == _NOTHING else NOT_EARLY if word == "none" else read_early(text)


def _read_reference(text: str) -> str:
    return required(text, "reference", MAX_REFERENCE, "04011000-1234512345-06")


def language_field(client: Client | None) -> Field:
    """In which the client is written to; a dash goes back to the default."""
    options = (
        Option(_("By default"), _NOTHING),
        *(Option(NAMES[code], code) for code in WRITTEN),
    )
    return Field("language", _("In which language do you write to this client?"), clearable(read_client_language),
                 Asked.SILENT, options, box=Box.CHOICE,
                 start=(client.language if client else "") or _NOTHING)  # fmt: skip


def read_client_language(text: str) -> str:
    """One of those that documents, letters and pages are written in."""
    code = read_language(text)[:2]
    if code not in WRITTEN:
        raise InvalidInput(
            "language", N_("There are no documents and letters in “{value}” yet; there are in {languages}."),
            "de", value=shown(text), languages=", ".join(NAMES[known] for known in WRITTEN),
        )  # fmt: skip
    return code


def zone_field(client: Client | None, country: str) -> Field:
    """By which their quiet hours go; a dash goes back to their country's main zone."""
    zones = defaults(country).zones
    start = unchanged(client.zone, read_zone, client.zone) if client else ""
    return Field("zone", _("By which clock does this client live? A city will do, - for their country's."),
                 clearable(read_zone), Asked.SILENT, tuple(map(zone_option, zones[:PAGE])),
                 search=zone_search(zones), start=start)  # fmt: skip


def which_client(prompt: str) -> Form:
    """A form that only asks for one client; `prompt` is translated when it is asked."""

    async def form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
        page = await ctx.work.clients.list_page(None, PAGE)
        if not page.rows and not raw:
            raise NotFound(
                N_("There are no clients yet. Add one: /client add Acme GmbH, Ring 2, 20095 Hamburg, DE")
            )
        options = tuple(Option(row.name, row.id.hex) for row in page.rows)
        return (
            Field("client", _(prompt), lambda text: required(text, "client", 200, "Acme"), options=options,
                  search=client_search(ctx)),
        )  # fmt: skip

    return form


def client_facts(client: Client, *more: tuple[str, str]) -> Facts:
    where = ", ".join((*client.address.lines(), country_name(client.address.country, language())))
    pairs = [(_("Name"), client.name), (_("Address"), where)]
    optional = (
        (_("VAT id"), client.vat_id),
        (_("E-mail"), client.email),
        (_("Reference"), client.reference),
        (_("Usually sold"), _("Goods") if client.supply is Supply.GOODS else ""),
        (_("Currency"), client.currency),
        (_("Early payment"), "" if client.early is None else str(client.early) if client.early else "–"),
        (_("Language"), NAMES.get(client.language, client.language)),
        (_("Time zone"), client.zone),
    )
    return Facts((*pairs, *(pair for pair in optional if pair[1]), *more))
