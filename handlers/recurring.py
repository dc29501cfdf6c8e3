"""How a recurring invoice looks in a chat: how often it comes, what it does, and what can be done with it."""

from __future__ import annotations

from babel.dates import get_day_names

from core.invoice import Invoice
from core.money import Money
from core.party import Client
from core.recurrence import LAST, LAST_DAY, Rule, Unit
from core.series import PREVIEWED, Does, Series, SeriesState, period_of
from core.totals import priced
from handlers.cards import draft_card
from handlers.context import Context
from handlers.kinds import Block, Button, Facts
from handlers.words import _, language


def rule_text(rule: Rule) -> str:
    """`every month, on the last day`."""
    return f"{_often(rule)}, {_when(rule)}"


def _often(rule: Rule) -> str:
    match rule.unit, rule.every:
        case Unit.WEEK, 1:
            return _("every week")
        case Unit.WEEK, count:
            return _("every {count} weeks", count=count)
        case _unit, 1:
            return _("every month")
        case _unit, 3:
            return _("every quarter")
        case _unit, 12:
            return _("every year")
        case _unit, count:
            return _("every {count} months", count=count)


def _when(rule: Rule) -> str:
    weekday = get_day_names("wide", locale=language())[rule.weekday]
    if rule.unit is Unit.WEEK:
        return _("on {weekday}", weekday=weekday)
    if not rule.nth:
        return _("on the last day") if rule.day == LAST_DAY else _("on day {day}", day=rule.day)
    return {
        1: _("on the first {weekday}", weekday=weekday),
        2: _("on the second {weekday}", weekday=weekday),
        3: _("on the third {weekday}", weekday=weekday),
        4: _("on the fourth {weekday}", weekday=weekday),
        LAST: _("on the last {weekday}", weekday=weekday),
    }[rule.nth]


def does_text(does: Does) -> str:
    return {
        Does.DRAFT: _("a draft that waits for you"),
        Does.ISSUE: _("issued by itself"),
        Does.SEND: _("issued and mailed by itself"),
    }[does]


def state_text(series: Series) -> str:
    return {
        SeriesState.ACTIVE: _("active"),
        SeriesState.PAUSED: _("paused"),
        SeriesState.ENDED: _("ended"),
    }[series.state]


def payable(ctx: Context, series: Series) -> Money:
    return priced(ctx.desk.business, series.draft).payable


def series_card(ctx: Context, series: Series, client: Client) -> tuple[Block, ...]:
    """The rule with its next days, and what each invoice will be."""
    days = series.days(PREVIEWED)
    pairs = [
        (_("Client"), client.name),
        (_("Status"), state_text(series)),
        (_("How often"), rule_text(series.rule)),
        (_("Then it is"), does_text(series.does)),
        (_("Next days"), ", ".join(map(str, days)) or "–"),
    ]
    if days and (period := period_of(series, days[0])):
        pairs.append((_("For the time"), _("{start} to {end}", start=period.start, end=period.end)))
    if series.until is not None:
        pairs.append((_("Ends on"), str(series.until)))
    if series.times is not None:
        pairs.append((_("Invoices"), _("{used} of {most}", used=series.made, most=series.times)))
    elif series.made:
        pairs.append((_("Invoices"), str(series.made)))
    pairs.append((_("Due"), str(series.draft.due)))
    total = payable(ctx, series)
    like = Invoice(series.id, series.draft, total, Money.zero(total.currency), ctx.clock.now())
    return (Facts(tuple(pairs), _("Recurring invoice")), *draft_card(ctx, like, client)[1:])


def series_buttons(ctx: Context, series: Series) -> tuple[Button, ...]:
    """What can be done with it now."""
    key = series.id.hex
    if series.state is SeriesState.ENDED:
        return (Button(_("Recurring invoices"), "recurring"),)
    buttons = [Button(_("Only draft it"), "recurring then", f"{key} draft"),
               Button(_("Issue by itself"), "recurring then", f"{key} issue")]  # fmt: skip
    if ctx.mailing is not None:
        buttons.append(Button(_("Issue and mail by itself"), "recurring then", f"{key} send"))
    buttons = [button for button in buttons if not button.argument.endswith(f" {series.does}")]
    if series.state is SeriesState.PAUSED:
        buttons.insert(0, Button(_("Resume"), "recurring resume", key, tone="primary"))
    else:
        buttons.append(Button(_("Pause"), "recurring pause", key))
    return (
        *buttons,
        Button(_("Edit"), "recurring edit", key),
        Button(_("Skip the next one"), "recurring skip", key),
        Button(
            _("End"), "recurring end", key, tone="danger", confirm=_("End this recurring invoice for good?")
        ),
    )
