"""Installing into workspaces: what a browser is shown, which tokens are kept and how, and who is greeted."""

from __future__ import annotations

import asyncio
import html
import logging
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.slack.manifest import SCOPES
from bot.slack.oauth import App
from core.errors import Unavailable
from tests.fakes.clock import FixedClock
from tests.fakes.slack import CLIENT_SECRET, FakeSlack, HangUp, Person, Refusal, ServerError, Team
from tests.fakes.slack_browser import Page
from tests.fakes.slack_faults import Fault
from tests.slack.entrance import KEY, SECONDS, START, Entrance, entrance

DATABASES = ("sqlite",)
"""Which page is shown does not depend on the database."""

NEWER = "bmV3ZXIta2V5LWZvci10aGUtc2xhY2stdGVzdHMtMDE="
INSTALLED = (
    "Billhook is installed in Studio Löwe. You find it in Slack under Apps; it has written to you there."
)
AGAIN = "Begin again"


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", name="Studio Löwe", installed=False)


@pytest.fixture
async def there(slack: FakeSlack, fresh_database_url: str) -> AsyncIterator[Entrance]:
    async with entrance(fresh_database_url, slack) as found:
        slack.redirect_urls.append(f"{found.base}/slack/oauth_redirect")
        yield found


async def install(there: Entrance, person: Person, **how: Any) -> Page:
    team = person.workspace
    assert isinstance(team, Team)
    return await asyncio.to_thread(there.slack.install, team, person, there.base, **how)


