"""The methods that put messages into a chat, change them and take them away."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fakes.telegram_files import MAX_UPLOAD
from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_json import message_json
from tests.fakes.telegram_markup import check_place, read_markup
from tests.fakes.telegram_text import find_entities, merge, trim, utf16_length
from tests.fakes.telegram_values import Entity, Params, Refused, Violation, bad_request
from tests.fakes.telegram_world import Content, Message, Room, World, unsupported

MAX_TEXT = 4096
MAX_CAPTION = 1024
TWO_DAYS = 48 * 3600

_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker"
    " find_location record_video_note upload_video_note".split()
)
_EXTRAS = ("link_preview_options", "show_caption_above_media")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_REPLY_WITHOUT_QUOTE = {"message_id", "chat_id", "allow_sending_without_reply"}


def _formatted(world: World, params: Params, name: str, entities: str) -> Content:
    """The text or caption of a call, as it will be shown."""
    source: str = params.get(name, "")
    mode = params.get("parse_mode", "")
    given: list[Entity]
    if mode and entities in params:
        raise Violation(f"{entities} stand in place of a parse_mode, not beside one")
    if mode.lower() == "html":
        text, given = parse_html(source, world.people)
    elif mode.lower() in {"markdown", "markdownv2"}:
        raise unsupported(f"parse_mode {mode}")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, given = source, [_entity(world, source, told) for told in params.get(entities, ())]
    text, trimmed = trim(text, given)
    return Content(
        text=text,
        html=source if mode else html.escape(source, quote=False),
        entities=merge(trimmed, find_entities(text)),
    )


def _entity(world: World, text: str, told: Params) -> Entity:
    """An entity that the call gives itself, in place of a markup."""
    offset, length = told["offset"], told["length"]
    if offset < 0 or length <= 0 or offset + length > utf16_length(text):
        raise bad_request(f"entity begins or ends outside of the text at UTF-16 offset {offset}")
    user = world.people.get(told["user"]["id"]) if "user" in told else None
    if told["type"] == "text_mention" and user is None:
        raise bad_request("user not found")
    return Entity(
        told["type"],
        offset,
        length,
        told.get("url", ""),
        told.get("language", ""),
        user,
        told.get("custom_emoji_id", ""),
        told.get("unix_time"),
        told.get("date_time_format", ""),
    )


def _text(world: World, params: Params) -> Content:
    content = _formatted(world, params, "text", "entities")
    if not content.text:
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return content


def _caption(world: World, params: Params) -> Content:
    content = _formatted(world, params, "caption", "caption_entities")
    if utf16_length(content.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return content


def _send(world: World, params: Params, content: Content) -> dict[str, Any]:
    keyboard, prompt = read_markup(params)
    room = world.reachable(params["chat_id"])
    check_place(keyboard, room)
    thread = params.get("message_thread_id")
    if thread is not None and thread not in room.topics:
        raise bad_request("message thread not found")
    extras = {name: params[name] for name in _EXTRAS if name in params}
    if params.get("protect_content"):
        extras["has_protected_content"] = True
    if params.get("has_spoiler"):
        extras["has_media_spoiler"] = True
    now = world.now()
    message = Message(
        id=world.next_id(room),
        sender=None,
        date=now,
        versions=[replace(content, keyboard=keyboard, extras=extras, at=now)],
        thread=thread,
        reply_to=_replied(room, params),
        prompt=prompt,
    )
    return message_json(world, room, world.add(room, message))


def _replied(room: Room, params: Params) -> int | None:
    reply = params.get("reply_parameters")
    if reply is None:
        return None
    if reply.keys() - _REPLY_WITHOUT_QUOTE or reply.get("chat_id", room.chat.id) != room.chat.id:
        raise unsupported("a quote, or a reply to another chat")
    message = room.messages.get(reply["message_id"])
    if message is not None and not message.deleted:
        return message.id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def send_message(world: World, params: Params) -> dict[str, Any]:
    return _send(world, params, _text(world, params))


def send_document(world: World, params: Params) -> dict[str, Any]:
    content = _caption(world, params)
    document = world.files.document(params["document"])
    if len(document.original) > MAX_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    return _send(world, params, replace(content, document=document))


def send_photo(world: World, params: Params) -> dict[str, Any]:
    content = _caption(world, params)
    return _send(world, params, replace(content, photo=world.files.photo(params["photo"])))


def send_chat_action(world: World, params: Params) -> bool:
    if params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    room = world.reachable(params["chat_id"])
    if params.get("message_thread_id", None) not in {None, *room.topics}:
        raise bad_request("message thread not found")
    return True


def _edited(
    world: World, params: Params, changed: Callable[[Content], Content], *, wording: bool
) -> dict[str, Any]:
    """`wording` tells a new text or caption from a new keyboard alone."""
    if "chat_id" not in params or "message_id" not in params:
        raise bad_request("message identifier is not specified")
    keyboard, _ = read_markup(params)
    room = world.reachable(params["chat_id"])
    check_place(keyboard, room)
    message = world.existing(room, params, "edit")
    if message.sender is not None or message.prompt or message.content.service:
        raise bad_request("message can't be edited")
    old = message.content
    # A keyboard that an edit does not repeat is gone.
    new = replace(changed(old), keyboard=keyboard)
    same = ("text", "entities", "keyboard", "extras")
    if all(getattr(new, name) == getattr(old, name) for name in same):
        raise bad_request(_NOT_MODIFIED)
    world.change(room, message, replace(new, edited_at=world.now()) if wording else new)
    return message_json(world, room, message)


def edit_text(world: World, params: Params) -> dict[str, Any]:
    written = _text(world, params)
    extras = {name: params[name] for name in _EXTRAS if name in params}

    def changed(old: Content) -> Content:
        if not old.is_text:
            raise bad_request("there is no text in the message to edit")
        kept = {name: value for name, value in old.extras.items() if name not in _EXTRAS}
        return replace(written, extras=kept | extras)

    return _edited(world, params, changed, wording=True)


def edit_caption(world: World, params: Params) -> dict[str, Any]:
    written = _caption(world, params)

    def changed(old: Content) -> Content:
        if old.is_text:
            raise bad_request("there is no caption in the message to edit")
        return replace(old, text=written.text, html=written.html, entities=written.entities)

    return _edited(world, params, changed, wording=True)


def edit_markup(world: World, params: Params) -> dict[str, Any]:
    return _edited(world, params, lambda old: old, wording=False)


def delete_message(world: World, params: Params) -> bool:
    room = world.reachable(params["chat_id"])
    message = world.existing(room, params, "delete")
    may_delete_others = room.is_private or room.bot == "administrator"
    if message.sender is not None and not may_delete_others:
        raise bad_request("message can't be deleted")
    if world.now() - message.date > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    return True


def refuse_unsupported(params: Params, names: frozenset[str]) -> None:
    """What would change how a message looks or where it goes must not be lost in silence."""
    for name in params.keys() & names:
        raise unsupported(name)
