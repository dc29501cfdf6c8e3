"""Which numbers Prometheus is told, under which names: those of this process, and those of the whole install."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.exposition import NONE, Family, Labels, counter, gauge, histogram
from bot.tally import BOUNDS as CALL_BOUNDS
from bot.tally import CALL_SECONDS, CALL_SECONDS_SUM, CALLS, TICKS
from bot.web.traffic import BOUNDS, Traffic
from core.money import Money
from core.sales import Sales
from storage.figures import Queues, Told, Used

_STARTED = time.time()
_PROC = Path("/proc/self")
"""Where Linux tells about this process; other systems have none."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What the database told at a moment; the sales are None in an install that sells nothing."""

    at: datetime
    queues: Queues
    told: Told
    tallies: Mapping[str, Mapping[str, float]]
    jobs: Mapping[str, int] = field(default_factory=dict)
    sales: Sales | None = None
    used: Mapping[str, Used] | None = None


def of_process(version: str, traffic: Traffic) -> Iterator[Family]:
    yield Family("billhook_info", "gauge", "The release that runs.", [("", {"version": version}, 1)])
    yield gauge("process_start_time_seconds", "When this process started, in seconds since 1970.", _STARTED)
    yield counter("process_cpu_seconds_total", "Processor time that was used.", time.process_time())
    if _PROC.is_dir():
        pages = int((_PROC / "statm").read_text(encoding="ascii").split()[1])
        yield gauge(
            "process_resident_memory_bytes", "Memory that is held.", pages * os.sysconf("SC_PAGESIZE")
        )
        yield gauge("process_open_fds", "Open files and connections.", len(os.listdir(_PROC / "fd")))
    yield Family(
        "billhook_http_requests_total", "counter", "Requests that this process answered, by route.",
        [
            ("", {"method": method, "route": route, "status": str(status)}, number)
            for (method, route, status), number in sorted(traffic.requests.items())
        ],
    )  # fmt: skip
    yield Family(
        "billhook_http_request_seconds", "histogram", "How long the answers took.",
        [
            sample
            for route, counts in sorted(traffic.seconds.items())
            for sample in histogram({"route": route}, BOUNDS, counts, traffic.total[route])
        ],
    )  # fmt: skip


def of_fleet(fleet: Fleet) -> Iterator[Family]:
    """The same in every process of an install."""
    yield from _queues(fleet)
    yield from _stripe(fleet)
    if fleet.sales is not None:
        yield from _sales(fleet.sales, fleet.told)
    if fleet.used is not None:
        yield from _usage(fleet.used)


def _queues(fleet: Fleet) -> Iterator[Family]:
    queues, left = fleet.queues, fleet.queues.backlog
    yield gauge("billhook_businesses", "Businesses.", queues.businesses)
    yield gauge("billhook_inbox_waiting", "Updates that came in and are not answered yet.", queues.inbox)
    yield Family("billhook_deliveries", "gauge", "Deliveries that have not arrived, of those that are kept.",
                 _each("state", queues.deliveries))  # fmt: skip
    yield gauge("billhook_waiting_oldest_seconds", "How long the oldest update or delivery has waited.",
                _age(left.since, fleet.at))  # fmt: skip
    yield Family(
        "billhook_jobs_waiting", "gauge", "Jobs that wait in the database.", _each("job", fleet.jobs)
    )
    yield gauge(
        "billhook_due_businesses", "Businesses whose moment has come and which no tick has taken.", left.due
    )
    yield gauge(
        "billhook_due_oldest_seconds",
        "How long the oldest of them has waited.",
        _age(left.due_since, fleet.at),
    )
    ticks = fleet.tallies.get(TICKS, {}).get("", 0.0)
    yield counter("billhook_ticks_total", "Ticks, one a minute for all processes together.", ticks)


