"""Amounts as Stripe takes them: which currencies it knows, their smallest amounts, and how they are written."""

from __future__ import annotations

from tests.fakes.stripe_values import wrong

# https://docs.stripe.com/currencies
ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
WHOLE = frozenset("isk ugx".split())
"""Written with two decimals that are always 00."""
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300,
    "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
KNOWN = (
    frozenset(MINIMUM) | ZERO_DECIMAL | THREE_DECIMAL | WHOLE
    | frozenset(
        "afn all amd ang aoa ars awg azn bam bbd bdt bmd bnd bob bsd bwp byn bzd cdf cny cop crc cve dop dzd egp etb"
        " fjd fkp gel gip gmd gtq gyd hnl htg idr ils jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk"
        " mnt mop mur mvr mwk mzn nad ngn nio npr pab pen pgk php pkr qar rsd rub sar sbd scr shp sle sos srd std szl"
        " tjs top try ttd twd tzs uah uyu uzs wst xcd xcg yer zar zmw".split()
    )
)  # fmt: skip
MOST = 99_999_999
"""Eight digits."""


def check_currency(currency: str, param: str) -> None:
    if currency not in KNOWN:
        known = ", ".join(sorted(KNOWN))
        raise wrong(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {known}", param
        )


def check_unit(amount: int, currency: str, param: str) -> None:
    """One amount as it was sent. Raises Refused for what Stripe cannot charge exactly."""
    if amount < 0:
        raise wrong("Invalid non-negative integer", param, "parameter_invalid_integer")
    if currency in THREE_DECIMAL and amount % 10:
        raise wrong(f"Invalid amount: in {currency.upper()} the last digit must be 0", param)
    if currency in WHOLE and amount % 100:
        raise wrong(f"Invalid amount: {currency.upper()} has no smaller unit, so it must end in 00", param)


def check_total(total: int, currency: str, minimum: int | None) -> None:
    least = MINIMUM.get(currency, 1) if minimum is None else minimum
    if total < least:
        raise wrong(
            f"The Checkout Session's total amount due must add up to at least {shown(least, currency)}",
            "line_items",
            "amount_too_small",
        )
    if total > MOST:
        raise wrong(
            f"The Checkout Session's total amount must be no more than {shown(MOST, currency)}",
            "line_items",
            "amount_too_large",
        )


def shown(amount: int, currency: str) -> str:
    """As the checkout page shows it."""
    if currency in ZERO_DECIMAL:
        return f"{currency.upper()} {amount:,}"
    places = 3 if currency in THREE_DECIMAL else 2
    return f"{currency.upper()} {amount / 10**places:,.{places}f}"
