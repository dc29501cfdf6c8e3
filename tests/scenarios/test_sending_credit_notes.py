"""`/send CN2026-0001`: a credit note goes to its client by mail, after somebody saw what leaves and to whom."""

from __future__ import annotations

from datetime import timedelta

from core.errors import Unavailable
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice
from tests.scenarios.test_sending import ana, bills_acme, office

DATABASES = ("sqlite",)
__all__ = ["ana", "office"]


async def test_it_is_shown_as_its_client_will_read_it_and_leaves_with_one_press(
    office: PostalOffice,
    ana: Chat,
) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/credit {number} 100 late delivery")

    await ana.presses("Send")
    ana.sees(
        "Send CN2026-0001 over EUR 100.00 to books@acme.example?", "Credit note CN2026-0001 from Studio Löwe",
        "CN2026-0001.pdf", "credit note CN2026-0001 over EUR 100.00. It corrects invoice 2026-0001.",
    )  # fmt: skip
    preview = ana.seen
    await ana.presses("Send", preview)
    await ana.presses("Send", preview)
    ana.sees("CN2026-0001 was sent to books@acme.example with this button already.")
    await office.work_off()

    (letter,) = office.letters
    assert (letter.to, letter.subject) == ("books@acme.example", "Credit note CN2026-0001 from Studio Löwe")
    assert letter.files == ("CN2026-0001.pdf",)


async def test_one_that_is_voided_before_it_left_does_not_leave(office: PostalOffice, ana: Chat) -> None:
    number = await bills_acme(ana)
    await ana.says(f"/credit {number} 100 late delivery")
    office.post.failing = Unavailable("away", 60)
    await ana.says("/send CN2026-0001 now")
    ana.sees("CN2026-0001 over EUR 100.00 is on its way to books@acme.example.")

    await ana.says("/void CN2026-0001 wrong")
    office.wait(minutes=1)
    await office.app.sweep(timedelta(0))
    await office.work_off()

    assert office.letters == []
    await ana.says("/send CN2026-0001")
    ana.sees("CN2026-0001 is void, so it is not sent.")
