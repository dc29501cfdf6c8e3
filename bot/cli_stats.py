"""`billhook stats`: what an operator wants to know of the whole install, as a table or as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import settings as settings_of
from bot.cli import version
from bot.cli_database import current_revision, reaching
from bot.logs import log_to_file
from bot.metrics import Fleet
from bot.settings import Settings
from bot.tally import BOUNDS, CALL_SECONDS, CALL_SECONDS_SUM, CALLS
from core.errors import N_, Conflict
from core.locale import ENGLISH, format_money
from core.money import Money
from core.plan import month_of
from core.sales import WINDOW, Sales
from storage.backup import snapshot
from storage.figures import People, Told, Used, people, queues, sold, told, used
from storage.migrate import HEAD
from storage.tallies import totals

_USUAL = 0.95
_NEVER = "-"


@dataclass(frozen=True, slots=True)
class Stats:
    people: People
    fleet: Fleet


def run(as_json: bool) -> int:
    """Looks at one moment of the database, and keeps nobody from writing to it."""
    settings = settings_of.load()
    log_to_file(settings)
    with reaching(settings):
        if current_revision(settings) != HEAD:
            raise Conflict(N_("The database has another schema than this release. Run: billhook migrate"))
        stats = asyncio.run(_look(settings))
    if as_json:
        sys.stdout.write(json.dumps(as_values(stats), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in as_lines(stats))
    return 0


async def _look(settings: Settings) -> Stats:
    now = datetime.now(UTC)
    async with snapshot(settings.database_url) as connection:
        fleet = Fleet(
            now, await queues(connection, now), await told(connection, now),
            await totals(connection, (now - WINDOW).date()), {},
            await sold(connection, now) if settings.sells else None,
            await used(connection, month_of(now.date())) if settings.sells else None,
        )  # fmt: skip
        return Stats(await people(connection, now.date()), fleet)


# -- as a table ------------------------------------------------------------------------------------


def as_lines(stats: Stats) -> Iterator[str]:
    parts = [("Use", _use(stats.people))]
    if stats.fleet.sales is not None:
        parts.append(("Plans", _plans(stats.fleet.sales, stats.fleet.used or {}, stats.fleet.told)))
    parts += [("Stripe", _stripe(stats.fleet)), ("Waiting", _waiting(stats.fleet))]
    yield f"Billhook {version()}, {stats.fleet.at:%Y-%m-%d %H:%M} UTC"
    for title, rows in parts:
        yield ""
        yield title
        for name, value in rows:
            yield f"  {name:<26}{value}"


def _use(found: People) -> list[tuple[str, str]]:
    return [
        ("businesses", f"{found.businesses:,}"),
        ("  active in 30 days", f"{found.active:,}"),
        ("members", f"{found.members:,}"),
        ("clients", f"{found.clients:,}"),
        ("invoices issued", f"{found.issued:,}"),
        ("  in 30 days", f"{found.issued_lately:,}"),
    ]


def _plans(sales: Sales, use: Mapping[str, Used], found: Told) -> list[tuple[str, str]]:
    return [
        ("MRR", _amounts(sales.mrr)),
        ("ARR", _amounts(sales.arr)),
        ("businesses that pay", f"{sales.paying:,}"),
        *(
            (f"  {plan} {standing}", f"{number:,}")
            for (plan, standing), number in sorted(sales.subscriptions.items())
        ),
        ("trials running", f"{sales.trials:,}"),
        ("trial conversion, 30 days", _share(sales.conversion, sales.trials_converted, sales.trials_ended)),
        ("churn, 30 days", _share(sales.churn, sales.lost, sales.paying_then)),
        ("upgrades, 30 days", f"{sales.upgrades:,}"),
        ("downgrades, 30 days", f"{sales.downgrades:,}"),
        ("failed payments, 30 days", f"{found.payments_failed:,}"),
        ("used this month", _counts({name: row.used for name, row in use.items()})),
        ("limits reached this month", _counts({name: row.full for name, row in use.items()})),
    ]


def _stripe(fleet: Fleet) -> list[tuple[str, str]]:
    found, calls = fleet.told, _calls(fleet)
    since = f", since {found.waiting_since:%Y-%m-%d %H:%M} UTC" if found.waiting_since else ""
    return [
        ("events in 24 hours", f"{found.stored:,}"),
        ("  lag until stored", f"{found.lag:.1f} s, {found.longest_lag:.1f} s at most"),
        ("  delay until applied", f"{found.delay:.1f} s"),
        ("events waiting", f"{found.waiting:,}{since}"),
        ("events failed, 30 days", f"{found.failed:,}"),
        ("calls in 30 days", f"{calls['number']:,.0f}"),
        ("  errors", _share(calls["error_rate"], int(calls["errors"]), int(calls["number"]))),
        ("  latency", "-" if calls["mean_seconds"] is None else (
            f"{calls['mean_seconds']:.2f} s on average, 95 % within {calls['p95_bound']} s")),
    ]  # fmt: skip


def _waiting(fleet: Fleet) -> list[tuple[str, str]]:
    left = fleet.queues.backlog
    since = f"{left.since:%Y-%m-%d %H:%M} UTC" if left.since else _NEVER
    return [
        ("updates", f"{fleet.queues.inbox:,}"),
        *(
            (f"deliveries {state}", f"{number:,}")
            for state, number in sorted(fleet.queues.deliveries.items())
        ),
        ("oldest since", since),
        ("businesses that are due", f"{left.due:,}"),
    ]


def _amounts(sums: Mapping[str, Money]) -> str:
    return ", ".join(format_money(amount, ENGLISH) for _code, amount in sorted(sums.items())) or _NEVER


def _share(share: float | None, part: int, whole: int) -> str:
    return _NEVER if share is None else f"{share:.1%} ({part:,} of {whole:,})"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()) if number) or _NEVER


# -- as JSON ---------------------------------------------------------------------------------------


def as_values(stats: Stats) -> dict[str, Any]:
    """Amounts are strings in whole units of their currency; shares are parts of 1, and null of nothing."""
    fleet, found = stats.fleet, stats.people
    values: dict[str, Any] = {
        "at": fleet.at.isoformat(timespec="seconds"),
        "businesses": found.businesses,
        "active_businesses_30d": found.active,
        "members": found.members,
        "clients": found.clients,
        "invoices_issued": found.issued,
        "invoices_issued_30d": found.issued_lately,
        "stripe": {
            "events_24h": fleet.told.stored,
            "event_lag_seconds": round(fleet.told.lag, 3),
            "event_lag_max_seconds": round(fleet.told.longest_lag, 3),
            "event_delay_seconds": round(fleet.told.delay, 3),
            "events_waiting": fleet.told.waiting,
            "events_failed_30d": fleet.told.failed,
            "calls_30d": _calls(fleet),
        },
        "waiting": {
            "updates": fleet.queues.inbox,
            "deliveries": dict(fleet.queues.deliveries),
            "since": fleet.queues.backlog.since and fleet.queues.backlog.since.isoformat(timespec="seconds"),
            "businesses_due": fleet.queues.backlog.due,
        },
    }
    if fleet.sales is not None:
        values["plans"] = _plan_values(fleet.sales, fleet.used or {}, fleet.told)
    return values


def _plan_values(sales: Sales, use: Mapping[str, Used], found: Told) -> dict[str, Any]:
    return {
        "mrr": {code: str(amount.amount) for code, amount in sales.mrr.items()},
        "arr": {code: str(amount.amount) for code, amount in sales.arr.items()},
        "subscriptions": [
            {"plan": plan, "standing": standing, "number": number}
            for (plan, standing), number in sorted(sales.subscriptions.items())
        ],
        "paying": sales.paying,
        "paying_30d_ago": sales.paying_then,
        "churned_30d": sales.lost,
        "churn_30d": sales.churn,
        "trials": sales.trials,
        "trials_ended_30d": sales.trials_ended,
        "trials_converted_30d": sales.trials_converted,
        "trial_conversion_30d": sales.conversion,
        "upgrades_30d": sales.upgrades,
        "downgrades_30d": sales.downgrades,
        "payments_failed_30d": found.payments_failed,
        "used_month": {name: row.used for name, row in sorted(use.items())},
        "limits_reached_month": {name: row.full for name, row in sorted(use.items())},
    }


def _calls(fleet: Fleet) -> dict[str, Any]:
    calls = fleet.tallies.get(CALLS, {})
    number = sum(calls.values())
    errors = sum(count for labels, count in calls.items() if not labels.endswith(" ok"))
    seconds = fleet.tallies.get(CALL_SECONDS_SUM, {}).get("", 0.0)
    return {
        "number": int(number),
        "errors": int(errors),
        "error_rate": errors / number if number else None,
        "mean_seconds": seconds / number if number else None,
        "p95_bound": _bound(fleet.tallies.get(CALL_SECONDS, {}), number),
    }


def _bound(buckets: Mapping[str, float], number: float) -> str | None:
    """The bound in seconds that 95 % of the calls kept to."""
    reached = 0.0
    for bound in (f"{bound:g}" for bound in BOUNDS):
        reached += buckets.get(bound, 0.0)
        if number and reached >= _USUAL * number:
            return bound
    return "+Inf" if number else None
