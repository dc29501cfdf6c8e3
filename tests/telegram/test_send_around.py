"""What surrounds messages: answers to presses, the sign of being busy, the pace, files that come in, and the token."""

from __future__ import annotations

import asyncio
import io
import traceback
from typing import Literal

import pytest
from PIL import Image

from bot.telegram.address import chat_ref
from bot.telegram.client import make_bot
from bot.telegram.limits import Pace
from bot.telegram.receive import Me, read
from bot.telegram.render import Part
from bot.telegram.send import Telegram
from core.errors import BillhookError, InvalidInput, Unavailable
from handlers.kinds import Attachment, Button, Notice, Reply, Text
from handlers.platform import Manners, Rate, Throttled
from handlers.updates import Occasion, RemoteFile, Typed
from tests.fakes.telegram import TOKEN, FakeTelegram, HangUp, Person, Refusal, ServerError, TooMany
from tests.fakes.telegram_client import Api
from tests.telegram.shapes import US

MEGABYTE = 1024 * 1024
TOO_OLD = Reply((Notice("This button is too old.", "warning"),), aside=True)
DONE = Reply((Text("Done."),))


async def tap(telegram: FakeTelegram, adapter: Telegram, ana: Person) -> Occasion:
    """Ana presses a button."""
    tokens = ("token3",)
    (part,) = adapter.parts(
        chat_ref(ana.id), Reply((Text("Which?"),), (Button("Issue", "issue"),)), tokens, Occasion()
    )
    await adapter.send(chat_ref(ana.id), part)
    return Occasion(press=telegram.presses(ana, "Issue"))


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("L", (900, 700), 113).save(content, "PNG")
    return content.getvalue()


def sent(telegram: FakeTelegram) -> RemoteFile:
    """The file of the one update there is."""
    _status, (raw,) = Api(telegram)("getUpdates")
    update = read(raw, US)
    assert update is not None
    assert isinstance(update.input, Typed)
    (file,) = update.input.files
    assert isinstance(file, RemoteFile)
    return file


# -- presses -------------------------------------------------------------------------------------------


