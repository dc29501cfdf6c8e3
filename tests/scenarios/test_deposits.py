"""A deposit without a quote: asked for with the invoice or on its draft, and then the rest."""

from __future__ import annotations

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def test_a_draft_becomes_a_deposit_and_a_rest(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/invoice Acme: Kitchen @ 1000; due 30d")
    await ana.says("/deposit")
    await ana.presses("30%")
    ana.sees(
        "Q2026-0001 keeps what Acme GmbH ordered, over EUR 1,190.00", "Draft of a deposit for Acme GmbH", "(30d)",
        "Kitchen", "EUR 357.00",
    )  # fmt: skip
    await ana.presses("Undo")
    ana.sees("Taken back: there is no deposit for Acme GmbH, and the draft is there again.")
    await ana.says("/quote deposit Q2026-0001 30%")
    ana.sees("Q2026-0001 is not accepted.")

    await ana.says("/edit")
    await ana.presses("Bill a deposit")
    await ana.says("500 USD")
    ana.sees("The draft is in EUR; 500 USD is another currency.")
    await ana.says("500")
    await ana.says("/edit due 7d")
    await ana.presses("Issue")
    ana.sees("Issued 2026-0001", "EUR 500.00")
    await ana.says("/quote rest Q2026-0002")
    ana.sees("The deposit 2026-0001 is not paid yet")
    await ana.says("/paid 2026-0001")
    await ana.says("/deposit Q2026-0002 5%")
    ana.sees("Draft of a deposit for Acme GmbH", "EUR 59.50")
    await ana.says("/discard")
    await ana.says("/quote rest Q2026-0002")
    ana.sees("Draft of the rest for Acme GmbH", "EUR 690.00")
    await ana.presses("Issue")
    ana.sees("Issued 2026-0002", "EUR 690.00")


async def test_a_deposit_is_an_option_of_the_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/invoice Acme: 1h talk @ 80")
    await ana.says("/invoice Acme: Kitchen @ 1000; due 7d; deposit 20%")
    ana.sees("Draft of a deposit for Acme GmbH", "(7d)", "EUR 238.00")
    await ana.says("/undo")
    ana.sees("Taken back: the deposit for Acme GmbH is gone.")
    await ana.says("/undo")
    ana.sees("Taken back: the draft for Acme GmbH is gone.")

    await ana.says("/deposit 20%")
    ana.sees("There is no draft.")
    await ana.says("/invoice Acme: Kitchen @ 1000; deposit 2000")
    ana.sees("A deposit of EUR 2,000.00 is more than the total of EUR 1,190.00.")
    await ana.says("20%")
    ana.sees("Draft of a deposit for Acme GmbH", "EUR 238.00")
