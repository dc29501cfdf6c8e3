"""Writing a reply or a question to the outbox, in the transaction of whoever says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.chat_ports import OutboxFile, OutboxRow, Press
from core.ports import Ids, Work
from handlers.kinds import Attachment, ChatRef, Question, Reply
from handlers.replies import with_short_labels
from handlers.updates import Occasion
from handlers.wire import occasion_to_json, question_to_json, reply_to_json
from handlers.words import language


@dataclass(frozen=True, slots=True)
class Posting:
    """What a message has besides its words; `sender` is whom it answers, empty for what nobody asked for."""

    business_id: UUID | None = None
    sender: str = ""
    occasion: Occasion | None = None
    kind: str = ""
    about: UUID | None = None
    dedupe_key: str | None = None
    """Of two messages with the same one, only the first is written."""


@dataclass(frozen=True, slots=True)
class _Written:
    payload: dict[str, Any]
    presses: list[Press | None]
    files: list[OutboxFile] = field(default_factory=list)


async def post(work: Work, ids: Ids, chat: ChatRef, shown: Reply | Question, posting: Posting) -> UUID | None:
    """The row it became; None when there is one with that key already. Tokens stand for what its buttons do."""
    written = _write(ids, with_short_labels(shown))
    if posting.occasion is not None:
        written.payload["occasion"] = occasion_to_json(posting.occasion)
    row = OutboxRow(
        ids.new(), chat.key, written.payload, posting.business_id, posting.sender, kind=posting.kind,
        about=posting.about,
    )  # fmt: skip
    if not await work.outbox.add(row, written.files, posting.dedupe_key):
        return None
    presses = [press for press in written.presses if press]
    await work.chats.add_presses(chat.key, posting.sender, row.id, presses)
    return row.id


def _write(ids: Ids, shown: Reply | Question) -> _Written:
    presses = [
        None if button.url else Press(ids.token(), button.label, button.command, button.argument)
        for button in shown.buttons
    ]
    tokens = tuple(press.token if press else "" for press in presses)
    if isinstance(shown, Question):
        return _Written({**question_to_json(shown, tokens), "language": language()}, presses)
    files = [
        OutboxFile(item.filename, item.media_type, item.content)
        for item in shown.attachments
        if isinstance(item, Attachment)
    ]
    payload = {**reply_to_json(shown, tokens), "language": shown.language or language()}
    return _Written(payload, presses, files)
