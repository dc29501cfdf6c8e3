"""Updates, replies and questions as plain JSON, for the inbox and the outbox."""

from __future__ import annotations

import base64
from typing import Any, assert_never
from uuid import UUID

from handlers.kinds import (
    Attachment,
    Block,
    Button,
    ChatRef,
    Facts,
    InvoicePdf,
    Lines,
    Notice,
    Pressed,
    Question,
    Reply,
    SenderRef,
    Text,
    Typed,
    Update,
)

Json = dict[str, Any]


def update_to_json(update: Update) -> Json:
    sender = {"identity": update.sender.identity, "name": update.sender.name}
    match update.input:
        case Typed(text, files, by_number):
            given: Json = {
                "typed": text,
                "by_number": by_number,
                "files": [
                    {"filename": file.filename, "media_type": file.media_type,
                     "content": base64.b64encode(file.content).decode()}
                    for file in files
                ],
            }  # fmt: skip
        case Pressed(token):
            given = {"pressed": token}
        case _:
            assert_never(update.input)
    return {"address": update.chat.address, "sender": sender, **given}


def update_from_json(platform: str, update_id: str, data: Json) -> Update:
    given: Typed | Pressed
    if "pressed" in data:
        given = Pressed(data["pressed"])
    else:
        files = tuple(
            Attachment(file["filename"], file["media_type"], base64.b64decode(file["content"]))
            for file in data["files"]
        )
        given = Typed(data["typed"], files, data["by_number"])
    sender = SenderRef(platform, data["sender"]["identity"], data["sender"]["name"])
    return Update(platform, update_id, ChatRef(platform, data["address"]), sender, given)


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
    return {
        "kind": "reply",
        "blocks": [_block_to_json(block) for block in reply.blocks],
        "buttons": [[button.label, token] for button, token in zip(reply.buttons, tokens, strict=True)],
        "attachments": [
            {"invoice": item.invoice_id.hex, "filename": item.filename}
            if isinstance(item, InvoicePdf)
            else {}
            for item in reply.attachments
        ],
    }


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
        "buttons": [[button.label, token] for button, token in zip(question.buttons, tokens, strict=True)],
    }


def from_json(data: Json, files: list[Attachment]) -> tuple[Reply | Question, tuple[str, ...]]:
    """What to show and the tokens of its buttons; `files` are the stored contents in order."""
    buttons = tuple(Button(label, "") for label, _ in data["buttons"])
    tokens = tuple(token for _, token in data["buttons"])
    if data["kind"] == "question":
        question = Question(
            data["title"], data["field"], data["prompt"], data["step"], data["steps"], buttons, data["error"],
            _blocks(data["before"]),
        )  # fmt: skip
        return question, tokens
    stored = iter(files)
    attachments = tuple(
        InvoicePdf(UUID(item["invoice"]), item["filename"]) if item else next(stored)
        for item in data["attachments"]
    )
    return Reply(_blocks(data["blocks"]), buttons, attachments), tokens
