"""Updates of the Bot API as ours. Pure, and total: whatever arrives, the answer is an update or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.telegram.address import PLATFORM, START, chat_ref
from bot.text import clean_name
from handlers.kinds import SenderRef
from handlers.updates import Input, Moved, Occasion, Opened, Pressed, Reachable, RemoteFile, Typed, Update

ALLOWED = ("message", "callback_query", "my_chat_member")
"""What we ask Telegram for. Edited messages are left out: an edit never runs a command again."""
MAX_NAME = 60
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@(\w{1,64}))?(?=\s|$)")
_OPENED = re.compile(rf"/start(?:@\w+)?\s+{START}([A-Za-z0-9_-]{{16,60}})\s*")
_PICTURES = {"image/png": "png", "image/jpeg": "jpg"}
_HERE = frozenset({"member", "administrator", "creator"})
_GONE = frozenset({"left", "kicked"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is."""

    id: int
    username: str


def read(raw: Json, me: Me) -> Update | None:
    """None for what is none of our business, and for what has another shape than Telegram's own."""
    try:
        return _read(raw, me)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _read(raw: Json, me: Me) -> Update | None:
    number = _integer(raw["update_id"])
    # Padded, so that updates that came together sort in the order they were made.
    update_id = f"{me.id}:{number:020d}"
    if "message" in raw:
        return _message(update_id, raw["message"], me)
    if "callback_query" in raw:
        return _press(update_id, raw["callback_query"])
    if "my_chat_member" in raw:
        return _membership(update_id, raw["my_chat_member"])
    return None


def _message(update_id: str, message: Json, me: Me) -> Update | None:
    """Nothing of another bot's or of a channel's, and in a group nothing that was not said to us."""
    chat, sender = message["chat"], message.get("from")
    if chat["type"] not in ("private", "group", "supergroup") or not isinstance(sender, Mapping):
        return None
    if "migrate_to_chat_id" in message:
        moved = Moved(str(_integer(message["migrate_to_chat_id"])))
        return Update(PLATFORM, update_id, chat_ref(_integer(chat["id"])), _sender(sender), moved)
    if sender.get("is_bot") or "sender_chat" in message:
        # What a channel posts comes into its discussion group from a person who is none: Telegram's own account.
        return None
    given = _typed(message, me)
    if given is None:
        return None
    topic = _integer(message["message_thread_id"]) if message.get("is_topic_message") else None
    return Update(
        PLATFORM, update_id, chat_ref(_integer(chat["id"]), topic), _sender(sender), given,
        Occasion(message=str(_integer(message["message_id"]))), _title(chat),
    )  # fmt: skip


def _typed(message: Json, me: Me) -> Input | None:
    private = message["chat"]["type"] == "private"
    text = message.get("text") or message.get("caption") or ""
    if not isinstance(text, str):
        return None
    opened = _OPENED.fullmatch(text) if private else None
    if opened:
        return Opened(opened[1])
    addressed = private or _is_ours(message.get("reply_to_message"), me)
    command, words = _COMMAND.match(text), text.split(maxsplit=1)
    if command is not None:
        if command[2] and command[2].lower() != me.username.lower():
            return None
        text = f"/{command[1].replace('_', ' ')}{text[command.end() :]}"
    elif len(words) == 2 and words[0].lower() == f"@{me.username.lower()}":
        text = words[1]
    elif not addressed:
        return None
    file = _file(message)
    if not text and (file is None or "media_group_id" in message):
        # The further pictures of an album say nothing by themselves.
        return None
    return Typed(text.strip(), (file,) if file else ())


def _is_ours(replied: object, me: Me) -> bool:
    return isinstance(replied, Mapping) and (replied.get("from") or {}).get("id") == me.id


def _file(message: Json) -> RemoteFile | None:
    """The largest size of a photo, or a document; what it is, its bytes will tell."""
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: _integer(size["width"]) * _integer(size["height"]))
        return RemoteFile(str(largest["file_id"]), "photo.jpg", "image/jpeg", _size(largest))
    document = message.get("document")
    if not document:
        return None
    media_type = str(document.get("mime_type") or "application/octet-stream")[:100]
    name = (
        clean_name(str(document.get("file_name") or ""), MAX_NAME)
        or f"file.{_PICTURES.get(media_type, 'bin')}"
    )
    return RemoteFile(str(document["file_id"]), name, media_type, _size(document))


def _size(file: Json) -> int:
    return _integer(file.get("file_size") or 0)


def _press(update_id: str, query: Json) -> Update | None:
    """The message may be one that Telegram itself no longer holds (date 0): then it cannot be changed either."""
    message, data = query.get("message"), query.get("data")
    if not isinstance(message, Mapping) or not isinstance(data, str):
        return None
    chat, sender = message["chat"], _sender(query["from"])
    topic = _integer(message["message_thread_id"]) if message.get("is_topic_message") else None
    shown = str(_integer(message["message_id"]))
    title = _title(chat)
    occasion = Occasion(
        message=shown,
        press=str(query["id"]),
        replaces=shown if message.get("date") and isinstance(message.get("text"), str) else "",
        who=sender.name if title else "",
        whose=sender.identity if title else "",
    )
    return Update(
        PLATFORM,
        update_id,
        chat_ref(_integer(chat["id"]), topic),
        sender,
        Pressed(data[:64]),
        occasion,
        title,
    )


def _membership(update_id: str, change: Json) -> Update | None:
    member = change["new_chat_member"]
    status = member["status"]
    here = status in _HERE or (status == "restricted" and bool(member.get("is_member")))
    if not here and status not in _GONE and status != "restricted":
        return None
    chat = chat_ref(_integer(change["chat"]["id"]))
    return Update(PLATFORM, update_id, chat, _sender(change["from"]), Reachable(here))


def _sender(user: Json) -> SenderRef:
    """By the number alone: names are chosen freely, and handed on (CVE-2026-28480)."""
    name = clean_name(f"{user.get('first_name') or ''} {user.get('last_name') or ''}", MAX_NAME)
    language = user.get("language_code")
    return SenderRef(
        PLATFORM, str(_integer(user["id"])), name or "–", language[:20] if isinstance(language, str) else ""
    )


def _title(chat: Json) -> str:
    if chat["type"] == "private":
        return ""
    return clean_name(str(chat.get("title") or ""), MAX_NAME) or "–"


def _integer(value: object) -> int:
    """A whole number that a database can hold."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 63:
        raise ValueError("no identifier")
    return value
