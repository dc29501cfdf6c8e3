"""Setting a business up, in six questions."""

from __future__ import annotations

from core.country import defaults
from core.errors import N_
from core.party import Business, Role
from core.tax import EU_STATES, default_tax
from core.terms import Terms
from core.usecases.business import open_business
from handlers.command import Command, Where
from handlers.commands.business_fields import (
    country_field,
    country_of,
    currency_field,
    language_field,
    registration_field,
    zone_field,
)
from handlers.commands.client_fields import clearable
from handlers.commands.groups import start_in_group
from handlers.commands.knocking import has_neighbours, offer_to_knock
from handlers.context import Context
from handlers.forms import split_form
from handlers.kinds import (
    Answers,
    Asked,
    Box,
    Button,
    Facts,
    Field,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
    Text,
)
from handlers.reading.identifiers import read_iban
from handlers.reading.parties import read_name
from handlers.reading.places import read_address
from handlers.reading.terms import read_terms
from handlers.words import _

_FIRST = "name"
_NAMES = (_FIRST, "country", "zone", "address", "vat-id", "iban", "terms", "currency", "language")
_USUAL_TERMS = Terms(days=14)


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    if ctx.seated or ctx.group or (not raw and await has_neighbours(ctx)):
        return ()
    return await opening_form(ctx, raw)


async def opening_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """What a new business is asked for, the sender's first one or another."""
    country = country_of(raw, "")
    zones = defaults(country).zones if country else ()
    return (
        Field(_FIRST, _("What is the legal name of your business, as it stands on invoices?"), read_name),
        country_field(Asked.REQUIRED),
        zone_field(zones, Asked.OPTIONAL if len(zones) > 1 else Asked.SILENT),
        Field("address", _("What is its address? For example: Hauptstr. 1, 10115 Berlin"),
              lambda text: read_address(text, country), box=Box.TEXT),
        registration_field(country, Asked.REQUIRED),
        Field("iban", _("Which IBAN do clients pay to?"), clearable(read_iban), Asked.OPTIONAL),
        Field("terms", _("How long do clients have to pay? Skip this for 14 days."), read_terms, Asked.OPTIONAL,
              _terms_options(), start=str(_USUAL_TERMS)),
        currency_field(Asked.SILENT),
        language_field(Asked.SILENT),
    )  # fmt: skip


def _terms_options() -> tuple[Option, ...]:
    return (
        Option(_("14 days"), "14d"),
        Option(_("30 days"), "30d"),
        Option(_("At once"), "0d"),
        Option(_("30 days, end of month"), "30d eom"),
    )


def read_opening(text: str) -> Raw:
    """One line: `Studio Löwe; country DE; …`."""
    return split_form(text, _NAMES, _FIRST) if text.strip() else {}


async def start(ctx: Context, answers: Answers) -> Outcome:
    if ctx.group:
        return await start_in_group(ctx)
    if ctx.seated:
        return _welcome_back(ctx)
    return await set_up(ctx, answers) if answers else offer_to_knock()


async def set_up(ctx: Context, answers: Answers) -> Reply:
    """Open the business and seat the sender there as its owner."""
    country: str = answers["country"]
    usual = defaults(country)
    vat_id, tax_number = answers["vat-id"]
    business = Business(
        id=ctx.ids.new(),
        name=answers[_FIRST],
        address=answers["address"],
        currency=answers["currency"] or usual.currency,
        language=answers["language"] or usual.language,
        zone=answers["zone"] or usual.zone,
        terms=answers["terms"] or _USUAL_TERMS,
        created_at=ctx.clock.now(),
        vat_id=vat_id,
        tax_number=tax_number,
        iban=answers["iban"] or "",
        default_tax=default_tax(country, bool(vat_id or tax_number)),
    )
    desk, _entry = await open_business(
        ctx.work, ctx.clock, ctx.ids, business, ctx.sender.key, ctx.sender.name
    )
    facts = Facts(
        (
            (_("Currency"), business.currency),
            (
                _("VAT"),
                f"{ctx.number(business.default_tax.rate)}%" if business.registered else _("not registered"),
            ),
            (_("Payment terms"), str(business.terms)),
            (_("Language"), business.language),
            (_("Time zone"), business.zone),
            (_("Next number"), business.number_pattern.format(1, desk.today)),
        )
    )
    notice = Notice(_("{name} is ready to send invoices.", name=business.name), "success")
    hint = Text(_("Change any of this with /settings. Now write your first invoice:\n"
                  "/invoice Acme: 3h design @ 120; due 14d"))  # fmt: skip
    # The exemption for small businesses is the EU's; elsewhere they are not registered, or charge like others.
    small = (
        (Button(_("Small business, no VAT"), "settings", "vat exempt"),) if _may_be_small(business) else ()
    )
    return Reply((notice, facts, hint), (*_next_steps(), *small))


def _may_be_small(business: Business) -> bool:
    return business.address.country in EU_STATES and not business.vat_id


def _welcome_back(ctx: Context) -> Reply:
    text = _("{name} is set up. What would you like to do?", name=ctx.desk.business.name)
    return Reply((Text(text),), _next_steps())


def _next_steps() -> tuple[Button, ...]:
    return (
        Button(_("New invoice"), "invoice"),
        Button(_("Add a client"), "client add"),
        Button(_("Settings"), "settings"),
        Button(_("Help"), "help"),
    )


COMMANDS = (
    Command(
        name="start",
        help=N_("Set up your business"),
        run=start,
        group="setup",
        example="/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; terms 14d",
        form=_form,
        read=read_opening,
        role=Role.ACCOUNTANT,
        public=True,
        where=Where.ANYWHERE,
        review=True,
    ),
)
