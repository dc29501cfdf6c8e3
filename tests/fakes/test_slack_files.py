"""Files in three steps, and what people and the app see of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Channel, FakeSlack, Person, Team
from tests.fakes.slack_client import Api, App

PDF = b"%PDF-1.7 pretend"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    team = slack.team("T0LOEWE", installed=False)
    team.scopes |= {"files:read"}
    team.install()
    return team


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana")


@pytest.fixture
def acme(team: Team, ana: Person) -> Channel:
    return team.channel("acme", [ana])


@pytest.fixture
def api(slack: FakeSlack, team: Team) -> Api:
    return Api(slack, team.bot_token)


def uploaded(api: Api, name: str = "INV-1.pdf") -> str:
    told = api.form("files.getUploadURLExternal", filename=name, length=len(PDF))
    assert api.send(told["upload_url"], PDF, {"Content-Type": "application/pdf"}) == b"OK - %d" % len(PDF)
    return str(told["file_id"])


async def test_the_library_uploads_in_three_steps(slack: FakeSlack, team: Team, ana: Person) -> None:
    client = AsyncWebClient(team.bot_token, base_url=slack.api_url)

    told = await client.files_upload_v2(
        channel=ana.dm.id,
        filename="INV-1.pdf",
        title="Invoice 1",
        content=PDF,
        initial_comment="*Here* it is",
    )

    (seen,) = ana.sees(ana.dm)
    assert seen.text == "Here it is"
    assert [(file.name, file.title, file.content) for file in seen.files] == [("INV-1.pdf", "Invoice 1", PDF)]
    assert ana.files(ana.dm) == {"INV-1.pdf": PDF}
    assert told["files"][0]["id"] == seen.files[0].id
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.files_upload_v2(channel=ana.id, filename="INV-1.pdf", content=PDF)


def test_a_file_is_seen_a_while_later(slack: FakeSlack, api: Api, ana: Person, acme: Channel) -> None:
    slack.file_seconds = 0.1
    with App() as app:
        slack.request_url = app.url
        first = api("chat.postMessage", channel=acme.id, text="first")["ts"]
        file = uploaded(api)
        ended = {"files": [{"id": file, "title": "One"}], "channel_id": acme.id, "thread_ts": first}
        told = api("files.completeUploadExternal", **ended)
        assert told["files"] == [{"id": file, "title": "One"}]
        api("chat.postMessage", channel=acme.id, text="overtakes")
        early = api.form("files.info", file=file)["file"]
        assert (early["mimetype"], early["shares"]) == ("", {})

        seen = ana.wait_for(lambda shown: shown.files, acme)
        slack.drained()

    assert [shown.text for shown in ana.sees(acme)] == ["first", "overtakes", ""]
    assert seen.thread_ts == first
    late = api.form("files.info", file=file)["file"]
    assert (late["mimetype"], late["shares"]) == ("application/pdf", {"public": {acme.id: [{"ts": seen.ts}]}})
    assert [(event["type"], event["file_id"]) for event in app.events] == [("file_shared", file)]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"filename": "", "length": 1}, "invalid_arguments"),
        ({"filename": "x.pdf", "length": 0}, "invalid_arguments"),
        ({"filename": "x.pdf"}, "invalid_arguments"),
    ],
)
def test_a_file_has_a_name_and_a_length(
    slack: FakeSlack, api: Api, given: dict[str, Any], error: str
) -> None:
    assert api.form("files.getUploadURLExternal", **given)["error"] == error
    assert len(slack.forgive()) == 1


def test_where_and_when_an_upload_cannot_end(slack: FakeSlack, team: Team, api: Api, ana: Person) -> None:
    elsewhere = team.channel("elsewhere", [ana], bot=False)
    file = uploaded(api)

    def error(file: str, channel: str) -> str:
        told = api("files.completeUploadExternal", files=[{"id": file}], channel_id=channel)
        return str(told.get("error"))

    assert error(file, elsewhere.id) == "not_in_channel"
    assert error(file, ana.id) == "channel_not_found"
    assert error("F0NOTHING", ana.dm.id) == "file_not_found"
    assert slack.violations == []
    empty = api.form("files.getUploadURLExternal", filename="x.pdf", length=5)
    assert api.send(empty["upload_url"], PDF, {}) == b"length mismatch"
    assert error(empty["file_id"], ana.dm.id) == "file_not_found"
    assert error(file, ana.dm.id) == "None"
    assert error(file, ana.dm.id) == "file_not_found"
    assert api("files.completeUploadExternal", files=[])["error"] == "invalid_arguments"
    assert len(slack.forgive()) == 4
    assert api.send(f"{slack.origin}/upload/v1/made-up", PDF, {}) == b"not found"
