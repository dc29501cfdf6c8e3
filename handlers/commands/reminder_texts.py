"""A business's own words for its reminders, by tone and language, with an example of how they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.errors import N_
from core.ladder import Tone
from core.language import NAMES, WRITTEN, spoken
from core.money import Money
from core.party import Role
from core.reminder import ReminderRules
from core.usecases.business import change_settings
from core.views import InvoiceFilter
from handlers.command import Command
from handlers.commands.client_fields import read_client_language
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Box, Button, Field, Notice, Option, Outcome, Raw, Reply, Text
from handlers.reading.ladders import PLACES, read_letter, read_tone
from handlers.reminder_words import filled, own_text, usual_text
from handlers.words import _, in_language, long_date

_LATE = {Tone.NOTICE: -3, Tone.FRIENDLY: 3, Tone.FIRM: 7, Tone.FINAL: 14}
"""How many days after the due date an example of that tone is written."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    tones = tuple(Option(tone_name(tone), tone.value) for tone in Tone)
    spoken_here = spoken(ctx.desk.business.language, WRITTEN)
    ordered = sorted(WRITTEN, key=lambda code: code != spoken_here)
    languages = tuple(Option(NAMES[code], code) for code in ordered)
    places = ", ".join(f"{{{name}}}" for name in PLACES)
    present = _present(ctx, raw)
    prompt = _("How shall it read? {places} are filled; - brings the usual words back.", places=places)
    if present and not ctx.manners.sheets:
        # Where a whole form is shown, the text stands in its field.
        prompt = _(
            "How shall it read? {places} are filled; - brings the usual words back. It reads now:\n{text}",
            places=places, text=present,
        )  # fmt: skip
    return (
        Field("tone", _("Which reminder?"), read_tone, options=tones, box=Box.CHOICE),
        Field("language", _("In which language?"), read_client_language, options=languages, box=Box.CHOICE,
              start=spoken_here),
        Field("text", prompt, read_letter, box=Box.TEXT, start=present),
    )  # fmt: skip


def _present(ctx: Context, raw: Raw) -> str:
    """The words as they are now, where it is known which ones."""
    tone, language = raw.get("tone") or "", raw.get("language") or ""
    if tone not in list(Tone) or language not in WRITTEN:
        return ""
    return own_text(ctx.desk.business.reminders.texts, Tone(tone), language) or _usual(Tone(tone), language)


def _usual(tone: Tone, language: str) -> str:
    places = {name: f"{{{name}}}" for name in PLACES}
    return in_language(language, lambda: usual_text(tone, places))


def tone_name(tone: Tone) -> str:
    return {
        Tone.NOTICE: _("Before it is due"),
        Tone.FRIENDLY: _("Friendly"),
        Tone.FIRM: _("Firm"),
        Tone.FINAL: _("Final"),
    }[tone]


def _read(text: str) -> Raw:
    """`friendly de`, and the text behind it, as it is: it may hold anything."""
    words = text.split(maxsplit=2)
    return dict(zip(("tone", "language", "text"), words, strict=False))


async def change_text(ctx: Context, answers: Answers) -> Outcome:
    business = ctx.desk.business
    tone, language, text = answers["tone"], answers["language"], answers["text"]
    # Sent as it stood, the usual text is no text of their own, and follows when the usual one is improved.
    own = "" if text == _usual(tone, language) else text
    rules = with_text(business.reminders, tone, language, own)
    saved, entry = await change_settings(ctx.desk, replace(business, reminders=rules))
    name = f"{tone.value} {language}"
    said = (
        _("“{name}” is in your own words now. For example:", name=name)
        if own
        else _("“{name}” is in the usual words again. For example:", name=name)
    )
    values = await _example(replace(ctx, seated=ctx.desk.now_at(saved)), tone, language)
    example = Text(filled(own or _usual(tone, language), values))
    others = tuple(
        Button(tone_name(other), "reminders text", f"{other.value} {language}")
        for other in Tone
        if other != tone
    )
    return Reply(
        (Notice(said, "success"), example), (undo_button(entry), *others, Button(_("Reminders"), "reminders"))
    )


def with_text(rules: ReminderRules, tone: Tone, language: str, text: str) -> ReminderRules:
    """The rules with these words for that tone; empty takes them out."""
    key = f"{tone.value}/{language}"
    others = [pair for pair in rules.texts if pair[0] != key]
    return replace(rules, texts=tuple(sorted((*others, (key, text)) if text else others)))


async def _example(ctx: Context, tone: Tone, language: str) -> dict[str, str]:
    """Filled with the newest open invoice, or with what one might look like."""
    page = await ctx.work.invoices.list_page(InvoiceFilter.OPEN, ctx.today, None, None, 1)
    late = _LATE[tone]
    due: date = ctx.today - timedelta(days=late)
    number, client, amount = "2026-0007", "Acme GmbH", Money(42840, ctx.desk.business.currency)
    if page.rows and page.rows[0].number:
        number, client, amount = page.rows[0].number, page.rows[0].client, page.rows[0].balance
    return in_language(
        language,
        lambda: {
            "client": client,
            "number": number,
            "amount": ctx.money(amount),
            "due": long_date(due),
            "days": str(max(late, 0)),
        },
    )


COMMANDS: Sequence[Command] = (
    Command(
        name="reminders text",
        help=N_("Your own words for reminders"),
        run=change_text,
        group="money",
        example="/reminders text friendly de Kurz zur Erinnerung: es ist noch etwas offen.",
        form=_form,
        read=_read,
        role=Role.ADMIN,
    ),
)