async def test_a_note_in_passing_is_shown_over_the_chat_and_says_it_all(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    occasion = await tap(telegram, adapter, ana)

    told = await adapter.answer_press(occasion, TOO_OLD)

    (toast,) = telegram.toasts
    assert told
    assert (toast.query_id, toast.text, toast.alert) == (occasion.press, "⚠️ This button is too old.", True)


@pytest.mark.parametrize(
    ("levels", "alert"),
    [(("info",), False), (("success",), False), (("error",), True), (("info", "warning"), True)],
)
async def test_only_a_refusal_has_to_be_closed_by_hand(
    telegram: FakeTelegram,
    adapter: Telegram,
    ana: Person,
    levels: tuple[Literal["success", "info", "warning", "error"], ...],
    alert: bool,
) -> None:
    occasion = await tap(telegram, adapter, ana)

    told = await adapter.answer_press(
        occasion, Reply(tuple(Notice("Quite so.", level) for level in levels), aside=True)
    )

    assert told
    assert [toast.alert for toast in telegram.toasts] == [alert]


async def test_a_press_with_more_to_say_is_answered_without_a_word(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    occasion = await tap(telegram, adapter, ana)

    told = await adapter.answer_press(occasion, DONE)

    (toast,) = telegram.toasts
    assert not told
    assert (toast.text, toast.alert) == ("", False)


async def test_a_press_that_waited_too_long_is_answered_by_a_message(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    occasion = await tap(telegram, adapter, ana)
    telegram.advance(telegram.callback_seconds + 1)

    told = await adapter.answer_press(occasion, TOO_OLD)

    assert not told
    assert "query is too old" in telegram.calls_of("answerCallbackQuery")[0].description


@pytest.mark.parametrize(
    "fault", [HangUp(), ServerError(502), TooMany(7), Refusal(403, "Forbidden: whatever")]
)
async def test_a_press_that_cannot_be_answered_is_answered_by_a_message(
    telegram: FakeTelegram,
    adapter: Telegram,
    ana: Person,
    fault: HangUp | ServerError | TooMany | Refusal,
) -> None:
    occasion = await tap(telegram, adapter, ana)
    telegram.trouble(fault, "answerCallbackQuery")

    assert not await adapter.answer_press(occasion, TOO_OLD)


# -- busy ----------------------------------------------------------------------------------------------


async def test_being_busy_is_shown_for_as_long_as_it_takes(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    async with adapter.busy(chat_ref(ana.id)):
        # Telegram shows it for five seconds.
        second = await asyncio.to_thread(telegram.next_call, "sendChatAction", 1)
    first = telegram.calls_of("sendChatAction")[0]

    assert first.params["action"] == "upload_document"
    assert second.at - first.at > 3.5
    await asyncio.sleep(0.05)
    assert len(telegram.calls_of("sendChatAction")) == 2


async def test_who_reads_a_file_is_seen_to_write(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    async with adapter.busy(chat_ref(ana.id), sending=False):
        call = await asyncio.to_thread(telegram.next_call, "sendChatAction")

    assert (call.params["action"], call.status) == ("typing", 200)


async def test_being_busy_is_shown_in_the_topic(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    forum = telegram.supergroup("Büro", ana, forum=True)
    topic = telegram.topic(ana, forum, "Rechnungen")

    async with adapter.busy(chat_ref(forum.id, topic)):
        call = await asyncio.to_thread(telegram.next_call, "sendChatAction")

    assert (call.chat_id, call.params["message_thread_id"], call.status) == (forum.id, topic, 200)


@pytest.mark.parametrize("fault", [HangUp(), TooMany(7), Refusal(400, "Bad Request: chat not found")])
async def test_what_goes_wrong_with_the_sign_does_not_disturb_the_work(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, fault: HangUp | TooMany | Refusal
) -> None:
    telegram.trouble(fault, "sendChatAction")

    async with adapter.busy(chat_ref(ana.id)):
        await asyncio.to_thread(telegram.next_call, "sendChatAction")
        done = True

    assert done


async def test_an_error_in_the_work_comes_out_of_it(adapter: Telegram, ana: Person) -> None:
    with pytest.raises(ZeroDivisionError):
        async with adapter.busy(chat_ref(ana.id)):
            raise ZeroDivisionError


# -- who it is, and how often it may send ----------------------------------------------------------------


async def test_who_the_bot_is_is_asked_once(telegram: FakeTelegram, adapter: Telegram) -> None:
    found = await asyncio.gather(*(adapter.me() for _ in range(7)))

    assert set(found) == {Me(7000001, "billhook_test_bot")}
    assert len(telegram.calls_of("getMe")) == 1


@pytest.mark.parametrize("fault", [HangUp(), ServerError(500), Refusal(403, "Forbidden: whatever")])
async def test_who_the_bot_is_can_be_asked_again(
    telegram: FakeTelegram, adapter: Telegram, fault: HangUp | ServerError | Refusal
) -> None:
    telegram.trouble(fault, "getMe")

    with pytest.raises(Unavailable):
        await adapter.me()

    assert (await adapter.me()).id == 7000001


async def test_people_are_guided_and_a_link_leads_to_the_private_chat(adapter: Telegram) -> None:
    assert await adapter.manners() == Manners(True, "https://t.me/billhook_test_bot?start=go_")


async def test_topics_of_one_group_count_together_and_everything_counts_for_the_bot(
    telegram: FakeTelegram,
) -> None:
    adapter = Telegram(make_bot(telegram.token, telegram.url), Pace(0.03, 1.3, 3.7))
    await adapter.me()

    found = [
        adapter.rates(chat, Part("Hello", "Hello"))
        for chat in (chat_ref(-13, 17), chat_ref(-13, 19), chat_ref(-13), chat_ref(23))
    ]

    group = [Rate("telegram:-13", 3.7), Rate("telegram:bot7000001", 0.03)]
    assert list(map(list, found)) == [
        group, group, group, [Rate("telegram:23", 1.3), Rate("telegram:bot7000001", 0.03)],
    ]  # fmt: skip
    await adapter.close()


# -- files that come in ----------------------------------------------------------------------------------


async def test_a_document_is_fetched_whole(telegram: FakeTelegram, adapter: Telegram, ana: Person) -> None:
    content = bytes(range(256)) * 911
    telegram.sends_document(ana, "Übersicht.pdf", content, caption="/receipt 7")

    assert await adapter.fetch(sent(telegram)) == Attachment("Übersicht.pdf", "application/pdf", content)


async def test_a_photo_is_fetched_in_its_largest_size(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    telegram.sends_photo(ana, picture())

    fetched = await adapter.fetch(sent(telegram))

    assert fetched == Attachment("photo.jpg", "image/jpeg", picture())


@pytest.mark.parametrize("size", [5 * MEGABYTE + 1, 21 * MEGABYTE])
async def test_a_large_file_is_refused_before_it_is_asked_for(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, size: int
) -> None:
    telegram.sends_document(ana, "film.pdf", b"7" * size)

    with pytest.raises(InvalidInput, match="larger than 5 MB"):
        await adapter.fetch(sent(telegram))

    assert telegram.calls_of("getFile") == []


@pytest.mark.parametrize("size", [5 * MEGABYTE + 1, 21 * MEGABYTE])
async def test_a_large_file_whose_size_nobody_told_is_refused_before_it_is_fetched(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, size: int
) -> None:
    telegram.sends_document(ana, "film.pdf", b"7" * size)
    file = RemoteFile(sent(telegram).reference, "film.pdf", "application/pdf")

    with pytest.raises(InvalidInput, match="larger than 5 MB"):
        await adapter.fetch(file)

    assert telegram.calls_of("file") == []


async def test_five_megabytes_are_fetched(telegram: FakeTelegram, adapter: Telegram, ana: Person) -> None:
    telegram.sends_document(ana, "receipt.pdf", b"7" * (5 * MEGABYTE))

    assert len((await adapter.fetch(sent(telegram))).content) == 5 * MEGABYTE


@pytest.mark.parametrize("method", ["getFile", "file"])
@pytest.mark.parametrize("fault", [HangUp(), ServerError(502), Refusal(404, "Not Found")])
async def test_a_file_that_cannot_be_had_now_may_be_had_later(
    telegram: FakeTelegram,
    adapter: Telegram,
    ana: Person,
    fault: HangUp | ServerError | Refusal,
    method: str,
) -> None:
    telegram.sends_document(ana, "receipt.pdf", b"%PDF-7")
    file = sent(telegram)
    telegram.trouble(fault, method)

    with pytest.raises(Unavailable):
        await adapter.fetch(file)

    assert (await adapter.fetch(file)).content == b"%PDF-7"


async def test_too_many_fetches_are_told_with_the_time_to_wait(
    telegram: FakeTelegram, adapter: Telegram
) -> None:
    telegram.trouble(TooMany(19), "getFile")

    with pytest.raises(Throttled) as throttled:
        await adapter.fetch(RemoteFile("BQAC41", "a.pdf", "application/pdf"))

    assert throttled.value.retry_after == 19.0


# -- the token -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [HangUp(), ServerError(502), TooMany(7), Refusal(400, "Bad Request: no"), Refusal(401, "Unauthorized"),
     Refusal(409, "Conflict: no"), None],
)  # fmt: skip
async def test_nothing_that_is_shown_or_logged_tells_the_token(
    telegram: FakeTelegram, ana: Person, fault: HangUp | ServerError | TooMany | Refusal | None
) -> None:
    adapter = Telegram(make_bot(telegram.token, telegram.url))
    if fault is None:
        await asyncio.to_thread(telegram.stop)
    else:
        telegram.trouble(fault, times=None)
    told = [repr(adapter), repr(adapter.bot), str(adapter.bot)]

    for call in (
        adapter.me(), adapter.send(chat_ref(ana.id), Part("Hello", "Hello")),
        adapter.send(chat_ref(ana.id), Part("Hello", "Hello", replaces="7")),
        adapter.fetch(RemoteFile("BQAC41", "a.pdf", "application/pdf")),
    ):  # fmt: skip
        with pytest.raises(BillhookError) as raised:
            await call
        told += [repr(raised.value), str(raised.value), *traceback.format_exception(raised.value)]
    await adapter.answer_press(Occasion(press="9000000047"), TOO_OLD)

    assert len(told) > 11
    assert [one for one in told if TOKEN.partition(":")[2] in one] == []
    await adapter.close()
