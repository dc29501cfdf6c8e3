"""A statement of account goes to its client by mail, after somebody saw to whom and with which words."""

from __future__ import annotations

from handlers.platform import Undeliverable
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice
from tests.scenarios.scenes import invites
from tests.scenarios.test_sending import ana, bills_acme, office

DATABASES = ("sqlite",)
__all__ = ["ana", "office"]

FILE = "statement-2026-01-01-2026-12-31.pdf"


async def test_it_is_shown_first_and_one_press_mails_it_in_the_client_s_language(
    office: PostalOffice, ana: Chat
) -> None:
    await bills_acme(ana)
    await ana.says("/client edit Acme; language fr")
    eva = office.person("eva")
    await invites(ana, eva, "accountant")

    await ana.says("/statement Acme")
    ana.can_press("CSV", "XLSX", "Send", "Invoices")
    await ana.presses("Send")
    ana.sees(
        "Send the account of Acme GmbH from 2026-01-01 to 2026-12-31 to books@acme.example?",
        "Relevé de compte de Studio Löwe", FILE,
        "ci-joint votre relevé de compte du 1 janvier 2026 au 31 décembre 2026",
    )  # fmt: skip
    preview = ana.seen
    await ana.presses("Send", preview)
    ana.sees("The account of Acme GmbH from 2026-01-01 to 2026-12-31 is on its way to books@acme.example.")
    await ana.presses("Send", preview)
    ana.sees("This statement was sent to books@acme.example with this button already.")
    await office.work_off()
    await eva.says("/statement Acme")

    (letter,) = office.letters
    assert (letter.to, letter.subject) == ("books@acme.example", "Relevé de compte de Studio Löwe")
    assert letter.files == (FILE,)
    eva.can_press("CSV", "XLSX", "Invoices")


async def test_an_address_is_asked_for_and_what_does_not_arrive_is_told(
    office: PostalOffice, ana: Chat
) -> None:
    await bills_acme(ana, email="")
    office.post.failing = Undeliverable("550 no")

    await ana.says("/statement Acme")
    await ana.presses("Send")
    ana.sees("To which mail address?")
    await ana.says("books@acme.example")
    await ana.presses("Send")
    await office.work_off()

    assert office.letters == []
    assert "The mail to books@acme.example about Acme GmbH did not arrive." in office.last("ana").text


async def test_what_cannot_be_printed_and_who_wants_no_mail_is_refused_at_once(
    office: PostalOffice, ana: Chat
) -> None:
    await bills_acme(ana)
    await ana.says("/statement Acme")
    shown = ana.seen
    await ana.presses("Send")
    preview = ana.seen

    await ana.says("/client edit Acme; name 漢 GmbH")
    await ana.presses("Send", shown)
    ana.sees("“漢” (U+6F22) cannot be printed")
    await ana.says("/client edit 漢; name Acme GmbH")
    async with office.app.storage.work() as work:
        await office.enter(work, "ana")
        await work.opt_outs.add("books@acme.example")
    await ana.presses("Send", preview)
    ana.sees("books@acme.example asked not to get mail from you. Send the statement another way.")
    await office.work_off()

    assert office.letters == []
