"""How a business reminds its clients: shown as one card, each rule changed by a button or on one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.errors import N_, Conflict, InvalidInput
from core.ladder import LateFee
from core.late_fee import in_the_eu, statutory_interest
from core.locale import NumberStyle, format_decimal
from core.money import Money, exponent
from core.party import Business, Role
from core.plan import Feature
from core.reminder import Interest, ReminderRules, Silence
from core.usecases.business import change_settings
from core.usecases.plan import has
from handlers.command import Command
from handlers.commands.chasing import is_about_a_client, is_about_an_invoice, subject_of
from handlers.context import Context, undo_button
from handlers.forms import split_form
from handlers.kinds import (
    Answers,
    Asked,
    Block,
    Box,
    Button,
    Facts,
    Field,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
)
from handlers.reading.amounts import read_amount
from handlers.reading.ladders import (
    read_fee,
    read_interest,
    read_pay_link,
    read_silence,
    read_steps,
    show_fee,
    show_interest,
    show_steps,
)
from handlers.reading.times import read_hours, read_switch, read_time, read_window, show_time, show_window
from handlers.selling import left_out
from handlers.starting import unchanged
from handlers.words import _

SWITCH = "reminders"
OFF = "off"
"""No fee: None would stand for a field that was not named."""
NAMES = (
    SWITCH, "steps", "at", "preview", "silence", "minimum", "quiet", "weekends", "holidays", "fee", "interest",
    "pay-link",
)  # fmt: skip
MOST_PREVIEW = 23
_RULE = re.compile(rf"(?:{'|'.join(NAMES).replace('-', '[-_ ]')})\b", re.IGNORECASE)


# -- what is asked ---------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    rules, style, currency = ctx.desk.business.reminders, ctx.typing, ctx.desk.business.currency
    quiet = rules.quiet
    minimum = Money(rules.minimum, currency)

    def silent(name: str, prompt: str, parse: Callable[[str], Any], text: str, value: Any, *options: Option,
               box: Box = Box.LINE) -> Field:  # fmt: skip
        return Field(name, prompt, parse, Asked.SILENT, options, box=box, start=unchanged(text, parse, value))

    def switch(name: str, prompt: str, value: bool, on: str, off: str) -> Field:
        options = (Option(on, "on"), Option(off, "off"))
        return silent(name, prompt, lambda text: read_switch(text, name), "on" if value else "off", value, *options,
                      box=Box.CHOICE)  # fmt: skip

    return (
        switch(SWITCH, _("Shall I remind your clients?"), rules.on, _("On"), _("Off")),
        silent("steps", _("How many days after the due date? What is negative comes before it, such as -3 0 3 7 14."),
               read_steps, show_steps(rules.steps), rules.steps,
               *(Option(steps, steps) for steps in ("-3 0 3 7 14", "0 7 14", "7 14 30"))),
        silent("at", _("At what time do reminders leave? By your clock, such as 13:00."),
               lambda text: read_time(text, "at"), show_time(rules.at), rules.at,
               *(Option(at, at) for at in ("09:00", "11:00", "13:00", "15:00"))),
        silent("preview", _("How many hours before that do you want to see them? Write off for not at all."),
               lambda text: read_hours(text, "preview", MOST_PREVIEW), f"{rules.preview_hours}h", rules.preview_hours,
               *(Option(_("{hours} h before", hours=hours), f"{hours}h") for hours in (1, 2, 4, 6))),
        silent("silence", _("What happens when you say nothing about a reminder that you saw?"), read_silence,
               rules.silence.value, rules.silence, Option(_("It is sent"), "send"), Option(_("It waits"), "hold"),
               box=Box.CHOICE),
        silent("minimum", _("Below which amount is nobody reminded? Such as 20, or 0 for never."),
               lambda text: _read_minimum(ctx, text),
               format_decimal(minimum.amount, style, exponent(currency)), rules.minimum),
        silent("quiet", _("From when until when is nothing sent, by the client's clock? Such as 20-8, or off."),
               lambda text: read_window(text, "quiet"), show_window(quiet.start, quiet.end),
               (quiet.start, quiet.end)),
        switch("weekends", _("Shall clients be left alone at weekends?"), quiet.weekends, _("Yes"), _("No")),
        switch("holidays", _("Shall clients be left alone on public holidays of their country?"), quiet.holidays,
               _("Yes"), _("No")),
        silent("fee", _("Which late fee do you ask for, and at which step? Such as 40 at 14, 2% at 7 14, or off."),
               lambda text: read_fee(text, style, currency) or OFF, show_fee(rules.fee, style), rules.fee or OFF),
        silent("interest", _("Which interest do you ask other businesses for? Write statutory, the rate a year such as "
                             "11.27%, or off."),
               read_interest, show_interest(rules.interest, rules.interest_rate), (rules.interest, rules.interest_rate),
               Option(_("What the law gives"), Interest.STATUTORY.value), Option(_("Off"), Interest.OFF.value)),
        silent("pay-link", _("Where can clients pay? An https address; {places} in it are filled. - for none.",
                             places="{number}, {amount}, {currency}"),
               read_pay_link, rules.pay_link or "-", rules.pay_link),
    )  # fmt: skip


def _read_minimum(ctx: Context, text: str) -> int:
    """Minor units of the business's own currency."""
    currency = ctx.desk.business.currency
    if text.strip().lower() in ("-", "off", "none"):
        return 0
    amount = read_amount(text, "minimum", ctx.typing, currency_hint=currency, allow_zero=True)
    if amount.currency not in (None, currency):
        raise InvalidInput(
            "minimum", N_("The least amount is in the currency of your business, {currency}."), "20",
            currency=currency,
        )  # fmt: skip
    return Money.of(amount.value, currency).minor


