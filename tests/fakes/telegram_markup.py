"""What may stand under a message: the buttons, and the prompts that open a reply."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram_text import utf16_length
from tests.fakes.telegram_values import Params, ShownButton, Violation, bad_request
from tests.fakes.telegram_world import Room, unsupported

MAX_BUTTONS = 100
MAX_ROW = 8
MAX_DATA = 64
MAX_COPIED = 256
MAX_PLACEHOLDER = 64

_ABOUT = {"text", "style", "icon_custom_emoji_id"}
_STYLES = {"danger", "success", "primary"}
_UNUSABLE = "can't parse inline keyboard button"


def read_markup(params: Params) -> tuple[Params | None, Params]:
    """An inline keyboard, or a prompt for the person's next message; without either both are empty."""
    markup: dict[str, Any] = params.get("reply_markup", {})
    if "inline_keyboard" in markup:
        return _keyboard(markup["inline_keyboard"]), {}
    if "keyboard" in markup:
        raise unsupported("a keyboard in place of the person's own")
    if "force_reply" in markup:
        if not markup["force_reply"]:
            raise Violation("force_reply is always true")
        if not 1 <= utf16_length(markup.get("input_field_placeholder", "?")) <= MAX_PLACEHOLDER:
            raise Violation(f"a placeholder has 1 to {MAX_PLACEHOLDER} characters")
    elif "remove_keyboard" in markup and not markup["remove_keyboard"]:
        raise Violation("remove_keyboard is always true")
    return None, markup


def _keyboard(rows: list[list[Params]]) -> Params | None:
    # An empty row is dropped by the real server, and a keyboard without buttons is none.
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return {"inline_keyboard": rows} if rows else None


def _check(button: Params) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text is empty")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    # An empty text in place of data or of an address is as good as nothing.
    actions = [name for name in button if name not in _ABOUT and button[name] != ""]
    if not actions:
        raise bad_request(f"{_UNUSABLE}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # The real server takes the first that it looks for.
        raise Violation(f"{_UNUSABLE}: it does more than one thing: {actions}")
    _check_action(actions[0], button[actions[0]])


def _check_action(name: str, value: Any) -> None:
    match name:
        case "callback_data":
            if len(value.encode()) > MAX_DATA:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            if not is_address(value):
                raise bad_request("BUTTON_URL_INVALID")
        case "copy_text":
            if not 1 <= utf16_length(value["text"]) <= MAX_COPIED:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "web_app":
            if urlsplit(value["url"]).scheme != "https":
                reason = f"Web App URL '{value['url']}' is invalid: Only HTTPS links are allowed"
                raise bad_request(f"inline keyboard button {reason}")
        case _:
            raise unsupported(f"a button with {name}")


def check_place(keyboard: Params | None, room: Room) -> None:
    """A Web App opens only where one person is."""
    rows = keyboard["inline_keyboard"] if keyboard else ()
    if not room.is_private and any("web_app" in button for row in rows for button in row):
        raise bad_request("BUTTON_TYPE_INVALID")


def is_address(url: str) -> bool:
    """Telegram takes no host without a dot: a link to `localhost` is the usual surprise."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "tg":
        return bool(host)
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host.strip(".")
    return True


def shown_rows(keyboard: Params | None) -> tuple[tuple[ShownButton, ...], ...]:
    rows = keyboard["inline_keyboard"] if keyboard else ()
    return tuple(tuple(_shown(button) for button in row) for row in rows)


def _shown(button: Params) -> ShownButton:
    return ShownButton(
        label=button["text"],
        data=button.get("callback_data", ""),
        url=button.get("url") or button.get("web_app", {}).get("url", ""),
        copies=button.get("copy_text", {}).get("text", ""),
        style=button.get("style", ""),
    )
