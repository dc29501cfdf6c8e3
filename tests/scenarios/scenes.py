"""Openings that many scenarios share."""

from __future__ import annotations

from handlers.registry import COMMANDS
from tests.scenarios.chat import Chat

_NAMES = {command.name for command in COMMANDS}
STUDIO = (
    "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
    "iban DE89370400440532013000; terms 14d"
)
ACME = "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE"


async def opens_a_studio(chat: Chat) -> None:
    await chat.says(STUDIO)
    chat.sees("Studio Löwe is ready to send invoices.")


async def opens_a_studio_with_acme(chat: Chat) -> None:
    await opens_a_studio(chat)
    await chat.says(ACME)
    chat.sees("Acme GmbH is now a client.")


async def knows_rates(chat: Chat) -> None:
    """Of today, so that VAT in another currency can be stated at home."""
    for rate in ("USD 1.0832", "CHF 0.9412", "JPY 163.45"):
        await chat.says(f"/rate {rate}")
        chat.sees("Invoices of that day")


async def bills(chat: Chat, text: str) -> str:
    """Write an invoice on one line and issue it; gives its number."""
    await chat.says(f"/invoice {text}")
    await chat.presses("Issue")
    chat.sees("Issued ")
    return chat.seen.text.split("Issued ", 1)[1].split()[0]


async def invites(chat: Chat, guest: Chat, role: str) -> None:
    await chat.says(f"/invite {role}")
    code = chat.seen.text.split("/join ", 1)[1].split()[0]
    await guest.says(f"/join {code}")
    guest.sees("Welcome to")


def meant(text: str) -> str:
    """The name of the command, the longer one where two begin alike."""
    words = text.split(maxsplit=2)
    for count in (2, 1):
        name = " ".join(words[:count]).lower()
        if name in _NAMES:
            return name
    return ""
