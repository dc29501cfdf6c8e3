"""Settings of the business: shown as one card, each changed by a button or on one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.country import country_name, defaults
from core.documents.logo import normalise_logo
from core.early import NOT_EARLY
from core.errors import N_, InvalidInput
from core.invoice import MAX_NOTE, MAX_REFERENCE
from core.money import USUAL_STEPS, Money
from core.numbering import DEFAULT_CREDIT_PATTERN, DEFAULT_QUOTE_PATTERN, NumberPattern
from core.party import Business, Role
from core.tax import NO_TAX, Tax, TaxCategory, default_tax, must_register, small_business_tax
from core.usecases.business import change_settings, continue_numbering
from handlers.command import Command
from handlers.commands.business_fields import (
    country_field,
    country_of,
    currency_field,
    language_field,
    registration_field,
    zone_field,
)
from handlers.commands.client_fields import clearable
from handlers.commands.drafting import none
from handlers.context import Context, undo_button
from handlers.forms import split_form
from handlers.kinds import Answers, Asked, Box, Button, Facts, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import read_amount
from handlers.reading.identifiers import read_bic, read_email, read_iban, read_phone
from handlers.reading.parties import read_colour, read_name
from handlers.reading.places import read_address
from handlers.reading.terms import read_early, read_terms
from handlers.reading.text import clean, required, shown
from handlers.reading.vat import EXEMPT, read_usual
from handlers.starting import unchanged
from handlers.vat_words import vat_text
from handlers.words import _, language

NAMES = (
    "name", "country", "address", "vat-id", "vat", "iban", "bic", "email", "contact", "phone", "register", "terms",
    "early", "cash-rounding",
    "currency", "language", "zone",
    "number-pattern", "next-number", "credit-pattern", "quote-pattern", "logo", "accent", "footer",
)  # fmt: skip
_MOST_STEP = 100
MOST_FOOTER = min(MAX_NOTE, 500)


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    business = ctx.desk.business
    country = country_of(raw, business.address.country)

    def silent(name: str, prompt: str, parse: Callable[[str], Any], text: str = "", value: Any = None,
               **more: Any) -> Field:  # fmt: skip
        return Field(name, prompt, parse, Asked.SILENT, start=unchanged(text, parse, value), **more)

    def started(field: Field, text: str, value: Any) -> Field:
        return replace(field, start=unchanged(text, field.parse, value))

    address, registration = business.address, (business.vat_id, business.tax_number)
    return (
        silent("name", _("What is the legal name of your business, as it stands on invoices?"), read_name,
               business.name, business.name),
        started(country_field(Asked.SILENT), address.country, address.country),
        silent("address", _("What is its address? For example: Hauptstr. 1, 10115 Berlin"),
               lambda text: read_address(text, country), ", ".join(address.lines()), address),
        started(registration_field(country, Asked.SILENT), business.vat_id or f"tax number {business.tax_number}",
                registration),
        # What is usual hangs on the country and the registration, so it stands empty where they may change.
        silent("vat", _("Which VAT rate do you usually charge, in percent?"), read_usual,
               options=_usual_rates(country)),
        silent("iban", _("Which IBAN do clients pay to? - for none."), clearable(read_iban), business.iban,
               business.iban),
        silent("bic", _("Which BIC does your bank have? - for none."), clearable(read_bic), business.bic, business.bic),
        silent("email", _("Which e-mail address stands on invoices? - for none."), clearable(read_email),
               business.email, business.email),
        silent("contact", _("Whom may clients ask about an invoice? - for nobody."), clearable(_read_contact),
               business.contact, business.contact),
        silent("phone", _("Which phone number stands on invoices? - for none."), clearable(read_phone), business.phone,
               business.phone),
        silent("register", _("Under which number is your company registered, and where? Such as HRB 12345, Amtsgericht "
                             "Hamburg; - for none."),
               clearable(_read_register), business.register, business.register),
        silent("terms", _("How long do clients have to pay? For example 14d, 30d eom."), read_terms,
               str(business.terms), business.terms),
        silent("early", _("How much is off for clients who pay early? For example 2% 10d, or - for nothing."),
               lambda text: NOT_EARLY if none(text) else read_early(text), str(business.early or ""), business.early),
        silent("cash-rounding", _("To which step are totals rounded, for those who pay in cash? Such as 0.05, or - for "
                                  "none."),
               lambda text: _read_step(ctx, text), _step_text(business), business.cash_rounding,
               options=_usual_steps(business.currency)),
        started(currency_field(Asked.SILENT), business.currency, business.currency),
        started(language_field(Asked.SILENT), business.language, business.language),
        started(zone_field(defaults(country).zones, Asked.SILENT), business.zone, business.zone),
        silent("number-pattern", _("How shall invoice numbers look? For example {pattern}.",
                                   pattern=NumberPattern().text), lambda text: NumberPattern(text.strip()),
               business.number_pattern.text, business.number_pattern),
        silent("quote-pattern", _("How shall quote numbers look? For example {pattern}.",
                                  pattern=DEFAULT_QUOTE_PATTERN), _read_quote_pattern,
               business.quote_pattern.text, business.quote_pattern),
        silent("next-number", _("Which number comes next? Write its counter only, such as 42."), _read_next),
        silent("credit-pattern", _("How shall the numbers of credit notes look? For example {pattern}.",
                                   pattern=DEFAULT_CREDIT_PATTERN), lambda text: NumberPattern(text.strip()),
               business.credit_pattern.text, business.credit_pattern),
        silent("logo", _logo(ctx), str.strip),
        silent("accent", _("Which colour do your invoices have? For example #1f4e79."),
               lambda text: read_colour(text, "accent"), business.accent, business.accent),
        silent("footer", _("What stands at the foot of each invoice? - for nothing."),
               clearable(lambda text: clean(text, "footer", MOST_FOOTER, multiline=True)), business.footer,
               business.footer, box=Box.TEXT),
    )  # fmt: skip


def _logo(ctx: Context) -> str:
    if ctx.manners.pictures:
        return _("Send your logo as PNG or JPEG (in a terminal: file:logo.png), or - for none.")
    return _(
        "Pictures cannot be read here. Send your logo on Telegram or in a terminal, or write - for none."
    )


def _usual_rates(country: str) -> tuple[Option, ...]:
    rate = default_tax(country, registered=True)
    known = (Option(vat_text(rate) + "%", vat_text(rate)),) if must_register(country) else ()
    return (*known, Option(_("Small business, no VAT"), EXEMPT))


def _read_contact(text: str) -> str:
    return read_name(text, "contact")


def _read_register(text: str) -> str:
    return required(text, "register", MAX_REFERENCE, "HRB 12345, Amtsgericht Hamburg")


def _read_step(ctx: Context, text: str) -> Money:
    """Of nothing: totals are not rounded."""
    currency = ctx.desk.business.currency
    if none(text):
        return Money.zero(currency)
    amount = read_amount(text, "cash-rounding", ctx.typing, currency_hint=currency)
    if (amount.currency or currency) != currency or amount.value > _MOST_STEP:
        raise InvalidInput(
            "cash-rounding", N_("Totals are rounded to a step of at most {most} in your own currency, {currency}."),
            "0.05", most=_MOST_STEP, currency=currency,
        )  # fmt: skip
    return Money.of(amount.value, currency)


def _step_text(business: Business) -> str:
    return str(business.cash_rounding.amount) if business.cash_rounding else ""


def _usual_steps(currency: str) -> tuple[Option, ...]:
    step = USUAL_STEPS.get(currency)
    return (Option(f"{currency} {step}", step),) if step else ()


def _read_quote_pattern(text: str) -> NumberPattern:
    try:
        return NumberPattern(text.strip())
    except InvalidInput as error:
        raise InvalidInput("quote-pattern", error.message, DEFAULT_QUOTE_PATTERN, **error.values) from error


def _read_next(text: str) -> int:
    given = text.strip()
    if not (given.isascii() and given.isdigit() and len(given) < 8 and int(given)):
        raise InvalidInput(
            "next-number", N_("“{value}” is no counter of a number."), "42", value=shown(given)
        )
    return int(given)


def _read(text: str) -> Raw:
    """`iban DE…; terms 30d`: every part names its setting, the first one, too."""
    if not text.strip():
        return {}
    return split_form(f";{text}", NAMES, "settings")


async def settings(ctx: Context, answers: Answers) -> Outcome:
    named = {name: value for name, value in answers.items() if value is not None}
    if ctx.files and not named:
        named = {"logo": ""}
    if not named:
        return Reply((_card(ctx, ctx.desk.business),), _buttons())
    changed = _with_registration(_changed(ctx.desk.business, named), ctx.desk.business, named)
    if "logo" in named:
        changed = await _with_logo(ctx, changed, named["logo"])
    if "next-number" in named:
        await continue_numbering(replace(ctx.desk, business=changed), named["next-number"])
    saved, entry = await change_settings(ctx.desk, changed)
    notice = Notice(_("Saved."), "success")
    return Reply((notice, _card(ctx, saved)), (undo_button(entry), Button(_("Settings"), "settings")))


def _changed(business: Business, named: Answers) -> Business:
    changes: dict[str, Any] = {
        name.replace("-", "_"): named[name]
        for name in NAMES
        if name in named and name not in ("vat-id", "vat", "logo", "country", "address", "next-number")
    }
    address = named.get("address", business.address)
    changes["address"] = replace(address, country=named.get("country", business.address.country))
    return replace(business, **changes)


def _with_registration(changed: Business, before: Business, named: Answers) -> Business:
    """Registering brings the country's usual rate with it; charging VAT without being registered is refused."""
    moved = changed.address.country != before.address.country
    if moved and before.vat_id and "vat-id" not in named:
        raise InvalidInput(
            "vat-id",
            N_("{vat_id} is of another country; write the new one along, or none."),
            "/settings country AT; vat-id ATU12345675",
            vat_id=before.vat_id,
        )
    if "vat-id" in named:
        vat_id, tax_number = named["vat-id"]
        changed = replace(changed, vat_id=vat_id, tax_number=tax_number)
    country = changed.address.country
    if "vat" in named:
        usual: Tax = named["vat"]
        if usual.category is TaxCategory.EXEMPT:
            return replace(changed, default_tax=small_business_tax(country))
        rate = usual.rate
        if rate and not changed.registered and must_register(country):
            raise InvalidInput("vat", N_("Without a VAT id no VAT may be charged; set the VAT id first."),
                               "/settings vat-id DE136695976; vat 19%")  # fmt: skip
        return replace(changed, default_tax=usual if rate or changed.registered else NO_TAX)
    if before.default_tax.category is TaxCategory.EXEMPT:
        # A small business may have a VAT id, for what it buys and sells abroad.
        return replace(changed, default_tax=small_business_tax(country))
    if changed.registered != before.registered or country != before.address.country:
        return replace(changed, default_tax=default_tax(country, changed.registered))
    return changed


