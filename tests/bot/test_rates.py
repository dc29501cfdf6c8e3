"""`billhook rates`: a file of the ECB is kept for each business of an install, as that business's own rates."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.cli_rates import keep_for
from core.rates import ExchangeRate, RateSource
from core.reference_file import read_reference_file
from core.usecases.rates import find_rate, keep_rate
from storage.backup import snapshot
from storage.business_reader import every_business
from storage.engine import Storage
from tests.bot import started
from tests.bot.test_command_line import START
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop

FILE = b"Date, USD, CHF, \n2026-03-04, 1.0832, 0.95, \n2026-03-03, 1.08, N/A, \n"
DAY = date(2026, 3, 4)


async def test_each_business_has_the_rates_once_and_its_typed_ones_before_them(
    fresh_database_url: str,
) -> None:
    storage = Storage(fresh_database_url, FixedClock())
    shop, neighbour = await open_shop(storage), await open_shop(storage)
    async with shop.desk() as desk:
        rates = read_reference_file(FILE, desk.today)
        await keep_rate(desk, ExchangeRate("EUR", "USD", DAY, Decimal("1.1")))

    await keep_for(storage, [shop.id], rates, "eurofxref.csv")
    async with neighbour.desk() as desk:
        before = await desk.work.rates.list_between(DAY, DAY, 9)
    async with snapshot(fresh_database_url) as connection:
        businesses = await every_business(connection)
    count = await keep_for(storage, businesses, rates, "eurofxref.csv")

    found = []
    for one in (shop, neighbour):
        async with one.desk() as desk:
            usd, chf = [await find_rate(desk, "EUR", code, DAY) for code in ("USD", "CHF")]
            listed = await desk.work.rates.list_between(date(2026, 3, 3), DAY, 9)
        assert usd is not None
        assert chf is not None
        found.append((usd.rate, usd.source, chf.rate, len(listed)))
    await storage.close()
    assert (before, businesses, count) == ([], [shop.id, neighbour.id], 2)
    assert found == [
        (Decimal("1.1"), RateSource.TYPED, Decimal("0.95"), 4),
        (Decimal("1.0832"), RateSource.ECB, Decimal("0.95"), 3),
    ]


def test_the_command_reads_a_file_or_standard_input_and_says_what_is_wrong(tmp_path: Path) -> None:
    today = date.today().isoformat()
    content = f"Date,USD,\n{today},1.0832,\n".encode()
    (tmp_path / "rates.csv").write_bytes(content)
    started.billhook(tmp_path, "chat", given=START.encode())

    read = started.billhook(tmp_path, "rates", "rates.csv")
    piped = started.billhook(tmp_path, "rates", "-", given=content)
    refused = [
        started.billhook(tmp_path, "rates", *arguments)
        for arguments in (
            ("none.csv",),
            ("--business", "x", "rates.csv"),
            ("--business", "00000000-0000-7000-8000-000000000001", "rates.csv"),
        )
    ]

    said = f"Kept rates of the ECB from {today} to {today}: 1. Businesses: 1.\n"
    assert [(done.returncode, done.stdout) for done in (read, piped)] == [(0, said)] * 2
    assert [done.returncode for done in refused] == [1, 1, 1]
    assert [done.stderr for done in refused] == [
        "none.csv cannot be read: No such file or directory.\n",
        "“x” is no id of a business; billhook export lists them.\n",
        "There is no business 00000000-0000-7000-8000-000000000001 in this database.\n",
    ]
    shown = started.billhook(tmp_path, "chat", given=b"/rates\n")
    assert "1 EUR = 1.0832 USD" in shown.stdout


def test_no_file_is_a_wrong_usage(tmp_path: Path) -> None:
    assert started.billhook(tmp_path, "rates").returncode == 2