async def get(there: Entrance, path: str, cookie: str = "") -> tuple[int, str, dict[str, str]]:
    headers = {"Cookie": f"billhook-slack-install={cookie}"} if cookie else {}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.get(there.base + path, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text(), dict(answer.headers)


async def begun(there: Entrance) -> str:
    """The state of an installation that was begun."""
    _status, _body, headers = await get(there, "/slack/install")
    found = re.search(r"[?&]state=([\w-]+)", headers["Location"])
    assert found is not None
    return found[1]


def said(page: Page) -> str:
    (text, *_more) = re.findall(r"<p>([^<]*)</p>", page.body)
    return html.unescape(text)


async def token(there: Entrance, team: Team) -> str:
    async with there.storage.work() as work:
        found = await work.installations.find("slack", team.id)
    return found.token if found is not None else ""


# -- how it goes well --------------------------------------------------------------------------------------


async def test_whoever_installs_us_is_told_so_and_the_token_is_kept(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance
) -> None:
    page = await install(there, ana)

    assert (page.status, said(page)) == (200, INSTALLED)
    assert AGAIN not in page.body
    async with there.storage.work() as work:
        found = await work.installations.find("slack", team.id)
    assert found is not None
    assert (found.token, found.bot_user, found.name) == (team.bot_token, team.bot_user_id, "Studio Löwe")
    assert set(found.scopes) == set(SCOPES) == team.scopes
    assert found.installed_by == f"{team.id}/{ana.id}"
    assert (await there.rows("install_state"))["install_state"] == []


async def test_whoever_installed_us_gets_a_message(
    slack: FakeSlack, team: Team, ana: Person, fresh_database_url: str
) -> None:
    async with entrance(fresh_database_url, slack, works=True) as there:
        await install(there, ana)
        seen = await asyncio.to_thread(ana.wait_for, lambda shown: shown.from_bot, ana.dm, SECONDS)

    assert seen.channel_id == ana.dm.id
    assert seen.buttons


async def test_installing_again_exchanges_the_token(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance
) -> None:
    await install(there, ana)
    first = team.bot_token

    page = await install(there, ana)

    assert page.status == 200
    assert team.bot_token != first
    assert await token(there, team) == team.bot_token


async def test_whoever_removed_us_can_install_us_again(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance
) -> None:
    await install(there, ana)
    await asyncio.to_thread(team.uninstall)
    between = await token(there, team)

    await install(there, ana)

    assert between == ""
    assert await token(there, team) == team.bot_token


async def test_two_workspaces_see_nothing_of_each_other(
    slack: FakeSlack, ana: Person, fresh_database_url: str
) -> None:
    bea = slack.team("T0OTHER", name="Atelier", installed=False).person("Bea")

    async with entrance(fresh_database_url, slack, works=True) as there:
        for person in (ana, bea):
            await install(there, person)

        def act() -> None:
            ana.say(f"/{START}")
            ana.wait_for("/invoice", ana.dm, SECONDS)
            ana.say("/client add Zebra AG; address Ring 2, 20095 Hamburg; country DE")
            ana.wait_for("Zebra AG", ana.dm, SECONDS)
            bea.say(f"/{START.replace('Studio Löwe', 'Atelier')}")
            bea.wait_for("Atelier", bea.dm, SECONDS)
            heard = len(from_bot(bea))
            bea.say("/clients")
            slack.wait_until(lambda: len(from_bot(bea)) > heard, SECONDS)

        await asyncio.to_thread(act)
        businesses = (await there.rows("business"))["business"]

    assert len(businesses) == 2
    assert [text for text in from_bot(bea) if "Zebra" in text or "Löwe" in text] == []
    assert [text for text in from_bot(ana) if "Atelier" in text] == []


def from_bot(person: Person) -> list[str]:
    return [shown.text for shown in person.sees(person.dm) if shown.from_bot]


# -- what can go wrong on the way ----------------------------------------------------------------------------


async def test_whoever_changes_their_mind_is_told_so(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance
) -> None:
    page = await install(there, ana, deny=True)

    assert (page.status, said(page)) == (200, "Billhook was not installed, because Slack was told not to.")
    assert AGAIN in page.body
    assert await token(there, team) == ""


@pytest.mark.parametrize("how", [{"state": "somebody-elses"}, {"state": "ä€"}, {"cookies": False}], ids=repr)
async def test_another_browser_cannot_end_what_one_began(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance, how: dict[str, object]
) -> None:
    page = await install(there, ana, **how)

    assert (page.status, said(page)) == (400, "This link belongs to another browser. Please begin again.")
    assert await token(there, team) == ""
    assert slack.calls == []


@pytest.mark.parametrize(
    "query",
    ["", "?code=7", "?state=7", "?code=&state=", "?code=7&state=%ff%00", f"?code=7&state={'x' * 2000}"],
)
async def test_an_address_that_is_not_whole_is_refused(slack: FakeSlack, there: Entrance, query: str) -> None:
    status, body, _headers = await get(there, f"/slack/oauth_redirect{query}", cookie="7")

    assert (status, AGAIN in body) == (400, True)
    assert slack.calls == []


async def test_a_state_is_good_once(slack: FakeSlack, there: Entrance) -> None:
    state = await begun(there)

    first = await get(there, f"/slack/oauth_redirect?code=made-up&state={state}", cookie=state)
    second = await get(there, f"/slack/oauth_redirect?code=made-up&state={state}", cookie=state)

    assert (first[0], second[0]) == (502, 400)
    assert "was done already" in second[1]
    assert [call.response["error"] for call in slack.calls_of("oauth.v2.access")] == ["invalid_code"]


async def test_a_state_that_we_never_gave_is_worth_nothing(slack: FakeSlack, there: Entrance) -> None:
    status, body, _headers = await get(there, "/slack/oauth_redirect?code=7&state=made-up", cookie="made-up")

    assert (status, "begin again" in body) == (400, True)
    assert slack.calls == []


@pytest.mark.parametrize(("minutes", "status"), [(9, 502), (11, 400)])
async def test_a_state_is_good_for_ten_minutes(
    slack: FakeSlack, fresh_database_url: str, minutes: int, status: int
) -> None:
    clock = FixedClock()
    async with entrance(fresh_database_url, slack, clock=clock) as there:
        state = await begun(there)
        clock.advance(timedelta(minutes=minutes))

        answer = await get(there, f"/slack/oauth_redirect?code=made-up&state={state}", cookie=state)

    assert answer[0] == status


async def test_a_wrong_secret_of_ours_is_told_to_the_log_and_not_to_people(
    team: Team, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack(client_secret="another-secret") as other:
        ana = other.team("T0LOEWE", installed=False).person("Ana")
        async with entrance(sqlite_url, other, client_secret=CLIENT_SECRET) as there:
            page = await install(there, ana)

    assert (page.status, said(page)) == (502, "Slack did not confirm the installation. Please begin again.")
    assert "bad_client_secret" in caplog.text
    assert CLIENT_SECRET not in caplog.text


@pytest.mark.parametrize(
    "fault", [Refusal("code_already_used"), ServerError(500), HangUp(), HangUp(after_work=True)], ids=repr
)
async def test_slack_may_fail_in_between(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance, fault: Fault
) -> None:
    slack.fail_next("oauth.v2.access", fault)

    failed = await install(there, ana)
    again = await install(there, ana)

    assert (failed.status, AGAIN in failed.body) == (502, True)
    assert again.status == 200
    assert await token(there, team) == team.bot_token


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_while_the_database_is_away_nobody_is_shown_a_traceback(
    slack: FakeSlack, team: Team, ana: Person, fresh_database_url: str
) -> None:
    async with entrance(fresh_database_url, slack) as there:
        state = await begun(there)
        async with there.wire.cut():
            first = await get(there, "/slack/install")
            second = await get(there, f"/slack/oauth_redirect?code=7&state={state}", cookie=state)

    for status, body, _headers in (first, second):
        assert (status, "I cannot be reached just now" in body) == (503, True)
        assert "Traceback" not in body


# -- what the page gives away ------------------------------------------------------------------------------


async def test_the_name_of_a_workspace_is_only_ever_text(slack: FakeSlack, there: Entrance) -> None:
    eve = slack.team("T0EVIL", name="<script>alert(7)</script>", installed=False).person("Eve")

    page = await install(there, eve)

    assert "<script>" not in page.body
    assert "&lt;script&gt;alert(7)&lt;/script&gt;" in page.body


async def test_the_pages_are_plain_and_tell_nobody_where_they_are(slack: FakeSlack, there: Entrance) -> None:
    _status, body, headers = await get(there, "/slack/oauth_redirect")

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script|<img|https?://|onload", body)


async def test_the_cookie_belongs_to_these_pages_alone(slack: FakeSlack, there: Entrance) -> None:
    status, _body, headers = await get(there, "/slack/install")

    assert status == 302
    assert re.fullmatch(
        r"billhook-slack-install=[\w-]{32}; HttpOnly; Max-Age=600; Path=/slack; SameSite=lax",
        headers["Set-Cookie"],
    )


def test_our_secret_is_never_shown() -> None:
    ours = App("1.2", "s3cret", "https://bot.example/", "https://slack.com/api/")

    assert "s3cret" not in repr(ours)
    assert ours.redirect_uri == "https://bot.example/slack/oauth_redirect"
    assert ours.authorize_url("s").startswith("https://slack.com/oauth/v2/authorize?client_id=1.2&")


# -- tokens at rest ----------------------------------------------------------------------------------------


async def test_no_token_can_be_read_in_the_database_or_in_the_log(
    slack: FakeSlack,
    team: Team,
    ana: Person,
    tmp_path: Path,
    sqlite_template: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "aiosqlite")
    file = tmp_path / "tokens.db"
    shutil.copyfile(sqlite_template, file)

    async with entrance(f"sqlite:///{file}", slack) as there:
        await install(there, ana)
        # What was written last still stands in the file beside it.
        kept = read(file) + read(file.with_name("tokens.db-wal"))

    assert team.id.encode() in kept
    assert b"xoxb-" not in kept
    assert team.bot_token.encode() not in kept
    assert team.bot_token not in caplog.text


def read(file: Path) -> bytes:
    return file.read_bytes()


async def test_a_new_key_takes_over_what_an_old_one_holds(
    slack: FakeSlack, team: Team, ana: Person, fresh_database_url: str
) -> None:
    async with entrance(fresh_database_url, slack, keys=KEY) as there:
        await install(there, ana)
    async with entrance(fresh_database_url, slack, keys=f"{NEWER},{KEY}") as there:
        with_both = await token(there, team)
        await there.app.tidy()
    async with entrance(fresh_database_url, slack, keys=NEWER) as there:
        with_the_new_one = await token(there, team)
    async with entrance(fresh_database_url, slack, keys=KEY) as there:
        with pytest.raises(Unavailable):
            await token(there, team)

    assert with_both == with_the_new_one == team.bot_token
