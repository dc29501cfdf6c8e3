"""What `billhook demo` tells: a made-up studio, its clients and its usual work, and what becomes of each invoice."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from core.invoice import Line
from core.party import Address, Business
from core.tax import Tax, TaxCategory
from core.terms import Terms

INVOICES = 60
STANDARD = Tax(TaxCategory.STANDARD, Decimal(19))
REDUCED = Tax(TaxCategory.STANDARD, Decimal(7))
ZERO = Tax(TaxCategory.ZERO, Decimal(0))
NO_VAT_ABROAD = "VAT is owed by the recipient of the service."
REFERENCES = ("", "PO-48213", "", "Frühjahrskampagne", "", "", "Projekt Ålesund")
VOID_REASONS = ("Issued twice by mistake", "The order was cancelled")


class Fate(Enum):
    """What has become of an invoice until today. Whatever is not paid and not OPEN is overdue by now."""

    DRAFT = "draft"
    OPEN = "open"
    OVERDUE = "overdue"
    PARTLY = "partly paid"
    TWICE = "paid in two parts"
    PAID = "paid"
    OVERPAID = "overpaid"
    VOID = "void"


# By place in the year; every place that is not here is PAID. Places 37 to 48 are 3 to 11 weeks old.
FATES: dict[int, Fate] = {
    **dict.fromkeys(range(56, 60), Fate.DRAFT),
    **dict.fromkeys(range(49, 56), Fate.OPEN),
    **dict.fromkeys((37, 40, 43, 44, 46, 48), Fate.OVERDUE),
    **dict.fromkeys((38, 42, 47), Fate.PARTLY),
    **dict.fromkeys((9, 27, 45), Fate.VOID),
    **dict.fromkeys((13, 31), Fate.TWICE),
    20: Fate.OVERPAID,
}


class Known(NamedTuple):
    """A client as entered."""

    name: str
    vat_id: str
    email: str
    address: Address


# The VAT ids are the published examples of their national rules, so that their check digits are right.
CLIENTS = (
    Known("Bäckerei Grünwald GmbH", "DE129273398", "buchhaltung@gruenwald.example",
          Address("DE", "Sendlinger Str. 24", postcode="80331", city="München")),
    Known("Café Ölmühle e. K.", "", "hallo@oelmuehle.example",
          Address("DE", "Weserstraße 101", "Hinterhaus", "12059", "Berlin")),
    Known("Thornbury & Lacey Ltd", "GB980780684", "accounts@thornburylacey.example",
          Address("GB", "18 Calvert Avenue", city="London E2 7JP")),
    Known("Ateliers Béranger SARL", "FR23334175221", "compta@beranger.example",
          Address("FR", "7 rue de l’Échiquier", postcode="75010", city="Paris")),
    Known("Diseños Muñoz y Peña S.L.", "ESB64717838", "facturas@munozpena.example",
          Address("ES", "Carrer de Verdi 53", postcode="08012", city="Barcelona")),
    Known("Żółty Rower Sp. z o.o.", "PL8567346215", "faktury@zoltyrower.example",
          Address("PL", "ul. Świętokrzyska 12", postcode="00-044", city="Warszawa")),
    Known("Björk & Åström AB", "SE123456789701", "ekonomi@bjorkastrom.example",
          Address("SE", "Götgatan 44", postcode="118 26", city="Stockholm")),
    Known("Weinhof Höllerer OG", "ATU13585627", "office@hoellerer.example",
          Address("AT", "Kellergasse 3", postcode="3550", city="Langenlois")),
)  # fmt: skip

# The last one is printed matter at the reduced rate.
LINES = (
    Line("Concept and art direction", Decimal(120), Decimal(3), "HUR"),
    Line("Illustration for the autumn window", Decimal("480.00")),
    Line("Retainer, website care and backups", Decimal("249.90"), unit="MON"),
    Line("Photo shoot on location", Decimal(890), Decimal(1), "DAY"),
    Line("Retouching", Decimal("64.50"), Decimal(4), "HUR"),
    Line("Typeface licence, five workplaces", Decimal("37.90"), Decimal(5)),
    Line("Workshop “Finding a voice”", Decimal(760), Decimal(1), "DAY"),
    Line("Travel by car", Decimal("0.42"), Decimal(186), "KMT"),
    Line("Poster A2, printed on recycled paper", Decimal("6.35"), Decimal(40)),
)


def studio(business_id: UUID, created_at: datetime) -> Business:
    return Business(
        id=business_id,
        name="Atelier Löwenherz",
        address=Address("DE", "Oranienstraße 183", postcode="10999", city="Berlin"),
        currency="EUR",
        language="en",
        zone="Europe/Berlin",
        terms=Terms(days=14),
        created_at=created_at,
        vat_id="DE136695976",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        email="studio@loewenherz.example",
        default_tax=STANDARD,
        accent="#7a2e4d",
        footer="Atelier Löwenherz · Oranienstraße 183 · 10999 Berlin",
    )
