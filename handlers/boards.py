"""Standing overviews on people's screens: shown anew after every change of their business."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.chat_ports import Board, InboxRow
from core.ports import CHAT_JOB, Clock, Ids, Jobs, Work
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Looked, Update
from handlers.wire import update_to_json


async def refresh_boards(
    work: Work, clock: Clock, ids: Ids, jobs: Jobs, business_id: UUID, senders: Iterable[str] = ("",)
) -> None:
    """Those of the business, and the senders' own."""
    found: dict[str, Board] = {}
    for sender in senders:
        found |= {board.chat: board for board in await work.chats.boards(business_id, sender)}
    for board in found.values():
        chat, sender_key = board.chat.partition(":"), board.sender.partition(":")
        look = Update(
            chat[0], f"board:{ids.new().hex}", ChatRef(chat[0], chat[2]),
            SenderRef(sender_key[0], sender_key[2], board.name, board.language), Looked(again=True),
        )  # fmt: skip
        row = InboxRow(look.id, board.chat, update_to_json(look))
        await work.inbox.store(look.platform, row, clock.now())
        await jobs.enqueue(work, CHAT_JOB, board.chat)
