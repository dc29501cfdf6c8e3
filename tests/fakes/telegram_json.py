"""People, chats and messages as the Bot API writes them."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram_files import File
from tests.fakes.telegram_values import Entity, Person
from tests.fakes.telegram_world import Content, Message, Query, Room, World

Json = dict[str, Any]


def bot_json(world: World) -> Json:
    bot = world.bot
    return {"id": bot.id, "is_bot": True, "first_name": bot.first_name, "username": bot.username}


def person_json(person: Person) -> Json:
    told: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.username:
        told["username"] = person.username
    if person.language_code:
        told["language_code"] = person.language_code
    return told


def user_json(world: World, person: Person | None) -> Json:
    return bot_json(world) if person is None or person.id == world.bot.id else person_json(person)


def chat_json(world: World, room: Room) -> Json:
    chat = room.chat
    if chat.type != "private":
        told: Json = {"id": chat.id, "title": chat.title, "type": chat.type}
        if room.forum:
            told["is_forum"] = True
        return told
    person = world.people[chat.id]
    told = {"id": chat.id, "first_name": person.first_name, "type": "private"}
    if person.username:
        told["username"] = person.username
    return told


def entity_json(entity: Entity) -> Json:
    told: Json = {"offset": entity.offset, "length": entity.length, "type": entity.type}
    for name in ("url", "language", "custom_emoji_id", "unix_time", "date_time_format"):
        value = getattr(entity, name)
        if value:
            told[name] = value
    if entity.user is not None:
        told["user"] = person_json(entity.user)
    return told


def message_json(world: World, room: Room, message: Message, *, deep: bool = True) -> Json:
    """A message as it is now. The one that it replies to comes along, but not what that replies to."""
    content = message.content
    told: Json = {
        "message_id": message.id,
        "from": user_json(world, message.sender),
        "chat": chat_json(world, room),
        "date": int(message.date),
    }
    if message.thread is not None:
        told |= {"message_thread_id": message.thread, "is_topic_message": True}
    if content.edited_at:
        told["edit_date"] = int(content.edited_at)
    if message.forwarded_from is not None:
        told["forward_origin"] = {
            "type": "user",
            "sender_user": person_json(message.forwarded_from),
            "date": int(message.date),
        }
    if deep and message.reply_to is not None:
        original = room.messages[message.reply_to]
        if not original.deleted:
            told["reply_to_message"] = message_json(world, room, original, deep=False)
    told |= _content_json(content)
    return told


def _content_json(content: Content) -> Json:
    told: Json = {**content.service, **content.extras}
    text, entities = ("text", "entities") if content.is_text else ("caption", "caption_entities")
    if content.document is not None:
        told["document"] = {
            "file_name": content.document.name,
            "mime_type": content.document.media_type,
            **_file_json(content.document),
        }
    if content.photo:
        told["photo"] = [
            {**_file_json(size), "width": size.width, "height": size.height} for size in content.photo
        ]
    if content.text:
        told[text] = content.text
        if content.entities:
            told[entities] = [entity_json(entity) for entity in content.entities]
    if content.keyboard is not None:
        told["reply_markup"] = content.keyboard
    return told


def _file_json(file: File) -> Json:
    told: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id}
    # A smaller copy is made only when somebody asks for it, so its size is not known yet.
    if not file.scaled:
        told["file_size"] = len(file.original)
    return told


def inaccessible_json(world: World, room: Room, message_id: int) -> Json:
    return {"chat": chat_json(world, room), "message_id": message_id, "date": 0}


def query_json(world: World, query: Query, message_id: int, data: str) -> Json:
    """Even a forged tap names a message that is there, or once was."""
    room = world.rooms[query.chat_id]
    message = room.messages.get(message_id)
    gone = message is None or message.deleted
    return {
        "id": query.id,
        "from": person_json(query.person),
        "message": inaccessible_json(world, room, message_id)
        if message is None or gone
        else message_json(world, room, message),
        "chat_instance": str(abs(query.chat_id) * 7919),
        "data": data,
    }


_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def member_json(user: Json, status: str) -> Json:
    told: Json = {"user": user, "status": status}
    if status == "creator":
        told["is_anonymous"] = False
    elif status == "administrator":
        told |= dict.fromkeys(_RIGHTS, False) | {"can_manage_chat": True, "can_invite_users": True}
    elif status == "kicked":
        told["until_date"] = 0
    return told


def bot_member_json(world: World, room: Room, by: Person, old: str, new: str) -> Json:
    """A ChatMemberUpdated about the bot itself."""
    user = bot_json(world)
    return {
        "chat": chat_json(world, room),
        "from": person_json(by),
        "date": int(world.now()),
        "old_chat_member": member_json(user, old),
        "new_chat_member": member_json(user, new),
    }
