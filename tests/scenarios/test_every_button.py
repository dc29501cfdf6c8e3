"""Every button of every kind of answer leads on: none is refused, misread or a dead end."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme

OPENINGS = (
    "/start", "/help", "/invoice", "/invoice Acme: Work @ 100", "/invoice Nobody: Work @ 100", "/edit", "/invoices",
    "/invoices draft", "/invoice show 2026-0001", "/invoice show 2026-0002", "/invoice show", "/pdf", "/pdf 2026-0001",
    "/xml", "/xml 2026-0001", "/xml 2026-0001 xrechnung",
    "/credit", "/credit 2026-0001", "/credit 2026-0001 5 late", "/credit 2026-0001 all late", "/credit show",
    "/credit show CN2026-0001", "/credit pdf", "/credit xml", "/credit void", "/credit use", "/credit use 2026-0001",
    "/refund", "/refund 2026-0003 1",
    "/paid", "/paid 2026-0001 5", "/void", "/void 2026-0002 oops", "/overdue", "/clients", "/client", "/client Acme",
    "/paylink", "/payments",
    "/client Bär", "/client add", "/client add Zimt, Kai 3, 24103 Kiel, DE", "/client edit",
    "/client edit Acme", "/client edit Acme name Acme AG", "/client archive", "/client mail", "/client restore",
    "/settings", "/settings terms 30d",
    "/products", "/product", "/product Hosting", "/product Old", "/product add", "/product add Talk @ 80 / h",
    "/product edit", "/product edit Hosting", "/product edit Hosting @ 55", "/product archive", "/product restore",
    "/members", "/invite", "/business", "/business new", "/link", "/channel",
    "/member role", "/member remove", "/undo", "/home", "/approval", "/approval 100 ben",
    "/remind", "/remind 2026-0001", "/snooze", "/snooze 2026-0001 3d", "/snooze Acme 3d",
    "/reminders", "/reminders at 11:00", "/reminders Acme", "/reminders Acme off", "/reminders Acme steps 5 10",
    "/reminders 2026-0001", "/reminders 2026-0001 off", "/reminders 2026-0001 steps 5 10", "/reminders client",
    "/reminders invoice", "/reminders text", "/reminders text firm de", "/reminders text firm de Hallo",
    "/rate", "/rate USD", "/rate USD 1.0832", "/rates", "/report in EUR", "/aging in EUR",
    "/aging", "/statement", "/statement Acme", "/report",
    "/export", "/import",
    "/quote", "/quote Acme: Work @ 100", "/quote Q2026-0001", "/quote Q2026-0002", "/quote issue", "/quote edit",
    "/quote accept", "/quote decline Q2026-0001", "/quote withdraw Q2026-0001", "/quote convert", "/quote deposit",
    "/quote deposit Q2026-0002 30%", "/quote discard", "/quote pdf", "/quotes", "/quotes draft",
    "/recurring", "/recurring list", "/recurring edit Acme", "/recurring show Acme", "/recurring skip Acme",
    "/recurring pause", "/deposit", "/deposit 30%",
    "/recurring end", "/recurring then", "/recurring resume", "/recurring Acme monthly on 31: Hosting @ 50; then issue",
    "/promise", "/promise Acme", "/promise Acme friday", "/tomorrow",
    "/digest", "/digest now", "/digest off", "/digest time", "/digest days", "/notify", "/notify quiet",
    "/notify digest off", "/xyzzy", "/invoics", "what?",
)  # fmt: skip
DEAD_ENDS = (
    "Sorry, something went wrong", "I did not understand", "no longer open", "no longer leads", "too old",
    "There is no such", "Example: ", "is for the role",
)  # fmt: skip


@pytest.fixture(scope="module")
async def model(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Chat]:
    """With everything that a button may lead to. Where it leads does not depend on the database."""
    path = tmp_path_factory.mktemp("model") / "model.db"
    shutil.copyfile(sqlite_template, path)
    office = Office(f"sqlite:///{path}")
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await ana.says("/client archive Bär")
    await invites(ana, office.person("ben"), "member")
    await ana.says("/product add Old @ 5")
    await ana.says("/product archive Old")
    await ana.says("/product add Hosting @ 49.90 / month; code HOST")
    await bills(ana, "Acme: Late @ 100; due 1d")
    await bills(ana, "Acme: Open @ 200; due 30d")
    await bills(ana, "Acme: Paid @ 100")
    await ana.says("/paid 2026-0003 cash")
    await ana.says("/credit 2026-0003 23,80 late")
    await ana.says("/quote Acme: Offer @ 500")
    await ana.says("/quote issue")
    await ana.says("/quote Acme: Agreed @ 600")
    await ana.says("/quote issue")
    await ana.says("/quote accept Q2026-0002")
    await ana.says("/quote Acme: Plan @ 700")
    await ana.says("/invoice Acme: Draft @ 300")
    # Places that are filled are shown in braces, as whoever writes a text types them.
    await ana.says("/reminders text final fr {client} {number} {amount} {due} {days}")
    await ana.says("/reminders pay-link https://pay.example/{number}/{amount}/{currency}")
    await ana.says("/recurring Acme weekly: Support @ 40")
    await ana.says("/settings footer Danke")
    office.wait(days=2)
    await ana.says("/settings footer Merci")
    await office.close()
    return office, ana


@pytest.fixture
async def office(model: tuple[Office, Chat], tmp_path: Path) -> AsyncIterator[Office]:
    path = tmp_path / "copy.db"
    shutil.copyfile(model[0].url.removeprefix("sqlite:///"), path)
    office = model[0].continued(f"sqlite:///{path}")
    yield office
    await office.close()


@pytest.fixture
def ana(office: Office, model: tuple[Office, Chat]) -> Chat:
    return model[1].continued(office)


@pytest.mark.parametrize("opening", OPENINGS)
async def test_every_button_of_an_answer_leads_on(office: Office, ana: Chat, opening: str) -> None:
    pressed = set[str]()
    while True:
        await office.leave_forms("ana")
        await ana.says(opening)
        label = next((label for label in ana.seen.buttons if label not in pressed), None)
        if label is None:
            break
        await ana.presses(label)
        ana.sees_nothing_of(*DEAD_ENDS)
        pressed.add(label)