def _stripe(fleet: Fleet) -> Iterator[Family]:
    told = fleet.told
    calls = fleet.tallies.get(CALLS, {})
    yield Family(
        "billhook_stripe_calls_total", "counter", "Calls to Stripe by all processes, by how they ended.",
        [
            ("", dict(zip(("call", "outcome"), labels.rsplit(" ", 1), strict=True)), number)
            for labels, number in sorted(calls.items())
        ],
    )  # fmt: skip
    if calls:
        seconds = fleet.tallies.get(CALL_SECONDS, {})
        counts = [seconds.get(bound, 0.0) for bound in (*(f"{bound:g}" for bound in CALL_BOUNDS), "+Inf")]
        total = fleet.tallies.get(CALL_SECONDS_SUM, {}).get("", 0.0)
        yield Family("billhook_stripe_call_seconds", "histogram", "How long Stripe took to answer.",
                     list(histogram(NONE, CALL_BOUNDS, counts, total)))  # fmt: skip
    yield gauge(
        "billhook_stripe_events_24h", "Events of Stripe that were stored in the last day.", told.stored
    )
    yield gauge("billhook_stripe_event_lag_seconds",
                "From the event to when it was stored, on average in the last day.", told.lag)  # fmt: skip
    yield gauge("billhook_stripe_event_lag_max_seconds", "The longest of these.", told.longest_lag)
    yield gauge("billhook_stripe_event_delay_seconds",
                "From when it was stored to when it was applied, on average in the last day.", told.delay)  # fmt: skip
    yield gauge("billhook_stripe_events_waiting", "Events that are stored and not applied.", told.waiting)
    yield gauge("billhook_stripe_events_oldest_seconds", "How long the oldest of them has waited.",
                _age(told.waiting_since, fleet.at))  # fmt: skip
    yield gauge("billhook_stripe_events_failed_30d", "Events that could not be applied.", told.failed)


def _sales(sales: Sales, told: Told) -> Iterator[Family]:
    yield Family(
        "billhook_subscriptions", "gauge", "Subscriptions by plan and standing.",
        [
            ("", {"plan": plan, "standing": standing}, number)
            for (plan, standing), number in sorted(sales.subscriptions.items())
        ],
    )  # fmt: skip
    yield Family("billhook_mrr", "gauge", "What subscriptions bring in per month.", _amounts(sales.mrr))
    yield Family("billhook_arr", "gauge", "What subscriptions bring in per year.", _amounts(sales.arr))
    yield gauge("billhook_trials", "Trials that run.", sales.trials)
    yield gauge("billhook_trials_ended_30d", "Trials that ended.", sales.trials_ended)
    yield gauge("billhook_trials_converted_30d", "Those of them that were paid for.", sales.trials_converted)
    yield gauge("billhook_paying", "Businesses that pay.", sales.paying)
    yield gauge("billhook_paying_30d_ago", "Businesses that paid 30 days ago.", sales.paying_then)
    yield gauge("billhook_churned_30d", "Those of them that do not pay any more.", sales.lost)
    yield gauge("billhook_upgrades_30d", "Steps up to a higher plan.", sales.upgrades)
    yield gauge("billhook_downgrades_30d", "Steps down to a lower plan.", sales.downgrades)
    yield gauge("billhook_payments_failed_30d", "Payments for plans that failed.", told.payments_failed)


def _usage(used: Mapping[str, Used]) -> Iterator[Family]:
    yield Family("billhook_used_month", "gauge", "How much of a feature was used in this month.",
                 _each("feature", {name: row.used for name, row in used.items()}))  # fmt: skip
    yield Family("billhook_limits_reached_month", "gauge", "How often a limit was reached in this month.",
                 _each("feature", {name: row.full for name, row in used.items()}))  # fmt: skip


def _each(label: str, counts: Mapping[str, int]) -> list[tuple[str, Labels, float]]:
    return [("", {label: name}, number) for name, number in sorted(counts.items())]


def _amounts(sums: Mapping[str, Money]) -> list[tuple[str, Labels, float]]:
    """In whole units of the currency, as a person would chart it."""
    return [("", {"currency": code}, float(amount.amount)) for code, amount in sorted(sums.items())]


def _age(since: datetime | None, now: datetime) -> float:
    """Zero where nothing waits."""
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
