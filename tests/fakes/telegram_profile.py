"""The methods about the bot itself, its webhook, its chats, its files, and the taps that it answers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram_files import MAX_DOWNLOAD
from tests.fakes.telegram_json import bot_json, chat_json, member_json, person_json
from tests.fakes.telegram_text import utf16_length
from tests.fakes.telegram_updates import Webhook
from tests.fakes.telegram_values import Params, Toast, Violation, bad_request
from tests.fakes.telegram_world import World

MAX_TOAST = 200
MAX_COMMANDS = 100
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
PORTS = (80, 88, 443, 8443)

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, params: Params) -> dict[str, Any]:
    return bot_json(world) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.profile.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


# Webhooks. The kinds of updates are named by every call that receives them.


def allow_updates(world: World, params: Params) -> None:
    kinds = params.get("allowed_updates")
    if kinds is None:
        return
    unknown = [kind for kind in kinds if kind not in world.profile.updates]
    if unknown:
        raise Violation(f"there are no updates of the kind {unknown}")
    world.mail.allow(kinds)


def set_webhook(world: World, params: Params) -> bool:
    if not params["url"]:
        return delete_webhook(world, params)
    parts = urlsplit(params["url"])
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        if not world.profile.plain_http:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    elif parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    elif (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = params.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise Violation(f"max_connections is 1 to 100, not {connections}")
    allow_updates(world, params)
    if params.get("drop_pending_updates"):
        world.mail.clear()
    world.mail.webhook = Webhook(params["url"], secret or "", connections)
    world.mail.last_error = None
    world.on_webhook()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    if params.get("drop_pending_updates"):
        world.mail.clear()
    world.mail.webhook = None
    world.on_webhook()
    return True


def get_webhook_info(world: World, params: Params) -> dict[str, Any]:
    mail = world.mail
    told: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": len(mail)}
    if mail.webhook is not None:
        told |= {"url": mail.webhook.url, "max_connections": mail.webhook.max_connections}
    if mail.last_error is not None:
        told |= {"last_error_date": int(mail.last_error[0]), "last_error_message": mail.last_error[1]}
    if mail.allowed is not None:
        told["allowed_updates"] = sorted(mail.allowed)
    return told


# What people read about the bot.


def _language(params: Params) -> str:
    language: str = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _commands_key(world: World, params: Params) -> tuple[object, ...]:
    scope = params.get("scope", {"type": "default"})
    if "chat_id" in scope:
        world.reachable(scope["chat_id"])
    return (scope["type"], scope.get("chat_id"), scope.get("user_id"), _language(params))


def set_my_commands(world: World, params: Params) -> bool:
    commands = params["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    names = [command["command"] for command in commands]
    if len(set(names)) < len(names):
        raise Violation(f"a command is listed twice: {names}")
    world.profile.commands[_commands_key(world, params)] = commands
    return True


def delete_my_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_commands_key(world, params), None)
    return True


def get_my_commands(world: World, params: Params) -> object:
    return world.profile.commands.get(_commands_key(world, params), [])


def set_my_description(world: World, params: Params) -> bool:
    return _describe(world, params, "description", MAX_DESCRIPTION)


def set_my_short_description(world: World, params: Params) -> bool:
    return _describe(world, params, "short_description", MAX_SHORT_DESCRIPTION)


def _describe(world: World, params: Params, name: str, longest: int) -> bool:
    text = params.get(name, "")
    if utf16_length(text) > longest:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    getattr(world.profile, name)[_language(params)] = text
    return True


def set_chat_menu_button(world: World, params: Params) -> bool:
    chat_id = params.get("chat_id")
    if chat_id is not None and not world.reachable(chat_id).is_private:
        raise bad_request("chat not found")
    world.profile.menu_buttons[chat_id] = params.get("menu_button", {"type": "default"})
    return True


# Chats.


def get_chat(world: World, params: Params) -> dict[str, Any]:
    room = world.reachable(params["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    told = chat_json(world, room)
    told |= {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if not room.is_private:
        told["permissions"] = {"can_send_messages": True}
    return told


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    room = world.reachable(params["chat_id"])
    user_id = params["user_id"]
    if user_id == world.bot.id:
        return member_json(bot_json(world), room.bot)
    person = world.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    status = "member" if room.chat.id == user_id else room.members.get(user_id, "left")
    return member_json(person_json(person), status)


def leave_chat(world: World, params: Params) -> bool:
    room = world.reachable(params["chat_id"])
    if room.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    room.bot = "left"
    return True


# Taps and files.


def answer_callback_query(world: World, params: Params) -> bool:
    query = world.queries.get(params["callback_query_id"])
    if query is None or query.answered or world.now() - query.asked_at > world.callback_seconds:
        raise bad_request(_TOO_OLD)
    text, url = params.get("text", ""), params.get("url", "")
    if utf16_length(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and urlsplit(url).hostname != "t.me":
        raise bad_request("URL_INVALID")
    query.answered = True
    alert = params.get("show_alert", False)
    world.toasts.append(Toast(query.id, query.person.id, query.chat_id, text, alert, url, world.now()))
    return True


def get_file(world: World, params: Params) -> dict[str, Any]:
    file = world.files.find(params["file_id"])
    if len(file.original) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }
