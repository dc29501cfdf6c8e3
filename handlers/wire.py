"""Updates, replies and questions as plain JSON, for the inbox and the outbox."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Literal, assert_never
from uuid import UUID

from core.einvoice.profiles import Profile
from core.einvoice.terms import Added, Contact
from core.invoice import Kind
from core.ladder import Tone
from core.reminder_letter import LetterText
from handlers.kinds import (
    Attachment,
    Block,
    Box,
    Button,
    ChatRef,
    DocumentPdf,
    DocumentXml,
    Enclosed,
    Entry,
    Facts,
    FileForm,
    Letter,
    Lines,
    Notice,
    Option,
    PaidPdf,
    Question,
    ReminderPdf,
    Reply,
    ReportFile,
    ReportKind,
    SenderRef,
    Sheet,
    StoredFile,
    Text,
)
from handlers.updates import (
    Around,
    Input,
    Kept,
    Looked,
    Moved,
    Occasion,
    Opened,
    Pressed,
    Reachable,
    RemoteFile,
    Submitted,
    Typed,
    Update,
)

Json = dict[str, Any]


def update_to_json(update: Update) -> Json:
    data: Json = {
        "address": update.chat.address, "sender": _sender_to_json(update.sender), "group": update.group,
        "occasion": occasion_to_json(update.occasion), **_input_to_json(update.input),
    }  # fmt: skip
    if update.around is not None:
        data["around"] = {"address": update.around.chat.address, "title": update.around.title}
    return data


def _sender_to_json(sender: SenderRef) -> Json:
    data = {"identity": sender.identity, "name": sender.name, "language": sender.language}
    # Left out where it says nothing, so that a release which does not know it reads the rest.
    return data | {"workspace": sender.workspace} if sender.workspace else data


def _input_to_json(given: Input) -> Json:
    match given:
        case Typed(text, files, by_number):
            return {"typed": text, "by_number": by_number, "files": [_file_to_json(file) for file in files]}
        case Pressed(token, shown):
            return {"pressed": token, "shown": shown} if shown else {"pressed": token}
        case Submitted(token, values):
            return {"submitted": token, "values": dict(values)}
        case Kept(token, values, closed):
            return {"kept": token, "values": dict(values), "closed": closed}
        case Opened(code):
            return {"opened": code}
        case Looked(again):
            return {"looked": again}
        case Reachable(reachable):
            return {"reachable": reachable}
        case Moved(address):
            return {"moved": address}
        case _:
            assert_never(given)


def _file_to_json(file: Attachment | RemoteFile) -> Json:
    if isinstance(file, RemoteFile):
        return asdict(file)
    return {
        "filename": file.filename, "media_type": file.media_type, "content": base64.b64encode(file.content).decode()
    }  # fmt: skip


def _file_from_json(data: Json) -> Attachment | RemoteFile:
    if "reference" in data:
        return RemoteFile(**data)
    return Attachment(data["filename"], data["media_type"], base64.b64decode(data["content"]))


def update_from_json(platform: str, update_id: str, data: Json) -> Update:
    sender, around = SenderRef(platform, **data["sender"]), data.get("around")
    return Update(
        platform, update_id, ChatRef(platform, data["address"]), sender, _input_from_json(data),
        occasion_from_json(data.get("occasion")), data.get("group", ""),
        Around(ChatRef(platform, around["address"]), around["title"]) if around else None,
    )  # fmt: skip


def _input_from_json(data: Json) -> Input:
    match data:
        case {"pressed": token}:
            return Pressed(token, data.get("shown", ""))
        case {"looked": again}:
            return Looked(again)
        case {"submitted": token, "values": values}:
            return Submitted(token, values)
        case {"kept": token, "values": values, "closed": closed}:
            return Kept(token, values, closed)
        case {"opened": code}:
            return Opened(code)
        case {"reachable": reachable}:
            return Reachable(reachable)
        case {"moved": address}:
            return Moved(address)
        case _:
            return Typed(data["typed"], tuple(map(_file_from_json, data["files"])), data["by_number"])


def occasion_to_json(occasion: Occasion) -> Json:
    """Only what says something: most of a chat's replies refer to little."""
    return {name: value for name, value in asdict(occasion).items() if value}


