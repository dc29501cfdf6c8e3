"""Makes an outbox row whole again: its reply, the files that come with it, and the message it takes the place of."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.documents import Documents
from bot.exports import TooLarge
from core.chat_ports import OutboxRow
from core.errors import N_, BillhookError, InvalidInput, Unavailable
from handlers.kinds import (
    Attachment,
    DocumentPdf,
    DocumentXml,
    Enclosed,
    Notice,
    PaidPdf,
    Question,
    ReminderPdf,
    Reply,
    ReportFile,
)
from handlers.updates import Occasion
from handlers.wire import from_json, occasion_from_json
from handlers.words import _, sentence, write
from storage.engine import Storage

log = logging.getLogger(__name__)


class Loader:
    """Documents are rendered here, after the commit (docs/decisions/0003)."""

    def __init__(self, storage: Storage, documents: Documents) -> None:
        self._storage = storage
        self._documents = documents

    async def load(self, row: OutboxRow) -> tuple[Reply | Question, tuple[str, ...], Occasion]:
        """What to show, the tokens of its buttons, and what it answers.

        A reply whose file cannot be had says so. Raises Unavailable for a letter: it waits for its files.
        """
        # A letter may be in a language that the chat does not speak.
        write(row.payload.get("language", "en"))
        occasion = occasion_from_json(row.payload.get("occasion"))
        stored: list[Attachment] = []
        if row.payload.get("attachments") or occasion.answered:
            async with self._storage.work() as work:
                files = await work.outbox.files_of(row.id)
                stored = [Attachment(file.filename, file.media_type, file.content) for file in files]
                if occasion.answered:
                    question = await work.outbox.open_question(row.chat, row.sender)
                    occasion = replace(occasion, replaces=occasion.replaces or question)
        shown, tokens = from_json(row.payload, stored)
        if isinstance(shown, Reply) and shown.attachments:
            shown = await self._with_files(row, shown)
        return shown, tokens, occasion

    async def _with_files(self, row: OutboxRow, shown: Reply) -> Reply:
        blocks, attachments = list(shown.blocks), []
        for item in shown.attachments:
            try:
                attachments.append(await self._loaded(row, item))
            except BillhookError as error:
                log.exception("%s was not made", item.filename)
                if shown.letter is not None:
                    raise Unavailable(N_("{file} could not be made."), 1, file=item.filename) from error
                blocks.append(Notice(_failed(item, error), "warning"))
        return replace(shown, blocks=tuple(blocks), attachments=tuple(attachments))

    async def _loaded(self, row: OutboxRow, item: Enclosed) -> Attachment:
        if isinstance(item, Attachment):
            return item
        if row.business_id is None:
            raise ValueError("a stored file belongs to a business")
        if isinstance(item, DocumentPdf):
            content = await self._documents.pdf(row.business_id, item.subject_id, item.kind)
            return Attachment(item.filename, "application/pdf", content)
        if isinstance(item, PaidPdf):
            content = await self._documents.paid_copy(row.business_id, item.invoice_id)
            return Attachment(item.filename, "application/pdf", content)
        if isinstance(item, DocumentXml):
            content = await self._documents.xml(
                row.business_id, item.subject_id, item.profile, item.added, item.kind
            )
            return Attachment(item.filename, "application/xml", content)
        if isinstance(item, ReportFile):
            content = await self._documents.report(row.business_id, item)
            return Attachment(item.filename, item.form.media_type, content)
        if isinstance(item, ReminderPdf):
            content = await self._documents.reminder(row.business_id, item)
            return Attachment(item.filename, "application/pdf", content)
        async with self._storage.work() as work:
            await work.enter(row.business_id)
            content = await work.files.get(item.file_id)
        return Attachment(item.filename, item.media_type, content)


def _failed(item: Enclosed, error: BillhookError) -> str:
    if isinstance(error, TooLarge):
        return sentence(error)
    if isinstance(item, ReminderPdf | ReportFile):
        if isinstance(error, InvalidInput):
            return sentence(error)
        return _("The file could not be made now. Please ask for it again.")
    if isinstance(item, DocumentXml):
        return _("The XML could not be made now. Ask for it again with /xml.")
    return _("The PDF could not be made now. Ask for it again with /pdf.")
