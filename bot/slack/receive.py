"""Payloads of Slack as our updates. Pure, and total: whatever arrives, the answer is an update or None."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.slack.address import PLATFORM, channel, direct, home
from bot.slack.on_screen import MAX_TOKEN, OnScreen
from bot.slack.origin import (
    HOOKS,
    MAX_NAME,
    Json,
    channel_id,
    corner_of,
    moment,
    sender,
    team_of,
    title,
    total,
    user_id,
    way,
    who,
    word,
)
from bot.slack.sheet import ORIGINAL, values
from bot.slack.text_in import plain
from bot.text import clean_name
from handlers.kinds import ChatRef
from handlers.updates import (
    Around,
    Input,
    Kept,
    Looked,
    Occasion,
    Offer,
    Pressed,
    RemoteFile,
    Submitted,
    Typed,
    Update,
)

FORM = "form"
"""The callback_id of our sheets."""
FROM_MESSAGE = "invoice_from_message"
FROM_ANYWHERE = "invoice"
MAX_BEGINNING = 150
"""Characters that are looked for while somebody types; an option has no more (CHAT.md 2.2)."""
_OURS = frozenset({HOOKS})
_COMMAND = re.compile("/([a-z0-9_-]{1,32})")
_PREFIX = re.compile(r"/billhook(?:\s+|$)", re.IGNORECASE)
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of messages that a person has written just now."""
_SLACKBOT = "USLACKBOT"
_MENTION = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[\s:,]*")


# -- slash commands ---------------------------------------------------------------------------------


@total
def command(body: Json, at: float, origins: frozenset[str] = _OURS) -> Update | None:
    """`/invoice …` as it is, and `/billhook NAME …` as `/NAME …`; `at` is when it was received, in seconds."""
    team, user, trigger = team_of(body), user_id(body["user_id"]), word(body["trigger_id"])
    name, text = _COMMAND.fullmatch(body["command"]), plain(body.get("text") or "", team)
    if name is None:
        return None
    if name[1] == "billhook":
        typed = _behind(text)
    else:
        typed = f"/{name[1]} {text}".rstrip()
    chat, around = corner_of(team, {"id": body["channel_id"], "name": body.get("channel_name")}, user)
    return Update(
        PLATFORM,
        f"{team}:command:{trigger}",
        chat,
        sender(body, user, body.get("user_name"), None),
        Typed(typed),
        Occasion(way=way(body, origins), opens=_opens(at, trigger)),
        around=around,
    )


def _behind(text: str) -> str:
    return f"/{text.removeprefix('/').lstrip() or 'help'}"


def _meant(text: str) -> str:
    """Our sentences name commands as `/billhook NAME`, so that is also understood where no slash command can be."""
    prefix = _PREFIX.match(text)
    return _behind(text[prefix.end() :]) if prefix else text


def _opens(at: float, trigger: str) -> str:
    return f"{at:.3f} {trigger}" if trigger else ""


# -- presses, sheets and shortcuts ------------------------------------------------------------------


@total
def interaction(payload: Json, at: float, origins: frozenset[str] = _OURS) -> Update | None:
    """`at` is when it was received, in seconds; `origins` is where a response_url may lead."""
    match payload["type"]:
        case "block_actions" if "view" in payload:
            return _act_in_view(payload, at)
        case "block_actions":
            return _press(payload, at, origins)
        case "view_submission":
            return _submission(payload)
        case "view_closed":
            return _closing(payload)
        case "message_action":
            return _message_shortcut(payload, at, origins)
        case "shortcut":
            return _global_shortcut(payload, at)
        case _:
            return None


def _button(action: Json) -> Pressed | None:
    """None for what is no button of ours, such as one that opens an address."""
    value = action.get("value")
    if action["type"] != "button" or not isinstance(value, str) or not value:
        return None
    return Pressed(value[:MAX_TOKEN])


def _pressing(payload: Json) -> tuple[str, str]:
    """What names the pressing, and the trigger that came with it, if any."""
    trigger = word(payload["trigger_id"]) if payload.get("trigger_id") else ""
    return trigger or f"{word(payload['actions'][0]['action_ts'])}-{user_id(payload['user']['id'])}", trigger


