"""Which language a person is answered in."""

from __future__ import annotations

from core.errors import N_, InvalidInput
from core.language import NAMES, SPOKEN
from core.party import Role
from handlers.command import Command, Where
from handlers.context import Context
from handlers.kinds import Answers, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.languages import read_language
from handlers.reading.text import shown
from handlers.words import _, speak


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    options = tuple(Option(NAMES[code], code) for code in SPOKEN)
    return (Field("language", _("Which language shall I speak with you?"), _read, options=options),)


def _read(text: str) -> str:
    code = read_language(text)[:2]
    if code not in SPOKEN:
        raise InvalidInput(
            "language", N_("I do not speak “{value}”; I speak English, German, French and Spanish."), "de",
            value=shown(text),
        )  # fmt: skip
    return code


async def choose(ctx: Context, answers: Answers) -> Outcome:
    """For the person, in every chat; documents are written in the language of the business."""
    await ctx.work.chats.choose_language(ctx.sender.key, answers["language"])
    speak(answers["language"])
    return Reply((Notice(_("From now on I speak English with you."), "success"),))


COMMANDS = (
    Command(
        name="language",
        help=N_("Choose the language I speak with you"),
        run=choose,
        group="general",
        example="/language de",
        form=_form,
        role=Role.ACCOUNTANT,
        public=True,
        where=Where.ANYWHERE,
    ),
)
