"""How a chat of Telegram is written in a ChatRef: `CHAT` or `CHAT/TOPIC`, and `-` before the id of a group."""

from __future__ import annotations

from handlers.kinds import ChatRef

PLATFORM = "telegram"
START = "go_"
"""Before a one-time code in a `t.me` link, so that no business name after /start is taken for one."""


def chat_ref(chat_id: int, topic: int | None = None) -> ChatRef:
    return ChatRef(PLATFORM, f"{chat_id}/{topic}" if topic else str(chat_id))


def chat_id(chat: ChatRef) -> int:
    return int(chat.address.partition("/")[0])


def topic_id(chat: ChatRef) -> int | None:
    topic = chat.address.partition("/")[2]
    return int(topic) if topic else None


def is_group(chat: ChatRef) -> bool:
    return chat.address.startswith("-")


def link(username: str) -> str:
    return f"https://t.me/{username}?start={START}"
