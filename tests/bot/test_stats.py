"""`billhook stats`, as an operator and as a program reads it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.tally import Tally
from core.money import Money
from core.plan import Feature, Plan, Standing, Subscription, month_of
from storage.engine import Storage
from tests.bot.started import billhook
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop


async def sold_and_used(url: str) -> None:
    """Two businesses: one left its trial for a year of Pro, one reached its limit."""
    storage = Storage(url, FixedClock(datetime.now(UTC)), sells=True)
    month = month_of(storage.clock.now().date())
    buyer, reader, tally = await open_shop(storage), await open_shop(storage), Tally()
    await buyer.issue()
    trial = Subscription(Plan.PRO, Standing.TRIALING, yearly=True, price=Money(120_000, "EUR"))
    for changed in (trial, Subscription(Plan.PRO, Standing.ACTIVE, True, Money(120_000, "EUR"), version=1)):
        async with buyer.work() as work:
            await work.plans.save(changed)
    async with reader.work() as work:
        await work.plans.take(Feature.INVOICES, month, 5)
        await work.plans.note_full(Feature.MEMBERS, month)
    for seconds, outcome in ((0.2, "ok"), (0.2, "ok"), (0.3, "ok"), (0.5, "refused")):
        tally.call("checkout.create", seconds, outcome)
    await tally.hand_over(storage)
    await storage.close()


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_a_program_reads_everything_as_json(tmp_path: Path, fresh_database_url: str) -> None:
    await sold_and_used(fresh_database_url)

    done = billhook(
        tmp_path, "stats", "--json", settings={"DATABASE_URL": fresh_database_url, "BILLHOOK_PLAN": "stripe"}
    )

    found = json.loads(done.stdout)
    plans, calls = found["plans"], found["stripe"]["calls_30d"]
    assert (done.returncode, done.stderr) == (0, "")
    assert (found["businesses"], found["invoices_issued"], found["active_businesses_30d"]) == (2, 1, 1)
    assert (plans["mrr"], plans["arr"]) == ({"EUR": "100.00"}, {"EUR": "1200.00"})
    assert (plans["trial_conversion_30d"], plans["churn_30d"], plans["upgrades_30d"]) == (1.0, None, 1)
    assert (plans["used_month"]["invoices"], plans["limits_reached_month"]["members"]) == (2, 1)
    assert (calls["number"], calls["errors"], calls["error_rate"], calls["p95_bound"]) == (4, 1, 0.25, "0.5")
    assert found["waiting"]["updates"] == 0


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
async def test_an_operator_reads_a_table(tmp_path: Path, fresh_database_url: str) -> None:
    await sold_and_used(fresh_database_url)

    done = billhook(
        tmp_path, "stats", settings={"DATABASE_URL": fresh_database_url, "BILLHOOK_PLAN": "stripe"}
    )

    told = {line[2:28].strip(): line[28:] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert (done.returncode, done.stderr) == (0, "")
    assert told["MRR"] == "EUR 100.00"
    assert told["trial conversion, 30 days"] == "100.0% (1 of 1)"
    assert told["churn, 30 days"] == "-"
    assert told["limits reached this month"] == "members 1"
    assert told["errors"] == "25.0% (1 of 4)"


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
def test_an_install_that_sells_nothing_hears_nothing_of_plans(
    tmp_path: Path, fresh_database_url: str
) -> None:
    done = billhook(tmp_path, "stats", settings={"DATABASE_URL": fresh_database_url})

    assert done.returncode == 0
    assert "MRR" not in done.stdout
    assert "Stripe" in done.stdout


def test_without_a_database_it_says_what_to_do_and_makes_none(tmp_path: Path) -> None:
    done = billhook(tmp_path, "stats")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("Run: billhook migrate\n")
    assert not (tmp_path / "data" / "billhook.db").exists()
