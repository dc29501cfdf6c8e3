"""Payloads in the shapes in which Slack sends them."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

TEAM, OTHER_TEAM, ENTERPRISE = "T061EG9R6", "T0STRANGE", "E04BYQ6PQ"
ANA, BOB, STRANGER, BOT = "U2147483697", "W012A3CDE", "U0FOREIGN", "U0BOTUSER"
CHANNEL, PRIVATE, DIRECT = "C2147483705", "G9876543210", "D0ANABOT01"
TS, LATER = "1772703667.000419", "1772703701.000523"
TRIGGER = "13345224609.738474920.8088930838d88f008e0"
HOOK = f"https://hooks.slack.com/commands/{TEAM}/2147483705/ZgBnTbkW"
ACTION_HOOK = f"https://hooks.slack.com/actions/{TEAM}/2147483706/kQpAx31z"
AT = 1_772_703_668.5
OPENS = f"1772703668.500 {TRIGGER}"
VIEW, HASH = "V0PQRSTU12", "1772703661.a7wXcQ2p"


def command(name: str = "/invoice", text: str = "Acme: 3h design @ 120", **more: Any) -> Json:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": TEAM, "team_domain": "buero", "channel_id": CHANNEL,
        "channel_name": "projects", "user_id": ANA, "user_name": "ana.löwe", "command": name, "text": text,
        "api_app_id": "A0KRD7HC3", "is_enterprise_install": "false", "response_url": HOOK,
        "trigger_id": TRIGGER, **more,
    }  # fmt: skip


def interaction(kind: str, **more: Any) -> Json:
    return {
        "type": kind, "team": {"id": TEAM, "domain": "buero"}, "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "user": {"id": ANA, "username": "ana.löwe", "name": "ana.löwe", "team_id": TEAM},
        "api_app_id": "A0KRD7HC3", "enterprise": None, "is_enterprise_install": False, "trigger_id": TRIGGER,
        **more,
    }  # fmt: skip


def button(value: str | None = "token43", **more: Any) -> Json:
    pressed: Json = {
        "type": "button", "action_id": "b0", "block_id": "buttons0", "action_ts": "1772703668.210731",
        "text": {"type": "plain_text", "text": "Send", "emoji": False}, **more,
    }  # fmt: skip
    return pressed if value is None else pressed | {"value": value}


def link() -> Json:
    return button(None, url="https://pay.example/i/7")


def pressed(
    where: str = CHANNEL, name: str = "projects", action: Json | None = None, thread: str = "", **more: Any
) -> Json:
    """In a message that everybody there sees."""
    below = {"thread_ts": thread} if thread else {}
    container = {"type": "message", "message_ts": TS, "channel_id": where, "is_ephemeral": False, **below}
    message = {"type": "message", "user": BOT, "bot_id": "B0BILLHOOK", "ts": TS, "text": "Send it?", **below}
    return interaction(
        "block_actions", container=container, channel={"id": where, "name": name}, message=message,
        state={"values": {}}, response_url=ACTION_HOOK, actions=[action or button()], **more,
    )  # fmt: skip


def pressed_alone(where: str = CHANNEL, name: str = "projects", **more: Any) -> Json:
    """In a message that only one person sees, which Slack does not send along."""
    container = {"type": "message", "message_ts": TS, "channel_id": where, "is_ephemeral": True}
    return interaction(
        "block_actions", container=container, channel={"id": where, "name": name}, state={"values": {}},
        response_url=ACTION_HOOK, actions=[button()], **more,
    )  # fmt: skip


STATE: Json = {
    "client": {"value": {"type": "external_select", "selected_option": {
        "text": {"type": "plain_text", "text": "Acme GmbH"}, "value": "Acme GmbH"}}},
    "lines": {"value": {"type": "plain_text_input", "value": "3h design @ 120\nLogo @ 900"}},
    "date": {"value": {"type": "datepicker", "selected_date": "2026-03-05"}},
    "note": {"value": {"type": "plain_text_input", "value": None}},
}  # fmt: skip
VALUES = {"client": "Acme GmbH", "lines": "3h design @ 120\nLogo @ 900", "date": "2026-03-05", "note": ""}


def metadata(chat: str, token: str = "sheet67") -> str:
    return json.dumps({"chat": chat, "token": token})


def view(chat: str = f"{TEAM}/{CHANNEL}/{ANA}", token: str = "sheet67", **more: Any) -> Json:
    return {
        "id": VIEW, "team_id": TEAM, "type": "modal", "callback_id": "form", "hash": HASH, "blocks": [],
        "private_metadata": metadata(chat, token), "state": {"values": STATE}, "external_id": "",
        "title": {"type": "plain_text", "text": "Invoice", "emoji": False}, "root_view_id": VIEW,
        "app_id": "A0KRD7HC3", "app_installed_team_id": TEAM, "bot_id": "B0BILLHOOK", **more,
    }  # fmt: skip


def chosen() -> Json:
    return {
        "type": "external_select", "action_id": "value", "block_id": "client", "action_ts": "1772703668.31",
        "selected_option": {"text": {"type": "plain_text", "text": "Acme GmbH"}, "value": "Acme GmbH"},
    }  # fmt: skip


def acted_in_view(action: Json, shown: Json | None = None, **more: Any) -> Json:
    shown = shown or view()
    container = {"type": "view", "view_id": shown["id"]}
    return interaction("block_actions", container=container, view=shown, actions=[action], **more)


def home_view() -> Json:
    return view(type="home", callback_id="", private_metadata="", state={"values": {}})


def submitted(shown: Json | None = None, **more: Any) -> Json:
    return interaction("view_submission", view=shown or view(), response_urls=[], **more)


def closed(shown: Json | None = None, **more: Any) -> Json:
    payload = interaction("view_closed", view=shown or view(), is_cleared=False, **more)
    del payload["trigger_id"]
    return payload


def asked(typed: object = "acm", **more: Any) -> Json:
    return interaction(
        "block_suggestion", container={"type": "view", "view_id": VIEW}, view=view(), block_id="client",
        action_id="value", value=typed,
    ) | more  # fmt: skip


def message_shortcut(text: str = "Acme: 3h design @ 120", where: str = CHANNEL, **more: Any) -> Json:
    message = {"type": "message", "user": BOB, "ts": TS, "text": text, "team": TEAM}
    return interaction(
        "message_action", callback_id="invoice_from_message", message=message, message_ts=TS,
        channel={"id": where, "name": "projects"}, response_url=ACTION_HOOK, action_ts="1772703668.11",
    ) | more  # fmt: skip


def global_shortcut(**more: Any) -> Json:
    return interaction("shortcut", callback_id="invoice", action_ts="1772703668.13") | more


def event(inner: Json, **more: Any) -> Json:
    authorization = {
        "enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False,
    }  # fmt: skip
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": TEAM, "context_team_id": TEAM, "api_app_id": "A0KRD7HC3",
        "event": inner, "type": "event_callback", "event_id": "Ev08MFMKH6", "event_time": 1_772_703_667,
        "authorizations": [authorization], "is_ext_shared_channel": False, "event_context": "4-eyJldCI6",
        **more,
    }  # fmt: skip


def said(text: str = "overdue", **more: Any) -> Json:
    """In the direct messages with the app."""
    return {
        "type": "message", "channel": DIRECT, "channel_type": "im", "user": ANA, "text": text, "ts": TS,
        "event_ts": TS, "team": TEAM, "client_msg_id": "2a7e9a36-7c1b-4d4c-9d6f-0f3b4e8c5a11", **more,
    }  # fmt: skip


def mentioned(text: str = f"<@{BOT}> Acme: 3h design @ 120", **more: Any) -> Json:
    return {
        "type": "app_mention", "channel": CHANNEL, "user": ANA, "text": text, "ts": TS, "event_ts": TS,
        "team": TEAM, **more,
    }  # fmt: skip


def file(**more: Any) -> Json:
    return {
        "id": "F0RECEIPT7", "name": "beleg.pdf", "mimetype": "application/pdf", "size": 4099, "user": ANA,
        "url_private": "https://files.slack.com/files-pri/T061EG9R6-F0RECEIPT7/beleg.pdf", **more,
    }  # fmt: skip


def home_opened(tab: str = "home") -> Json:
    return {"type": "app_home_opened", "user": ANA, "channel": DIRECT, "tab": tab, "event_ts": TS}
