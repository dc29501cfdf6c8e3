"""Parameters of checkouts as the tests of the fake Stripe send them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe_client import Api
from tests.fakes.stripe_values import Json


def line(amount: int = 119_00, currency: str = "eur", name: str = "2026-0007") -> Json:
    return {
        "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": name}},
        "quantity": 1,
    }


def payment(**more: object) -> Json:
    """A checkout for one invoice."""
    return {
        "mode": "payment", "line_items": [line()], "success_url": "https://shop.example/thanks",
        "cancel_url": "https://shop.example/back", **more,
    }  # fmt: skip


def upgrade(price: str, **more: object) -> Json:
    """A checkout for a plan."""
    return {
        "mode": "subscription", "line_items": [{"price": price, "quantity": 1}],
        "success_url": "https://shop.example/thanks", **more,
    }  # fmt: skip


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    """One that ends without trouble."""
    with FakeStripe() as fake:
        yield fake
    assert fake.troubled == []


@pytest.fixture
def api(stripe: FakeStripe) -> Iterator[Api]:
    with Api(stripe.url, stripe.own.key) as own:
        yield own


@pytest.fixture(scope="module")
def strict() -> Iterator[Api]:
    """For tests in which everything is refused, so that nothing changes."""
    with FakeStripe() as fake, Api(fake.url, fake.own.key) as own:
        yield own
    assert fake.troubled == []
