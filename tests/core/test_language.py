from dataclasses import replace

import pytest

from core.language import NAMES, SPOKEN, WRITTEN, client_language, spoken
from tests.builders.core import a_business, a_client


@pytest.mark.parametrize(
    ("chosen", "business", "read"),
    [
        ("fr", "de", "fr"), ("pl", "en", "pl"), ("", "de", "de"), ("", "it", "it"), ("", "nl_BE", "nl"),
        ("", "pt", "en"), ("es_MX", "de", "es"),
    ],
)  # fmt: skip
def test_a_client_at_home_reads_the_language_chosen_for_them_else_that_of_the_business(
    chosen: str, business: str, read: str
) -> None:
    seller, home = a_business(language=business), a_client(language=chosen)
    home = replace(home, address=replace(home.address, country=seller.address.country))

    assert client_language(seller, home) == read


@pytest.mark.parametrize(
    ("country", "read"),
    [("IE", "en"), ("FR", "fr"), ("MX", "es"), ("PL", "pl"), ("BE", "de"), ("CH", "de"), ("SE", "de"), ("??", "de")],
)  # fmt: skip
def test_a_client_abroad_reads_what_is_spoken_there_where_that_is_one_language_we_write(
    country: str, read: str
) -> None:
    abroad = a_client()
    abroad = replace(abroad, address=replace(abroad.address, country=country))

    assert client_language(a_business(language="de"), abroad) == read


def test_the_chat_speaks_fewer_languages_than_a_client_may_read() -> None:
    assert [spoken(code) for code in ("it", "nl", "pl")] == ["en", "en", "en"]
    assert set(SPOKEN) < set(WRITTEN) == NAMES.keys()
