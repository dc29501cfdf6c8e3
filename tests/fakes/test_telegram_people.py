"""What people do, and what the bot hears of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.fakes.telegram import FakeTelegram, Impossible, Person
from tests.fakes.telegram_client import Api


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False, callback_seconds=20) as telegram:
        yield telegram


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", username="ana_k", language_code="pt-br", started=True)


def heard(api: Api) -> list[dict[str, Any]]:
    """The updates that wait, without their numbers."""
    _, updates = api("getUpdates")
    return [{name: value for name, value in update.items() if name != "update_id"} for update in updates]


def texts(api: Api) -> list[str]:
    return [update["message"].get("text", "") for update in heard(api) if "message" in update]


def go(*labels: str, data: str = "x") -> dict[str, Any]:
    return {
        "inline_keyboard": [
            [{"text": label, "callback_data": f"{data}{n}"} for n, label in enumerate(labels)]
        ]
    }


def test_start_carries_the_payload_of_a_link(telegram: FakeTelegram, api: Api) -> None:
    ben = telegram.person("Ben")

    telegram.starts(ben, "join-A_1")

    (update,) = heard(api)
    assert update["message"]["text"] == "/start join-A_1"
    assert update["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert api("sendMessage", chat_id=ben.id, text="Welcome")[0] == 200


@pytest.mark.parametrize("payload", ["", "a" * 65, "a b", "ä", "a.b"])
def test_a_link_carries_only_64_plain_characters(telegram: FakeTelegram, ana: Person, payload: str) -> None:
    with pytest.raises(Impossible):
        telegram.starts(ana, payload)


def test_nobody_writes_before_start_or_while_the_bot_is_blocked(telegram: FakeTelegram, ana: Person) -> None:
    telegram.blocks(ana)

    for person in (ana, telegram.person("Ben")):
        with pytest.raises(Impossible):
            telegram.says(person, "Hello")


def test_the_bot_learns_who_writes_in_which_language(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.says(ana, "Hello")

    (update,) = heard(api)
    assert update["message"]["from"] == {
        "id": ana.id,
        "is_bot": False,
        "first_name": "Ana",
        "username": "ana_k",
        "language_code": "pt-br",
    }


def test_replies_edits_and_forwarded_messages_say_what_they_are(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    first = telegram.says(ana, "one")
    telegram.says(ana, "two", reply_to=first)
    telegram.says(ana, "three", forwarded_from=telegram.person("Ben"))

    telegram.edits(ana, first, "four")

    one, two, three, edited = heard(api)
    assert two["message"]["reply_to_message"]["text"] == one["message"]["text"] == "one"
    assert three["message"]["forward_origin"]["sender_user"]["first_name"] == "Ben"
    assert edited["edited_message"] | {"message_id": first, "text": "four"} == edited["edited_message"]
    assert edited["edited_message"]["edit_date"] > 0


def test_files_of_people_can_be_downloaded(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 200)).save(picture, "PNG")

    telegram.sends_document(ana, "list.csv", b"a;b", "text/csv", caption="Clients")
    telegram.sends_photo(ana, picture.getvalue(), caption="Receipt")

    document, photo = (update["message"] for update in heard(api))
    assert (document["caption"], document["document"]["file_name"]) == ("Clients", "list.csv")
    small, *_, large = photo["photo"]
    contents = []
    for file in (document["document"], large, small):
        _, told = api("getFile", file_id=file["file_id"])
        contents.append(api.download(told["file_path"])[1])
    assert contents[:2] == [b"a;b", picture.getvalue()]
    assert Image.open(io.BytesIO(contents[2])).size == (small["width"], small["height"]) == (90, 45)


def test_a_press_sends_the_data_of_the_button_with_the_message(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    _, sent = api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes", "No"))

    query = telegram.presses(ana, "No")

    (update,) = heard(api)
    tapped = update["callback_query"]
    assert (tapped["id"], tapped["data"], tapped["from"]["id"]) == (query, "x1", ana.id)
    assert tapped["message"] == sent


def test_only_a_button_that_is_there_can_be_pressed(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes", "No"))

    with pytest.raises(Impossible, match=r"there is no button 'Maybe' among \['Yes', 'No'\]"):
        telegram.presses(ana, "Maybe")


def test_among_buttons_of_one_label_a_number_chooses(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("sendMessage", chat_id=ana.id, text="List", reply_markup=go("Open", "Open"))

    telegram.presses(ana, "Open", nth=2)

    assert heard(api)[0]["callback_query"]["data"] == "x1"


def test_a_button_that_an_edit_took_away_can_still_be_pressed(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    _, sent = api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes"))
    api("editMessageText", chat_id=ana.id, message_id=sent["message_id"], text="Paid")

    telegram.presses(ana, "Yes", message=sent["message_id"], version=0)

    tapped = heard(api)[0]["callback_query"]
    assert (tapped["data"], tapped["message"]["text"]) == ("x0", "Paid")


def test_a_tap_on_a_deleted_message_shows_nothing_of_it(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    _, sent = api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes"))
    telegram.deletes(ana, sent["message_id"])

    telegram.presses(ana, "Yes", version=0)

    message = heard(api)[0]["callback_query"]["message"]
    assert (message["date"], "text" in message) == (0, False)


def test_a_forged_tap_sends_what_no_button_has(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes"))

    telegram.forges(ana, "pay:all")

    assert heard(api)[0]["callback_query"]["data"] == "pay:all"


def test_a_tap_is_answered_once_and_soon(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    api("sendMessage", chat_id=ana.id, text="Pay?", reply_markup=go("Yes"))
    soon, late = telegram.presses(ana, "Yes"), telegram.presses(ana, "Yes")

    first = api("answerCallbackQuery", callback_query_id=soon, text="Paid", show_alert=True)
    again = api("answerCallbackQuery", callback_query_id=soon)
    telegram.advance(21)
    expired = api("answerCallbackQuery", callback_query_id=late)

    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert (first, again, expired) == ((200, True), (400, too_old), (400, too_old))
    toast = telegram.toast_for(soon)
    assert [toast] == telegram.toasts
    assert (toast.text, toast.alert, toast.person_id) == ("Paid", True, ana.id)


@pytest.mark.parametrize(
    ("params", "complaint"),
    [({"text": "a" * 201}, "MESSAGE_TOO_LONG"), ({"url": "https://example.com"}, "URL_INVALID")],
)
def test_an_answer_to_a_tap_is_short(
    telegram: FakeTelegram, api: Api, ana: Person, params: dict[str, str], complaint: str
) -> None:
    query = telegram.forges(ana, "x")

    answer = api("answerCallbackQuery", callback_query_id=query, **params)

    assert answer == (400, f"Bad Request: {complaint}")


def test_a_button_may_lead_to_the_private_chat(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    ben = telegram.person("Ben")
    team = telegram.group("Team", ana, ben)
    link = {"text": "Open", "url": "https://t.me/billhook_test_bot?start=abc"}
    api("sendMessage", chat_id=team.id, text="a", reply_markup={"inline_keyboard": [[link]]})

    telegram.follows(ben, "Open", chat=team)

    assert texts(api) == ["/start abc"]


def test_with_privacy_the_bot_hears_in_a_group_only_what_is_for_it(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    team = telegram.group("Team", ana)
    _, sent = api("sendMessage", chat_id=team.id, text="Name?")
    theirs = telegram.says(ana, "lunch?", chat=team)

    telegram.says(ana, "/new Acme", chat=team)
    telegram.says(ana, "/new@billhook_test_bot", chat=team)
    telegram.says(ana, "/new@another_bot", chat=team)
    telegram.says(ana, "hey @billhook_test_bot", chat=team)
    telegram.says(ana, "an answer", chat=team, reply_to=sent["message_id"])
    telegram.says(ana, "yes", chat=team, reply_to=theirs)

    assert texts(api) == ["/new Acme", "/new@billhook_test_bot", "an answer"]
    assert api("getMe")[1]["can_read_all_group_messages"] is False


def test_as_an_administrator_it_hears_everything(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    team = telegram.group("Team", ana, bot=False)
    telegram.adds_bot(ana, team, admin=True)

    telegram.says(ana, "lunch?", chat=team)

    assert texts(api) == ["", "lunch?"]


def test_without_privacy_it_hears_everything(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.privacy = False

    telegram.says(ana, "lunch?", chat=telegram.group("Team", ana))

    assert texts(api) == ["lunch?"]
    assert api("getMe")[1]["can_read_all_group_messages"] is True


def test_only_members_are_in_a_group(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    team = telegram.group("Team", ana)
    api("sendMessage", chat_id=team.id, text="a", reply_markup=go("Yes"))
    ben = telegram.person("Ben", started=True)

    for act in (lambda: telegram.says(ben, "hi", chat=team), lambda: telegram.presses(ben, "Yes", chat=team)):
        with pytest.raises(Impossible, match="Ben is not in 'Team'"):
            act()


def test_in_a_topic_a_message_names_it(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    forum = telegram.supergroup("Forum", ana, forum=True)
    thread = telegram.topic(ana, forum, "Invoices")

    telegram.says(ana, "/new", chat=forum, thread=thread)

    created, said = (update["message"] for update in heard(api))
    assert created["forum_topic_created"]["name"] == "Invoices"
    assert (said["message_thread_id"], said["is_topic_message"], said["chat"]["is_forum"]) == (
        thread,
        True,
        True,
    )
    assert said["reply_to_message"]["message_id"] == thread


def test_blocking_and_unblocking_are_told(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.blocks(ana)
    telegram.unblocks(ana)

    changes = [update["my_chat_member"] for update in heard(api)]

    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]
    assert {c["new_chat_member"]["user"]["id"] for c in changes} == {7000001}


def test_coming_and_going_of_the_bot_are_told(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    team = telegram.group("Team", ana, bot=False)
    telegram.adds_bot(ana, team)

    telegram.removes_bot(ana, team)

    added, joined, removed, left = heard(api)
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["message"]["new_chat_members"][0]["id"] == 7000001
    assert removed["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert left["message"]["left_chat_member"]["id"] == 7000001
    assert [shown.service for shown in telegram.messages(team)] == ["new_chat_members", "left_chat_member"]


def test_an_upgrade_is_told_in_both_chats(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    team = telegram.group("Team", ana)

    large = telegram.upgrades(ana, team)

    old, new = (update["message"] for update in heard(api))
    assert (old["chat"]["id"], old["migrate_to_chat_id"]) == (team.id, large.id)
    assert (new["chat"]["id"], new["migrate_from_chat_id"]) == (large.id, team.id)
    with pytest.raises(Impossible):
        telegram.says(ana, "/new", chat=team)
