"""Everybody is answered in a language of their own; what is typed stays the same in all of them."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

GREETINGS = {
    "de": "Ab jetzt spreche ich Deutsch mit Ihnen.",
    "fr": "Désormais, je vous parle en français.",
    "es": "A partir de ahora te hablo en español.",
    "en": "From now on I speak English with you.",
}


@pytest.mark.parametrize(
    ("typed", "code"), [("Deutsch", "de"), ("fr", "fr"), ("Spanish", "es"), ("en", "en")]
)
async def test_a_language_is_chosen_by_its_name_or_its_code(ana: Chat, typed: str, code: str) -> None:
    await ana.says(f"/language {typed}")

    ana.sees(GREETINGS[code])


async def test_the_choice_holds_for_every_later_message(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/language de")

    await ana.says("/invoice Acme: 3h design @ 120; due 14d")

    ana.sees("Entwurf für Acme GmbH", "EUR 360,00", "EUR 428,40")


async def test_people_of_one_business_are_each_answered_in_their_own(office: Office, ana: Chat) -> None:
    ben = office.person("ben")
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "member")
    await ben.says("/language fr")

    await ben.says("/clients")
    ben.sees("Clients", "Ville")
    await ana.says("/clients")

    ana.sees("Clients", "City")


async def test_the_question_offers_every_language_by_its_own_name(ana: Chat) -> None:
    await ana.says("/language")
    ana.can_press("English", "Deutsch", "Français", "Español", "Cancel")

    await ana.presses("Deutsch")

    ana.sees(GREETINGS["de"])
