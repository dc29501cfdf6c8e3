"""Reports in one currency: at the stored rate, VAT as it is stated on the document, and nothing guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.conversion import ForeignDebt, ForeignEntry, ForeignGroup, aging_in, in_currency, summary_in
from core.invoice import Period
from core.money import Money
from core.rates import ExchangeRate
from core.report import AgingRow, DaySum, TaxedDay
from core.tax import TaxCategory

DAY = date(2026, 3, 5)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DOLLARS = ExchangeRate("EUR", "USD", DAY, Decimal("1.0832"))
S = TaxCategory.STANDARD


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def group(rate: str, net: int, tax: int) -> ForeignGroup:
    return ForeignGroup(S, Decimal(rate), usd(net), usd(tax))


def test_each_document_is_converted_and_its_vat_adds_up_to_what_is_stated_there() -> None:
    entry = ForeignEntry(
        "7", DAY, DOLLARS, usd(33_33), usd(0), (group("19", 10_01, 1_90), group("7", 20_02, 1_40))
    )
    back = ForeignEntry("CN1", DAY, DOLLARS, usd(-11_91), usd(0), (group("19", -10_01, -1_90),))
    paid = ForeignEntry("7", DAY, DOLLARS, usd(0), usd(21_42))
    at_home = TaxedDay(DAY, S, Decimal(19), eur(100_00), eur(19_00))

    found = summary_in(
        "EUR", YEAR, [at_home, TaxedDay(DAY, S, Decimal(19), usd(1), usd(1))], [DaySum(DAY, eur(119_00))],
        [DaySum(DAY, usd(5))], [entry, back, paid],
    )  # fmt: skip

    whole = found.currencies[0].whole
    assert [revenue.currency for revenue in found.currencies] == ["EUR"]
    assert (whole.invoiced, whole.received) == (eur(119_00 + 30_77 - 11_00), eur(19_77))
    # 3.30 dollars are 3.05 euros: 1.76 and 1.29, of which 1.75 went back.
    assert [(tax.rate, tax.net.minor, tax.tax.minor) for tax in whole.taxes] == [
        (Decimal(19), 100_00 + 9_24 - 9_24, 19_00 + 1_76 - 1_75), (Decimal(7), 18_48, 1_29),
    ]  # fmt: skip
    assert found.left_out == ()


def test_a_group_that_takes_off_keeps_its_share_of_the_vat_beside_one_that_adds() -> None:
    # An invoice of the rest whose deposit had more at 19 %.
    entry = ForeignEntry(
        "8", DAY, DOLLARS, usd(83_20), usd(0), (group("19", -20_00, -3_80), group("7", 100_00, 7_00))
    )

    found = summary_in("EUR", YEAR, [], [], [], [entry])

    # 3.20 dollars are 2.95 euros: -3.51 and 6.46.
    assert [(tax.rate, tax.net.minor, tax.tax.minor) for tax in found.currencies[0].whole.taxes] == [
        (Decimal(19), -18_46, -3_51), (Decimal(7), 92_32, 6_46),
    ]  # fmt: skip


def test_the_cent_that_rounding_leaves_of_the_vat_goes_to_the_largest_of_it() -> None:
    groups = (group("7", 71, 5), group("19", 26_32, 5_00), group("5", 1_20, 6), group("0", 9_99, 0))
    entry = ForeignEntry("7", DAY, DOLLARS, usd(43_33), usd(0), groups)
    back = replace(
        entry,
        invoiced=-entry.invoiced,
        groups=tuple(replace(one, net=-one.net, tax=-one.tax) for one in groups),
    )

    def taxes(one: ForeignEntry) -> list[tuple[Decimal, int, int]]:
        whole = summary_in("EUR", YEAR, [], [], [], [one]).currencies[0].whole
        return [(tax.rate, tax.net.minor, tax.tax.minor) for tax in whole.taxes]

    # 5.11 dollars are 4.72 euros; one by one they would be 4.62, 0.05 and 0.06.
    found = [(Decimal(19), 24_30, 4_61), (Decimal(7), 66, 5), (Decimal(5), 1_11, 6), (Decimal(0), 9_22, 0)]
    assert taxes(entry) == found
    assert taxes(back) == [(rate, -net, -tax) for rate, net, tax in found]


def test_an_amount_in_the_currency_itself_needs_no_rate() -> None:
    swiss = ExchangeRate("EUR", "CHF", DAY, Decimal("0.95"))

    assert in_currency(eur(7), None, "EUR") == eur(7)
    assert in_currency(usd(7), DOLLARS, "USD") == usd(7)
    assert in_currency(usd(108), DOLLARS, "EUR") == eur(100)
    assert [in_currency(usd(108), rate, "EUR") for rate in (None, swiss)] == [None, None]


def test_what_has_no_rate_into_it_is_named_once() -> None:
    none = ForeignEntry("8", DAY, None, usd(50_00), usd(0))
    other = ForeignEntry("9", DAY, ExchangeRate("USD", "PLN", DAY, Decimal(4)), usd(0), usd(7))

    found = summary_in("EUR", YEAR, [], [], [], [none, none, other])

    assert (found.currencies, found.left_out) == ((), (("8", usd(50_00)), ("9", usd(7))))
    mixed = summary_in("EUR", YEAR, [], [], [], [ForeignEntry("8", DAY, None, eur(0), usd(7))])
    assert (mixed.currencies, mixed.left_out) == ((), (("8", usd(7)),))


def test_debts_join_the_ages_of_their_client() -> None:
    acme, baer = UUID(int=1), UUID(int=2)
    mine = AgingRow(acme, "Acme", tuple(eur(minor) for minor in (100, 0, 0, 0, 7)))
    debts = [
        ForeignDebt("9", baer, "Bär", DAY, usd(5), None),
        ForeignDebt("7", acme, "Acme", DAY, usd(108), DOLLARS),
        ForeignDebt("8", baer, "Bär", date(2026, 2, 1), usd(1083), DOLLARS),
    ]

    found = aging_in("EUR", DAY, [mine, AgingRow(baer, "Bär", (usd(1),) * 5)], debts)

    assert found.tables[0].rows == (
        AgingRow(baer, "Bär", tuple(map(eur, (0, 0, 1000, 0, 0)))),
        AgingRow(acme, "Acme", tuple(map(eur, (200, 0, 0, 0, 7)))),
    )
    assert (found.today, len(found.tables), found.left_out) == (DAY, 1, (("9", usd(5)),))
