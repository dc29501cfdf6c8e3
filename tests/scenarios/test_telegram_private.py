"""A private chat with the bot: from Start to the first invoice, forms in one message, languages and photos."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.scenarios.telegram_people import NUMBER, USERNAME, Town, labels, open_town


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(sqlite_template, tmp_path_factory.mktemp("town")) as town:
        yield town


def picture(width: int, height: int) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), "#1f4e79").save(output, "JPEG")
    return output.getvalue()


def test_from_start_to_the_first_invoice_without_a_manual(town: Town) -> None:
    ana = town.person("Ana")

    hello = ana.starts()
    assert hello.text == "Hello! You write one line, I make the invoice, and I keep track of who has paid."
    assert labels(hello) == ["Set up my business", "Help"]
    ana.presses("Set up my business")
    ana.says("Studio Löwe")
    ana.presses("Germany")
    for answer in ("Hauptstr. 1, 10115 Berlin", "DE136695976", "DE89370400440532013000"):
        ana.says(answer)
    ana.presses("14 days")
    ana.presses("Save")
    ana.says("Acme: 3h design @ 120, 2 x Hosting @ 49.90")
    ana.presses("Add Acme")
    ana.says("Ring 2, 20095 Hamburg")
    draft = ana.presses("Germany")
    assert "Total: EUR 547.16" in draft.text
    issued = ana.presses("Issue")

    assert issued.document is not None
    assert NUMBER.search(issued.document.name)
    assert issued.document.content.startswith(b"%PDF")
    assert issued.text.startswith("✅ Issued ")
    assert labels(issued) == ["Paid", "Show", "Undo"]
    # The draft it came from offers nothing any more.
    assert town.telegram.message(ana.person, draft.message_id).rows == ()
    assert [call.params["action"] for call in town.telegram.calls_of("sendChatAction")][
        -1
    ] == "upload_document"


def test_a_form_is_one_message_from_its_first_question_to_its_result(town: Town) -> None:
    ana = town.person("Ana")
    hello = ana.starts()

    asked = ana.presses("Set up my business")
    named = ana.says("Studio 54")
    placed = ana.presses("Germany")
    wrong = ana.says("Hauptstr. 1, Berlin")

    assert {one.message_id for one in (asked, named, placed, wrong)} == {hello.message_id}
    assert "(1/6)" in asked.text
    assert "(2/6)\nname: Studio 54" in named.text
    assert "(3/6)\nname: Studio 54\ncountry: Germany" in placed.text
    # What was typed stands in the form, so the form stays the last thing in the chat.
    assert [one.text for one in ana.sees() if not one.from_bot] == ["/start"]
    assert labels(wrong)[-2:] == ["Back", "Cancel"]


def test_the_summary_shows_every_answer_and_lets_each_be_changed_before_it_is_saved(town: Town) -> None:
    ana = town.owner()
    ana.says("/client add")
    ana.says("Zimt AG")
    ana.says("Kai 3, 24103 Kiel")
    ana.presses("Germany")
    ana.presses("Skip")
    summary = ana.presses("Skip")
    assert "name: Zimt AG\naddress: Kai 3, 24103 Kiel\ncountry: Germany" in summary.text
    assert "Is everything right?" in summary.text
    assert labels(summary) == ["Save", "Edit name", "Edit address", "Edit country", "Cancel"]
    assert town.rows("SELECT count(*) FROM client WHERE name LIKE 'Zimt%'") == [(0,)]

    asked = ana.presses("Edit name")
    assert "What is the client's name" in asked.text
    again = ana.says("Zimt & Zucker AG")
    assert "name: Zimt & Zucker AG" in again.text
    saved = ana.presses("Save")

    assert "Zimt & Zucker AG is now a client." in saved.text
    assert town.rows("SELECT name FROM client WHERE name LIKE 'Zimt%'") == [("Zimt & Zucker AG",)]


def test_the_summary_is_saved_by_typing_the_word_and_by_nothing_else(town: Town) -> None:
    ana = town.owner()
    ana.says("/client add")
    for answer in ("Bär", "Kai 7, 24103 Kiel", "DE", "/skip", "/skip"):
        ana.says(answer)

    unclear = ana.says("yes please")
    assert "Press Save, or choose what to change." in unclear.text
    saved = ana.says("save")

    assert "Bär is now a client." in saved.text


def test_a_command_in_the_middle_of_a_form_is_answered_below_and_the_form_is_offered_again(
    town: Town,
) -> None:
    ana = town.owner()
    form = ana.says("/invoice")

    listed = ana.says("/clients")

    assert listed.message_id > form.message_id
    assert "Left open: Write an invoice." in listed.text
    assert labels(listed)[-1] == "Resume"


def test_lists_turn_their_pages_in_one_message(town: Town) -> None:
    ana = town.owner()
    for number in range(9):
        ana.says(f"/client add Kunde {number}, Ring {number}, 20095 Hamburg, DE")

    first = ana.says("/clients")
    second = ana.presses("More ›")
    back = ana.presses("‹ Back")

    assert first.message_id == second.message_id == back.message_id
    assert "Kunde 8" in second.text
    assert back.text == first.text


def test_an_old_button_says_who_did_it_and_when_and_changes_nothing_on_the_screen(town: Town) -> None:
    ana = town.owner()
    ana.says("Acme: 3h design @ 120")
    issued = ana.presses("Issue")
    ana.presses("Paid", message=issued.message_id)
    before = ana.sees()

    said = ana.taps("Paid", message=issued.message_id)

    assert NUMBER.sub("NUMBER", said)[:-6] == "❌ NUMBER is paid already: Ana, "
    assert ana.sees() == before
    assert town.rows("SELECT count(*) FROM payment WHERE invoice_id = (SELECT invoice_id FROM payment "
                     "ORDER BY id DESC LIMIT 1)") == [(1,)]  # fmt: skip


@pytest.mark.parametrize("data", ["x", "token00000000000", "a" * 64, "✓ünïcode"])
def test_a_forged_button_is_told_that_it_is_too_old(town: Town, data: str) -> None:
    ana = town.owner()
    shown = ana.says("/help")

    query = town.telegram.forges(ana.person, data, message=shown.message_id)
    town.settle()

    assert "This button is too old." in town.telegram.toast_for(query).text


def test_an_edited_message_never_runs_a_command_again(town: Town) -> None:
    ana = town.owner()
    town.telegram.says(ana.person, "Acme: 3h design @ 120")
    town.settle()
    message = next(one for one in reversed(ana.sees()) if not one.from_bot)
    before = ana.sees()

    town.telegram.edits(ana.person, message.message_id, "Acme: 4h design @ 120")
    town.settle()

    assert [one.text for one in ana.sees() if one.from_bot] == [one.text for one in before if one.from_bot]


@pytest.mark.parametrize(
    ("code", "hello"),
    [
        ("de-AT", "Hallo! Sie schreiben eine Zeile"),
        ("fr", "Bonjour"),
        ("es-MX", "¡Hola!"),
        ("pl", "Hello! You write one line"),
    ],
)
def test_telegram_s_language_is_spoken_where_there_are_words_for_it(
    town: Town, code: str, hello: str
) -> None:
    person = town.person("Ana", code)

    assert hello in person.starts().text


def test_a_language_that_was_chosen_wins_over_telegram_s(town: Town) -> None:
    ana = town.person("Ana", "de")
    ana.starts()

    ana.says("/language")
    chosen = ana.presses("Español")

    assert "A partir de ahora te hablo en español." in chosen.text
    assert "¡Hola!" in ana.starts().text


def test_a_photo_becomes_the_logo_and_another_one_a_receipt(town: Town) -> None:
    ana = town.owner()
    ana.says("Acme: 3h design @ 120")
    issued = ana.presses("Issue")
    number = NUMBER.findall(issued.text)[0]
    ana.says(f"/paid {number}")

    logo = ana.sends_photo(picture(640, 200), "/settings logo")
    receipt = ana.sends_photo(picture(900, 1200), f"/receipt {number}")
    shown = ana.says(f"/receipt {number}")

    assert "logo: set" in logo.text
    assert "typing" in [call.params["action"] for call in town.telegram.calls_of("sendChatAction")]
    assert "The receipt is kept with the payment of EUR 428.40" in receipt.text
    assert shown.document is not None
    assert Image.open(io.BytesIO(shown.document.content)).size == (900, 1200)


def test_a_photo_answers_the_question_for_the_logo(town: Town) -> None:
    ana = town.owner()
    ana.says("/settings")
    ana.presses("logo")

    answered = ana.sends_photo(picture(640, 200))

    assert "logo: set" in answered.text


def test_a_picture_of_six_megabytes_is_refused_before_it_is_fetched(town: Town) -> None:
    ana = town.owner()
    fetched = len(town.telegram.calls_of("getFile"))

    town.telegram.sends_document(
        ana.person, "huge.png", b"\x89PNG" + bytes(6 * 1024 * 1024), "image/png", caption="/settings logo"
    )
    town.settle()

    assert "This file is larger than 5 MB, so nothing was done." in ana.sees()[-1].text
    assert len(town.telegram.calls_of("getFile")) == fetched


def test_what_people_type_is_never_markup(town: Town) -> None:
    ana = town.owner()
    name = "<b>Bobby</b> & *Co* _x_ `y` <a href='https://evil.example'>z</a>"

    ana.says(f"/client add {name}; address Ring 2, 20095 Hamburg; country DE")
    shown = ana.says("/client Bobby")

    assert name in shown.text


def test_who_blocks_the_bot_is_written_down_and_who_comes_back_is_served_again(town: Town) -> None:
    ana = town.owner()
    key = f"telegram:{ana.person.id}"

    town.telegram.blocks(ana.person)
    town.settle()
    blocked = town.rows("SELECT reachable FROM chat WHERE chat = ?", key)
    welcome = ana.starts()

    assert blocked == [(0,)]
    assert town.rows("SELECT reachable FROM chat WHERE chat = ?", key) == [(1,)]
    assert "Studio Löwe is set up." in welcome.text


def test_an_invitation_is_a_link_that_works_once(town: Town) -> None:
    ana, ben, eve = town.owner(), town.person("Ben"), town.person("Eve")

    text = ana.says("/invite accountant").text
    payload = text.partition("?start=")[2].split()[0]
    welcome = ben.starts(payload)
    late = eve.starts(payload)

    assert f"https://t.me/{USERNAME}?start=go_" in text
    assert "Welcome to Studio Löwe. You are accountant." in welcome.text
    assert "This link is used up or older than ten minutes." in late.text


def test_ten_wrong_codes_lock_a_guesser_out_even_with_a_right_one(town: Town) -> None:
    ana, eve = town.owner(), town.person("Eve")
    payload = ana.says("/invite member").text.partition("?start=")[2].split()[0]

    for guess in range(10):
        eve.starts(f"go_{guess:022}")
    locked = eve.starts(payload)

    assert "Too many codes were wrong. Please wait ten minutes." in locked.text
    assert town.rows("SELECT count(*) FROM seat WHERE sender = ?", f"telegram:{eve.person.id}") == [(0,)]
