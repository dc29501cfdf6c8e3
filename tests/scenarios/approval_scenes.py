"""A studio in which one member has to ask another before billing much."""

from __future__ import annotations

from tests.scenarios.chat import Chat, Seen
from tests.scenarios.scenes import invites, opens_a_studio_with_acme
from tests.scenarios.workspace import Workspace

DRAFT = "/invoice Acme: 12h design @ 100"
"""EUR 1,428.00 with VAT."""


async def opens_with_approval(ana: Chat, ben: Chat, bea: Chat, limit: str = "1000") -> None:
    """Ana owns the studio; Bea approves what Ben bills above the limit."""
    await opens_a_studio_with_acme(ana)
    await invites(ana, ben, "member")
    await invites(ana, bea, "member")
    await ana.says(f"/approval {limit} bea")


async def asks(office: Workspace, asker: Chat, approver: Chat, text: str = DRAFT) -> Seen:
    """What the approver is asked."""
    await asker.says(text)
    await asker.presses("Ask for approval")
    return await office.hears(approver)