def occasion_from_json(data: Json | None) -> Occasion:
    return Occasion(**(data or {}))


def _block_to_json(block: Block) -> Json:
    match block:
        case Text(text):
            return {"kind": "text", "text": text}
        case Facts(pairs, title):
            return {"kind": "facts", "pairs": pairs, "title": title}
        case Lines(header, rows, numeric, title):
            return {"kind": "lines", "header": header, "rows": rows, "numeric": numeric, "title": title}
        case Notice(text, level):
            return {"kind": "notice", "text": text, "level": level}
        case _:
            assert_never(block)


def _block_from_json(data: Json) -> Block:
    match data["kind"]:
        case "text":
            return Text(data["text"])
        case "facts":
            return Facts(tuple((label, value) for label, value in data["pairs"]), data["title"])
        case "lines":
            rows = tuple(tuple(row) for row in data["rows"])
            return Lines(tuple(data["header"]), rows, tuple(data["numeric"]), data["title"])
        case _:
            return Notice(data["text"], data["level"])


def _blocks(data: list[Json]) -> tuple[Block, ...]:
    return tuple(_block_from_json(block) for block in data)


def reply_to_json(reply: Reply, tokens: tuple[str, ...]) -> Json:
    """Bytes stay out: attachments with content have a table of their own, in the same order."""
    data: Json = {
        "kind": "reply",
        "blocks": [_block_to_json(block) for block in reply.blocks],
        "buttons": _buttons_to_json(reply.buttons, tokens),
        "aside": reply.aside,
        "topic": reply.topic,
        "attachments": [_attachment_to_json(item) for item in reply.attachments],
    }
    return data | {"letter": asdict(reply.letter)} if reply.letter else data


def _attachment_to_json(item: Enclosed) -> Json:
    match item:
        case DocumentPdf(subject_id, filename, kind):
            return {"invoice": subject_id.hex, "filename": filename} | _kind_to_json(kind)
        case PaidPdf(invoice_id, filename):
            return {"paid": invoice_id.hex, "filename": filename}
        case DocumentXml(subject_id, filename, profile, added, kind):
            data = {"xml": subject_id.hex, "filename": filename, "profile": profile.value}
            return data | asdict(added) | _kind_to_json(kind)
        case ReportFile(report, form, filename, start, end, language, client_id, currency):
            return {
                "report": report.value, "form": form.value, "filename": filename, "start": start.isoformat(),
                "end": end.isoformat(), "language": language, "client": client_id.hex if client_id else "",
                "currency": currency,
            }  # fmt: skip
        case ReminderPdf(filename, text):
            return {"reminder": _letter_to_json(text), "filename": filename}
        case StoredFile(file_id, filename, media_type):
            return {"file": file_id.hex, "filename": filename, "media_type": media_type}
        case Attachment():
            return {}
        case _:
            assert_never(item)


def _kind_to_json(kind: Kind) -> Json:
    """An invoice says nothing, as before there was anything else: a release that knows no other reads it."""
    return {} if kind is Kind.INVOICE else {"kind": kind.value}


def _attachment_from_json(data: Json, stored: Iterator[Attachment]) -> Enclosed:
    if "invoice" in data:
        return DocumentPdf(UUID(data["invoice"]), data["filename"], Kind(data.get("kind", Kind.INVOICE)))
    if "paid" in data:
        return PaidPdf(UUID(data["paid"]), data["filename"])
    if "xml" in data:
        contact = Contact(**data["contact"]) if data["contact"] else None
        added = Added(contact, data["reference"])
        kind = Kind(data.get("kind", Kind.INVOICE))
        return DocumentXml(UUID(data["xml"]), data["filename"], Profile(data["profile"]), added, kind)
    if "report" in data:
        return ReportFile(
            ReportKind(data["report"]), FileForm(data["form"]), data["filename"], date.fromisoformat(data["start"]),
            date.fromisoformat(data["end"]), data["language"], UUID(data["client"]) if data["client"] else None,
            data.get("currency", ""),
        )  # fmt: skip
    if "reminder" in data:
        return ReminderPdf(data["filename"], _letter_from_json(data["reminder"]))
    if "file" in data:
        return StoredFile(UUID(data["file"]), data["filename"], data["media_type"])
    return next(stored)


