"""Photos of receipts: kept with a payment, shown again, and without the place they were taken at."""

from __future__ import annotations

import io

from PIL import Image

from handlers.kinds import Attachment
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


def photo(width: int = 1200, height: int = 1600) -> Attachment:
    """From a phone, with the place in it."""
    picture, output = Image.new("RGB", (width, height), "#c8b090"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone of Ana"
    picture.save(output, "JPEG", exif=exif)
    return Attachment("photo.jpg", "image/jpeg", output.getvalue())


async def test_a_receipt_is_kept_with_its_payment_and_shown_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 100 cash")

    await ana.says(f"/receipt {number}", photo())
    ana.sees(f"The receipt is kept with the payment of EUR 100.00 on {number}.")
    await ana.says(f"/receipt {number}")

    kept = ana.has_file(f"receipt-{number}-1.jpg")
    assert Image.open(io.BytesIO(kept)).size == (1200, 1600)
    assert b"Phone of Ana" not in kept


async def test_without_a_payment_there_is_nothing_a_receipt_is_for(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    before = await office.snapshot("ana")

    await ana.says(f"/receipt {number}", photo())

    ana.sees("No payment is recorded for this invoice yet, so there is nothing a receipt is for.")
    assert await office.snapshot("ana") == before


async def test_an_invoice_without_a_receipt_says_how_to_send_one(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number}")

    await ana.says(f"/receipt {number}")

    ana.sees(f"{number} has no receipt yet. Send its photo with the caption /receipt {number}.")


async def test_what_is_no_picture_is_refused(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number}")
    before = await office.snapshot("ana")

    await ana.says(f"/receipt {number}", Attachment("a.jpg", "image/jpeg", b"\xff\xd8 no picture"))

    ana.sees("receipt: The receipt is not a readable PNG or JPEG picture.")
    assert await office.snapshot("ana") == before


async def test_a_picture_that_nobody_asked_for_is_asked_about(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("", photo())

    ana.sees("What is this for?", "/receipt 2026-0007", "/settings logo")
