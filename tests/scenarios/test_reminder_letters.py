"""What a reminder says: in the client's language and the tone of its step, by mail or to be forwarded."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import BEGIN, PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import bills

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""What a letter says does not depend on the database."""


@pytest.mark.parametrize(
    ("language", "greeting", "last", "end"),
    [
        ("; language de", "Guten Tag Acme GmbH,", "dies ist unsere letzte Erinnerung", "Mit freundlichen"),
        ("", "Bonjour Acme GmbH,", "Ceci est notre dernier rappel", "Cordialement"),
        ("; language fr", "Bonjour Acme GmbH,", "Ceci est notre dernier rappel", "Cordialement"),
        ("; language es", "Hola, Acme GmbH:", "Este es nuestro último recordatorio", "Un saludo"),
        ("; language en", "Hello Acme GmbH,", "This is our last reminder", "Kind regards"),
        ("; language it", "Buongiorno Acme GmbH,", "questo è il nostro ultimo sollecito", "Cordiali saluti"),
        ("; language nl", "Beste Acme GmbH,", "Dit is onze laatste herinnering", "Met vriendelijke groet"),
        ("; language pl", "Dzień dobry, Acme GmbH,", "to nasze ostatnie przypomnienie", "Z poważaniem"),
    ],
)  # fmt: skip
async def test_a_client_is_written_to_in_their_language(
    office: PostalOffice, ana: Chat, language: str, greeting: str, last: str, end: str
) -> None:
    await opens(ana, f"/client add Acme GmbH, 1 rue A, 75001 Paris, FR; email books@acme.example{language}")
    await ana.says("/reminders steps 3 7; weekends off; holidays off")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 16, 20))

    text = office.letters[-1].text
    assert text.startswith(greeting)
    assert last in text
    assert text.index("119") < text.index(end) < text.index("Studio Löwe", text.index(end))


async def test_the_business_s_own_words_stand_in_place_of_the_usual_ones(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3")
    await office.send("ana", "/reminders text friendly de")
    await office.send("ana", "{client}, {amount} für {number} vom {due} fehlen seit {days} Tagen.")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 20))

    assert (
        "Acme GmbH, EUR 119,00 für 2026-0001 vom 9. März 2026 fehlen seit 3 Tagen.\n"
        in office.letters[0].text
    )


async def test_the_pay_link_is_filled_with_number_and_open_amount(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3; pay-link https://pay.example/{currency}/{amount}?ref={number}")
    number = await delivers(office, ana, "Acme: Work @ 1000; due 7d")
    await ana.says(f"/paid {number} 40")

    await office.until(berlin(3, 12, 9))
    assert "Online bezahlen: https://pay.example/EUR/1150.00?ref=2026-0001" in office.last("ana").text
    await office.until(berlin(3, 12, 13))

    assert office.letters[0].links == ("https://pay.example/EUR/1150.00?ref=2026-0001",)


async def test_of_many_documents_the_first_five_are_attached(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3")
    for place in range(7):
        await delivers(office, ana, f"Acme: Work @ {100 + place}; due 7d")

    await office.until(berlin(3, 12, 13))

    (letter,) = office.letters
    assert letter.files == ("reminder-2026-0001.pdf", *(f"2026-000{place}.pdf" for place in range(1, 6)))
    assert len(letter.rows) == 7
    assert "Die ersten 5 Dokumente hängen an" in letter.text


async def test_the_letter_has_its_envelope(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/settings email post@studio.example")
    await ana.says("/reminders steps 3")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 13))

    letter = office.envelope(0)
    assert (letter.sender, letter.reply_to) == ("Studio Löwe", "post@studio.example")
    assert letter.unsubscribe.startswith("https://billhook.example/u/")
    assert letter.message_id.endswith("@studio.example")


# -- where there is no mail ---------------------------------------------------------------------------


async def forwards(office: PostalOffice, ana: Chat) -> None:
    """The text and what to do with it have come."""
    text, what = office.unasked("ana")[-2:]
    assert text.text.startswith("Guten Tag Acme GmbH,")
    assert "EUR 119,00" in text.text
    assert list(text.files) == ["reminder-2026-0001.pdf", "2026-0001.pdf"]
    assert text.buttons == ()
    ana.seen = what
    ana.sees("The text above is for Acme GmbH: please forward it.")
    ana.can_press("I sent it", "Stop", "PDF")


async def test_what_was_never_sent_from_here_comes_as_a_text_to_forward(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await bills(ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 13))
    await forwards(office, ana)
    ana.sees("An invoice among these was never sent from here by mail.")
    told = ana.seen
    await ana.presses("I sent it")
    ana.sees("Noted: Acme GmbH has it.")
    await ana.presses("I sent it", told)
    ana.sees("Acme GmbH has all of it already, as was noted.")
    await office.until(berlin(3, 16, 20))

    # The client has it now, so that the next one goes by mail.
    assert [mail.subject for mail in office.letters] == ["Letzte Erinnerung: Rechnung 2026-0001"]


async def test_a_client_without_an_address_gets_it_through_the_owner(office: PostalOffice, ana: Chat) -> None:
    await opens(ana, "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE")
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 13))

    await forwards(office, ana)
    ana.sees("Acme GmbH has no mail address here.")


async def test_who_asked_for_no_more_mail_gets_none(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12))
    await office.opts_out("ana", "Books@Acme.example")

    await office.until(berlin(3, 12, 13))

    assert office.letters == []
    await forwards(office, ana)
    ana.sees("Acme GmbH asked for no more mail.")


async def test_who_asks_for_no_more_mail_in_the_last_seconds_gets_none(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 12))
    await office.write_letters(berlin(3, 12, 13))

    await office.opts_out("ana", "books@acme.example")
    await office.until(berlin(3, 12, 20))

    assert office.letters == []
    assert await office.states_of_letters() == ["cancelled"]


async def test_without_mail_everything_is_forwarded(fresh_database_url: str) -> None:
    office = PostalOffice(fresh_database_url, BEGIN, mailing=None)
    ana = office.person("ana")
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 13))
    await forwards(office, ana)
    ana.sees("Mail is switched off here.")
    await ana.presses("Stop")
    ana.sees("Nothing more is sent about 2026-0001.")
    seen = office.count("ana")
    await office.until(berlin(3, 31, 20))

    assert office.count("ana") == seen
    await office.close()
