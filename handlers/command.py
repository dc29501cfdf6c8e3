"""What a command is: its name and help, the form it needs filled, and what it then does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from core.errors import N_
from core.party import Role
from handlers.context import Context
from handlers.kinds import Answers, Asked, Field, Outcome, Raw

CONTROLS = {
    "cancel": N_("Leave what you are in the middle of"),
    "back": N_("Go one question back"),
    "skip": N_("Leave a question out"),
    "resume": N_("Go on with what you left open"),
}
"""Words that steer an open form; they work in every state and are no commands of their own."""

Form = Callable[[Context, Raw], Awaitable[tuple[Field, ...]]]
"""Looks up what the fields offer (client names, present values), so that the fields themselves stay pure."""


class Where(Enum):
    """What others may read along; everything goes in a private chat."""

    ANYWHERE = "anywhere"
    """Tells nothing of any client."""
    ALLOWED = "allowed"
    """In a group only if the owner lets client data be shown there."""
    PRIVATE = "private"
    """Never in a group."""


Routed = str | tuple[str, str] | None
"""Another command, and what of the text is for it where that is not all as it stands."""
Route = Callable[[Context, str], Awaitable[Routed]]


@dataclass(frozen=True, slots=True)
class Command:
    """A thing people can do. `name` is what they type, without the slash; `example` stands in the help."""

    name: str
    help: str
    run: Callable[[Context, Answers], Awaitable[Outcome]]
    group: str = ""
    example: str = ""
    form: Form | None = None
    read: Callable[[str], Raw] | None = None
    """How the text after the command is split into raw answers. By default it is the one field's answer, or
    has `;` between named fields where there are more."""
    route: Route | None = None
    """Another command that this text is really for, such as showing an invoice by its number."""
    role: Role = Role.MEMBER
    public: bool = False
    """Works for somebody who belongs to no business yet."""
    where: Where = Where.ALLOWED
    review: bool = False
    """Filled step by step on a guided platform, its answers are shown before they are saved."""
    typed: bool = True
    """False: only a link or a button of our own leads here, because its argument is trusted."""
    asks: bool = False
    """Said alone, it always asks: a form may be put on the screen before anything else is known."""
    whole: bool = False
    """Said with nothing but what it is about, it shows its whole form where a platform can."""
    preset: Callable[[Context], Raw] | None = None
    """What the place it is said in answers by itself, unless something else was typed."""
    sold: bool = False
    """About plans: nobody is told of it in an install that sells nothing."""
    menu: bool | None = None
    """Whether it stands in a menu and in the overview of the help; None: unless its first word is a command, too."""
    slash: bool = False
    """Has a slash command of its own where a platform registers them one by one (Slack)."""


def told_of(commands: Iterable[Command], sells: bool) -> tuple[Command, ...]:
    """Those that help, menus and completion name."""
    return tuple(command for command in commands if sells or not command.sold)


def headlines(commands: Sequence[Command]) -> tuple[Command, ...]:
    """Those that a menu and the overview of the help name: `/quote` leads to all that is done with quotes.

    Telegram's menu holds a hundred, and a message what fits on a few screens.
    """
    names = {command.name for command in commands}
    return tuple(
        command
        for command in commands
        if command.menu or (command.menu is None and _first_word(command) not in names - {command.name})
    )


def _first_word(command: Command) -> str:
    return command.name.split(" ", 1)[0]


def optional(name: str) -> Form:
    """The form of a command that understands one word more, and asks for nothing."""

    async def form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
        return (Field(name, "", str.strip, Asked.SILENT),)

    return form