def _read(text: str) -> Raw:
    """`steps 0 7 14; at 13:00`, where `on` and `off` may stand alone."""
    parts = [part for part in text.split(";") if part.strip()]
    alone = [part.strip().lower() for part in parts if part.strip().lower() in ("on", "off")]
    rest = [part for part in parts if part.strip().lower() not in ("on", "off")]
    raw = split_form(f";{';'.join(rest)}", NAMES, SWITCH) if rest else {}
    if len(alone) > 1 or (alone and SWITCH in raw):
        raise InvalidInput(SWITCH, N_("“{name}” is there twice; write it once."), "on", name=SWITCH)
    return {SWITCH: alone[0], **raw} if alone else raw


async def _route(ctx: Context, text: str) -> str | None:
    """`/reminders Acme off` is about a client, `/reminders 2026-0007 off` about an invoice."""
    first = text.partition(";")[0].strip()
    if not first or first.lower() in ("on", "off") or _RULE.match(first):
        return None
    subject = subject_of(first)
    if await is_about_an_invoice(ctx, subject):
        return "reminders invoice"
    # What is neither is a rule misspelled, unless something is to be changed of it.
    return "reminders client" if subject != first or await is_about_a_client(ctx, subject) else None


# -- what is changed -------------------------------------------------------------------------------


async def change_rules(ctx: Context, answers: Answers) -> Outcome:
    business = ctx.desk.business
    named = {name: value for name, value in answers.items() if value is not None}
    if not named:
        return await _card_reply(ctx, business)
    rules = _changed(business.reminders, named)
    _check(business, rules, named, ctx.typing)
    back = Button(_("Reminders"), "reminders")
    said = Notice(_("Saved."), "success")
    if rules == business.reminders:
        return Reply((said, rules_card(ctx, business)), (back,))
    saved, entry = await change_settings(ctx.desk, replace(business, reminders=rules))
    hints = (*_legal_hint(business.reminders, rules), *_unknown_rate(ctx, rules))
    return Reply((said, *hints, rules_card(ctx, saved)), (undo_button(entry), back))


async def _card_reply(ctx: Context, business: Business) -> Reply:
    """What the plan leaves out stands above the rules: they say nothing else of it."""
    card, buttons = rules_card(ctx, business), _buttons(business.reminders)
    if await has(ctx.desk, Feature.LADDER):
        return Reply((card,), buttons)
    why, more = await left_out(ctx, Feature.LADDER)
    return Reply((why, card), (*more, *buttons))


def _changed(rules: ReminderRules, named: Answers) -> ReminderRules:
    quiet = rules.quiet
    start, end = named.get("quiet", (quiet.start, quiet.end))
    interest, rate = named.get("interest", (rules.interest, rules.interest_rate))
    quiet = replace(
        quiet,
        start=start,
        end=end,
        weekends=named.get("weekends", quiet.weekends),
        holidays=named.get("holidays", quiet.holidays),
    )
    return replace(
        rules,
        on=named.get(SWITCH, rules.on),
        steps=named.get("steps", rules.steps),
        at=named.get("at", rules.at),
        preview_hours=named.get("preview", rules.preview_hours),
        silence=named.get("silence", rules.silence),
        minimum=named.get("minimum", rules.minimum),
        quiet=quiet,
        fee=_fee(named["fee"]) if "fee" in named else rules.fee,
        interest=interest,
        interest_rate=rate,
        pay_link=named.get("pay-link", rules.pay_link),
    )


def _fee(named: LateFee | str) -> LateFee | None:
    return named if isinstance(named, LateFee) else None


