"""A bug in a command, a database or a platform that is away: said once, logged whole, and the chat goes on."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from core.errors import Unavailable
from core.usecases.client import add_client
from handlers.command import Command
from handlers.context import Context
from handlers.kinds import Answers, Asked, Field, Outcome, Raw, Reply, Text
from handlers.platform import Manners
from handlers.registry import COMMANDS
from handlers.updates import Typed, Update
from tests.builders.core import a_client
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import Office, as_seen, dispatcher_of
from tests.scenarios.scenes import bills, opens_a_studio_with_acme


async def breaks(ctx: Context, answers: Answers) -> Outcome:
    """Changes something and then fails, as the worst bugs do."""
    await add_client(ctx.desk, a_client("Half done", id=ctx.ids.new()))
    raise RuntimeError("the cause 4711")


async def form_breaks(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (Field("value", "Which value?", _never, Asked.REQUIRED),)


def _never(text: str) -> str:
    raise ZeroDivisionError(text)


class Away:
    """A command whose database does not answer the first time."""

    def __init__(self) -> None:
        self.asked = 0

    async def run(self, ctx: Context, answers: Answers) -> Outcome:
        self.asked += 1
        if self.asked == 1:
            raise Unavailable("The database does not answer.", 1)
        return Reply((Text("Here I am again."),))


BROKEN = (
    Command("break", "Break", breaks),
    Command("break form", "Break while asking", breaks, form=form_breaks),
)


async def handled(office: Office, update: Update, *commands: Command) -> Seen:
    """By a dispatcher that knows these commands, too."""
    dispatcher = dispatcher_of(office, (*COMMANDS, *commands))
    await office.app.receive(update)
    await dispatcher.handle(update, Manners())
    await office.app.catch_up(update.chat)
    return as_seen(office.platform.shown_in(update.chat)[-1])


async def test_a_bug_is_an_apology_with_a_reference_and_the_log_has_the_rest(
    office: Office, ana: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    await opens_a_studio_with_acme(ana)
    before = await office.snapshot("ana")

    with caplog.at_level(logging.ERROR):
        seen = await handled(office, office.update("ana", Typed("/break")), *BROKEN)

    reference = seen.text.rsplit("reference ", 1)[1].rstrip(".")
    assert seen.text.startswith("Sorry, something went wrong on our side. Nothing was changed.")
    assert "4711" not in seen.text
    assert reference in caplog.text
    assert "the cause 4711" in caplog.text
    assert "Traceback" in caplog.text
    assert await office.snapshot("ana") == before


async def test_after_a_bug_the_next_message_works(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await handled(office, office.update("ana", Typed("/break")), *BROKEN)

    await ana.says("/invoice Acme: 3h design @ 120")

    ana.sees("Draft for Acme GmbH")


async def test_an_update_with_a_bug_is_not_tried_again(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed("/break"))
    await handled(office, update, *BROKEN)
    shown = len(office.platform.delivered)

    await office.app.catch_up(update.chat)
    await office.app.handle(update)

    assert len(office.platform.delivered) == shown


async def test_a_form_that_breaks_does_not_hold_its_person_captive(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    seen = await handled(office, office.update("ana", Typed("/break form")), *BROKEN)
    assert "Which value?" in seen.text

    seen = await handled(office, office.update("ana", Typed("seven")), *BROKEN)
    assert seen.text.startswith("Sorry")
    await ana.says("/cancel")

    ana.sees("There is nothing to cancel.")


async def test_a_form_whose_command_a_deploy_took_away_ends_kindly(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    gone = replace(BROKEN[1], name="retired", form=form_breaks)
    await handled(office, office.update("ana", Typed("/retired")), gone)
    before = await office.snapshot("ana")

    await ana.says("seven")

    ana.sees("I did not understand that.")
    assert await office.snapshot("ana") == before


async def test_a_database_that_was_away_answers_when_it_is_back(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    away = Away()
    update = office.update("ana", Typed("/away"))
    command = Command("away", "Be away", away.run)
    dispatcher = dispatcher_of(office, (*COMMANDS, command))
    await office.app.receive(update)
    with pytest.raises(Unavailable):
        await dispatcher.handle(update, Manners())

    await dispatcher.handle(update, Manners())
    await dispatcher.handle(update, Manners())
    await office.app.catch_up(update.chat)

    assert away.asked == 2
    assert as_seen(office.platform.delivered[-1]).text == "Here I am again."
    assert await office.outbox("ana") == ["sent"] * 3


async def test_a_platform_that_is_away_gets_everything_later_and_in_order(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed("/invoice Acme: 3h design @ 120"))
    office.platform.failing = Unavailable("The platform does not answer.", 1)
    await office.app.handle(update)
    assert await office.outbox("ana") == ["sent", "sent", "pending"]

    await office.app.handle(office.update("ana", Typed("/issue")))
    assert await office.outbox("ana") == ["sent", "sent", "pending", "pending"]
    office.wait(seconds=11)
    await office.app.catch_up(update.chat)

    texts = [as_seen(delivered).text for delivered in office.platform.shown_in(update.chat)]
    assert [text.split()[0] for text in texts] == ["Studio", "Acme", "Draft", "Issued"]
    assert await office.outbox("ana") == ["sent"] * 4


async def test_a_platform_that_fails_halfway_is_not_asked_again(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    update = office.update("ana", Typed("/invoice Acme: 3h design @ 120"))
    office.platform.failing = ConnectionResetError("the answer was lost")

    with pytest.raises(ConnectionResetError):
        await office.app.handle(update)
    await office.app.catch_up(update.chat)

    assert await office.outbox("ana") == ["sent", "sent", "uncertain"]
    assert await bills(ana, "Acme: Logo @ 900") == "2026-0001"
