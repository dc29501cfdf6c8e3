"""`billhook slack-manifest`, and what `billhook doctor` says of Slack, against a strict Slack."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.manifest import SCOPES
from core.chat_ports import Installation
from storage.engine import Storage
from tests.bot import program
from tests.bot.encrypted import encrypted
from tests.bot.program import ROOT
from tests.bot.started import billhook
from tests.fakes.clock import MORNING, FixedClock
from tests.fakes.slack import SIGNING_SECRET, FakeSlack, Team
from tests.fakes.slack_faults import Slow

KEY = "c2xhY2stdGVzdHMta2VlcC10aGlzLW9wZW4tMDAwMDA="
OTHER_KEY = "bmV3ZXIta2V5LWZvci10aGUtc2xhY2stdGVzdHMtMDE="
PUBLIC = {"PUBLIC_URL": "https://billhook.example.com"}


def test_the_manifest_is_printed_for_the_public_address(tmp_path: Path) -> None:
    done = program.billhook(tmp_path, "slack-manifest", settings=PUBLIC)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "docs" / "slack-manifest.json").read_text()
    assert not (tmp_path / "data" / "billhook.db").exists()


def test_without_a_public_address_it_is_for_socket_mode(tmp_path: Path) -> None:
    done = billhook(tmp_path, "slack-manifest")

    assert json.loads(done.stdout)["settings"]["socket_mode_enabled"] is True


def test_whoever_has_chosen_socket_mode_gets_its_manifest_all_the_same(tmp_path: Path) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

    done = billhook(tmp_path, "slack-manifest", settings={**PUBLIC, **tokens})

    assert json.loads(done.stdout)["settings"]["socket_mode_enabled"] is True
    assert "xoxb-" not in done.stdout


def test_settings_that_are_wrong_are_told_instead(tmp_path: Path) -> None:
    done = billhook(tmp_path, "slack-manifest", settings={"PUBLIC_URL": "billhook.example.com"})

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("PUBLIC_URL: must be an address")


# -- what the doctor says of Slack -------------------------------------------------------------------------


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", name="Studio Löwe")


def one(slack: FakeSlack, team: Team, **more: str) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": team.bot_token, "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url, **more}  # fmt: skip


def many(slack: FakeSlack, **more: str) -> dict[str, str]:
    return {
        "SLACK_CLIENT_ID": slack.client_id, "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": slack.api_url, "BILLHOOK_SECRET_KEYS": KEY, **more,
    }  # fmt: skip


def examined(folder: Path, given: dict[str, str]) -> dict[str, tuple[str, str]]:
    """State and text of each line that is about Slack."""
    # Which certificates are trusted is read while the program starts.
    run = program.billhook if "SSL_CERT_FILE" in given else billhook
    done = run(folder, "doctor", settings=given)
    assert "Traceback" not in done.stdout + done.stderr
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "SLACK_APP_TOKEN"):
        assert given.get(name, "-never-") not in done.stdout
    rows = [re.split(r" {2,}", line, maxsplit=2) for line in done.stdout.splitlines()]
    return {about: (state, said) for state, about, said in rows if "slack" in about.lower()}


def test_a_good_token_is_named_with_its_workspace(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    found = examined(tmp_path, one(slack, team))

    assert found["Slack"] == ("ok", "the token is good: @billhook in Studio Löwe")
    assert found["Slack permissions"] == ("ok", f"all {len(SCOPES)} are granted")
    assert found["Slack updates"][0] == "off"
    assert "/slack/events" in found["Slack updates"][1]


def test_a_permission_that_is_missing_is_named(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    team.scopes = frozenset(SCOPES) - {"files:write", "users:read"}
    team.install()

    found = examined(tmp_path, one(slack, team))

    assert found["Slack permissions"] == (
        "FAIL",
        "files:write, users:read are missing: add them in the app's settings and install it again",
    )


def test_a_token_that_slack_does_not_know_is_told_without_showing_it(
    slack: FakeSlack, team: Team, tmp_path: Path
) -> None:
    found = examined(tmp_path, one(slack, team, SLACK_BOT_TOKEN="xoxb-no-token-of-theirs"))

    assert found["Slack"] == ("FAIL", "Slack refuses this bot: invalid_auth. Check SLACK_BOT_TOKEN.")
    assert "Slack permissions" not in found


def test_slack_may_be_away_while_the_doctor_looks(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    given = one(slack, team)
    slack.stop()

    assert examined(tmp_path, given)["Slack"] == ("FAIL", "Slack cannot be reached.")


def test_slack_may_take_too_long_while_the_doctor_looks(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    slack.fail_always("auth.test", Slow(60))
    began = time.monotonic()

    found = examined(tmp_path, one(slack, team))

    slack.calm()
    assert found["Slack"] == ("FAIL", "Slack cannot be reached.")
    assert time.monotonic() - began < 30


def test_an_address_without_encryption_is_none_for_slack(
    slack: FakeSlack, team: Team, tmp_path: Path
) -> None:
    found = examined(tmp_path, one(slack, team, PUBLIC_URL="http://bot.example"))

    assert found["Slack updates"] == (
        "FAIL",
        "Slack wants an address that begins with https://: set PUBLIC_URL",
    )


def test_an_address_at_which_nobody_answers_is_told(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    found = examined(tmp_path, one(slack, team, PUBLIC_URL="https://127.0.0.1:1"))

    assert found["Slack updates"] == (
        "FAIL",
        "https://127.0.0.1:1 does not answer (ClientConnectorError): is billhook serve running, and does the "
        "proxy lead to it?",
    )


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (200, "ok", "are brought to {url}/slack/events, which must be the request URL in the app's settings"),
        (
            502,
            "FAIL",
            "{url} does not answer (502): is billhook serve running, and does the proxy lead to it?",
        ),
    ],
)
def test_the_public_address_is_tried_out(
    slack: FakeSlack, team: Team, tmp_path: Path, status: int, state: str, said: str
) -> None:
    with encrypted(tmp_path, status) as (url, chain):
        found = examined(tmp_path, one(slack, team, PUBLIC_URL=f"{url}/", SSL_CERT_FILE=str(chain)))

    assert found["Slack updates"] == (state, said.format(url=url))


def test_socket_mode_is_tried_out(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    good = examined(tmp_path, one(slack, team, SLACK_APP_TOKEN=slack.app_token))
    bad = examined(tmp_path, one(slack, team, SLACK_APP_TOKEN="xapp-no-token-of-theirs"))

    assert good["Slack updates"] == ("ok", "come in Socket Mode")
    assert bad["Slack updates"] == (
        "FAIL",
        "Slack opens no connection: invalid_auth. Check SLACK_APP_TOKEN, and Socket Mode in the app's settings.",
    )


def test_an_app_for_many_workspaces_is_known_by_its_secret(slack: FakeSlack, tmp_path: Path) -> None:
    public = {"PUBLIC_URL": "https://127.0.0.1:1"}

    good = examined(tmp_path, many(slack, **public))
    bad = examined(tmp_path, many(slack, **public, SLACK_CLIENT_SECRET="another-secret"))

    assert good["Slack"] == ("ok", f"the app is known: {slack.client_id}")
    assert bad["Slack"] == (
        "FAIL",
        "Slack refuses this app: bad_client_secret. Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
    )
    assert good["Slack workspaces"] == (
        "ok",
        "0 installed; others do it at https://127.0.0.1:1/slack/install",
    )


async def test_workspaces_are_counted_and_so_are_tokens_that_no_key_opens(
    slack: FakeSlack, fresh_database_url: str, tmp_path: Path
) -> None:
    public = {"PUBLIC_URL": "https://127.0.0.1:1", "DATABASE_URL": fresh_database_url}
    for key, tenant in ((KEY, "T0A"), (OTHER_KEY, "T0B"), (KEY, "T0C")):
        storage = Storage(fresh_database_url, FixedClock(), keys=[key])
        async with storage.work() as work:
            await work.installations.save(
                Installation("slack", tenant, "Studio", "xoxb-7", "U0", (), f"{tenant}/U1", MORNING)
            )
            if tenant == "T0C":
                await work.installations.revoke("slack", tenant)
        await storage.close()

    both = examined(tmp_path, many(slack, **public, BILLHOOK_SECRET_KEYS=f"{KEY},{OTHER_KEY}"))
    first = examined(tmp_path, many(slack, **public))

    assert both["Slack workspaces"][1].startswith("2 installed; ")
    assert first["Slack workspaces"] == (
        "FAIL",
        "of 2 workspaces, 1 have a token that no key in BILLHOOK_SECRET_KEYS opens",
    )


def test_a_client_id_beside_a_token_is_said_to_be_idle(slack: FakeSlack, team: Team, tmp_path: Path) -> None:
    both = {**many(slack, PUBLIC_URL="http://bot.example"), **one(slack, team)}

    found = examined(tmp_path, both)

    assert found["SLACK_CLIENT_ID"] == (
        "off",
        "is not used: SLACK_BOT_TOKEN is set, and with it there is one workspace",
    )
    assert "Slack workspaces" not in found
