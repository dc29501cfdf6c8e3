"""Every command there is, in the order the help shows them; one more command is one more line."""

from __future__ import annotations

from handlers.command import Command
from handlers.commands import (
    approvals,
    businesses,
    channels,
    clients,
    deliveries,
    editing,
    general,
    groups,
    home,
    invoices,
    knocking,
    languages,
    linking,
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
    *home.COMMANDS,
    *payments.COMMANDS,
    *receipts.COMMANDS,
    *clients.COMMANDS,
    *setup.COMMANDS,
    *businesses.COMMANDS,
    *settings.COMMANDS,
    *approvals.COMMANDS,
    *people.COMMANDS,
    *linking.COMMANDS,
    *knocking.COMMANDS,
    *groups.COMMANDS,
    *channels.COMMANDS,
    *general.COMMANDS,
    *languages.COMMANDS,
    *deliveries.COMMANDS,
)

COMMANDS: tuple[Command, ...] = (*_WORKING, general.help_command(_WORKING))
