"""What the conversation itself says: errors in one sentence, what was not understood, what was left open."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from core.errors import N_, BillhookError, InvalidInput
from handlers.command import CONTROLS, Command
from handlers.kinds import Button, Notice, Question, Reply, Text
from handlers.updates import RemoteFile
from handlers.words import _, sentence

MAX_LABEL = 64
"""Characters of a button: what every platform shows on one line (Slack allows 75)."""


def explain(error: BillhookError) -> str:
    """One sentence: the field, what is wrong, and a good example."""
    said = sentence(error)
    if not isinstance(error, InvalidInput):
        return said
    if error.example:
        return _("{field}: {said} Example: {example}", field=error.field, said=said, example=error.example)
    return _("{field}: {said}", field=error.field, said=said)


def explain_beside(error: BillhookError) -> str:
    """The same where it stands beside its field."""
    if isinstance(error, InvalidInput) and error.example:
        return _("{said} Example: {example}", said=sentence(error), example=error.example)
    return sentence(error)


def notice(text: str) -> Reply:
    return Reply((Notice(text),))


def aside(text: str, level: Literal["info", "warning"] = "info") -> Reply:
    """For a button that does nothing, or not for this person: what others see on the screen stays."""
    return Reply((Notice(text, level),), aside=True)


def hello() -> Reply:
    """For somebody who belongs to no business yet and just says something."""
    promise = _("Hello! You write one line, I make the invoice, and I keep track of who has paid.")
    return Reply((Text(promise),), (Button(_("Set up my business"), "start"), Button(_("Help"), "help")))


def unfetched(file: RemoteFile, readable: bool) -> InvalidInput:
    """Of a file that stayed on the platform; its size is known where that is why."""
    example = "a photo from your phone"
    if not readable:
        return InvalidInput(
            "file", N_("I cannot read files here, so nothing was done."), "a photo on Telegram"
        )
    if file.size:
        return InvalidInput("file", N_("This file is larger than 5 MB, so nothing was done."), example)
    return InvalidInput("file", N_("This file could not be fetched. Please send it again."), example)


def unasked_picture() -> Reply:
    """A picture alone does not say what it is for, and nothing is kept of it."""
    text = _(
        "What is this for? Send it again with a caption: /receipt 2026-0007 for the receipt of a payment, "
        "/settings logo for your logo."
    )
    return Reply((Notice(text, "warning"),))


def not_understood() -> Reply:
    hint = _("To bill somebody, write for example: Acme: 3h design @ 120")
    buttons = (Button(_("New invoice"), "invoice"), Button(_("Help"), "help"))
    return Reply((Notice(_("I did not understand that."), "warning"), Text(hint)), buttons)


def no_command(typed: str, rest: str, commands: Mapping[str, Command]) -> Reply:
    """Names the command that was probably meant; its button takes along what stood behind it."""
    help_button = Button(_("Help"), "help")
    if not typed:
        return Reply((Notice(_("Behind the / stands a command, such as /invoice.")),), (help_button,))
    other = next((name for name in commands if name.startswith(typed)), None)
    if other is None:
        other = next(iter(difflib.get_close_matches(typed, [*commands, *CONTROLS], 1)), None)
    if other is None:
        text = _("There is no /{command}.", command=typed[:40])
        return Reply((Notice(text, "warning"),), (help_button,))
    text = _("There is no /{command}. Did you mean /{other}?", command=typed[:40], other=other)
    meant = () if other in CONTROLS else (Button(f"/{other}", other, rest),)
    return Reply((Notice(text, "warning"),), (*meant, help_button))


def with_resume(shown: Reply | Question, title: str) -> Reply | Question:
    left = Notice(_("Left open: {title}.", title=title))
    button = Button(_("Resume"), ":resume")
    if isinstance(shown, Question):
        # What opens the whole form stays the last one.
        place = len(shown.buttons) - bool(shown.sheet)
        buttons = (*shown.buttons[:place], button, *shown.buttons[place:])
        return replace(shown, before=(left, *shown.before), buttons=buttons)
    return replace(shown, blocks=(*shown.blocks, left), buttons=(*shown.buttons, button))


def merged(first: Reply, then: Reply | Question) -> Reply | Question:
    """What a detour said, followed by what the form below goes on with."""
    if isinstance(then, Question):
        return replace(then, before=(*first.blocks, *then.before))
    return replace(
        then, blocks=(*first.blocks, *then.blocks), attachments=(*first.attachments, *then.attachments)
    )


def with_short_labels(shown: Reply | Question) -> Reply | Question:
    """A client's whole name may be longer than a button."""
    if all(len(button.label) <= MAX_LABEL for button in shown.buttons):
        return shown
    return replace(
        shown,
        buttons=tuple(replace(button, label=_shortened(button.label)) for button in shown.buttons),
    )


def _shortened(label: str) -> str:
    return label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1].rstrip()}…"
