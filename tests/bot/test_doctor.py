"""What `billhook doctor` finds, and when it fails."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from core.chat_ports import OutboxRow, Settled
from storage.engine import Storage
from storage.migrate import HEAD
from storage.tables import agenda
from tests.bot import program
from tests.bot.started import billhook
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def findings(text: str) -> dict[str, tuple[str, str]]:
    """State and text of each line by what it is about."""
    found = {}
    for line in text.splitlines():
        state, about, said = re.split(r" {2,}", line, maxsplit=2)
        found[about] = (state, said)
    return found


def test_a_new_installation_is_well_and_says_what_is_off(tmp_path: Path) -> None:
    done = program.billhook(tmp_path, "doctor")

    found = findings(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert found["Data folder"] == ("ok", str(tmp_path / "data"))
    assert found["Database"] == (
        "ok",
        f"sqlite:///{tmp_path}/data/billhook.db will be made at the first start",
    )
    assert found["Telegram"] == ("off", "TELEGRAM_BOT_TOKEN is not set: no Telegram bot")
    assert found["Slack"] == ("off", "neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set: no Slack app")
    assert found["Secret keys"] == ("off", "BILLHOOK_SECRET_KEYS is not set: no secrets can be stored")
    assert found["Plan"] == ("ok", "unlimited: no limits")
    assert {found[about][0] for about in ("Python", "Fonts", "Clock")} == {"ok"}
    assert not (tmp_path / "data" / "billhook.db").exists()


def test_what_is_set_is_counted_but_never_shown(tmp_path: Path) -> None:
    settings = {
        "BILLHOOK_SECRET_KEYS": f"{KEY},{KEY}",
        "TELEGRAM_BOT_TOKEN": "42:s3cret",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "SMTP_URL": "smtp://ana:s3cret@127.0.0.1:9",
        "MAIL_FROM": "ana@loewe.example",
        "BILLHOOK_DATADIR": "x",
    }

    done = billhook(tmp_path, "doctor", settings=settings)

    found = findings(done.stdout)
    assert found["Secret keys"] == ("ok", "2 valid")
    assert found["Telegram"] == ("FAIL", "Telegram cannot be reached.")
    assert found["Mail"][0] == "FAIL"
    assert found["Mail"][1].startswith("The mail server cannot be reached: ")
    assert found["BILLHOOK_DATADIR"] == ("off", "is no setting of Billhook; did you mean BILLHOOK_DATA_DIR?")
    assert "s3cret" not in done.stdout
    assert KEY not in done.stdout


def test_wrong_settings_fail_and_the_rest_is_examined_all_the_same(tmp_path: Path) -> None:
    done = billhook(tmp_path, "doctor", settings={"PORT": "99x", "BILLHOOK_SECRET_KEYS": "s3cret"})

    found = findings(done.stdout)
    assert done.returncode == 1
    assert found["PORT"] == ("FAIL", "must be a whole number from 1 to 65535, for example 8000")
    assert found["BILLHOOK_SECRET_KEYS"][0] == "FAIL"
    assert found["Fonts"][0] == "ok"
    assert "s3cret" not in done.stdout


def test_a_database_that_does_not_answer_fails(tmp_path: Path) -> None:
    url = "postgresql://billhook:s3cret@127.0.0.1:1/billhook"

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": url})

    assert done.returncode == 1
    assert findings(done.stdout)["Database"][0] == "FAIL"
    assert "s3cret" not in done.stdout


def test_a_data_folder_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": "sqlite:///here.db"})

    assert done.returncode == 1
    assert findings(done.stdout)["Data folder"][0] == "FAIL"


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
def test_a_good_postgresql_is_well(tmp_path: Path, fresh_database_url: str) -> None:
    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": fresh_database_url})

    found = findings(done.stdout)
    assert done.returncode == 0
    assert found["Database"][1].endswith(f" at schema {HEAD}")
    assert found["Database role"] == ("ok", "billhook_app, bound by row-level security")


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
def test_a_table_that_row_level_security_does_not_bind_fails(tmp_path: Path, fresh_database_url: str) -> None:
    async def loosen() -> None:
        connection = await asyncpg.connect(fresh_database_url)
        await connection.execute("ALTER TABLE client NO FORCE ROW LEVEL SECURITY")
        await connection.execute("ALTER TABLE payment OWNER TO billhook_app")
        await connection.close()

    asyncio.run(loosen())

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": fresh_database_url})

    assert done.returncode == 1
    assert findings(done.stdout)["Database role"] == (
        "FAIL",
        "no row-level security binds it on client, payment",
    )


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_postgresql_without_tables_fails_and_says_what_to_do(
    tmp_path: Path, empty_database_url: str
) -> None:
    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": empty_database_url})

    assert done.returncode == 1
    assert findings(done.stdout)["Database"][1].endswith(" Run: billhook migrate")


async def test_what_was_put_off_until_later_needs_no_worker_yet(
    tmp_path: Path, fresh_database_url: str
) -> None:
    now = datetime.now(UTC)
    storage = Storage(fresh_database_url, FixedClock(now - timedelta(days=2)))
    row = OutboxRow(IDS.new(), "mail:7/books@acme.example", {}, None, kind="reminder")
    async with storage.work() as work:
        await work.outbox.add(row, [])
        await work.outbox.settle(row.id, Settled("pending", next_at=now + timedelta(hours=7)))
    await storage.close()

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": fresh_database_url})

    assert findings(done.stdout)["Deliveries"] == (
        "ok", "1 wait, 0 failed, 0 uncertain; /deliveries lists them",
    )  # fmt: skip


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("minutes", "state"), [(5, "ok"), (25, "FAIL")])
async def test_digests_that_nobody_hands_out_ask_for_a_worker(
    tmp_path: Path, fresh_database_url: str, minutes: int, state: str
) -> None:
    storage = Storage(fresh_database_url, FixedClock())
    shop = await open_shop(storage)
    async with shop.work() as work:
        await work.connection.execute(
            sa.update(agenda).values(next_at=datetime.now(UTC) - timedelta(minutes=minutes))
        )
    await storage.close()

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": fresh_database_url})

    found, said = findings(done.stdout)["Digests and reminders"]
    assert found == state
    if state == "ok":
        assert said == "nobody waits for theirs"
    else:
        assert said.startswith("waiting businesses: 1, since ")
        assert said.endswith("UTC: is a worker running?")


@pytest.mark.parametrize(("minutes", "state"), [(5, "ok"), (25, "FAIL")])
async def test_what_waits_too_long_asks_for_a_worker(
    tmp_path: Path, fresh_database_url: str, minutes: int, state: str
) -> None:
    clock = FixedClock(datetime.now(UTC) - timedelta(minutes=minutes))
    storage = Storage(fresh_database_url, clock)
    rows = [OutboxRow(IDS.new(), "telegram:7", {}, None) for _row in range(4)]
    async with storage.work() as work:
        for row, settled in zip(rows, ("sent", "failed", "uncertain", ""), strict=True):
            await work.outbox.add(row, [])
            if settled:
                await work.outbox.settle(row.id, Settled(settled))
    await storage.close()

    done = billhook(tmp_path, "doctor", settings={"DATABASE_URL": fresh_database_url})

    found, said = findings(done.stdout)["Deliveries"]
    assert found == state
    if state == "ok":
        assert said == "1 wait, 1 failed, 1 uncertain; /deliveries lists them"
    else:
        assert said.startswith("1 updates and replies wait, since ")
        assert said.endswith("UTC: is a worker running?")
