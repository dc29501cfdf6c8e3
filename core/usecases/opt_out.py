"""Mail to a client whose reader asked to be left alone: it goes on only once they themselves said so."""

from __future__ import annotations

from datetime import datetime

from core.audit import Action, Entry
from core.errors import N_, Conflict
from core.party import Client
from core.reminder import OptOut
from core.usecases.desk import Desk


async def opted_out_at(desk: Desk, client: Client) -> datetime:
    """When the client's reader asked for it. Raises Conflict where nobody did."""
    if not client.email:
        raise Conflict(N_("{client} has no mail address."), client=client.name)
    moment = await desk.work.opt_outs.since(client.email)
    if moment is None:
        raise Conflict(N_("{email} gets mail from you: nobody asked to be left alone."), email=client.email)
    return moment


async def allow_mail(desk: Desk, client: Client, consent: str) -> Entry:
    """`consent` says how and when they agreed: whoever writes to them has to be able to show that."""
    opted_at = await opted_out_at(desk, client)
    opt_out = OptOut(desk.ids.new(), client.id, client.email, opted_at, consent)
    await desk.work.opt_outs.remove(client.email)
    return await desk.record(Action.MAIL_ALLOWED, opt_out, client.name, before=opt_out)
