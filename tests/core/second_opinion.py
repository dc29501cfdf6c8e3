"""The sums of an invoice a second time, by other means: exact fractions, plain dicts, sums found by trying.

Nothing of core.totals and core.money is imported, so that one mistake cannot be made in both places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

PLACES = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}
Bill = Mapping[str, Any]
"""currency, inclusive, percent or amount off (or None), lines of quantity, price, rate and category; all text."""


def half_up(value: Fraction) -> int:
    """Halves go away from zero."""
    whole, rest = divmod(abs(value), 1)
    return (whole + (1 if rest * 2 >= 1 else 0)) * (-1 if value < 0 else 1)


def extended(quantity: str, price: str, currency: str) -> int:
    """Quantity x price in minor units."""
    return half_up(Fraction(quantity) * Fraction(price) * 10 ** PLACES[currency])


def vat(basis: int, rate: str) -> int:
    return half_up(basis * Fraction(rate) / 100)


def typed_total(bill: Bill) -> int:
    return sum(extended(line["quantity"], line["price"], bill["currency"]) for line in bill["lines"])


def discount(bill: Bill) -> int:
    if bill["percent"] is not None:
        return half_up(Fraction(bill["percent"]) * typed_total(bill) / 100)
    return half_up(Fraction(bill["amount"] or 0) * 10 ** PLACES[bill["currency"]])


def shares(amount: int, weights: Iterable[int]) -> list[int]:
    """Everybody's exact share rounded down; then the units left go, one by one, to who is furthest below it."""
    weights = list(weights)
    if not sum(weights):
        return [amount] + [0] * (len(weights) - 1)
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    given = [int(share) for share in exact]
    while sum(given) < amount:
        missing = [share - part for share, part in zip(exact, given, strict=True)]
        given[missing.index(max(missing))] += 1
    return given


def split_gross(gross: int, rate: str) -> dict[str, int]:
    """The net whose VAT leads back to the gross amount; the closest one where no net does."""
    close = int(gross / (1 + Fraction(rate) / 100))
    for net in range(max(0, close - 5), close + 6):
        if net + vat(net, rate) == gross:
            return {"net": net, "tax": vat(net, rate), "rounding": 0}
    net = half_up(gross / (1 + Fraction(rate) / 100))
    return {"net": net, "tax": vat(net, rate), "rounding": gross - net - vat(net, rate)}


def compute(bill: Bill) -> dict[str, Any]:
    """net, tax, rounding, payable and discount in minor units; the net of each line; a dict of each VAT group."""
    amounts = [extended(line["quantity"], line["price"], bill["currency"]) for line in bill["lines"]]
    places: dict[tuple[Fraction, str], list[int]] = defaultdict(list)
    for place, line in enumerate(bill["lines"]):
        places[Fraction(line["rate"]), line["category"]].append(place)
    keys = sorted(places, key=lambda key: (-key[0], key[1]))
    sums = [sum(amounts[place] for place in places[key]) for key in keys]
    groups = []
    nets = list(amounts)
    for key, whole, off in zip(keys, sums, shares(discount(bill), sums), strict=True):
        rate = str(key[0])
        if bill["inclusive"]:
            before, after = split_gross(whole, rate), split_gross(whole - off, rate)
            weights = [amounts[place] for place in places[key]]
            for place, net in zip(places[key], shares(before["net"], weights), strict=True):
                nets[place] = net
            group = {**after, "discount": before["net"] - after["net"]}
        else:
            group = {"net": whole - off, "tax": vat(whole - off, rate), "rounding": 0, "discount": off}
        groups.append({"rate": key[0], "category": key[1], **group})
    found: dict[str, Any] = {
        name: sum(group[name] for group in groups) for name in ("net", "tax", "rounding", "discount")
    }
    found["payable"] = found["net"] + found["tax"] + found["rounding"]
    return {**found, "lines": nets, "groups": groups}
