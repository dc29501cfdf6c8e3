"""The program as operators and scripts meet it: exit codes, one sentence for a failure, and a quiet end."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import INTERRUPTED, READER_GONE
from tests.bot import started
from tests.bot.program import ROOT, billhook, environment, start

START = "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; terms 14d\n"
COMMANDS = [
    "chat", "serve", "worker", "migrate", "doctor", "stats", "telegram", "slack-manifest", "bounce", "rates", "demo",
    "backup", "restore", "export", "import",
]  # fmt: skip


def test_help_lists_the_commands_of_this_release_and_no_other(tmp_path: Path) -> None:
    done = billhook(tmp_path, "--help")

    assert re.findall(r"^ {4}([\w-]+)\b", done.stdout, re.MULTILINE) == COMMANDS
    assert (done.returncode, done.stderr) == (0, "")


def test_help_imports_nothing_but_its_own_module_and_the_little_argparse_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-X", "importtime", "-m", "bot", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    tops = {name.partition(".")[0] for name in imported}

    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} <= {
        "bot", "imported package", "sitecustomize", "usercustomize",
    }  # fmt: skip
    assert (
        tops & {"asyncio", "logging", "shutil", "email", "json", "socket", "ssl", "pathlib", "dataclasses"}
        == set()
    )


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    done = billhook(tmp_path, "--version")

    assert re.fullmatch(r"billhook \d+\.\d+\.\d+\n", done.stdout)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("telegram",),
        ("export",),
        ("slack-manifest", "x"),
        ("chat", "--as", "a b"),
        ("chat", "--as", "x" * 41),
        ("chat", "--fil", "x"),
        ("backup",),
        ("migrate", "--chek"),
    ],
)
def test_wrong_usage_exits_with_2_and_shows_the_right_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = billhook(tmp_path, *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: billhook")
    assert done.stdout == ""


def test_wrong_settings_exit_with_1_and_name_all_of_them(tmp_path: Path) -> None:
    done = started.billhook(tmp_path, "chat", settings={"PORT": "99x", "TELEGRAM_BOT_TOKEN": "s3cret"})

    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["PORT", "TELEGRAM_BOT_TOKEN"]
    assert "s3cret" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_piped_chat_answers_on_standard_output_and_keeps_its_files(tmp_path: Path) -> None:
    lines = (
        f"{START}"
        "/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE123456788\n"
        r"/invoice Acme: 3h design @ 120,\nLogo @ 900; due 14d" + "\n"
        "Issue\n"
    )

    done = billhook(tmp_path, "chat", "--files", "got", given=lines.encode())

    assert (done.returncode, done.stderr) == (0, "")
    said = re.search(r"^\[file\] (\S+\.pdf) \(application/pdf, (\d+) bytes\)$", done.stdout, re.MULTILINE)
    assert said is not None
    assert (tmp_path / "got" / said[1]).stat().st_size == int(said[2])
    assert done.stdout[0] != "\n"


def test_people_have_chats_of_their_own_and_the_chat_goes_on_after_a_restart(tmp_path: Path) -> None:
    started.billhook(tmp_path, "chat", given=b"/client add\n/start\nStudio Ost\n")

    stranger = started.billhook(tmp_path, "chat", "--as", "ana", given=b"/invoices\n")
    owner = started.billhook(tmp_path, "chat", given=b"/cancel\n")

    assert "/start" in stranger.stdout
    assert owner.stdout.startswith("Cancelled: ")


def test_a_terminal_that_knows_no_umlauts_gets_question_marks(tmp_path: Path) -> None:
    done = billhook(tmp_path, "chat", given="/Löwe\n".encode(), settings={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert "/l?we" in done.stdout.lower()


def test_a_reader_who_leaves_ends_the_chat_without_a_word(tmp_path: Path) -> None:
    with start(tmp_path, "chat") as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        assert chat.stderr is not None
        chat.stdin.write(b"/help\n")
        chat.stdin.flush()
        chat.stdout.readline()
        chat.stdout.close()
        chat.stdin.write(b"/help\n")
        chat.stdin.flush()

        assert chat.wait(30) == READER_GONE
        assert chat.stderr.read() == b""


def test_ctrl_c_ends_the_chat_without_a_word(tmp_path: Path) -> None:
    with start(tmp_path, "chat") as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        assert chat.stderr is not None
        chat.stdin.write(b"/help\n")
        chat.stdin.flush()
        chat.stdout.readline()
        chat.send_signal(signal.SIGINT)

        assert chat.wait(30) == INTERRUPTED
        assert chat.stderr.read() == b""


def test_a_bug_is_one_sentence_with_a_reference_and_its_traceback_is_only_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "alembic.py").write_text("raise RuntimeError('a planted bug')\n")

    done = billhook(tmp_path, "chat", given=b"/help\n")

    assert (done.returncode, done.stdout) == (1, "")
    said = re.fullmatch(r"Something went wrong on our side\. .* reference ([0-9a-f]{8}) .*\n", done.stderr)
    assert said is not None
    log = (tmp_path / "data" / "billhook.log").read_text()
    assert f"reference {said[1]}\n  | Traceback" in log
    assert log.endswith("RuntimeError: a planted bug\n")


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"this is no database" * 100)

    done = started.billhook(
        tmp_path, "chat", given=b"/help\n", settings={"DATABASE_URL": "sqlite:///notes.db"}
    )

    assert done.returncode == 1
    assert done.stderr == "The database cannot be used: file is not a database. Check DATABASE_URL.\n"


def test_migrate_and_its_check(tmp_path: Path) -> None:
    before = started.billhook(tmp_path, "migrate", "--check")
    assert (before.returncode, before.stdout) == (1, "")
    assert before.stderr.endswith("Run: billhook migrate\n")
    assert not (tmp_path / "data" / "billhook.db").exists()

    migrated = billhook(tmp_path, "migrate")
    after = started.billhook(tmp_path, "migrate", "--check")

    assert (migrated.returncode, after.returncode) == (0, 0)
    assert after.stderr == ""


def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://billhook:s3cret@127.0.0.1:1/billhook"

    for command in ("migrate", "chat", "serve"):
        done = started.billhook(tmp_path, command, settings={"DATABASE_URL": url, "PORT": str(_free_port())})

        assert done.returncode == 1
        assert done.stderr.startswith("The database cannot be used: Connect call failed")
        assert "s3cret" not in done.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_backup_and_restore(tmp_path: Path) -> None:
    started.billhook(tmp_path, "chat", given=START.encode())
    saved = started.billhook(tmp_path, "backup", "all.gz")
    again = started.billhook(tmp_path, "backup", "all.gz")
    refused = started.billhook(tmp_path, "restore", "all.gz")
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    restored = started.billhook(tmp_path, "restore", "all.gz", settings=elsewhere)
    answer = started.billhook(tmp_path, "chat", given=b"/settings\n", settings=elsewhere)

    assert re.fullmatch(r"Saved \d+ rows to .*all\.gz\.\n", saved.stdout)
    assert "exists already" in again.stderr
    assert "not empty" in refused.stderr
    assert re.fullmatch(r"Restored \d+ rows from .*all\.gz\.\n", restored.stdout)
    assert "Studio Löwe" in answer.stdout
    assert [done.returncode for done in (saved, again, refused, restored, answer)] == [0, 1, 1, 0, 0]


@pytest.mark.parametrize("arguments", [("serve",), ("serve", "--no-worker"), ("worker",)])
def test_sigterm_ends_a_server_and_a_worker_well(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    port = str(_free_port())
    with start(tmp_path, *arguments, settings={"PORT": port, "LOG_FORMAT": "console"}) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"worker has started" in line or b"Application startup complete" in line:
                break
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0
        assert b"Traceback" not in process.stderr.read()


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = started.billhook(tmp_path, "serve", settings={"PORT": port})

    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} on 127.0.0.1 cannot be opened (Address already in use). Choose others with HOST and PORT.\n"
    )


def test_a_chat_without_standard_input_or_output_ends_well(tmp_path: Path) -> None:
    for closed in ("<&-", ">&-"):
        command = ["sh", "-c", f'echo /help | exec "$0" -m bot chat {closed}', sys.executable]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(tmp_path, {}), capture_output=True, timeout=60, check=False
        )

        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "chat"],
            cwd=tmp_path, env=environment(tmp_path, {}), input=b"/help\n", stdout=full, stderr=subprocess.PIPE,
            timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == b"There is no space left on the device that is written to.\n"


def test_a_backup_that_cannot_be_written_names_the_file(tmp_path: Path) -> None:
    started.billhook(tmp_path, "migrate")
    (tmp_path / "taken").write_bytes(b"")

    nowhere = started.billhook(tmp_path, "backup", "nowhere/all.gz")
    taken = started.billhook(tmp_path, "backup", "taken")

    assert nowhere.stderr == f"There is no folder {tmp_path}/nowhere.\n"
    assert "taken exists already" in taken.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "taken"]
