"""Money: whole minor units of one ISO 4217 currency, and the only rounding there is.

No float ever enters. Reading what a person typed lives in `handlers/reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

# ISO 4217 active codes, funds and metals left out. CLDR's digits differ (IQD 0 there, 3 here).
_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CODES.split())
_EXPONENTS = dict.fromkeys(CURRENCIES, 2)
_EXPONENTS |= dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0)
_EXPONENTS |= dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
_EXPONENTS |= dict.fromkeys("CLF UYW".split(), 4)

USUAL_STEPS = {
    "CHF": "0.05",
    "DKK": "0.50",
    "SEK": "1",
    "NOK": "1",
    "CZK": "1",
    "HUF": "5",
    "CAD": "0.05",
    "AUD": "0.05",
    "NZD": "0.10",
}
"""The smallest coins where these are larger than the smallest unit."""

MAX_MINOR = 10**15
"""No amount reaches this; it keeps every sum of a business inside 64 bits."""

_ONE = Decimal(1)


def exponent(currency: str) -> int:
    """Decimal places of the currency by ISO 4217; KeyError for a code that is not in it."""
    return _EXPONENTS[currency]


def round_half_up(value: Decimal) -> int:
    """To the nearest integer, halves away from zero (EINVOICE BR-DEC, commercial rounding)."""
    with localcontext() as context:
        context.prec = 60
        return int(value.quantize(_ONE, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units. Adding or comparing two currencies raises ValueError."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency!r} is not an ISO 4217 code")
        if not -MAX_MINOR < self.minor < MAX_MINOR:
            raise ValueError("the amount is out of range")

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """Round an amount in major units half-up to the currency's exponent."""
        return cls(round_half_up(amount.scaleb(exponent(currency))), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """The value in major units, with exactly the currency's decimal places."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"


def to_step(amount: Money, step: Money) -> Money:
    """The nearest multiple of a step of the same currency, half away from zero."""
    return Money(round_half_up(Decimal(amount.minor) / step.minor) * step.minor, amount.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of `currency` when there is nothing to add."""
    minor = 0
    for money in amounts:
        if money.currency != currency:
            raise ValueError(f"{money.currency} and {currency} do not mix")
        minor += money.minor
    return Money(minor, currency)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split minor units by non-negative weights; the parts always add up to `amount`.

    Largest remainder first, then the earlier part, so the result is the same everywhere.
    With no weight at all everything goes to the first part.
    """
    whole = sum(weights)
    if whole == 0:
        return [amount if index == 0 else 0 for index in range(len(weights))]
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    parts = [size * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(size * weights[index] % whole), index))
    for index in order[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
