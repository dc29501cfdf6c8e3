"""Files come with their text to where they belong, and to the person where they cannot be shown there."""

from __future__ import annotations

import pytest

from bot.slack.address import channel, corner, direct
from bot.slack.client import Web
from bot.slack.parts import Message, Upload
from core.errors import Unavailable
from handlers.kinds import Attachment
from handlers.platform import ChatGone, Lost, Throttled, Undeliverable
from tests.fakes.slack import HangUp, Refusal, ServerError, Shown, Team, TooMany
from tests.fakes.slack_faults import Fault
from tests.slack.conftest import Sent

PDF = Attachment("Übersicht 2026-0007.pdf", "application/pdf", b"%PDF-1.7\x00\xff" * 977)
UPLOAD = Upload(PDF, "Here &amp; now")


def has_file(shown: Shown) -> bool:
    return bool(shown.files)


async def test_a_file_goes_to_the_direct_conversation_with_its_text(sent: Sent) -> None:
    name = await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)

    shown = sent.ana.wait_for(has_file, sent.ana.dm)
    assert name == ""
    assert shown.text.startswith("Here & now")
    assert [(file.name, file.title, file.content) for file in shown.files] == [
        (PDF.filename,) * 2 + (PDF.content,)
    ]


async def test_a_file_without_a_text_has_none(sent: Sent) -> None:
    await sent.adapter.send(direct("T0LOEWE", sent.ana.id), Upload(PDF))

    (call,) = sent.slack.calls_of("files.completeUploadExternal")
    assert "initial_comment" not in call.arguments


async def test_a_file_for_a_channel_is_shown_there_in_its_thread(sent: Sent, team: Team) -> None:
    bea = team.person("Bea")
    office = team.channel("office", [sent.ana, bea])
    root = await sent.adapter.send(channel("T0LOEWE", office.id), Message("Hello"))

    await sent.adapter.send(channel("T0LOEWE", office.id), Upload(PDF, thread=root))

    assert bea.wait_for(has_file, office).thread_ts == root


async def test_what_one_person_asked_for_in_a_channel_is_sent_to_them(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])
    root = await sent.adapter.send(channel("T0LOEWE", office.id), Message("Hello"))

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), Upload(PDF, thread=root))

    assert sent.ana.wait_for(has_file, sent.ana.dm).thread_ts is None
    assert len(sent.messages(office)) == 1


async def test_what_the_channel_may_see_is_shown_there(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana])

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), Upload(PDF, aloud=True))

    assert sent.ana.wait_for(has_file, office).files[0].content == PDF.content
    assert sent.messages() == []


@pytest.mark.parametrize("private", [False, True])
async def test_where_the_bot_is_not_the_file_is_sent_to_the_person_and_says_why(
    sent: Sent, team: Team, private: bool
) -> None:
    office = team.channel("office", [sent.ana], bot=False, private=private)
    aloud = Upload(PDF, "Here", aloud=True, thread="1772703667.000419")

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), aloud)

    shown = sent.ana.wait_for(has_file, sent.ana.dm)
    assert shown.text.startswith("Here\n\nI am not in that channel")
    assert "/invite @Billhook" in shown.text
    assert (shown.thread_ts, len(shown.files)) == (None, 1)


async def test_a_file_without_a_text_says_why_it_is_elsewhere(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana], bot=False)

    await sent.adapter.send(corner("T0LOEWE", office.id, sent.ana.id), Upload(PDF, aloud=True))

    assert sent.ana.wait_for(has_file, sent.ana.dm).text.startswith("I am not in that channel")


async def test_a_channel_of_which_nobody_is_known_is_gone(sent: Sent, team: Team) -> None:
    office = team.channel("office", [sent.ana], bot=False)

    with pytest.raises(ChatGone, match="not_in_channel"):
        await sent.adapter.send(channel("T0LOEWE", office.id), UPLOAD)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(500), ServerError(503)])
async def test_before_the_last_step_nothing_was_shown_so_it_may_be_repeated(
    sent: Sent, method: str, fault: Fault
) -> None:
    sent.slack.fail_next(method, fault)

    with pytest.raises(Unavailable):
        await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)
    await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)

    sent.ana.wait_for(has_file, sent.ana.dm)
    assert len(sent.messages()) == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_every_step_waits_as_long_as_slack_wants(sent: Sent, method: str) -> None:
    sent.slack.fail_next(method, TooMany(11))

    with pytest.raises(Throttled) as told:
        await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)

    assert told.value.retry_after == 11
    assert sent.messages() == []


@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(500, after_work=True)])
async def test_a_file_whose_last_answer_was_lost_is_not_repeated(sent: Sent, fault: Fault) -> None:
    sent.slack.fail_next("files.completeUploadExternal", fault)

    with pytest.raises(Lost):
        await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)

    sent.ana.wait_for(has_file, sent.ana.dm)
    assert len(sent.messages()) == 1


async def test_a_file_that_slack_does_not_take_is_undeliverable(sent: Sent) -> None:
    sent.slack.fail_next("files.getUploadURLExternal", Refusal("file_upload_size_restricted"))

    with pytest.raises(Undeliverable, match="file_upload_size_restricted"):
        await sent.adapter.send(direct("T0LOEWE", sent.ana.id), UPLOAD)


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest", "http://127.0.0.1:9/upload", "file:///x"]
)
async def test_a_file_is_not_sent_to_whatever_address_is_named(address: str) -> None:
    web = Web("http://127.0.0.1:7/api/")

    with pytest.raises(Unavailable):
        await web.upload(address, b"secret")


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://files.slack.com/upload/v1/x", True),
        ("https://hooks.slack.com/commands/x", True),
        ("http://127.0.0.1:7/upload", True),
        ("http://127.0.0.1:70/upload", False),
        ("http://127.0.0.1:7@evil.example/", False),
        ("http://files.slack.com/upload", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_an_address_is_trusted_where_it_is_encrypted_or_where_the_api_is(address: str, known: bool) -> None:
    assert Web("http://127.0.0.1:7/api/").is_known(address) is known
