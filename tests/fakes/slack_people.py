"""A person in a workspace: what they type, press and see. Every act waits until the app has acknowledged it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_acks import after_action, after_command, after_shortcut
from tests.fakes.slack_courier import Parcel, command_parcel, interaction_parcel
from tests.fakes.slack_fields import Placed, action_of
from tests.fakes.slack_look import button, shown
from tests.fakes.slack_messages import message_json
from tests.fakes.slack_table import EVENT_SCOPES
from tests.fakes.slack_typed import encode, mentions_bot
from tests.fakes.slack_values import Ack, Confirm, Impossible, Json, Shown, ShownFile
from tests.fakes.slack_views import view_json
from tests.fakes.slack_world import Account, Channel, Message, OpenView, Workspace, World

T = TypeVar("T")
ACCEPTED = Ack(200, "", 0.0)
"""Nothing was to be sent."""


class Post(Protocol):
    """What a person needs of the fake: it sends, and waits for the ack."""

    world: World

    @property
    def origin(self) -> str: ...

    def file_of(self, file_id: str) -> ShownFile: ...

    def send(self, parcel: Parcel) -> Ack: ...

    def send_event(self, workspace: Workspace, event: Json) -> Ack: ...


class Acts(Account):
    """What the acts have in common."""

    _post: Post

    def __init__(
        self, post: Post, user_id: str, name: str, workspace: Workspace, locale: str, tz: str
    ) -> None:
        super().__init__(user_id, name, workspace, locale, tz)
        self._post = post
        self._world = post.world
        self.confirmed: list[Confirm] = []
        """The dialogs that buttons have asked."""

    def _installed(self, scope: str = "") -> None:
        workspace = self.workspace
        if not workspace.installed or (scope and scope not in workspace.scopes):
            raise Impossible(
                f"the app is not installed in {workspace.name}, or not with {scope or 'anything'}"
            )

    def _asked(self, element: Json, confirm: bool) -> bool:
        """Whether the act goes on after the element's dialog, if it has one."""
        dialog = element.get("confirm")
        if dialog is None:
            return True
        texts = {name: part["text"] for name, part in dialog.items() if isinstance(part, dict)}
        defaults = ("Are you sure?", "", "Yes", "Cancel")
        names = ("title", "text", "confirm", "deny")
        told = (texts.get(name, default) for name, default in zip(names, defaults, strict=True))
        self.confirmed.append(Confirm(*told))
        return confirm

    def _act_in_view(self, view: OpenView, action: Json) -> Ack:
        with self._world.changed:
            payload = payloads.view_action(self._world, self, view, action)
        ack = self._post.send(interaction_parcel(payload))
        with self._world.changed:
            after_action(self._world, self, ack, None, view)
        return ack

    def _wait(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        deadline = time.monotonic() + seconds
        world = self._world
        with world.changed:
            while True:
                found = look()
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    last = [(call.method, call.response.get("error", "ok")) for call in world.calls[-5:]]
                    raise TimeoutError(
                        f"{what} did not come in {seconds} s; the last calls are {last},"
                        f" violations: {world.violations}"
                    )
                world.changed.wait(left)


class Talk(Acts):
    """In channels and direct messages."""

    @property
    def dm(self) -> Channel:
        """This person's direct messages with the bot."""
        with self._world.changed:
            return self._world.dm_of(self)

    def slash(self, command: str, text: str = "", where: Channel | None = None) -> Ack:
        """Runs a command, in the direct messages unless a channel is named. Threads have none."""
        world = self._world
        with world.changed:
            self._installed("commands")
            channel = self._place(where)
            typed = encode(world, self.workspace, text.strip(), named=True)
            form = payloads.command(world, self, channel, command, typed, self._post.origin)
        ack = self._post.send(command_parcel(form))
        with world.changed:
            after_command(world, self, channel, command, ack)
        return ack

    def say(self, text: str, where: Channel | None = None, thread: Shown | str | None = None) -> Ack:
        """Writes a message. In a channel the app hears of it only if it is a member and mentioned."""
        world = self._world
        with world.changed:
            channel = self._place(where)
            message = Message(channel.id, world.ts(), self.id, False, "")
            message.text = encode(world, self.workspace, text, named=False)
            if thread is not None:
                parent = self._seen(channel, thread)
                message.thread_ts = parent.thread_ts or parent.ts
            world.add(message)
            world.open_thread(message)
            event = self._heard(channel, message, text)
        return self._post.send_event(self.workspace, event) if event is not None else ACCEPTED

    def _heard(self, channel: Channel, message: Message, typed: str) -> Json | None:
        told = message_json(self._world, message)
        told |= {
            "client_msg_id": f"{self._world.letters(8)}-{self._world.letters(12)}".lower(),
            "blocks": [_typed_block(message.text)],
            "channel": channel.id,
            "event_ts": message.ts,
        }
        if channel.is_im:
            return told | {"channel_type": "im"}
        return told | {"type": "app_mention"} if mentions_bot(typed) and channel.bot else None

    def press(
        self,
        label: str,
        where: Channel | None = None,
        message: Shown | str | None = None,
        *,
        confirm: bool = True,
    ) -> Ack:
        """Presses the newest button of that label in the messages there; without a place, in the modal or in Home.

        A Shown is pressed as it was seen, though the message may have changed since.
        """
        if where is None and isinstance(message, Shown):
            where = self._world.channels[message.channel_id]
        if where is None:
            return self._press_in_view(label, confirm)
        world = self._world
        with world.changed:
            self._installed()
            found, placed, told = self._button(where, label, message)
            if not self._asked(placed.element, confirm):
                return ACCEPTED
            action = action_of(placed, world.ts())
            payload = payloads.message_action(world, self, found, told, action, self._post.origin)
        ack = self._post.send(interaction_parcel(payload))
        with world.changed:
            after_action(world, self, ack, where, None)
        return ack

    def _press_in_view(self, label: str, confirm: bool) -> Ack:
        world = self._world
        with world.changed:
            self._installed()
            stack = world.stacks.get(self.id)
            home = world.homes.get(self.id)
            view = stack[-1] if stack else home
            placed = button(view.payload["blocks"], label) if view is not None else None
            if view is None or placed is None:
                raise Impossible(f"there is no button {label!r} in {'the modal' if stack else 'Home'}")
            if not self._asked(placed.element, confirm):
                return ACCEPTED
            action = action_of(placed, world.ts())
        return self._act_in_view(view, action)

    def _button(
        self, where: Channel, label: str, message: Shown | str | None
    ) -> tuple[Message, Placed, Json]:
        """The message with the button, the button, and the message as this person sees it."""
        world = self._world
        others: list[str] = []
        ts = message.ts if isinstance(message, Shown) else message
        for known in reversed(list(world.visible(where, self))):
            if ts not in {None, known.ts}:
                continue
            blocks = message.blocks if isinstance(message, Shown) else known.blocks
            placed = button(blocks, label)
            if placed is not None:
                return known, placed, message_json(world, known) | {"blocks": blocks}
            others += [other.label for other in shown(world, known, self._post.file_of).buttons]
        raise Impossible(f"there is no button {label!r} among {others}")

    def message_shortcut(self, callback_id: str, message: Shown) -> Ack:
        """Chooses a shortcut in a message's menu."""
        world = self._world
        with world.changed:
            self._installed("commands")
            channel = world.channels[message.channel_id]
            found = self._seen(channel, message)
            payload = payloads.message_shortcut(world, self, found, callback_id, self._post.origin)
        ack = self._post.send(interaction_parcel(payload))
        with world.changed:
            after_shortcut(world, self, ack, channel, callback_id)
        return ack

    def global_shortcut(self, callback_id: str) -> Ack:
        """Chooses a shortcut in the search or behind the plus sign."""
        world = self._world
        with world.changed:
            self._installed("commands")
            payload = payloads.global_shortcut(world, self, callback_id)
        ack = self._post.send(interaction_parcel(payload))
        with world.changed:
            after_shortcut(world, self, ack, None, callback_id)
        return ack

    def open_home(self, tab: str = "home") -> Ack:
        """Comes to the app's own place: its Home tab, or "messages"."""
        world = self._world
        with world.changed:
            self._installed()
            event: Json = {
                "type": "app_home_opened",
                "user": self.id,
                "channel": world.dm_of(self).id,
                "tab": tab,
                "event_ts": world.ts(),
            }
            home = world.homes.get(self.id)
            if home is not None and tab == "home":
                event["view"] = view_json(world, home)
        return self._post.send_event(self.workspace, event)

    # What they see.

    def sees(self, where: Channel) -> list[Shown]:
        """The place as it looks to this person now, ephemeral messages and Slack's notes included."""
        with self._world.changed:
            return [
                shown(self._world, known, self._post.file_of) for known in self._world.visible(where, self)
            ]

    def reload(self) -> None:
        """Starts the client anew: ephemeral messages and Slack's notes are gone, and so are modals."""
        world = self._world
        with world.changed:
            for messages in world.messages.values():
                for message in messages:
                    if message.only_for == self.id:
                        message.deleted = True
            world.stacks.pop(self.id, None)
            world.changed.notify_all()

    def files(self, where: Channel) -> dict[str, bytes]:
        """What this person can download there, by name; of several alike the newest."""
        return {file.name: file.content for seen in self.sees(where) for file in seen.files}

    def wait_for(
        self, wanted: Callable[[Shown], object] | str, where: Channel, seconds: float = 10.0
    ) -> Shown:
        """The newest message there that holds this text or fits, as soon as there is one."""

        def look() -> Shown | None:
            for seen in reversed(self.sees(where)):
                if wanted in seen.text if isinstance(wanted, str) else wanted(seen):
                    return seen
            return None

        try:
            return self._wait(look, seconds, f"{wanted!r} for {self.name}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; there is {[seen.text for seen in self.sees(where)]}") from None

    def _place(self, where: Channel | None) -> Channel:
        channel = where or self._world.dm_of(self)
        if self.id not in channel.members:
            raise Impossible(f"{self.name} is not in {channel.name or channel.id!r}")
        return channel

    def _seen(self, channel: Channel, wanted: Shown | str) -> Message:
        ts = wanted.ts if isinstance(wanted, Shown) else wanted
        for message in self._world.visible(channel, self):
            if message.ts == ts and message.only_for is None:
                return message
        raise Impossible(f"{self.name} sees no message {ts} in {channel.name or channel.id!r}")


def _typed_block(text: str) -> Json:
    """What a client sends beside the text; apps that read only the text do well."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def hears(workspace: Workspace, event: Json) -> bool:
    """Whether the app is told: it is installed, and was granted what the event asks for."""
    scope = EVENT_SCOPES.get(event["type"])
    return workspace.installed and (scope is None or scope in workspace.scopes)