def _press(payload: Json, at: float, origins: frozenset[str]) -> Update | None:
    pressed = _button(payload["actions"][0])
    if pressed is None:
        return None
    team, person, (press, trigger) = team_of(payload), who(payload), _pressing(payload)
    container, user = payload["container"], user_id(payload["user"]["id"])
    shown, where = moment(container["message_ts"]), channel_id(payload["channel"]["id"])
    hidden = container.get("is_ephemeral") is True
    group, around = "", None
    if hidden:
        chat, around = corner_of(team, payload["channel"], user)
    elif where[0] == "D":
        chat = direct(team, user)
    else:
        chat, group = channel(team, where), title(payload["channel"].get("name"))
    occasion = Occasion(
        message=shown,
        press=press,
        replaces=ORIGINAL if hidden else shown,
        who=person.name if group else "",
        whose=person.identity if group else "",
        way=way(payload, origins),
        opens=_opens(at, trigger),
        thread=_thread({**(payload.get("message") or {}), **container}, shown),
    )
    return Update(PLATFORM, f"{team}:action:{press}", chat, person, pressed, occasion, group, around)


def _thread(message: Json, ts: str) -> str:
    """The message that begins the thread, for those that stand in one below it."""
    begins = message.get("thread_ts")
    return moment(begins) if begins and begins != ts else ""


def _act_in_view(payload: Json, at: float) -> Update | None:
    """In the home tab, or in a modal; what is not a button there is a field on which others hang."""
    team, person, (press, trigger) = team_of(payload), who(payload), _pressing(payload)
    view, action = payload["view"], payload["actions"][0]
    opens = _opens(at, trigger)
    pressed = _button(action)
    if view["type"] == "home":
        if pressed is None:
            return None
        user = user_id(payload["user"]["id"])
        # The overview stays as it is; what was asked for there is answered in the direct conversation.
        given, occasion = replace(pressed, shown=home(team, user).address), Occasion(press=press, opens=opens)
        return Update(PLATFORM, f"{team}:action:{press}", direct(team, user), person, given, occasion)
    sheet = OnScreen.read(payload)
    inside: Input | None = pressed
    if pressed is None and action["type"] != "button" and sheet.token:
        inside = Kept(sheet.token, values(view), closed=False)
    if inside is None:
        return None
    if isinstance(inside, Kept):
        # A form that was sent before this is answered does not come up once more.
        return sheet.update(f"{team}:action:{press}", inside, press=press, form=_form(view, "only"))
    return sheet.update(f"{team}:action:{press}", inside, press=press, opens=opens, form=_form(view))


def _form(view: Json, kind: str = "id") -> str:
    return f"{kind} {word(view['id'])} {word(view['hash'])}"


def _submission(payload: Json) -> Update | None:
    team, view = team_of(payload), payload["view"]
    sheet = OnScreen.read(payload)
    if view["callback_id"] != FORM or not sheet.token:
        return None
    update_id = f"{team}:view:{word(view['id'])}:{word(view['hash'])}"
    return sheet.update(update_id, Submitted(sheet.token, values(view)), form=_form(view))


def _closing(payload: Json) -> Update | None:
    team, view = team_of(payload), payload["view"]
    sheet = OnScreen.read(payload)
    if view["callback_id"] != FORM or not sheet.token:
        return None
    return sheet.update(f"{team}:closed:{word(view['id'])}", Kept(sheet.token, values(view)))


def _message_shortcut(payload: Json, at: float, origins: frozenset[str]) -> Update | None:
    """Somebody wants an invoice of what a message says."""
    if payload["callback_id"] != FROM_MESSAGE:
        return None
    team, trigger = team_of(payload), word(payload["trigger_id"])
    chat, around = corner_of(team, payload["channel"], payload["user"]["id"])
    typed = Typed(f"/invoice {plain(payload['message'].get('text') or '', team)}".rstrip())
    occasion = Occasion(way=way(payload, origins), opens=_opens(at, trigger))
    update_id = f"{team}:shortcut:{trigger}"
    return Update(PLATFORM, update_id, chat, who(payload), typed, occasion, around=around)


def _global_shortcut(payload: Json, at: float) -> Update | None:
    if payload["callback_id"] != FROM_ANYWHERE:
        return None
    team, trigger = team_of(payload), word(payload["trigger_id"])
    chat, occasion = direct(team, user_id(payload["user"]["id"])), Occasion(opens=_opens(at, trigger))
    return Update(
        PLATFORM, f"{team}:shortcut:{trigger}", chat, who(payload), Typed("/invoice"), occasion
    )  # fmt: skip


