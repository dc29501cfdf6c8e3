"""What clients tell a business, as changes that can be undone (tests/core/usecases/changes.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.audit import Entry
from core.usecases.client import add_client
from core.usecases.desk import Desk
from core.usecases.opt_out import allow_mail
from core.usecases.promise import make_promise, withdraw_promise
from tests.builders.core import a_client


async def promise_it(desk: Desk, client: Any) -> Entry:
    return (await make_promise(desk, client, desk.today + timedelta(days=5)))[1]


async def promise_it_again(desk: Desk, client: Any) -> None:
    await make_promise(desk, client, desk.today + timedelta(days=9))


async def withdraw_it(desk: Desk, client: Any) -> Entry:
    promise = await desk.work.promises.find_open(client.id)
    assert promise is not None
    return (await withdraw_promise(desk, promise))[1]


async def a_client_left_alone(desk: Desk, _given: Any) -> Any:
    """For some days already."""
    client = a_client("Umbrella", email="ada@umbrella.example")
    await add_client(desk, client)
    await desk.work.opt_outs.add(client.email, desk.clock.now() - timedelta(days=3))
    return client


async def want_mail_again(desk: Desk, client: Any) -> Entry:
    return await allow_mail(desk, client, "Ada King, by phone on 5 March")


async def ask_again_for_no_mail(desk: Desk, client: Any) -> None:
    await desk.work.opt_outs.add(client.email)
