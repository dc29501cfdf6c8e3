"""Settings: each by its button or on one line, checked before anything is saved."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from handlers.commands.settings import NAMES
from handlers.kinds import Attachment
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

CHANGES = {
    "name": ("Löwe & Bär GmbH", "name: Löwe & Bär GmbH"),
    "country": ("Germany", "country: Germany"),
    "address": ("Kai 3, 24103 Kiel", "address: Kai 3, 24103 Kiel"),
    "vat-id": ("DE 136 695 976", "vat-id: DE136695976"),
    "vat": ("7%", "vat: 7%"),
    "iban": ("DE89 3704 0044 0532 0130 00", "iban: DE89370400440532013000"),
    "bic": ("cobadeffxxx", "bic: COBADEFFXXX"),
    "email": ("post@loewe.example", "email: post@loewe.example"),
    "contact": ("Mara Lind", "contact: Mara Lind"),
    "phone": ("+49 40 901820", "phone: +49 40 901820"),
    "register": ("HRB 12345, Amtsgericht Hamburg", "register: HRB 12345, Amtsgericht Hamburg"),
    "terms": ("30 Tage", "terms: 30d"),
    "early": ("2 % 10 Tage", "early: 2% 10d"),
    "cash-rounding": ("0,05", "cash-rounding: EUR 0.05"),
    "currency": ("chf", "currency: CHF"),
    "language": ("English", "language: en"),
    "zone": ("London", "zone: Europe/London"),
    "number-pattern": ("RE-{YY}-{NNN}", "number-pattern: RE-{YY}-{NNN}"),
    "next-number": ("42", "number-pattern: {YYYY}-{NNNN}"),
    "credit-pattern": ("GS{NNN}", "credit-pattern: GS{NNN}"),
    "quote-pattern": ("AN{NNN}", "quote-pattern: AN{NNN}"),
    "logo": ("-", "logo: –"),
    "accent": ("#0A7D5A", "accent: #0a7d5a"),
    "footer": ("HRB 4711", "footer: HRB 4711"),
}


def a_logo() -> Attachment:
    out = io.BytesIO()
    Image.new("RGB", (93, 41), (10, 125, 90)).save(out, "PNG")
    return Attachment("logo.png", "image/png", out.getvalue())


@pytest.mark.parametrize("name", NAMES)
async def test_every_setting_is_changed_by_its_button(ana: Chat, name: str) -> None:
    answer, shown = CHANGES[name]
    await opens_a_studio(ana)
    await ana.says("/settings")
    assert ana.seen.buttons == NAMES

    await ana.presses(name)
    ana.sees("(1/1)")
    await ana.says(answer)

    ana.sees("Saved.", "Settings", shown)
    ana.can_press("Undo", "Settings")


async def test_several_settings_are_changed_on_one_line(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/settings terms 30d; accent #0a7d5a; iban -; Number Pattern: RE-{NNNN}")

    ana.sees("Saved.", "iban: –", "terms: 30d", "number-pattern: RE-{NNNN}", "accent: #0a7d5a")


async def test_numbering_goes_on_from_another_tool(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/settings number-pattern RE-{YY}-{NNN}; next-number 42")

    assert await bills(ana, "Acme: Logo @ 900") == "RE-26-042"


async def test_numbers_that_were_given_are_not_counted_again(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Logo @ 900")
    before = await office.snapshot("ana")

    await ana.says("/settings next-number 1")

    ana.sees("Numbers have been given already; from here on they follow without a gap.")
    assert await office.snapshot("ana") == before


async def test_a_logo_is_sent_as_a_file_and_stands_on_the_next_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/settings logo")
    ana.sees("Send your logo")
    await ana.says("", a_logo())
    ana.sees("Saved.", "logo: set")
    with_logo = await ana.says("/settings logo", a_logo())
    await bills(ana, "Acme: Design @ 100")
    pdf = ana.has_file("2026-0001.pdf")
    await ana.presses("Undo", on=with_logo)
    await bills(ana, "Acme: Design @ 100")

    assert b"/Image" in pdf
    ana.has_file("2026-0002.pdf")


async def test_a_file_that_is_no_picture_is_refused(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    before = await office.snapshot("ana")

    await ana.says("/settings logo", Attachment("logo.png", "image/png", b"not a picture"))

    ana.sees("logo: ")
    assert await office.snapshot("ana") == before


async def test_moving_to_another_country_asks_for_its_vat_id(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/settings country AT")
    ana.sees("vat-id: ", "is of another country", "What is your VAT id?")
    await ana.says("ATU13585627")

    ana.sees("Saved.", "country: Austria", "vat-id: ATU13585627", "vat: 20%")


async def test_who_is_not_registered_charges_no_vat_and_says_why(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings vat-id none")
    ana.sees("vat-id: not VAT registered", "vat: –")

    await ana.says("/invoice Acme: 3h design @ 120; vat 19%")
    ana.sees("vat: Studio Löwe is not VAT registered and must not charge VAT.")
    await ana.presses("Skip")
    ana.sees("Total: EUR 360.00")
    await ana.presses("Issue")

    assert "Es wird keine Umsatzsteuer berechnet" in ana.reads_pdf("2026-0001.pdf")
    assert "360,00" in ana.reads_pdf("2026-0001.pdf")
