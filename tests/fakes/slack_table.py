"""The Web API's methods as the fake knows them: their arguments, and the scopes that they ask for."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.open": ("im:write",),
    "users.info": ("users:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
    "apps.connections.open": ("connections:write",),
}
"""One of these must have been granted. Where a conversation decides, see CONVERSATION_SCOPES."""

CONVERSATION_SCOPES = {"im": "im:read", "private": "groups:read", "public": "channels:read"}
"""For conversations.info and conversations.members."""

EVENT_SCOPES = {
    "message": "im:history",
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
}
"""An event is not sent without its scope; app_home_opened and the end of an installation need none."""


@dataclass(frozen=True, slots=True)
class Method:
    required: frozenset[str]
    optional: frozenset[str]
    json: bool
    """Whether it reads a JSON body; the others see none of its arguments."""


def _method(required: str = "", optional: str = "", *, json: bool = True) -> Method:
    return Method(frozenset(required.split()), frozenset(optional.split()), json)


_TEXTS = (
    "text blocks attachments thread_ts link_names parse username icon_emoji icon_url as_user markdown_text"
)
METHODS: dict[str, Method] = {
    "auth.test": _method(),
    "auth.revoke": _method(optional="test", json=False),
    "chat.postMessage": _method(
        "channel", f"{_TEXTS} mrkdwn unfurl_links unfurl_media reply_broadcast metadata"
    ),
    "chat.update": _method(
        "channel ts",
        "text blocks attachments link_names parse as_user reply_broadcast metadata markdown_text file_ids",
    ),
    "chat.delete": _method("channel ts", "as_user"),
    "chat.postEphemeral": _method("channel user", _TEXTS),
    "conversations.open": _method(optional="users channel return_im prevent_creation"),
    "conversations.info": _method("channel", "include_locale include_num_members", json=False),
    "conversations.members": _method("channel", "cursor limit", json=False),
    "users.info": _method("user", "include_locale", json=False),
    "views.open": _method("view", "trigger_id interactivity_pointer"),
    "views.push": _method("view", "trigger_id interactivity_pointer"),
    "views.update": _method("view", "view_id external_id hash"),
    "views.publish": _method("user_id view", "hash"),
    "files.getUploadURLExternal": _method("filename length", "alt_txt snippet_type", json=False),
    "files.completeUploadExternal": _method("files", "channel_id channels initial_comment thread_ts blocks"),
    "files.info": _method("file", "count cursor limit page", json=False),
    "oauth.v2.access": _method(
        optional="code client_id client_secret redirect_uri grant_type refresh_token", json=False
    ),
    "apps.connections.open": _method(),
}
WITHOUT_TOKEN = frozenset({"oauth.v2.access"})
PACED = frozenset({"chat.postMessage", "chat.postEphemeral"})
"""What counts towards one message a second in a channel."""

TEXTUAL = frozenset(
    "channel ts thread_ts user users user_id trigger_id view_id external_id hash text file channel_id code"
    " redirect_uri initial_comment filename".split()
)
OBJECTS = {"view": dict, "blocks": list, "files": list, "attachments": list, "metadata": dict}
"""May arrive as JSON in a string, too."""

IGNORED = frozenset(
    "attachments markdown_text username icon_emoji icon_url as_user interactivity_pointer file_ids channels"
    " reply_broadcast grant_type refresh_token snippet_type".split()
)
"""Slack knows them and the fake does not act on them: a violation rather than a silent difference."""