@total
def suggestion(payload: Json) -> tuple[Update, Offer] | None:
    """Somebody types into a field of one of our sheets whose ready answers are looked for. It is never stored."""
    if payload["type"] != "block_suggestion":
        return None
    sheet, view = OnScreen.read(payload), payload["view"]
    field, text = word(payload["block_id"]).rpartition(":")[2], payload["value"]
    if not sheet.token or not isinstance(text, str):
        return None
    begun = clean_name(text[:MAX_BEGINNING], MAX_BEGINNING)
    update = sheet.update("", Kept(sheet.token, {}, closed=False))
    return update, Offer(sheet.token, values(view), field, begun)


# -- events -----------------------------------------------------------------------------------------


@total
def event(body: Json) -> Update | None:
    """What is said to us directly or with our name in front, and the opening of the home tab."""
    if body["type"] != "event_callback":
        return None
    told = body["event"]
    match told["type"]:
        case "message" if told.get("channel_type") == "im":
            return _said_directly(body, told)
        case "app_mention":
            return _said_in_channel(body, told)
        case "app_home_opened" if told.get("tab") == "home":
            team, user = team_of(body), user_id(told["user"])
            return _event(body, home(team, user), Looked(), Occasion())
        case _:
            return None


def _event(
    body: Json, chat: ChatRef, given: Input, occasion: Occasion, around: Around | None = None
) -> Update | None:
    told = body["event"]
    own = told.get("user_team") or told.get("team")
    if own is None and body.get("is_ext_shared_channel"):
        # In a channel shared with strangers, one of whom nothing is known could be taken for one of us.
        return None
    person = sender(body, told["user"], None, own)
    update_id = f"{team_of(body)}:event:{word(body['event_id'])}"
    return Update(PLATFORM, update_id, chat, person, given, occasion, around=around)


def _is_spoken(body: Json, told: Json) -> bool:
    """Written by a person, just now: an edit never runs a command again, and a bot's words never do."""
    return (
        told.get("subtype") in _SPOKEN
        and told["user"] not in {_bot_user(body), _SLACKBOT}
        and not told.get("bot_id")
        and not told.get("hidden")
        and "edited" not in told
    )


def _said_directly(body: Json, told: Json) -> Update | None:
    if not _is_spoken(body, told):
        return None
    team, ts = team_of(body), moment(told["ts"])
    said = told.get("text") or ""
    mention = _MENTION.match(said)
    # Our name in front, out of habit from a channel, says nothing more here.
    text = _meant(plain(said[mention.end() :] if mention and mention[1] == _bot_user(body) else said, team))
    files = () if text else tuple(map(_file, (told.get("files") or [])[:1]))
    if not text and not files:
        return None
    occasion = Occasion(message=ts, thread=_thread(told, ts))
    return _event(body, direct(team, user_id(told["user"])), Typed(text, files), occasion)


def _file(file: Json) -> RemoteFile:
    media_type = file.get("mimetype")
    name = file.get("name")
    return RemoteFile(
        word(file["id"]),
        (clean_name(name, MAX_NAME) if isinstance(name, str) else "") or "file.bin",
        media_type[:100] if isinstance(media_type, str) and media_type else "application/octet-stream",
    )


def _said_in_channel(body: Json, told: Json) -> Update | None:
    """Who speaks about us to others does not begin with our name, and is not answered."""
    mention = _MENTION.match(told["text"])
    if not _is_spoken(body, told) or mention is None or mention[1] != (_bot_user(body) or mention[1]):
        return None
    if channel_id(told["channel"])[0] == "D":
        # There it came as a message already.
        return None
    team, ts = team_of(body), moment(told["ts"])
    chat, around = corner_of(team, {"id": told["channel"]}, told["user"])
    text = _meant(plain(told["text"][mention.end() :], team)) or "/help"
    return _event(body, chat, Typed(text), Occasion(message=ts, thread=_thread(told, ts)), around)


def _bot_user(body: Json) -> object:
    """The id by which we are mentioned there, if the event says."""
    given = body.get("authorizations") or [{}]
    return given[0].get("user_id") if given[0].get("is_bot") else None


@total
def removal(body: Json) -> str | None:
    """The team that took the app out, or took our token back."""
    if body["type"] != "event_callback":
        return None
    told = body["event"]
    if told["type"] == "app_uninstalled" or (told["type"] == "tokens_revoked" and told["tokens"].get("bot")):
        return team_of(body)
    return None


def team(body: Json) -> str:
    """The team whose installation a payload belongs to; empty where it names none."""
    return total(team_of)(body) or ""
