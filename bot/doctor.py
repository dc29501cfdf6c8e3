"""`billhook doctor`: what is configured, what is missing, and what each missing piece switches off."""

from __future__ import annotations

import asyncio
import difflib
import platform
import sys
import tempfile
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import settings as settings_of
from bot.cli_database import current_revision, reaching
from bot.finding import Finding
from bot.logs import log_to_file, redact
from bot.settings import Settings, SettingsError, unknown_names
from core.documents.typeface import Weight, widths
from core.errors import BillhookError
from handlers.words import _, sentence
from storage.engine import APP_ROLE, create_engine
from storage.housekeeping import Backlog, backlog
from storage.migrate import HEAD
from storage.tables import TENANT_TABLES

OLDEST_PYTHON = (3, 11)
_RELEASED = 2026
"""A clock that is behind this year would date invoices in the past."""
_ZONE = "Europe/Berlin"
_OVERDUE = timedelta(minutes=20)
"""A little longer than the sweep leaves anything lying."""


def run() -> int:
    """Exit code 1 when something that is required is broken."""
    findings = list(_examine())
    about = max(len(finding.about) for finding in findings)
    for finding in findings:
        sys.stdout.write(f"{finding.state:<4}  {finding.about:<{about}}  {finding.text}\n")
    return int(any(finding.state == "FAIL" for finding in findings))


def _examine() -> Iterator[Finding]:
    yield _python()
    try:
        settings = settings_of.load()
    except SettingsError as error:
        for problem in error.problems:
            name, _colon, wrong = problem.partition(": ")
            yield Finding("FAIL", name, wrong) if wrong else Finding("FAIL", _("Settings"), problem)
        yield from (_fonts(), _clock())
        return
    log_to_file(settings)
    yield _data_dir(settings)
    yield from _database(settings)
    yield from (_fonts(), _clock())
    yield from _choices(settings)
    yield from _slips()


def _python() -> Finding:
    good = sys.version_info >= OLDEST_PYTHON
    wanted = ".".join(map(str, OLDEST_PYTHON))
    text = platform.python_version() if good else _("Billhook needs Python {wanted} or newer", wanted=wanted)
    return Finding("ok" if good else "FAIL", "Python", text)


def _data_dir(settings: Settings) -> Finding:
    about = _("Data folder")
    try:
        settings.make_data_dir()
        with tempfile.TemporaryFile(dir=settings.data_dir):
            return Finding("ok", about, str(settings.data_dir))
    except SettingsError as error:
        return Finding("FAIL", about, sentence(error))
    except OSError as error:
        return Finding("FAIL", about, f"{settings.data_dir}: {error.strerror}")


# -- the database ----------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    about = _("Database")
    place = redact(settings.database_url, settings.secrets)
    try:
        with reaching(settings):
            revision = current_revision(settings)
            if revision == HEAD:
                yield Finding("ok", about, _("{place} at schema {revision}", place=place, revision=revision))
            elif settings.is_sqlite and revision is None:
                yield Finding("ok", about, _("{place} will be made at the first start", place=place))
            elif settings.is_sqlite:
                yield Finding("ok", about, _("{place} will be migrated at the next start", place=place))
            else:
                wrong = _("{place} has another schema than this release. Run: billhook migrate", place=place)
                yield Finding("FAIL", about, wrong)
                return
            if not settings.is_sqlite:
                yield asyncio.run(_role(settings))
            if revision == HEAD:
                found = asyncio.run(_backlog(settings))
                yield _deliveries(found)
                if not settings.is_sqlite:
                    yield _digests(found)
    except BillhookError as error:
        yield Finding("FAIL", about, f"{place}: {sentence(error)}")


_WHO = sa.text("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
_OWNED = sa.text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(:tables) "
    "AND (relowner = current_user::regrole OR NOT relrowsecurity OR NOT relforcerowsecurity) ORDER BY relname"
)


async def _role(settings: Settings) -> Finding:
    """Row-level security binds neither a superuser nor, without FORCE, the owner of a table."""
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        async with engine.connect() as connection:
            wrong = await _role_faults(connection)
    finally:
        await engine.dispose()
    if wrong:
        return Finding("FAIL", _("Database role"), "; ".join(wrong))
    return Finding("ok", _("Database role"), _("{role}, bound by row-level security", role=APP_ROLE))


async def _role_faults(connection: AsyncConnection) -> list[str]:
    role, is_super, bypasses = (await connection.execute(_WHO)).one()
    tables = [table.name for table in TENANT_TABLES]
    unguarded = (await connection.execute(_OWNED, {"tables": tables})).scalars().all()
    return [
        said
        for wrong, said in (
            (role != APP_ROLE, _("sessions act as {role} and not as {wanted}", role=role, wanted=APP_ROLE)),
            (is_super, _("{role} is a superuser", role=role)),
            (bypasses, _("{role} bypasses row-level security", role=role)),
            (unguarded, _("no row-level security binds it on {tables}", tables=", ".join(unguarded))),
        )
        if wrong
    ]


async def _backlog(settings: Settings) -> Backlog:
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        async with engine.connect() as connection:
            return await backlog(connection, datetime.now(UTC))
    finally:
        await engine.dispose()


