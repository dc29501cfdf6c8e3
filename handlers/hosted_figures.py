"""The figures of an invoice or a quote on the page that its client sees: both sides, lines, sums and remarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from core.country import country_name
from core.invoice import ComputedLine, Document, TaxRow
from core.locale import format_decimal, number_style
from core.money import exponent
from core.party import Party
from core.tax import named_vat
from core.units import LABELS
from handlers.hosted_sums import money_text
from handlers.words import _, language, long_date

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The seller or the client."""

    label: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the invoice; without a rate where none is shown."""

    description: str
    numbers: tuple[str, ...]


def sides_of(document: Document, recipient: str) -> tuple[Side, Side]:
    abroad = document.seller.address.country != document.buyer.address.country
    return (
        _side(_("From"), document.seller, abroad),
        _side(recipient, document.buyer, abroad),
    )


def _side(label: str, party: Party, abroad: bool) -> Side:
    lines = list(party.address.lines())
    if abroad and party.address.country:
        lines.append(country_name(party.address.country, language()))
    if party.vat_id:
        lines.append(_("VAT ID {value}", value=party.vat_id))
    if party.tax_number:
        lines.append(_("Tax number {value}", value=party.tax_number))
    lines += [text for text in (party.register, party.contact, party.phone, party.email) if text]
    return Side(label, party.name, tuple(lines))


def told_of(document: Document) -> Pairs:
    """What the client may know it by, beside its number and its days."""
    pairs = []
    if document.period:
        start, end = long_date(document.period.start), long_date(document.period.end)
        pairs.append((_("Period"), _("{start} to {end}", start=start, end=end)))
    if document.reference:
        pairs.append((_("Your reference"), document.reference))
    return tuple(pairs)


def _shows_vat(document: Document) -> bool:
    """As in the document: without a taxed line there is no VAT column, and a remark says why."""
    return any(row.tax.category.taxed for row in document.totals.tax_rows)


def _named_vat(document: Document) -> bool:
    return named_vat(document.seller.address.country)


def headings_of(document: Document) -> tuple[str, ...]:
    amount = _("Amount {currency}", currency=document.currency)
    vat = (_("VAT") if _named_vat(document) else _("Tax"),) if _shows_vat(document) else ()
    return (_("Description"), _("Quantity"), _("Unit price"), *vat, amount)


def rows_of(document: Document) -> Iterator[Row]:
    shows_vat, style, places = _shows_vat(document), number_style(language()), exponent(document.currency)
    for line in document.totals.lines:
        quantity = f"{number_text(line.quantity)} {_unit(line.unit)}".rstrip()
        own_places = -int(line.unit_price.normalize().as_tuple().exponent)
        price = format_decimal(line.unit_price, style, max(own_places, places))
        amount = format_decimal(line.net.amount, style, places)
        rate = (_rate(line),) if shows_vat else ()
        yield Row(line.description, (quantity, price, *rate, amount))


def _rate(line: ComputedLine) -> str:
    return _("{rate}%", rate=number_text(line.tax.rate)) if line.tax.category.taxed else "–"


def _unit(code: str) -> str:
    match code:
        case "MIN":
            return _("min")
        case "DAY":
            return _("d")
        case "WEE":
            return _("wk")
        case "MON":
            return _("mo")
        case "ANN":
            return _("yr")
        case "H87":
            return _("pcs")
        case "LS":
            return _("lump")
        case _other:
            return LABELS.get(code, code)


def sum_rows(document: Document) -> Pairs:
    totals = document.totals
    pairs: list[tuple[str, str]] = []
    if totals.discount or _shows_vat(document):
        pairs.append((_("Subtotal"), money_text(totals.line_total)))
    if totals.discount:
        percent = document.discount.percent if document.discount else None
        label = _("Discount") if percent is None else _("Discount {percent}%", percent=number_text(percent))
        pairs.append((label, money_text(-totals.discount)))
        if _shows_vat(document):
            label = _("Total without VAT") if _named_vat(document) else _("Total without tax")
            pairs.append((label, money_text(totals.net)))
    if _shows_vat(document):
        pairs += [(_vat(row, named=_named_vat(document)), money_text(row.amount)) for row in totals.tax_rows]
    if totals.rounding:
        pairs.append((_("Rounding"), money_text(totals.rounding)))
    return tuple(pairs)


def _vat(row: TaxRow, *, named: bool) -> str:
    basis = money_text(row.basis)
    if not row.tax.category.taxed:
        return _("No VAT on {basis}", basis=basis) if named else _("No tax on {basis}", basis=basis)
    rate = number_text(row.tax.rate)
    if not named:
        return _("Tax {rate}% on {basis}", rate=rate, basis=basis)
    return _("VAT {rate}% on {basis}", rate=rate, basis=basis)


def remarks_of(document: Document) -> tuple[str, ...]:
    inclusive = _("Prices were entered including VAT.")
    if not _named_vat(document):
        inclusive = _("Prices were entered including tax.")
    said = [inclusive] if document.inclusive else []
    if document.home_tax and document.rate:
        rate = document.rate
        said.append(
            _("VAT in {home}: {amount} (1 {base} = {rate} {quote}, {day})", home=document.home_tax.currency,
              amount=money_text(document.home_tax), base=rate.base, rate=number_text(rate.rate), quote=rate.quote,
              day=long_date(rate.on))
        )  # fmt: skip
    return (*said, document.tax_note) if document.tax_note else tuple(said)


def file_name(document: Document, ending: str) -> str:
    return f"{document.number.replace('/', '-')}.{ending}"


def report_link(address: str, subject: str) -> str:
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"


def number_text(value: Decimal) -> str:
    return format_decimal(value, number_style(language()))
