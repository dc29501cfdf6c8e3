"""`billhook slack-manifest`, as an administrator runs it before there is anything else."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bot.program import ROOT, billhook

PUBLIC = {"PUBLIC_URL": "https://billhook.example.com"}


def test_the_manifest_is_printed_for_the_public_address(tmp_path: Path) -> None:
    done = billhook(tmp_path, "slack-manifest", settings=PUBLIC)

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
