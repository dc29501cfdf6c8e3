"""What `billhook doctor` finds out about Stripe, at a strict Stripe over real HTTP."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.doctor_stripe import stripe_findings
from bot.settings import Settings
from bot.stripe.events import OURS
from tests.fakes.stripe import KEY, FakeStripe

PUBLIC = "https://billhook.example.com"
WEBHOOK = f"{PUBLIC}/stripe/webhook"


@dataclass
class Install:
    """An install that sells plans at this Stripe; tests set it wrong in one place."""

    stripe: FakeStripe

    async def findings(self, **changes: str) -> dict[str, tuple[str, str]]:
        given = {
            "stripe_secret_key": KEY, "stripe_webhook_secret": "whsec_x",  # scan: allow
            "stripe_price_pro": self.stripe.pro, "stripe_price_business": self.stripe.business,
            "stripe_api_url": self.stripe.url, "public_url": PUBLIC,
        } | changes  # fmt: skip
        # Pydantic's own argument, and texts as the environment has them: mypy knows neither.
        settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]
        # As the command does, outside of any loop.
        found = await asyncio.to_thread(lambda: list(stripe_findings(settings)))
        return {finding.about: (finding.state, finding.text) for finding in found}


@pytest.fixture
def install() -> Iterator[Install]:
    with FakeStripe() as stripe:
        yield Install(stripe)
        assert stripe.troubled == []


async def test_an_install_that_is_all_set_is_well(install: Install) -> None:
    install.stripe.own.listen(WEBHOOK, *OURS)

    found = await install.findings(stripe_price_pro_yearly=install.stripe.pro_yearly)

    assert found == {
        "Stripe": ("ok", "the key is good, in test mode: no money moves"),
        "Stripe price, pro monthly": ("ok", "EUR 12.00 a month"),
        "Stripe price, pro yearly": ("ok", "EUR 120.00 a year"),
        "Stripe price, business monthly": ("ok", "EUR 39.00 a month"),
        "Stripe webhook": ("ok", f"{WEBHOOK} is called"),
    }


async def test_a_key_that_stripe_does_not_know_fails_and_is_not_shown(install: Install) -> None:
    found = await install.findings(stripe_secret_key="sk_test_s3cret")  # scan: allow

    assert found == {"Stripe": ("FAIL", "Stripe does not know this key, or not any more.")}


async def test_a_price_that_is_not_there_fails(install: Install) -> None:
    found = await install.findings(stripe_price_business="price_1Nowhere")

    state, text = found["Stripe"]
    assert (state, "price_1Nowhere" in text) == ("FAIL", True)


async def test_a_yearly_price_where_a_monthly_one_belongs_fails(install: Install) -> None:
    found = await install.findings(stripe_price_pro=install.stripe.pro_yearly)

    said = "price_1ProYearly recurs every year and not every month"
    assert found["Stripe price, pro monthly"] == ("FAIL", said)


async def test_nobody_is_called_where_no_webhook_was_made(install: Install) -> None:
    install.stripe.own.listen("https://other.example.com/stripe/webhook", *OURS)

    state, text = (await install.findings())["Stripe webhook"]

    assert state == "FAIL"
    assert text.startswith(f"Stripe does not call {WEBHOOK}: add it there, for checkout.session.completed, ")


async def test_a_webhook_that_leaves_events_out_fails_and_names_them(install: Install) -> None:
    install.stripe.own.listen(WEBHOOK, *OURS[:-2])

    found = await install.findings()

    said = f"{WEBHOOK} does not hear of invoice.paid, invoice.payment_failed: add these there"
    assert found["Stripe webhook"] == ("FAIL", said)


async def test_a_restricted_key_that_sees_no_webhooks_is_told_and_is_no_failure(install: Install) -> None:
    found = await install.findings(stripe_secret_key=install.stripe.own.restricted("plan_read"))

    state, text = found["Stripe webhook"]
    assert (state, text.startswith(f"whether {WEBHOOK} is called cannot be seen: ")) == ("off", True)


async def test_a_stripe_that_does_not_answer_fails() -> None:
    with FakeStripe() as stripe:
        install = Install(stripe)

    found = await install.findings()

    assert found == {
        "Stripe": ("FAIL", "Stripe does not answer at the moment. Please try again in a minute.")
    }