def _deliveries(found: Backlog) -> Finding:
    about = _("Deliveries")
    if found.since is not None and datetime.now(UTC) - found.since > _OVERDUE:
        since = f"{found.since:%Y-%m-%d %H:%M}"
        text = _("{count} updates and replies wait, since {time} UTC: is a worker running?", count=found.waiting,
                 time=since)  # fmt: skip
        return Finding("FAIL", about, text)
    text = _("{waiting} wait, {failed} failed, {uncertain} uncertain; /deliveries lists them", waiting=found.waiting,
             failed=found.failed, uncertain=found.uncertain)  # fmt: skip
    return Finding("ok", about, text)


def _digests(found: Backlog) -> Finding:
    """An SQLite file may be somebody's own, who opens the chat when they like and hears then what was due."""
    about = _("Digests and reminders")
    if found.due_since is not None and datetime.now(UTC) - found.due_since > _OVERDUE:
        since = f"{found.due_since:%Y-%m-%d %H:%M}"
        text = _("waiting businesses: {count}, since {time} UTC: is a worker running?", count=found.due,
                 time=since)  # fmt: skip
        return Finding("FAIL", about, text)
    return Finding("ok", about, _("nobody waits for theirs"))


# -- the rest --------------------------------------------------------------------------------------


def _fonts() -> Finding:
    about = _("Fonts")
    try:
        count = min(len(widths(weight, small=False)) for weight in Weight)
    except OSError as error:
        return Finding("FAIL", about, _("{file} is missing: install Billhook again", file=error.filename))
    return Finding("ok", about, _("{count} characters", count=count))


def _clock() -> Finding:
    about = _("Clock")
    now = datetime.now(UTC)
    try:
        local = now.astimezone(zoneinfo.ZoneInfo(_ZONE))
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding("FAIL", about, _("no time zones are known: install the package tzdata"))
    if now.year < _RELEASED:
        return Finding(
            "FAIL", about, _("says {now}, which cannot be: set it right", now=f"{now:%Y-%m-%d %H:%M} UTC")
        )
    return Finding("ok", about, f"{now:%Y-%m-%d %H:%M} UTC, {local:%H:%M} {_ZONE}")


def _choices(settings: Settings) -> Iterator[Finding]:
    """What is off because nobody asked for it."""
    if settings.billhook_secret_keys:
        count = len(settings.billhook_secret_keys.get_secret_value().split(","))
        yield Finding("ok", _("Secret keys"), _("{count} valid", count=count))
    else:
        yield Finding("off", _("Secret keys"), _("BILLHOOK_SECRET_KEYS is not set: no secrets can be stored"))
    if settings.public_url:
        yield Finding("ok", _("Public address"), settings.public_url)
    else:
        text = _(
            "PUBLIC_URL is not set: Telegram is polled, Slack needs Socket Mode, and there are no invoice pages"
        )
        yield Finding("off", _("Public address"), text)
    yield from _telegram(settings)
    yield from _slack(settings)
    yield from _mail(settings)
    yield from _stripe(settings)
    about = _("Error reports")
    if settings.sentry_dsn:
        yield Finding("off", about, _("SENTRY_DSN is set, but this release does not use it yet"))
    else:
        yield Finding("off", about, _("SENTRY_DSN is not set: errors are only in the log"))
    limits = (
        _("no limits") if settings.billhook_plan == "unlimited" else _("the limits of each business's plan")
    )
    yield Finding("ok", _("Plan"), f"{settings.billhook_plan}: {limits}")


def _telegram(settings: Settings) -> Iterator[Finding]:
    if not settings.telegram_bot_token:
        yield Finding("off", "Telegram", _("TELEGRAM_BOT_TOKEN is not set: no Telegram bot"))
        return
    # Its library takes half a second to import, which only installs with a bot need to pay.
    from bot.doctor_telegram import telegram_findings  # noqa: PLC0415

    yield from telegram_findings(settings)


def _slack(settings: Settings) -> Iterator[Finding]:
    if not settings.slack:
        text = _("neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set: no Slack app")
        yield Finding("off", "Slack", text)
        return
    # As above.
    from bot.doctor_slack import slack_findings  # noqa: PLC0415

    yield from slack_findings(settings)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        text = _("SMTP_URL is not set: no mail is sent; reminders come into the chat, to be forwarded")
        yield Finding("off", _("Mail"), text)
        return
    # As above.
    from bot.doctor_mail import mail_findings  # noqa: PLC0415

    yield from mail_findings(settings)


def _stripe(settings: Settings) -> Iterator[Finding]:
    if not settings.stripe_secret_key:
        yield Finding("off", "Stripe", _("STRIPE_SECRET_KEY is not set: no plan upgrades"))
        return
    # As above.
    from bot.doctor_stripe import stripe_findings  # noqa: PLC0415

    yield from stripe_findings(settings)


def _slips() -> Iterator[Finding]:
    known = [name.upper() for name in Settings.model_fields]
    for name in unknown_names():
        close = difflib.get_close_matches(name.upper(), known, 1)
        if close:
            yield Finding("off", name, _("is no setting of Billhook; did you mean {other}?", other=close[0]))
        else:
            yield Finding("off", name, _("is no setting of Billhook"))
