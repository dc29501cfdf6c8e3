"""Every command there is, in the order the help shows them; one more command is one more line."""

from __future__ import annotations

from handlers.command import Command
from handlers.commands import (
    clients,
    deliveries,
    editing,
    general,
    groups,
    invoices,
    languages,
    lists,
    payments,
    people,
    receipts,
    settings,
    setup,
)

_WORKING = (
    *invoices.COMMANDS,
    *editing.COMMANDS,
    *lists.COMMANDS,
    *payments.COMMANDS,
    *receipts.COMMANDS,
    *clients.COMMANDS,
    *setup.COMMANDS,
    *settings.COMMANDS,
    *people.COMMANDS,
    *groups.COMMANDS,
    *general.COMMANDS,
    *languages.COMMANDS,
    *deliveries.COMMANDS,
)

COMMANDS: tuple[Command, ...] = (*_WORKING, general.help_command(_WORKING))
