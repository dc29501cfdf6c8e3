"""Takes replies from the outbox to their chats, in order and never twice by decision."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.documents import Documents
from core.errors import BillhookError, Unavailable
from core.ports import OutboxRow
from handlers.kinds import Attachment, ChatRef, InvoicePdf, Notice, Platform, Question, Reply
from handlers.wire import from_json
from handlers.words import _
from storage.engine import Storage

log = logging.getLogger(__name__)

_BATCH = 20


class Delivery:
    """pending -> sending -> sent; what was cut off while sending is uncertain and not repeated."""

    def __init__(self, storage: Storage, documents: Documents, platforms: Mapping[str, Platform]) -> None:
        self._storage = storage
        self._documents = documents
        self._platforms = platforms

    async def deliver(self, chat: ChatRef) -> None:
        """Send everything that waits for this chat. Stops at the first one that cannot be sent now."""
        while True:
            async with self._storage.work() as work:
                rows = await work.outbox.list_pending(chat.key, _BATCH)
            if not rows:
                return
            for row in rows:
                shown, tokens = await self._load(row)
                if not await self._take(row):
                    # Somebody else sends it; what follows may not overtake it, so look again at what waits.
                    break
                if not await self._send(chat, row, shown, tokens):
                    return

    async def _take(self, row: OutboxRow) -> bool:
        async with self._storage.work() as work:
            return await work.outbox.move(row.id, "pending", "sending")

    async def _send(
        self, chat: ChatRef, row: OutboxRow, shown: Reply | Question, tokens: tuple[str, ...]
    ) -> bool:
        platform = self._platforms[chat.platform]
        state = "uncertain"
        try:
            if isinstance(shown, Question):
                await platform.ask(chat, shown, tokens)
            else:
                await platform.deliver(chat, shown, tokens)
            state = "sent"
        except Unavailable as error:
            log.warning("chat %s cannot be reached now: %s", chat.key, error)
            state = "pending"
        finally:
            # Whatever else went wrong, nobody knows whether it arrived.
            await self._move(row, state)
        return state == "sent"

    async def _move(self, row: OutboxRow, state: str) -> None:
        async with self._storage.work() as work:
            await work.outbox.move(row.id, "sending", state)

    async def _load(self, row: OutboxRow) -> tuple[Reply | Question, tuple[str, ...]]:
        async with self._storage.work() as work:
            files = await work.outbox.files_of(row.id)
        stored = [Attachment(file.filename, file.media_type, file.content) for file in files]
        shown, tokens = from_json(row.payload, stored)
        if isinstance(shown, Question):
            return shown, tokens
        blocks, attachments = list(shown.blocks), []
        for item in shown.attachments:
            if isinstance(item, InvoicePdf):
                try:
                    attachments.append(await self._render(row, item))
                except BillhookError:
                    log.exception("the document of invoice %s was not rendered", item.invoice_id)
                    blocks.append(
                        Notice(_("The PDF could not be made now. Ask for it again with /pdf."), "warning")
                    )
            else:
                attachments.append(item)
        return Reply(tuple(blocks), shown.buttons, tuple(attachments)), tokens

    async def _render(self, row: OutboxRow, item: InvoicePdf) -> Attachment:
        if row.business_id is None:
            raise ValueError("an invoice belongs to a business")
        content = await self._documents.pdf(row.business_id, item.invoice_id)
        return Attachment(item.filename, "application/pdf", content)
