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
def test_a_client_reads_their_own_language_else_that_of_the_business(
    chosen: str, business: str, read: str
) -> None:
    assert client_language(a_business(language=business), a_client(language=chosen)) == read


def test_a_clients_country_is_no_language_that_was_chosen_for_them() -> None:
    abroad = a_client()
    assert abroad.address.country == "IE"

    assert client_language(a_business(language="de"), abroad) == "de"


def test_the_chat_speaks_fewer_languages_than_a_client_may_read() -> None:
    assert [spoken(code) for code in ("it", "nl", "pl")] == ["en", "en", "en"]
    assert set(SPOKEN) < set(WRITTEN) == NAMES.keys()