def _letter_to_json(text: LetterText) -> Json:
    return {
        "client": text.client_id.hex, "language": text.language, "on": text.on.isoformat(), "tone": text.tone.value,
        "opening": text.opening, "closing": text.closing, "currency": text.currency,
        "owed": [[invoice_id.hex, minor] for invoice_id, minor in text.owed], "fee": text.fee,
        "fee_id": text.fee_id.hex if text.fee_id else "", "links": text.links,
    }  # fmt: skip


def _letter_from_json(data: Json) -> LetterText:
    return LetterText(
        UUID(data["client"]), data["language"], date.fromisoformat(data["on"]), Tone(data["tone"]), data["opening"],
        data["closing"], data["currency"], tuple((UUID(key), minor) for key, minor in data["owed"]), data["fee"],
        UUID(data["fee_id"]) if data["fee_id"] else None, tuple(data.get("links", ())),
    )  # fmt: skip


def question_to_json(question: Question, tokens: tuple[str, ...]) -> Json:
    return {
        "kind": "question",
        "title": question.title,
        "field": question.field,
        "prompt": question.prompt,
        "step": question.step,
        "steps": question.steps,
        "error": question.error,
        "before": [_block_to_json(block) for block in question.before],
        "given": question.given,
        "typed": question.typed,
        "choices": question.choices,
        "buttons": _buttons_to_json(question.buttons, tokens),
        "sheet": _sheet_to_json(question.sheet) if question.sheet else None,
    }


def _sheet_to_json(sheet: Sheet) -> Json:
    entries = [_entry_to_json(entry) for entry in sheet.entries]
    return {
        "title": sheet.title,
        "save": sheet.save,
        "entries": entries,
        "error": sheet.error,
        "form": sheet.form,
    }


def _entry_to_json(entry: Entry) -> Json:
    options = [(option.label, option.value) for option in entry.options]
    return asdict(entry) | {"box": entry.box.value, "options": options}


def _sheet_from_json(data: Json) -> Sheet:
    entries = tuple(map(_entry_from_json, data["entries"]))
    return Sheet(data["title"], data["save"], entries, data["error"], data.get("form", ""))


def _entry_from_json(data: Json) -> Entry:
    options = tuple(Option(label, value) for label, value in data["options"])
    return Entry(**data | {"box": Box(data["box"]), "options": options})


def _buttons_to_json(buttons: Sequence[Button], tokens: tuple[str, ...]) -> list[list[str]]:
    return [
        [button.label, token, button.url, button.tone, button.confirm]
        for button, token in zip(buttons, tokens, strict=True)
    ]


def _button_from_json(
    label: str, token: str, url: str = "", tone: Literal["", "primary", "danger"] = "", confirm: str = ""
) -> Button:
    """What was written before a release knew addresses, tones and confirmations has fewer parts."""
    return Button(label, "", url=url, tone=tone, confirm=confirm)


def from_json(data: Json, files: list[Attachment]) -> tuple[Reply | Question, tuple[str, ...]]:
    """What to show and the tokens of its buttons; `files` are the stored contents in order."""
    buttons = tuple(_button_from_json(*button) for button in data["buttons"])
    tokens = tuple(button[1] for button in data["buttons"])
    if data["kind"] == "question":
        question = Question(
            data["title"], data["field"], data["prompt"], data["step"], data["steps"], buttons, data["error"],
            _blocks(data["before"]), tuple((label, value) for label, value in data.get("given", ())),
            data.get("typed", True), data.get("choices", 0),
            _sheet_from_json(data["sheet"]) if data.get("sheet") else None,
        )  # fmt: skip
        return question, tokens
    stored = iter(files)
    attachments = tuple(_attachment_from_json(item, stored) for item in data["attachments"])
    reply = Reply(
        _blocks(data["blocks"]),
        buttons,
        attachments,
        aside=data.get("aside", False),
        topic=data.get("topic", ""),
        letter=Letter(**data["letter"]) if data.get("letter") else None,
    )
    return reply, tokens