def _check(business: Business, rules: ReminderRules, named: Answers, style: NumberStyle) -> None:
    """What fits by itself and not together is refused at the part that was typed."""
    if rules.preview_hours * 60 > rules.at.hour * 60 + rules.at.minute:
        raise InvalidInput(
            "preview" if "preview" in named else "at",
            N_("Reminders are shown on the day they leave; {hours} hours before {time} is the day before."),
            "preview 4h; at 13:00", hours=rules.preview_hours, time=show_time(rules.at),
        )  # fmt: skip
    missing = sorted(set(rules.fee.steps) - set(rules.steps)) if rules.fee else []
    if missing:
        raise InvalidInput(
            "fee" if "fee" in named else "steps",
            N_("The late fee stands at {step} days, but no reminder is sent then."),
            f"steps {show_steps(tuple(sorted({*rules.steps, *missing})))}; fee {show_fee(rules.fee, style)}",
            step=missing[0],
        )  # fmt: skip
    if rules.interest is Interest.STATUTORY and not in_the_eu(business.address.country):
        raise InvalidInput(
            "interest", N_("I know the interest that the law gives for businesses in the EU only."), "off"
        )


def _legal_hint(before: ReminderRules, after: ReminderRules) -> tuple[Block, ...]:
    """Asking for what one has no right to is a matter between the owner and the law, so it is said in time."""
    more = after.fee not in (None, before.fee) or (
        after.interest is Interest.STATUTORY and before.interest is Interest.OFF
    )
    if not more:
        return ()
    text = _("Ask for fees and interest only where the client agreed to them or the law gives them to you, as it does "
             "between businesses in the EU (Directive 2011/7/EU).")  # fmt: skip
    return (Notice(text, "warning"),)


def _unknown_rate(ctx: Context, rules: ReminderRules) -> tuple[Block, ...]:
    """Nothing is charged on a guess, and whoever switches it on shall not wait for it in vain."""
    today, business = ctx.today, ctx.desk.business
    if rules.interest is Interest.OFF:
        return ()
    try:
        statutory_interest(Money(1, "EUR"), business.address.country, today - timedelta(days=1), today,
                           rules.interest_rate)  # fmt: skip
    except Conflict:
        text = _("I do not know the statutory rate of {date} yet, so no interest is added until you write it: "
                 "/reminders interest 11.27%", date=today)  # fmt: skip
        return (Notice(text, "warning"),)
    return ()


# -- what is shown ---------------------------------------------------------------------------------


def rules_card(ctx: Context, business: Business) -> Facts:
    """Every rule under the name that /reminders takes."""
    rules, quiet, nothing = business.reminders, business.reminders.quiet, "–"
    still, sent = _("nothing is sent"), _("like any other day")
    silence = {
        Silence.SEND: _("send: without a word from you it leaves"),
        Silence.HOLD: _("hold: without a word from you it waits"),
    }
    own = ", ".join(key.replace("/", " ") for key, _text in rules.texts)
    pairs = (
        (SWITCH, _("on") if rules.on else _("off")),
        ("steps", _("{steps} (days after the due date)", steps=show_steps(rules.steps)) if rules.steps else nothing),
        ("at", show_time(rules.at)),
        ("preview", _("{hours} h before", hours=rules.preview_hours) if rules.preview_hours else nothing),
        ("silence", silence[rules.silence]),
        ("minimum", ctx.money(Money(rules.minimum, business.currency)) if rules.minimum else nothing),
        ("quiet", nothing if quiet.start == quiet.end else _("{hours}, by the client's clock",
                                                            hours=show_window(quiet.start, quiet.end))),
        ("weekends", still if quiet.weekends else sent),
        ("holidays", still if quiet.holidays else sent),
        ("fee", _fee_text(ctx, business)),
        ("interest", _interest_text(ctx, rules) or nothing),
        ("pay-link", rules.pay_link or nothing),
        ("text", _("your own: {names}", names=own) if own else _("the usual ones")),
    )  # fmt: skip
    return Facts(pairs, _("Reminders"))


def _interest_text(ctx: Context, rules: ReminderRules) -> str:
    if rules.interest is Interest.OFF:
        return ""
    if rules.interest_rate is None:
        return _("what the law gives")
    return _("{percent}% a year", percent=ctx.number(rules.interest_rate))


def _fee_text(ctx: Context, business: Business) -> str:
    fee = business.reminders.fee
    if fee is None:
        return "–"
    steps = show_steps(fee.steps)
    if fee.percent is not None:
        return _("{percent}% of what is open, at {steps}", percent=ctx.number(fee.percent), steps=steps)
    amount = Money.of(fee.amount or Decimal(0), business.currency)
    return _("{amount}, at {steps}", amount=ctx.money(amount), steps=steps)


def _buttons(rules: ReminderRules) -> tuple[Button, ...]:
    switch = (
        Button(_("Turn off"), "reminders", "off") if rules.on else Button(_("Turn on"), "reminders", "on")
    )
    each = (Button(name, "reminders", name) for name in NAMES if name != SWITCH)
    return (switch, *each, Button("text", "reminders text"), Button(_("What comes next"), "tomorrow"))


COMMANDS = (
    Command(
        name="reminders",
        help=N_("How your clients are reminded"),
        run=change_rules,
        group="money",
        example="/reminders steps -3 0 3 7 14; at 13:00; silence hold",
        form=_form,
        read=_read,
        route=_route,
        role=Role.ADMIN,
    ),
)
