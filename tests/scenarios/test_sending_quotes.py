"""`/send Q2026-0001`: a quote goes to its client by mail, after somebody saw what leaves and to whom."""

from __future__ import annotations

from datetime import timedelta

from core.errors import Unavailable
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice
from tests.scenarios.scenes import opens_a_studio_with_acme
from tests.scenarios.test_sending import ana, office

DATABASES = ("sqlite",)
__all__ = ["ana", "office"]

OFFER = "/quote Acme: Work @ 300; valid 14d"


async def offers_to_acme(ana: Chat) -> None:
    """A quote of EUR 357.00 under the number Q2026-0001, to a client whose address is known."""
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; email books@acme.example; language fr")
    await ana.says(OFFER)
    await ana.presses("Issue")


async def test_it_is_shown_as_its_client_will_read_it_and_leaves_with_one_press(
    office: PostalOffice, ana: Chat
) -> None:
    await offers_to_acme(ana)

    await ana.presses("Send")
    ana.sees(
        "Send Q2026-0001 over EUR 357.00 to books@acme.example?", "Devis Q2026-0001 de Studio Löwe",
        "Q2026-0001.pdf", "valable jusqu’au 19 mars 2026",
        "Answers to it would not reach you: set your address with /settings email …",
    )  # fmt: skip
    preview = ana.seen
    await ana.presses("Send", preview)
    ana.sees("Q2026-0001 over EUR 357.00 is on its way to books@acme.example.")
    await ana.presses("Send", preview)
    ana.sees("Q2026-0001 was sent to books@acme.example with this button already.")
    await ana.says("/send Q2026-0001 to boss@acme.example now")
    await office.work_off()

    assert [(letter.to, letter.subject, letter.files) for letter in office.letters] == [
        (to, "Devis Q2026-0001 de Studio Löwe", ("Q2026-0001.pdf",))
        for to in ("books@acme.example", "boss@acme.example")
    ]


async def test_what_is_no_offer_any_more_does_not_leave_nor_to_whom_wants_no_mail(
    office: PostalOffice, ana: Chat
) -> None:
    await offers_to_acme(ana)
    office.post.failing = Unavailable("away", 60)
    await ana.says("/send Q2026-0001 now")
    ana.sees("is on its way to books@acme.example.")

    await ana.says("/quote withdraw Q2026-0001")
    office.wait(minutes=1)
    await office.app.sweep(timedelta(0))
    await office.work_off()
    await ana.says("/send Q2026-0001")
    ana.sees("Q2026-0001 is withdrawn, so it is not sent.")
    await office.opts_out("ana", "books@acme.example")
    await ana.says(OFFER)
    await ana.presses("Issue")
    await ana.presses("Send")

    ana.sees(
        "books@acme.example asked not to get mail from you. Send Q2026-0002 another way: /pdf Q2026-0002"
    )
    await ana.says("/pdf Q2026-0002")
    assert office.letters == []
    ana.has_file("Q2026-0002.pdf")