async def _with_logo(ctx: Context, changed: Business, text: str) -> Business:
    """Normalised once here, so that no invoice ever decodes it again."""
    if ctx.files:
        logo = ctx.ids.new()
        await ctx.work.files.add(logo, "image/jpeg", normalise_logo(ctx.files[0].content))
        return replace(changed, logo=logo)
    if text in ("-", "none"):
        return replace(changed, logo=None)
    raise InvalidInput("logo", N_("There is no picture in this message."), "/settings logo file:logo.png")


def _card(ctx: Context, business: Business) -> Facts:
    """Every setting under the name that /settings takes."""
    nothing = "–"
    usual = business.default_tax
    rate = f"{ctx.number(usual.rate)}%" if business.registered or usual.rate else nothing
    if usual.category is TaxCategory.EXEMPT:
        rate = _("exempt: small business")
    if business.tax_number:
        registration = _("tax number {number}", number=business.tax_number)
    else:
        registration = business.vat_id or _("not VAT registered")
    pairs = (
        ("name", business.name),
        ("country", country_name(business.address.country, language())),
        ("address", ", ".join(business.address.lines())),
        ("vat-id", registration),
        ("vat", rate),
        ("iban", business.iban or nothing),
        ("bic", business.bic or nothing),
        ("email", business.email or nothing),
        ("contact", business.contact or nothing),
        ("phone", business.phone or nothing),
        ("register", business.register or nothing),
        ("terms", str(business.terms)),
        ("early", str(business.early) if business.early else nothing),
        ("cash-rounding", ctx.money(business.cash_rounding) if business.cash_rounding else nothing),
        ("currency", business.currency),
        ("language", business.language),
        ("zone", business.zone),
        ("number-pattern", business.number_pattern.text),
        ("credit-pattern", business.credit_pattern.text),
        ("quote-pattern", business.quote_pattern.text),
        ("logo", _("set") if business.logo else nothing),
        ("accent", business.accent),
        ("footer", business.footer or nothing),
    )
    return Facts(pairs, _("Settings"))


def _buttons() -> tuple[Button, ...]:
    return tuple(Button(name, "settings", name) for name in NAMES)


COMMANDS = (
    Command(
        name="settings",
        help=N_("Show or change the settings"),
        run=settings,
        group="setup",
        example="/settings terms 30d; accent #0a7d5a",
        form=_form,
        read=_read,
        role=Role.ADMIN,
    ),
)
