"""Forms on a person's screen: opened while that is possible, and shown as a message where it is not any more."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.slack.address import direct
from bot.slack.parts import Message, Modal
from core.errors import Unavailable
from handlers.kinds import ChatRef
from handlers.platform import ChatGone, Throttled, Undeliverable
from tests.fakes.slack import HangUp, Refusal, Screen, ServerError, TooMany
from tests.fakes.slack_faults import Fault
from tests.slack.conftest import Sent

INSTEAD = Message("Which client?")


def view(title: str, external_id: str = "") -> dict[str, Any]:
    words = {"type": "plain_text", "text": title}
    block = {"type": "section", "text": words}
    told = {"type": "modal", "title": words, "blocks": [block]}
    return told | ({"external_id": external_id} if external_id else {})


def there(sent: Sent) -> ChatRef:
    return direct("T0LOEWE", sent.ana.id)


def fresh(sent: Sent, age: float = 0.0) -> str:
    return f"{time.time() - age:.3f} {sent.trigger()}"


async def opened(sent: Sent, external_id: str = "") -> Screen:
    await sent.adapter.send(there(sent), Modal(view("Wait", external_id), opens=fresh(sent)))
    screen = sent.ana.modal
    assert screen is not None
    return screen


def title(sent: Sent) -> str:
    return sent.ana.modal.title if sent.ana.modal else ""


async def test_a_form_opens_while_its_trigger_is_fresh(sent: Sent) -> None:
    name = await sent.adapter.send(
        there(sent), Modal(view("New client"), opens=fresh(sent), instead=(INSTEAD,))
    )

    assert (name, title(sent), sent.texts()) == ("", "New client", [])


async def test_a_trigger_that_is_too_old_is_not_even_tried(sent: Sent) -> None:
    modal = Modal(view("New client"), opens=fresh(sent, age=2.9), instead=(INSTEAD,))

    name = await sent.adapter.send(there(sent), modal)

    assert (title(sent), sent.texts()) == ("", ["Which client?"])
    assert name == sent.messages()[0].ts
    assert "views.open" not in sent.methods()


@pytest.mark.parametrize("opens", ["", "soon", "x y", "1772703668.500"])
async def test_what_names_no_trigger_opens_nothing(sent: Sent, opens: str) -> None:
    await sent.adapter.send(there(sent), Modal(view("New client"), opens=opens, instead=(INSTEAD,)))

    assert (title(sent), sent.texts()) == ("", ["Which client?"])


async def test_an_expired_trigger_is_known_by_slacks_word_too(sent: Sent) -> None:
    opens = fresh(sent)
    sent.slack.advance(3.5)

    await sent.adapter.send(there(sent), Modal(view("New client"), opens=opens, instead=(INSTEAD,)))

    assert (title(sent), sent.texts()) == ("", ["Which client?"])


async def test_a_trigger_that_was_used_is_known_by_slacks_word(sent: Sent) -> None:
    opens = fresh(sent)

    for name in ("First", "Second"):
        await sent.adapter.send(there(sent), Modal(view(name), opens=opens, instead=(INSTEAD,)))

    assert (title(sent), sent.texts()) == ("First", ["Which client?"])


async def test_a_trigger_that_never_was_shows_nothing_where_there_is_nothing_else_to_show(sent: Sent) -> None:
    name = await sent.adapter.send(there(sent), Modal(view("New client"), opens=f"{time.time():.3f} 1.2.x"))

    assert (name, title(sent), sent.texts()) == ("", "", [])


@pytest.mark.parametrize("fault", [HangUp(), ServerError(500), TooMany(2), HangUp(after_work=True)])
async def test_an_opening_that_was_lost_is_not_waited_for(sent: Sent, fault: Fault) -> None:
    sent.slack.fail_next("views.open", fault)

    await sent.adapter.send(there(sent), Modal(view("New client"), opens=fresh(sent), instead=(INSTEAD,)))

    assert sent.texts() == ["Which client?"]
    assert sent.methods().count("views.open") == 1


async def test_a_form_takes_the_place_of_the_view_that_was_seen(sent: Sent) -> None:
    seen = await opened(sent)

    await sent.adapter.send(
        there(sent), Modal(view("Next"), form=f"id {seen.id} {seen.hash}", instead=(INSTEAD,))
    )

    assert (title(sent), sent.texts()) == ("Next", [])


async def test_a_view_that_changed_meanwhile_stays(sent: Sent) -> None:
    seen = await opened(sent)
    await sent.adapter.send(there(sent), Modal(view("Newer"), form=f"id {seen.id}"))

    name = await sent.adapter.send(
        there(sent), Modal(view("Older"), form=f"id {seen.id} {seen.hash}", instead=(INSTEAD,))
    )

    assert (name, title(sent), sent.texts()) == ("", "Newer", [])


@pytest.mark.parametrize("form", ["id V0GONE 1772703661.a7wXcQ2p", "something else"])
async def test_a_view_that_was_closed_comes_as_a_message(sent: Sent, form: str) -> None:
    await sent.adapter.send(there(sent), Modal(view("Next"), form=form, instead=(INSTEAD,)))

    assert sent.texts() == ["Which client?"]


async def test_a_view_that_was_closed_is_opened_again_where_there_is_a_trigger(sent: Sent) -> None:
    modal = Modal(view("Next"), form="id V0GONE 1772703661.a7wXcQ2p", opens=fresh(sent), instead=(INSTEAD,))

    await sent.adapter.send(there(sent), modal)

    assert (title(sent), sent.texts()) == ("Next", [])


async def test_what_only_changes_a_view_is_shown_nowhere_else(sent: Sent) -> None:
    seen = await opened(sent)
    change = Modal(view("Next"), form=f"only {seen.id} {seen.hash}", opens=fresh(sent), instead=(INSTEAD,))
    gone = Modal(view("Last"), form="only V0GONE 1772703661.a7wXcQ2p", opens=fresh(sent), instead=(INSTEAD,))

    await sent.adapter.send(there(sent), change)
    name = await sent.adapter.send(there(sent), gone)

    assert (name, title(sent), sent.texts()) == ("", "Next", [])


async def test_the_view_that_says_to_wait_is_waited_for(sent: Sent) -> None:
    modal = Modal(view("New client", "form-7"), form="external form-7", instead=(INSTEAD,))

    sending = asyncio.create_task(sent.adapter.send(there(sent), modal))
    await asyncio.to_thread(sent.slack.next_call, "views.update")
    await opened(sent, "form-7")
    await sending

    assert (title(sent), sent.texts()) == ("New client", [])


async def test_the_view_that_says_to_wait_is_given_up_in_the_end(sent: Sent) -> None:
    started = time.monotonic()

    await sent.adapter.send(there(sent), Modal(view("New"), form="external form-7", instead=(INSTEAD,)))

    assert sent.texts() == ["Which client?"]
    assert sent.methods().count("views.update") == 4
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(503), Refusal("internal_error")])
async def test_a_view_may_be_replaced_twice(sent: Sent, fault: Fault) -> None:
    seen = await opened(sent)
    sent.slack.fail_next("views.update", fault)

    with pytest.raises(Unavailable):
        await sent.adapter.send(there(sent), Modal(view("Next"), form=f"id {seen.id}", instead=(INSTEAD,)))
    await sent.adapter.send(there(sent), Modal(view("Next"), form=f"id {seen.id}", instead=(INSTEAD,)))

    assert (title(sent), sent.texts()) == ("Next", [])


async def test_replacing_waits_as_long_as_slack_wants(sent: Sent) -> None:
    seen = await opened(sent)
    sent.slack.fail_next("views.update", TooMany(7))

    with pytest.raises(Throttled) as told:
        await sent.adapter.send(there(sent), Modal(view("Next"), form=f"id {seen.id}"))

    assert told.value.retry_after == 7


async def test_a_view_that_slack_does_not_take_is_undeliverable(sent: Sent) -> None:
    modal = Modal(view("A title that is longer than any title may be"), opens=fresh(sent), instead=(INSTEAD,))

    with pytest.raises(Undeliverable, match="invalid_arguments"):
        await sent.adapter.send(there(sent), modal)

    assert len(sent.slack.forgive()) == 1


async def test_a_form_for_a_workspace_that_is_gone_is_gone(sent: Sent) -> None:
    opens = fresh(sent)
    sent.slack.fail_next("views.open", Refusal("account_inactive"))

    with pytest.raises(ChatGone):
        await sent.adapter.send(there(sent), Modal(view("New client"), opens=opens, instead=(INSTEAD,)))
