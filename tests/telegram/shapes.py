"""Updates in the shapes of the Bot API, as a webhook or a poll brings them."""

from __future__ import annotations

from typing import Any

from bot.telegram.receive import Me, read
from handlers.updates import Typed, Update
from tests.fakes.telegram import TOKEN

Json = dict[str, Any]

CODE = "Zk3_-9qRtUvWxYz0123"

US = Me(int(TOKEN.partition(":")[0]), "billhook_test_bot")
OUR_USER: Json = {"id": US.id, "is_bot": True, "first_name": "Billhook", "username": US.username}
ANA: Json = {
    "id": 5_000_000_017, "is_bot": False, "first_name": "Ana", "last_name": "Löwe", "username": "ana_k",
    "language_code": "de-at",
}  # fmt: skip
OTHER_BOT: Json = {"id": 7_000_013, "is_bot": True, "first_name": "Otto", "username": "other_bot"}
ANONYMOUS: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
TELEGRAM_ITSELF: Json = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}
PRIVATE: Json = {"id": ANA["id"], "type": "private", "first_name": "Ana", "username": "ana_k"}
GROUP: Json = {"id": -4_000_000_019, "type": "group", "title": "Büro"}
SUPERGROUP: Json = {"id": -1_002_000_000_023, "type": "supergroup", "title": "Büro", "is_forum": True}
CHANNEL: Json = {"id": -1_001_000_000_029, "type": "channel", "title": "News"}


def update(kind: str, body: object, number: int = 1031) -> Json:
    return {"update_id": number, kind: body}


def message(text: str | None = None, chat: Json = PRIVATE, sender: Json = ANA, **more: Any) -> Json:
    body: Json = {"message_id": 37, "from": sender, "chat": chat, "date": 1_772_703_667, **more}
    return body if text is None else body | {"text": text}


def document(
    name: str | None = "beleg.pdf", media_type: str | None = "application/pdf", size: int = 4099
) -> Json:
    about: Json = {"file_id": "BQAC41", "file_unique_id": "AQAD41", "file_size": size}
    if name is not None:
        about["file_name"] = name
    if media_type is not None:
        about["mime_type"] = media_type
    return about


def photo() -> list[Json]:
    """The largest is neither the first nor the last."""
    sizes = ((90, 60, 1301), (1280, 853, 99_991), (320, 213, 12_007))
    return [
        {"file_id": f"AgAC{width}", "file_unique_id": f"AQAD{width}", "width": width, "height": height,
         "file_size": size}
        for width, height, size in sizes
    ]  # fmt: skip


def query(shown: Json | None, data: object = "token43", sender: Json = ANA, **more: Any) -> Json:
    body: Json = {"id": "9000000047", "from": sender, "chat_instance": "53", "data": data, **more}
    return body if shown is None else body | {"message": shown}


def shown(chat: Json = PRIVATE, **more: Any) -> Json:
    """A message of ours with buttons."""
    return message("Which one?", chat, OUR_USER, **more)


def membership(chat: Json, status: str, **more: Any) -> Json:
    return {
        "chat": chat, "from": ANA, "date": 1_772_703_701,
        "old_chat_member": {"user": OUR_USER, "status": "left"},
        "new_chat_member": {"user": OUR_USER, "status": status, **more},
    }  # fmt: skip


def said(body: Json) -> Update | None:
    """What we make of a message."""
    return read(update("message", body), US)


def typed(body: Json) -> Typed:
    found = said(body)
    assert found is not None
    assert isinstance(found.input, Typed)
    return found.input
